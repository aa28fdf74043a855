"""From the rules down to the facts: what hangs on each thing that nobody recorded, for all rules in one walk.

`Reading.open_for` and its like ask one rule for its facts. Here every rule is given a mark, a number whose bits mean
what the caller likes, and each fact ends up with the marks of all the rules it could move. Rules are walked from the
last to the first, so whoever reads a conclusion has handed its mark on before the rules that make it are met.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from guideline.bits import Bits, set_bits
from guideline.condition import Part
from guideline.reader import Reading

Mark = int
Marked = defaultdict[int, Mark]


def _none() -> Marked:
    return defaultdict(int)


@dataclass(slots=True)
class Marks:
    """The marks on the conditions and conclusions of one Reading, by place.

    Of a mark's bits those in `helping` reach every fact that keeps an unknown rule unknown, the others only a fact that
    could make it true without any other. `open` has the marks on what is unknown; `assumed` those on true conclusions,
    handed on by true rules: they are for what was passed over ("is not true"), and knowing it could undo the rule.
    `facts` has what was marked directly.
    """

    reading: Reading
    helping: Mark
    open: Marked = field(default_factory=_none)
    assumed: Marked = field(default_factory=_none)
    facts: Marked = field(default_factory=_none)
    unknown: frozenset[int] = field(init=False)

    def __post_init__(self) -> None:
        self.unknown = frozenset([place for place, value in enumerate(self.reading.values) if value is None])

    def spread(self, marks: Mapping[str, Mark]) -> Mapping[int, Mark]:
        """The marks that reach each fact, by the number that `Parts.names` gives it.

        `marks` holds those of rules that are unknown, or true with something passed over.
        """
        rules = self.reading.rules
        for rule, part, settles, _ in reversed(self.reading.parts.steps):
            value = rules[rule]
            if value is False:
                continue
            mark = marks.get(rule, 0)
            handed_on = self.assumed if value else self.open
            for place in settles:  # what was handed on to the conclusions that this rule makes
                if place in handed_on:
                    mark |= handed_on[place]
            if mark and value:
                self._assumed(part, mark & self.helping)
            elif mark:
                self._unknown(part, mark)
        self._reach_facts()
        return self.facts

    def _reach_facts(self) -> None:
        places, unrecorded = self.reading.parts.places, ~self.reading.recorded()
        for place, mark in self.open.items():
            self._mark_facts(places[place].features & unrecorded, mark)

    def _mark_facts(self, facts: Bits, mark: Mark) -> None:
        """Of several facts each helps, and none suffices alone."""
        if facts & (facts - 1):
            mark &= self.helping
        for fact in set_bits(facts):
            self.facts[fact] |= mark

    def _unknown(self, part: Part, mark: Mark) -> None:
        """`part` is unknown: the mark is for what keeps it so."""
        if part.kind == "place":
            self._unknown_at(part.place, mark)
        elif part.table is not None:
            self._mark_facts(self.reading.unknown(part), mark)
        else:
            values = self.reading.values
            places = self.unknown.intersection(part.places)
            parts = [each for each in part.parts if each.truth(values) is None] if part.parts else ()
            if part.kind == "and" and len(places) + len(parts) > 1:
                mark &= self.helping
            for place in places:
                self._unknown_at(place, mark)
            for each in parts:
                self._unknown(each, mark)

    def _unknown_at(self, place: int, mark: Mark) -> None:
        if self.reading.parts.places[place].of is None:
            self.open[place] |= mark
        else:
            self._mark_facts(self.reading.unknown_at(place), mark)

    def _assumed(self, part: Part, mark: Mark) -> None:
        """`part` is true: the mark is for what it passed over."""
        values = self.reading.values
        if part.kind == "place":
            self._assumed_at(part.place, mark)
        elif part.table is not None:
            tested = part.parts[0]
            if part.kind == "is" and tested.truth(values) is None:
                self._unknown(tested, mark)
        else:
            for place in part.places:
                if values[place]:
                    self._assumed_at(place, mark)
            for each in part.parts:
                if each.truth(values):
                    self._assumed(each, mark)

    def _assumed_at(self, place: int, mark: Mark) -> None:
        at, values = self.reading.parts.places[place], self.reading.values
        if at.makers:
            self.assumed[place] |= mark
        elif at.of is not None:
            if at.is_test and values[at.of] is None:
                self._unknown_at(at.of, mark)
        elif at.is_test and values[place]:  # `x is null`
            self._unknown_at(place, mark)
