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
    """The marks on the conditions and conclusions of one Reading, by place, in three ways.

    `open`: an answer helps to decide an unknown rule. `alone`: it could make it true without any other. `assumed`: a
    true rule passed over it ("is not true"), and knowing it could undo the rule. `facts` has what was marked directly.
    """

    reading: Reading
    open: Marked = field(default_factory=_none)
    alone: Marked = field(default_factory=_none)
    assumed: Marked = field(default_factory=_none)
    facts: Marked = field(default_factory=_none)

    def spread(self, helps: Mapping[str, Mark], suffices: Mapping[str, Mark]) -> Mapping[int, Mark]:
        """The marks that reach each fact, by the number that `Parts.names` gives it.

        `helps` holds the marks of rules that are unknown, or true with something passed over; `suffices` those of
        unknown rules for facts that decide them alone.
        """
        rules = self.reading.rules
        for rule, part, settles, _ in reversed(self.reading.parts.steps):
            value = rules[rule]
            if value is None:
                helping, alone = helps.get(rule, 0), suffices.get(rule, 0)
                for place in settles:  # what was handed on to the conclusions that this rule makes
                    helping |= self.open.get(place, 0)
                    alone |= self.alone.get(place, 0)
                if helping or alone:
                    self._unknown(part, helping, alone)
            elif value:
                mark = helps.get(rule, 0)
                for place in settles:
                    mark |= self.assumed.get(place, 0)
                if mark:
                    self._assumed(part, mark)
        self._reach_facts()
        return self.facts

    def _reach_facts(self) -> None:
        places, recorded = self.reading.parts.places, self.reading.recorded()
        for place, mark in self.open.items():
            for fact in set_bits(places[place].features & ~recorded):
                self.facts[fact] |= mark
        for place, mark in self.alone.items():
            self._mark_single(places[place].features & ~recorded, mark)

    def _mark_single(self, facts: Bits, mark: Mark) -> None:
        """Of several facts none suffices alone."""
        if facts & (facts - 1) == 0:
            for fact in set_bits(facts):
                self.facts[fact] |= mark

    def _unknown(self, part: Part, helps: Mark, alone: Mark) -> None:
        """`part` is unknown: `helps` is for all that keeps it so, `alone` for what decides it by itself."""
        if part.kind == "place":
            self._unknown_at(part.place, helps, alone)
        elif part.table is not None:
            self._unknown(part.parts[0], helps, 0)
            if alone:
                self._mark_single(self.reading.unknown(part), alone)
        else:
            values = self.reading.values
            places = [place for place in part.places if values[place] is None]
            parts = [each for each in part.parts if each.truth(values) is None] if part.parts else []
            if part.kind == "and" and len(places) + len(parts) > 1:
                alone = 0
            for place in places:
                self._unknown_at(place, helps, alone)
            for each in parts:
                self._unknown(each, helps, alone)

    def _unknown_at(self, place: int, helps: Mark, alone: Mark) -> None:
        of = self.reading.parts.places[place].of
        if of is None:
            self.open[place] |= helps
            if alone:
                self.alone[place] |= alone
        else:
            self._unknown_at(of, helps, 0)
            if alone:
                self._mark_single(self.reading.unknown_at(place), alone)

    def _assumed(self, part: Part, mark: Mark) -> None:
        """`part` is true: the mark is for what it passed over."""
        values = self.reading.values
        if part.kind == "place":
            self._assumed_at(part.place, mark)
        elif part.table is not None:
            tested = part.parts[0]
            if part.kind == "is" and tested.truth(values) is None:
                self._unknown(tested, mark, 0)
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
                self._unknown_at(at.of, mark, 0)
        elif at.is_test and values[place]:  # `x is null`
            self._unknown_at(place, mark, 0)
