"""The types of values, as the static check sees them.

A Choice is a String that can only be one of a few; a Ranged an Integer that can only lie in a range. ANY is what null
is: it fits everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cql_like.errors import UnitError
from cql_like.quantity import convertible


@dataclass(frozen=True, slots=True)
class Type:
    """A type without parts, known by its CQL name."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class QuantityType(Type):
    """An amount; `unit` is any unit of its dimension, None if the dimension is not known."""

    name: str = "Quantity"
    unit: str | None = None

    def __str__(self) -> str:
        return f"Quantity in {self.unit!r}" if self.unit else self.name


@dataclass(frozen=True, slots=True)
class ListType(Type):
    name: str
    of: Type

    def __str__(self) -> str:
        return f"List<{self.of}>"


@dataclass(frozen=True, slots=True)
class IntervalType(Type):
    name: str
    of: Type

    def __str__(self) -> str:
        return f"Interval<{self.of}>"


@dataclass(frozen=True, slots=True)
class ChoiceType(Type):
    name: str
    values: frozenset[str]

    def __str__(self) -> str:
        return "one of " + ", ".join(repr(value) for value in sorted(self.values))


@dataclass(frozen=True, slots=True)
class RangedType(Type):
    name: str
    low: int
    high: int

    def __str__(self) -> str:
        return f"{self.low}" if self.low == self.high else f"Integer from {self.low} to {self.high}"


ANY: Final = Type("Any")
BOOLEAN: Final = Type("Boolean")
INTEGER: Final = Type("Integer")
DECIMAL: Final = Type("Decimal")
STRING: Final = Type("String")
DATE: Final = Type("Date")
DATETIME: Final = Type("DateTime")
TIME: Final = Type("Time")
MOMENTS: Final = frozenset((DATE, DATETIME))
SYSTEM: Final = {kind.name: kind for kind in (ANY, BOOLEAN, INTEGER, DECIMAL, STRING, DATE, DATETIME, TIME)}


def Quantities(unit: str | None = None) -> QuantityType:  # noqa: N802 - reads as the type it makes
    """Amounts that can be told in `unit`."""
    return QuantityType("Quantity", unit)


def Lists(of: Type) -> ListType:  # noqa: N802
    return ListType("List", of)


def Intervals(of: Type) -> IntervalType:  # noqa: N802
    return IntervalType("Interval", of)


def Choice(*values: str) -> ChoiceType:  # noqa: N802
    """A String that is one of `values`."""
    return ChoiceType("Choice", frozenset(values))


def Ranged(low: int, high: int) -> RangedType:  # noqa: N802
    """An Integer from `low` to `high`."""
    return RangedType("Ranged", low, high)


def is_integer(kind: Type) -> bool:
    return kind == INTEGER or isinstance(kind, RangedType)


def is_number(kind: Type) -> bool:
    return kind == DECIMAL or is_integer(kind)


def is_text(kind: Type) -> bool:
    return kind == STRING or isinstance(kind, ChoiceType)


def is_amount(kind: Type) -> bool:
    return is_number(kind) or isinstance(kind, QuantityType)


def is_ordered(kind: Type) -> bool:
    """Whether `<` means something. It does not for a Choice: the order of codes is an accident of spelling."""
    return is_amount(kind) or kind in (ANY, STRING, DATE, DATETIME, TIME)


def loose(kind: Type) -> Type:
    """The type without its range."""
    return INTEGER if isinstance(kind, RangedType) else kind


def foregone(op: str, a: Type, b: Type) -> bool | None:
    """What `a op b` always is, where two ranges leave only one answer."""
    if not isinstance(a, RangedType) or not isinstance(b, RangedType):
        return None
    if op in (">", ">="):
        a, b, op = b, a, {">": "<", ">=": "<="}[op]
    if a.high < b.low or (op == "<=" and a.high == b.low):
        return True
    return False if a.low > b.high or (op == "<" and a.low == b.high) else None


def clash(a: Type, b: Type) -> str | None:
    """Why values of these types can never be equal; None if they can."""
    if ANY in (a, b):
        return None
    if isinstance(a, ChoiceType) and isinstance(b, ChoiceType):
        return None if a.values & b.values else f"{_shorter(a, b)}"
    if isinstance(a, RangedType) and isinstance(b, RangedType):
        return None if a.low <= b.high and b.low <= a.high else f"{a} is never {b}"
    if isinstance(a, QuantityType) and isinstance(b, QuantityType):
        return _units_clash(a.unit, b.unit)
    if isinstance(a, ListType | IntervalType) and isinstance(b, ListType | IntervalType) and a.name == b.name:
        return clash(a.of, b.of)
    alike = a == b or (a in MOMENTS and b in MOMENTS) or (is_number(a) and is_number(b)) or (is_text(a) and is_text(b))
    return None if alike else f"{a} cannot be compared with {b}"


def join(a: Type, b: Type) -> Type | None:
    """The type that holds values of both; None if there is none."""
    if ANY in (a, b) or a == b:
        return b if a == ANY else a
    if isinstance(a, ListType | IntervalType) and isinstance(b, ListType | IntervalType):
        inner = join(a.of, b.of) if a.name == b.name else None
        return inner and (Lists(inner) if isinstance(a, ListType) else Intervals(inner))
    if is_amount(a) and is_amount(b):
        return _join_amounts(a, b)
    if is_text(a) and is_text(b):
        if isinstance(a, ChoiceType) and isinstance(b, ChoiceType):
            return Choice(*a.values, *b.values)
        return STRING
    return DATETIME if a in MOMENTS and b in MOMENTS else None


def _join_amounts(a: Type, b: Type) -> Type | None:
    if isinstance(a, QuantityType) or isinstance(b, QuantityType):
        return None if clash(a, b) else a
    if isinstance(a, RangedType) and isinstance(b, RangedType):
        return Ranged(min(a.low, b.low), max(a.high, b.high))
    return INTEGER if is_integer(a) and is_integer(b) else DECIMAL


def _shorter(a: ChoiceType, b: ChoiceType) -> str:
    one, other = (a, b) if len(a.values) <= len(b.values) else (b, a)
    return f"{' and '.join(repr(value) for value in sorted(one.values))} is not {other}"


def _units_clash(a: str | None, b: str | None) -> str | None:
    if a is None or b is None or a == b:
        return None
    try:
        return None if convertible(a, b) else f"{a!r} cannot be told in {b!r}"
    except UnitError as error:
        return str(error)
