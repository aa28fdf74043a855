"""A Case whose values change: what is read again is only what a change reaches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from heapq import heappop, heappush
from typing import Any

from guideline.condition import Step, decided
from guideline.parts import parts_of
from guideline.reader import Reading
from guideline.rows import Truth
from guideline.rulebook import Rulebook


class Rereading:
    """A Case whose values change one after the other; only what a change reaches is read again."""

    def __init__(self, start: Reading) -> None:
        self.book = start.book
        self.env = dict(start.env)
        self.rules = dict(start.rules)
        self.values = list(start.values)
        self._parts = start.parts

    def change(self, changed: Mapping[str, Any], places: Iterable[int]) -> dict[str, Truth]:
        """Change some values, and read again the conditions at `places`; the rules that turned, as they were before.

        The places are those of all conditions that name a changed feature, or of those that the change can turn.
        """
        self.env.update(changed)
        runs, waiting, turned = self._parts.runs, list[int](), dict[str, Truth]()
        for place in places:
            if place in runs:
                self._put(place, runs[place](self.env), waiting)
        done = -1
        while waiting:
            number = heappop(waiting)
            if number != done:
                done = number
                self._read(self._parts.steps[number], waiting, turned)
        return turned

    def _put(self, place: int, value: Truth, waiting: list[int]) -> None:
        if value is not self.values[place]:
            self._parts.put(self.values, place, value)
            for reader in self._parts.readers.get(place, ()):
                heappush(waiting, reader)

    def _read(self, step: Step, waiting: list[int], turned: dict[str, Truth]) -> None:
        value, before = step.part.truth(self.values), self.rules[step.rule]
        if value is not before:
            self.rules[step.rule] = value
            turned[step.rule] = before
            for place in step.settles:
                at = self._parts.places[place]
                self._put(place, decided([self.rules[maker] for maker in at.makers], decisive=True), waiting)
                self.env[at.conclusion] = self.values[place]

    def reading(self) -> Reading:
        """What has been read; nothing may change any more."""
        return Reading(self.book, self.env, self.rules, self._parts, self.values)


def reread(before: Reading, changed: Mapping[str, Any]) -> Reading:
    """The same Case with some values changed (None: no longer known), as if it had been read anew."""
    again = Rereading(before)
    again.change(changed, places_naming(before.book, frozenset(changed)))
    return again.reading()


@lru_cache(maxsize=1024)
def places_naming(book: Rulebook, names: frozenset[str]) -> frozenset[int]:
    """The conditions that name one of the features."""
    parts = parts_of(book)
    return frozenset([place for name in names for place in parts.naming.get(name, ())])
