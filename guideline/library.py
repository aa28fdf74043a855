"""The published Library: the rulebook as one CQL text, for other engines and for people who review CQL.

It says nothing that the rules do not say. Numbers are parameters with their defaults, recorded features are parameters
that default to null (unknown, which is not no), and every rule and every conclusion is a define that is
true, false or null. The order needs no forward reference. No data model is used: whoever runs the Library gives the
features of one limb by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import wrap
from typing import Final

from cql_like import Node, Type, parse, to_text, tree
from cql_like.kinds import ChoiceType, QuantityType, RangedType
from cql_like.text import constant_text
from guideline.assessment import NOTICE
from guideline.compile import chain
from guideline.rule import Activity, Order, Rule
from guideline.rulebook import Entry, Rulebook
from guideline.wording import wording

NAME: Final = "FootDropGuideline"
_WIDTH: Final = 116


def cql_library(book: Rulebook) -> str:
    """The whole rulebook as a CQL library text, ending in a line break."""
    return "\n".join(_lines(book)).rstrip() + "\n"


def features_read(book: Rulebook) -> tuple[str, ...]:
    """The recorded features that a rule or a window reads, by name: the parameters that default to null."""
    found = {name for entry in book.entries for name in entry.reads}
    for entry in book.entries:
        for _, text in dates_of(entry.rule):
            found |= tree.names(parse(text))
    return tuple(sorted(found - book.by_conclusion.keys() - book.numbers.keys()))


def dates_of(rule: Rule) -> list[tuple[str, str]]:
    """The dates of a rule's orders and activities: the name of each define, and its CQL."""
    found = []
    for effect in rule.then:
        if not isinstance(effect, Order | Activity):
            continue
        start, end = effect.window or (None, None)
        fresh = effect.fresh_from if isinstance(effect, Order) else None
        for word, text in (("earliest", start), ("latest", end), ("not done before", fresh)):
            if text:
                found.append((f"{rule.id} {effect.key} {word}", text))
    return found


def _lines(book: Rulebook) -> Iterator[str]:
    yield from _comment(NOTICE)
    yield from _comment("Generated from the rulebook; change the rules, not this file.")
    yield f"library {NAME} version {constant_text(book.version)}"
    yield ""
    yield from _heading("Numbers. A site may give its own value within the range.")
    yield from _numbers(book)
    yield ""
    yield from _heading("Recorded features of one limb and of the patient. Null is unknown, which is not no.")
    for name in features_read(book):
        yield f'parameter "{name}" {_type_name(book.types[name])} default null{_meaning(name, book.types[name])}'
    yield ""
    for number, layer in enumerate(book.layers):
        yield from _heading(f"Layer {number + 1}: reads what stands above.")
        for entry in layer:
            yield from _rule(entry)
        for name in _settled_by(layer, number, book):
            first, *rest = (f'"{entry.rule.id}"' for entry in book.by_conclusion[name])
            yield from _define(name, [first, *(f"or {each}" for each in rest)])


def _numbers(book: Rulebook) -> Iterator[str]:
    for key, parameter in sorted(book.parameters.items()):
        yield from _comment(
            f"{parameter.title}; {parameter.range_words()}; {parameter.origin}; " + ", ".join(parameter.statements)
        )
        yield f'parameter "{key}" {_type_name(book.types[key])} default {constant_text(parameter.value)}'


def _rule(entry: Entry) -> Iterator[str]:
    rule = entry.rule
    yield from _comment(f"{rule.title}. [{rule.strength}] {', '.join(rule.statements)}")
    yield from _define(rule.id, _condition(entry.tree))
    for name, text in dates_of(rule):
        yield from _define(name, [to_text(parse(text))])


def _define(name: str, lines: Iterable[str]) -> Iterator[str]:
    yield f'define "{name}":'
    yield from (f"  {line}" for line in lines)
    yield ""


def _condition(node: Node) -> list[str]:
    """The condition with each part of its outermost `and` or `or` on a line of its own."""
    if not isinstance(node, tree.Logic) or node.op not in ("and", "or"):
        return [to_text(node)]
    first, *rest = (_bracketed(part) for part in chain(node.op, node))
    return [first, *(f"{node.op} {part}" for part in rest)]


def _bracketed(part: Node) -> str:
    return f"({to_text(part)})" if isinstance(part, tree.Logic) else to_text(part)


def _settled_by(layer: Iterable[Entry], number: int, book: Rulebook) -> list[str]:
    """The conclusions whose last maker stands in this layer."""
    names = {name for entry in layer for name in entry.settles}
    return sorted(name for name in names if max(maker.layer for maker in book.by_conclusion[name]) == number)


def _type_name(kind: Type) -> str:
    if isinstance(kind, ChoiceType):
        return "String"
    if isinstance(kind, RangedType):
        return "Integer"
    return "Quantity" if isinstance(kind, QuantityType) else kind.name


def _meaning(name: str, kind: Type) -> str:
    words = wording().get(name)
    allowed = ""
    if isinstance(kind, ChoiceType):
        allowed = ": " + " | ".join(sorted(kind.values))
    elif isinstance(kind, RangedType):
        allowed = f": {kind.low} to {kind.high}"
    title = words.title if words else ""
    return f"  // {title}{allowed}" if title or allowed else ""


def _heading(text: str) -> Iterator[str]:
    yield f"// ---- {text}"
    yield ""


def _comment(text: str) -> Iterator[str]:
    yield from (f"// {line}" for line in wrap(text, _WIDTH))
