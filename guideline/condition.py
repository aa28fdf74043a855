"""One condition as a small tree over the places where values stand, and a rule that has one."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Literal, NamedTuple

from guideline.rows import Table, Truth

Values = list[Truth]
Kind = Literal["and", "or", "not", "is", "place"]


class Part(NamedTuple):
    """A condition. Of `and` and `or`, `places` are the operands that have a place and `parts` the others. `not` and
    `is` have one part, and a `table` of what follows from its value."""

    kind: Kind
    place: int = -1
    places: tuple[int, ...] = ()
    parts: tuple[Part, ...] = ()
    table: Table | None = None

    def truth(self, values: Values) -> Truth:
        """Whether it holds: True, False or None (unknown)."""
        if self.kind == "place":
            return values[self.place]
        if self.table is not None:
            return self.table[self.parts[0].truth(values)]
        decisive = self.kind == "or"
        found = [values[place] for place in self.places]
        if decisive in found:
            return decisive
        for part in self.parts:
            value = part.truth(values)
            if value is decisive:
                return decisive
            found.append(value)
        return None if None in found else not decisive


class Step(NamedTuple):
    """A rule in the order of reading: its condition, the places it settles, and those it rests on."""

    rule: str
    part: Part
    settles: tuple[int, ...]
    reads: frozenset[int]


def decided(values: Collection[Truth], *, decisive: bool) -> Truth:
    """`and` of some values, where one that is false decides; or `or`, where one that is true does."""
    return decisive if decisive in values else None if None in values else not decisive


def at_place(place: int) -> Part:
    """The condition that stands at a place."""
    return Part("place", place)


def tabled(kind: Literal["not", "is"], part: Part, table: Table) -> Part:
    """What follows from a condition, by a table."""
    return Part(kind, parts=(part,), table=table)


def joined(kind: Literal["and", "or"], operands: Iterable[Part]) -> Part:
    """`and` fails with one false operand, `or` holds with one true."""
    operands = tuple(operands)
    places = tuple(part.place for part in operands if part.kind == "place")
    return Part(kind, places=places, parts=tuple(part for part in operands if part.kind != "place"))
