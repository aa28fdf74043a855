"""Where unknown acts as a no: "is false" and "is not null" fail on what nobody recorded, and an answer could undo that.

Of an `or` that is unknown, such an alternative may still come true.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from guideline.bits import Bits, union
from guideline.condition import Part
from guideline.parts import Parts

if TYPE_CHECKING:
    from guideline.reader import Reading


def denied(reading: Reading, part: Part) -> Bits:
    """The features nobody recorded that alternatives of an `or` take for a no."""
    values = reading.values
    found = union([_taken_at(reading, place) for place in part.places if values[place] is False])
    return found | union([_taken(reading, each) for each in part.parts if each.truth(values) is False])


def _taken(reading: Reading, part: Part) -> Bits:
    """Of what is false: all alternatives of an `or`, and the one operand that makes an `and` false."""
    values = reading.values
    if part.table is not None:
        tested = part.parts[0]
        return reading.unknown(tested) if part.kind == "is" and tested.truth(values) is None else 0
    false = [values[place] for place in part.places].count(False)
    if part.kind == "and" and false + [each.truth(values) for each in part.parts].count(False) > 1:
        return 0
    return denied(reading, part)


def _taken_at(reading: Reading, place: int) -> Bits:
    if place not in taking_for_no(reading.parts).places:
        return 0
    at = reading.parts.places[place]
    while at.of is not None:
        if at.is_test and reading.values[at.of] is not None:
            return 0
        place, at = at.of, reading.parts.places[at.of]
    return reading.unknown_at(place)


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
