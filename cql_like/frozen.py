"""The values a tree is made of: what a frozen dataclass would be, at a fiftieth of its cost when a program starts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeVar, dataclass_transform
from typing import Literal as OneOf


class Span(NamedTuple):
    """Offsets into the parsed text, `end` exclusive. (0, 0) for a tree that was not parsed."""

    start: int
    end: int


NOWHERE = Span(0, 0)
F = TypeVar("F", bound="Frozen")


def aside(*, default: Any, kw_only: OneOf[True]) -> Any:  # noqa: ARG001 - the type checker reads it
    """A field that is no part of what a node says: never positional, never compared."""
    return default


class _Fields(type):
    """Makes the annotated names of a class its fields, in slots. Twenty-five dataclasses would cost every start more
    than reading all the rules."""

    def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> _Fields:
        fields = tuple(each for each in body.get("__annotations__", ()) if name not in ("Frozen", "Node"))
        defaults = {each: body.pop(each) for each in fields if each in body}
        slots = ("span",) if name == "Node" else fields
        body |= {"__slots__": slots, "__match_args__": fields, "fields": fields, "_defaults": defaults}
        if name == "Node":
            body.pop("span")
        return super().__new__(cls, name, bases, body)


@dataclass_transform(frozen_default=True, field_specifiers=(aside,))
class Frozen(metaclass=_Fields):
    """Frozen, and equal to a value of the same class whose fields are equal. `fields` are their names."""

    if TYPE_CHECKING:
        span: Span
        fields: ClassVar[tuple[str, ...]]
        _defaults: ClassVar[Mapping[str, Any]]

    def __init__(self, *values: Any, span: Span = NOWHERE, **named: Any) -> None:
        put = object.__setattr__
        put(self, "span", span)
        for field, value in zip(self.fields, values, strict=False):
            put(self, field, value)
        if len(values) == len(self.fields) and not named:
            return
        left = self.fields[len(values) :]
        for field in left:
            if field not in named and field not in self._defaults:
                raise TypeError(f"{type(self).__name__} needs {field}")
            put(self, field, named.pop(field) if field in named else self._defaults[field])
        if named or len(values) > len(self.fields):
            raise TypeError(f"{type(self).__name__} has the fields {', '.join(self.fields)}, and no others")

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen: {name} cannot be set")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen: {name} cannot be deleted")

    def said(self) -> tuple[Any, ...]:
        """The values of the fields, in order."""
        return tuple([getattr(self, field) for field in self.fields])

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self.said() == other.said()

    def __hash__(self) -> int:
        return hash((type(self).__name__, self.said()))

    def __repr__(self) -> str:
        said = ", ".join(f"{field}={value!r}" for field, value in zip(self.fields, self.said(), strict=True))
        return f"{type(self).__name__}({said})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _made, (type(self), self.span, *self.said())


def _made(kind: type[Frozen], span: Span, *values: Any) -> Frozen:
    return kind(*values, span=span)


def replace(node: F, **changes: Any) -> F:
    """The node with some of its fields changed."""
    parts = dict(zip(node.fields, node.said(), strict=True)) | changes
    return type(node)(**{"span": node.span} | parts)
