"""Where unknown acts as a no: "is false" and "is not null" fail on what nobody recorded, and an answer could undo that.

Of an `or` that is unknown, such an alternative may still come true: `Reading.denied` names what would bring it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from guideline.condition import Part
from guideline.parts import Parts


class TakingForNo(NamedTuple):
    """Where unknown acts as a no: the places that are false where nothing is recorded, and every `or` over one of them,
    by its identity (a book's conditions are made once)."""

    places: frozenset[int]
    alternatives: frozenset[int]


@lru_cache(maxsize=8)
def taking_for_no(parts: Parts) -> TakingForNo:
    false = [place for place, value in enumerate(parts.unrecorded) if value is False]
    found = frozenset([place for place in false if not parts.places[place].makers])
    every = [part for step in parts.steps for part in _within(step.part)]
    return TakingForNo(found, frozenset([id(part) for part in every if part.kind == "or" and _takes(part, found)]))


def _within(part: Part) -> Iterator[Part]:
    yield part
    for each in part.parts:
        yield from _within(each)


def _takes(part: Part, places: frozenset[int]) -> bool:
    return any(
        not places.isdisjoint(each.places)
        or (each.kind == "is" and each.table is not None and each.table[None] is False)
        for each in _within(part)
    )
