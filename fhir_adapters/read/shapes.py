"""Reading elements strictly: each has the type that FHIR gives it, or the whole resource is refused, and says where.

A shape is a class whose attributes are the elements that are read, by their FHIR names in snake_case; all others are
passed over. What is absent, or null, is None.

Only what the reader asks for is here: exact types, and the path to what is wrong. As pydantic models the same shapes
took three times as long to build, at every start, and a third longer for each resource.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar, Final, NamedTuple, Self, TypeVar

from fhir_adapters.read.errors import Unreadable
from fhir_adapters.read.systems import standard

T = TypeVar("T")


class Misshapen(Unreadable):
    """An element has another type than FHIR gives it. `path` leads to it from what was read, outermost step first."""

    def __init__(self, wanted: str, path: tuple[str | int, ...] = ()) -> None:
        super().__init__("", f"has not the form FHIR gives it (input should be a valid {wanted})", "structure")
        self.wanted = wanted
        self.path = path

    def within(self, step: str | int) -> Misshapen:
        """The same, seen from one step further out."""
        return Misshapen(self.wanted, (step, *self.path))

    def seen_from(self, kind: str) -> Unreadable:
        """The same with its whole path: ("component", 1, "valueQuantity") as Observation.component[1].valueQuantity."""
        steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path)
        return Unreadable(kind + "".join(steps), self.text, self.code)


class Element(NamedTuple):
    """How one element is read: a value of exactly this type as it is, any other by `read`, which may refuse it."""

    exact: type
    read: Callable[[Any], Any]


class Shape:
    """What all shapes share. What a resource does not have is looked up in its class, and is None there."""

    _elements: ClassVar[dict[str, tuple[str, type, Callable[[Any], Any]]]] = {}  # by their FHIR names, in order

    def __init_subclass__(cls) -> None:
        elements: dict[str, tuple[str, type, Callable[[Any], Any]]] = {}
        for base in reversed(cls.__mro__[1:]):
            elements |= vars(base).get("_elements", {})
        for attribute, element in list(vars(cls).items()):
            if isinstance(element, Element):
                elements[_fhir_name(attribute)] = (attribute, *element)
                setattr(cls, attribute, None)
        cls._elements = elements

    @classmethod
    def model_validate(cls, raw: Any) -> Self:
        """Read one object of the JSON; Misshapen names the first element, in the order of the shape, that is wrong."""
        if not isinstance(raw, dict):
            raise Misshapen(f"dictionary or instance of {cls.__name__}")
        elements, name = cls._elements, ""
        values: dict[str, Any] = {}
        try:
            for name in elements:
                if name in raw and (value := raw[name]) is not None:
                    attribute, exact, read = elements[name]
                    values[attribute] = value if type(value) is exact else read(value)
        except Misshapen as wrong:
            raise wrong.within(name) from None
        made = object.__new__(cls)
        made.__dict__ = values
        return made


class Coding(NamedTuple):
    """What is read of a Coding, its system named as in the tables. There are more of them than of anything else, so it
    is a plain pair."""

    system: str | None
    code: str | None


_pair: Callable[[tuple[str | None, str | None]], Coding] = partial(tuple.__new__, Coding)  # half the time of Coding(…)


def _fhir_name(attribute: str) -> str:
    head, *rest = attribute.split("_")
    return head + "".join(word.capitalize() for word in rest)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return str.__str__(value)
    raise Misshapen("string")


def _text_or_null(value: Any) -> str | None:
    return None if value is None else _text(value)


def _yes_no(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise Misshapen("boolean")


def _whole(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return int(value)
    raise Misshapen("integer")


# Any, so that a class can say beside each element what its readers get.
TEXT: Final[Any] = Element(str, _text)
YES_NO: Final[Any] = Element(bool, _yes_no)
WHOLE: Final[Any] = Element(int, _whole)
ANYTHING: Final[Any] = Element(object, lambda value: value)  # checked where it is used


def one(shape: type[Shape]) -> Any:
    """An object of that shape."""
    return Element(shape, shape.model_validate)


def each(shape: type[Shape]) -> Any:
    """A list of objects of that shape."""
    return Element(Shape, partial(_list, shape.model_validate))


def each_or_one(shape: type[Shape]) -> Any:
    """The same; a single object counts as the list that R5 makes of it."""
    return Element(Shape, lambda value: _list(shape.model_validate, [value] if isinstance(value, dict) else value))


def text_or(shape: type[Shape]) -> Any:
    """A text, or an object of that shape; of what is neither it is said that it is no text."""
    return Element(str, lambda value: _text_or(shape, value))


def _list(read: Callable[[Any], T], value: Any) -> list[T]:
    if not isinstance(value, list):
        raise Misshapen("list")
    found: list[T] = []
    try:
        for item in value:
            found.append(read(item))  # noqa: PERF401 - how far it came is where it is wrong
    except Misshapen as wrong:
        raise wrong.within(len(found)) from None
    return found


def _text_or(shape: type[Shape], value: Any) -> str | Shape:
    try:
        return shape.model_validate(value) if isinstance(value, dict) else _text(value)
    except Misshapen:
        raise Misshapen("string") from None


def _coding(value: Any) -> Coding:
    if not isinstance(value, dict):
        raise Misshapen("dictionary or instance of Coding")
    system, code = value.get("system"), value.get("code")
    if type(system) is not str and system is not None:
        system = _inside("system", _text, system)
    if type(code) is not str and code is not None:
        code = _inside("code", _text, code)
    return _pair((system and standard(system), code and code.strip()))


def _concept(value: Any) -> list[Coding]:
    if not isinstance(value, dict):
        raise Misshapen("dictionary or instance of Concept")
    codings = value.get("coding")
    return [] if codings is None else _inside("coding", _codings, codings)


def _inside(step: str, read: Callable[[Any], T], value: Any) -> T:
    try:
        return read(value)
    except Misshapen as wrong:
        raise wrong.within(step) from None


_codings = partial(_list, _coding)
TEXTS: Final[Any] = Element(Shape, partial(_list, _text_or_null))  # a null says that only an extension is there
TEXTS_OR_ONE: Final[Any] = Element(Shape, lambda value: _list(_text_or_null, [value] if type(value) is str else value))
CODINGS: Final[Any] = Element(Shape, _codings)
CONCEPT: Final[Any] = Element(Shape, _concept)  # its codings, perhaps none
CONCEPTS: Final[Any] = Element(Shape, partial(_list, _concept))
