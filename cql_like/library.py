"""A whole CQL library: declarations, parameters and named expressions. What it cannot hold is a syntax error."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cql_like import kinds
from cql_like.kinds import Type
from cql_like.parser import Parser
from cql_like.text import constant_text, to_text
from cql_like.tokens import END, QUOTED, STRING, quote
from cql_like.tree import Node


@dataclass(frozen=True, slots=True)
class Declaration:
    """`using`, `codesystem`, `valueset` or `code`. `value` is the URL, or the code, whose `system` is a codesystem."""

    keyword: str
    name: str
    value: str | None = None
    version: str | None = None
    system: str | None = None
    display: str | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter has a type, a default, or both."""

    name: str
    type: Type | None
    default: Node | None


@dataclass(frozen=True, slots=True)
class Define:
    """A named expression; `context` is the one in force where it stands."""

    name: str
    expression: Node
    context: str | None = None


@dataclass(frozen=True, slots=True)
class Library:
    """What a library text says, each kind in the order of the text. Names are used once."""

    name: str | None = None
    version: str | None = None
    declarations: tuple[Declaration, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    defines: tuple[Define, ...] = ()


def parse_library(text: str) -> Library:
    """A library. CqlSyntaxError gives line, column and what was expected; a name defined twice is one, too."""
    return _LibraryParser(text).guarded(_LibraryParser.library)


def library_text(library: Library) -> str:
    """The library as canonical CQL; `parse_library` reads it back."""
    return "\n\n".join(_statements(library)) + "\n"


def _statements(library: Library) -> Iterator[str]:
    if library.name is not None:
        yield f"library {_name(library.name)}{_version(library.version)}"
    yield from (_declaration_text(each) for each in library.declarations)
    for parameter in library.parameters:
        kind = "" if parameter.type is None else f" {parameter.type}"
        default = "" if parameter.default is None else f" default {to_text(parameter.default)}"
        yield f"parameter {_name(parameter.name)}{kind}{default}"
    context = None
    for define in library.defines:
        if define.context not in (None, context):
            yield f"context {define.context}"
        context = define.context
        yield f"define {_name(define.name)}:\n  {to_text(define.expression)}"


def _declaration_text(each: Declaration) -> str:
    if each.keyword == "using":
        return f"using {each.name}{_version(each.version)}"
    text = f"{each.keyword} {_name(each.name)}: {constant_text(each.value)}{_version(each.version)}"
    if each.system is not None:
        text += f" from {_name(each.system)}"
    return text if each.display is None else f"{text} display {constant_text(each.display)}"


def _name(name: str) -> str:
    return quote(name, '"')


def _version(version: str | None) -> str:
    return "" if version is None else f" version {constant_text(version)}"


class _LibraryParser(Parser):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.declarations: list[Declaration] = []
        self.parameters: list[Parameter] = []
        self.defines: list[Define] = []
        self.context: str | None = None
        self.taken: set[str] = set()

    def library(self) -> Library:
        named = self.take("library")
        name = self.dotted_name() if named else None
        version = self.version() if named else None
        while self.kind != END:
            statement = _STATEMENTS.get(self.kind)
            if statement is None:
                raise self.error(f"expected {', '.join(_STATEMENTS)}")
            statement(self)
        return Library(name, version, tuple(self.declarations), tuple(self.parameters), tuple(self.defines))

    def dotted_name(self) -> str:
        name = self.name()
        while self.take("."):
            name += "." + self.name()
        return name

    def name(self) -> str:
        if self.kind != QUOTED and not (self.kind[0].isalpha() or self.kind[0] == "_"):
            raise self.error("expected a name")
        return self.step()[1]

    def new_name(self) -> str:
        at = self.at
        name = self.name()
        if name in self.taken:
            self.at = at
            raise self.error("this name is already used")
        self.taken.add(name)
        return name

    def version(self) -> str | None:
        return self.need(STRING) if self.take("version") else None

    def using(self) -> None:
        self.need("using")
        name = self.dotted_name()
        self.declarations.append(Declaration("using", name, version=self.version()))

    def terminology(self) -> None:
        """`codesystem "n": 'url' version 'v'`, `valueset` likewise, `code "n": 'c' from "codesystem" display 'd'`."""
        keyword, name = self.step()[1], self.new_name()
        self.need(":")
        value, version = self.need(STRING), self.version() if keyword != "code" else None
        system = self.source() if keyword == "code" else None
        display = self.need(STRING) if keyword == "code" and self.take("display") else None
        self.declarations.append(Declaration(keyword, name, value, version, system, display))

    def source(self) -> str:
        self.need("from")
        return self.name()

    def parameter(self) -> None:
        self.need("parameter")
        name = self.new_name()
        kind = self.type() if self.kind in _TYPES else None
        default = self.expression() if self.take("default") else None
        if kind is None and default is None:
            raise self.error(f"expected a type ({', '.join(_TYPES)}) or default")
        self.parameters.append(Parameter(name, kind, default))

    def type(self) -> Type:
        word = self.one_of(*_TYPES)
        if word not in ("List", "Interval"):
            return _TYPES[word]
        self.need("<")
        inner = self.type()
        self.need(">")
        return kinds.Lists(inner) if word == "List" else kinds.Intervals(inner)

    def new_context(self) -> None:
        self.need("context")
        self.context = self.name()

    def define(self) -> None:
        self.need("define")
        name = self.new_name()
        self.need(":")
        self.defines.append(Define(name, self.expression(), self.context))


_TYPES: Final[dict[str, Type]] = {
    **kinds.SYSTEM, "Quantity": kinds.Quantities(),
    "List": kinds.Lists(kinds.ANY), "Interval": kinds.Intervals(kinds.ANY),
}  # fmt: skip
_STATEMENTS: Final = {
    "using": _LibraryParser.using, "codesystem": _LibraryParser.terminology, "valueset": _LibraryParser.terminology,
    "code": _LibraryParser.terminology, "parameter": _LibraryParser.parameter, "context": _LibraryParser.new_context,
    "define": _LibraryParser.define,
}  # fmt: skip
