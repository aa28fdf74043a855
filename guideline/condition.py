"""One condition as a small tree over a list of values, and the function that says whether it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Literal

Truth = bool | None
Values = list[Truth]
Table = Mapping[Truth, Truth]  # a value for each value of something else
Kind = Literal["and", "or", "not", "is", "place"]


def _nothing(_: Values) -> tuple[Truth, ...]:
    return ()


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A condition, and `truth`, which says of the values whether it is True, False or None (unknown).

    Of `and` and `or`, `places` are the operands that have a place and `parts` the others. `not` and `is` have one part,
    and a `table` of what follows from its value.
    """

    kind: Kind
    truth: Callable[[Values], Truth]
    place: int = -1
    places: tuple[int, ...] = ()
    parts: tuple[Part, ...] = ()
    table: Table | None = None

    def __reduce__(self) -> tuple[object, ...]:
        """What runs a part is made anew when it is read back."""
        return _remade, (self.kind, self.place, self.places, self.parts, self.table)


def _remade(kind: Kind, place: int, places: tuple[int, ...], parts: tuple[Part, ...], table: Table | None) -> Part:
    if kind == "place":
        return at_place(place)
    if kind == "and" or kind == "or":  # noqa: PLR1714 - the type checker follows this
        return _joined(kind, places, parts)
    return tabled(kind, parts[0], table or {})


def at_place(place: int) -> Part:
    """The condition that stands at a place."""
    return Part("place", itemgetter(place), place)


def tabled(kind: Literal["not", "is"], part: Part, table: Table) -> Part:
    """What follows from a condition, by a table."""
    inner = part.truth
    return Part(kind, lambda values: table[inner(values)], parts=(part,), table=table)


def joined(kind: Literal["and", "or"], operands: Iterable[Part]) -> Part:
    """`and` fails with one false operand, `or` holds with one true."""
    operands = tuple(operands)
    places = tuple(part.place for part in operands if part.kind == "place")
    return _joined(kind, places, tuple(part for part in operands if part.kind != "place"))


def _joined(kind: Literal["and", "or"], places: tuple[int, ...], parts: tuple[Part, ...]) -> Part:
    # Asked for one place only, itemgetter would give a bare value.
    pick = itemgetter(places[0], *places) if places else _nothing
    decisive = kind == "or"
    otherwise = not decisive
    others = tuple(part.truth for part in parts)

    def truth(values: Values) -> Truth:
        found = pick(values)
        if decisive in found:
            return decisive
        unknown = None in found
        for other in others:
            value = other(values)
            if value is decisive:
                return decisive
            unknown = unknown or value is None
        return None if unknown else otherwise

    return Part(kind, truth, places=places, parts=parts)
