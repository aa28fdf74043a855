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


def at_place(place: int) -> Part:
    return Part("place", itemgetter(place), place)


def tabled(kind: Kind, part: Part, table: Table) -> Part:
    inner = part.truth
    return Part(kind, lambda values: table[inner(values)], parts=(part,), table=table)


def joined(kind: Literal["and", "or"], operands: Iterable[Part]) -> Part:
    """`and` fails with one false operand, `or` holds with one true."""
    operands = tuple(operands)
    places = tuple(part.place for part in operands if part.kind == "place")
    parts = tuple(part for part in operands if part.kind != "place")
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
