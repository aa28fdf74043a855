"""The rulebook's conditions, taken apart once, so that a patient costs one walk over small ready pieces.

Every condition over recorded features and every conclusion has its place in a list of values: a Case is read once, and
the engine, the reading and the why share what was read. What only denies or tests such a value (`not`, `is not true`)
has a place of its own, which follows from the other. A rule is then a small tree over places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from cql_like import Node, compile_expression
from guideline.condition import Step, Values
from guideline.rows import Row, Table, Truth, bits_of
from guideline.rulebook import Lazy, Rulebook, Run, of_book
from guideline.straight import Settle, Straight

Env = Mapping[str, Any]


class Place(NamedTuple):
    """What stands at a place: a condition over the Case, a conclusion of the `makers`, or what follows `of` another.

    `features` are the bits of the recorded features that a condition names. `is_test` says that it is never unknown
    because it asks whether something is.
    """

    features: int = 0
    condition: Node | None = None
    makers: tuple[str, ...] = ()
    conclusion: str = ""
    of: int | None = None
    is_test: bool = False


@dataclass(frozen=True, eq=False)
class Parts(Lazy):
    """All conditions of a rulebook. `steps` are its rules layer by layer; the engine's `atoms` have the first places.

    `follow` gives the places that follow from a place, `readers` the numbers of the steps that rest on it, `at` the
    number of a rule's step, `naming` the conditions that name a feature. `unrecorded` is what stands at every place
    while nothing is recorded and no rule has been read.
    """

    names: tuple[str, ...]
    bits: Mapping[str, int]
    places: tuple[Place, ...]
    atoms: tuple[str, ...]
    follow: Mapping[int, tuple[tuple[int, Table], ...]]
    conclusions: Mapping[str, int]
    steps: tuple[Step, ...]
    at: Mapping[str, int]
    readers: Mapping[int, tuple[int, ...]]
    naming: Mapping[str, tuple[int, ...]]
    unrecorded: tuple[Truth, ...]
    straight: Straight

    @cached_property
    def runs(self) -> Mapping[int, Run]:
        """What reads the conditions of a Case, by place."""
        conditions = enumerate(place.condition for place in self.places)
        return {number: compile_expression(node) for number, node in conditions if node is not None}

    @cached_property
    def settle(self) -> Settle:
        """What reads all rules: `settle(rows, width)`."""
        return self.straight.runnable()

    def read(self, cases: Sequence[Env]) -> list[Row]:
        """The Row of every condition over the Case; `settle` reads the rules, and puts the rest in its place."""
        width, runs = len(cases), self.runs
        rows = list(_unrecorded(self, width))
        for number, env in enumerate(cases):
            bits = bits_of(1 << number, width)
            others = ~bits[True]
            for place in {place for name in env for place in self.naming.get(name, ())}:
                if place in runs:
                    rows[place] = rows[place] & others | bits[runs[place](env)]
        return rows

    def put(self, values: Values, place: int, value: Truth) -> None:
        """Set one value, and those that follow from it."""
        values[place] = value
        for other, table in self.follow.get(place, ()):
            self.put(values, other, table[value])


@lru_cache(maxsize=8)
def parts_of(book: Rulebook) -> Parts:
    """The conditions of a rulebook."""
    return of_book(book, "parts", lambda: _taken_apart(book))


@lru_cache(maxsize=64)
def _unrecorded(parts: Parts, width: int) -> tuple[Row, ...]:
    rows = bits_of((1 << width) - 1, width)
    return tuple(rows[value] for value in parts.unrecorded)


def _taken_apart(book: Rulebook) -> Parts:
    from guideline.dissection import taken_apart

    return taken_apart(book)
