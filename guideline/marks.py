"""From the rules down to the facts: what hangs on each thing that nobody recorded, for all rules in one walk.

`Reading.open_for` and its like ask one rule for its facts. Here every rule is given a mark, a number whose bits mean
what the caller likes, and each fact ends up with the marks of all the rules it could move. Rules are walked from the
last to the first, so whoever reads a conclusion has handed its mark on before the rules that make it are met.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache

from guideline.bits import Bits, set_bits
from guideline.condition import Part
from guideline.denials import taking_for_no
from guideline.parts import Parts
from guideline.reader import Reading

Mark = int


class Marks:
    """The marks on the conditions and conclusions of one Reading, by place.

    Of a mark's bits those in `helping` reach every fact that keeps an unknown rule unknown, the others only a fact that
    could make it true without any other. `open` has the marks on what is unknown; `assumed` those on true conclusions,
    handed on by true rules: they are for what was passed over ("is not true"), and knowing it could undo the rule.
    `facts` has what has reached a fact, by the number that `Parts.names` gives it.
    """

    __slots__ = ("alternatives", "assumed", "facts", "helping", "open", "reading")

    def __init__(self, reading: Reading, helping: Mark) -> None:
        self.reading = reading
        self.helping = helping
        self.open: list[Mark] = [0] * len(reading.values)
        self.assumed: list[Mark] = [0] * len(reading.values)
        self.facts: defaultdict[int, Mark] = defaultdict(int)
        self.alternatives = taking_for_no(reading.parts).alternatives

    def spread(self, marks: Mapping[str, Mark]) -> Mapping[int, Mark]:
        """The marks that reach each fact; `marks` holds those of rules that are unknown, or true over the unknown."""
        rules, opened, assumed = self.reading.rules, self.open, self.assumed
        for rule, part, settles, _ in reversed(self.reading.parts.steps):
            value = rules[rule]
            if value is None:
                mark = marks.get(rule, 0)
                for place in settles:  # what was handed on to the conclusions that this rule makes
                    mark |= opened[place]
                if mark:
                    self._unknown(part, mark)
            elif value:
                mark = marks.get(rule, 0)
                for place in settles:
                    mark |= assumed[place]
                if mark:
                    self._assumed(part, mark & self.helping)
        self._reach_facts()
        return self.facts

    def _reach_facts(self) -> None:
        unrecorded, opened, found = ~self.reading.recorded(), self.open, self.facts
        for place, features in _over_record(self.reading.parts):
            mark = opened[place]
            if mark:
                facts = features & unrecorded
                if facts & (facts - 1):
                    self._mark_facts(facts, mark)
                elif facts:
                    found[facts.bit_length() - 1] |= mark
        for place in _following(self.reading.parts):
            if opened[place]:
                self._mark_facts(self.reading.unknown_at(place), opened[place])

    def _mark_facts(self, facts: Bits, mark: Mark) -> None:
        """Of several facts each helps, and none suffices alone."""
        if facts & (facts - 1):
            mark &= self.helping
        for fact in set_bits(facts):
            self.facts[fact] |= mark

    def _unknown(self, part: Part, mark: Mark) -> None:
        """`part` is unknown: the mark is for what keeps it so. Of several operands of `and` none decides alone."""
        if part.table is not None:
            self._mark_facts(self.reading.unknown(part), mark)
            return
        values, opened, every = self.reading.values, self.open, part.kind == "and"
        shared = mark & self.helping if every else mark
        if part.kind == "or" and id(part) in self.alternatives:
            # What an alternative took for a no may still help: "is false", "is not null".
            self._mark_facts(self.reading.denied(part), mark & self.helping)
        parts = [each for each in part.parts if each.truth(values) is None] if part.parts else ()
        unknown, only = len(parts), -1
        for place in (part.place,) if part.kind == "place" else part.places:
            if values[place] is None:
                opened[place] |= shared
                unknown, only = unknown + 1, place
        if every and unknown == 1:
            shared = mark
            if only >= 0:
                opened[only] |= mark
        for each in parts:
            self._unknown(each, shared)

    def _assumed(self, part: Part, mark: Mark) -> None:
        """`part` is true: the mark is for what it passed over."""
        values = self.reading.values
        if part.table is None:
            for place in (part.place,) if part.kind == "place" else part.places:
                if values[place]:
                    self._assumed_at(place, mark)
            for each in part.parts:
                if each.truth(values):
                    self._assumed(each, mark)
        elif part.kind == "is" and part.parts[0].truth(values) is None:
            self._unknown(part.parts[0], mark)

    def _assumed_at(self, place: int, mark: Mark) -> None:
        at, values = self.reading.parts.places[place], self.reading.values
        if at.makers:
            self.assumed[place] |= mark
        elif at.is_test:  # of something else, or `x is null` over the record itself
            tested = place if at.of is None else at.of
            if at.of is None or values[tested] is None:
                self.open[tested] |= mark


@lru_cache(maxsize=8)
def _over_record(parts: Parts) -> tuple[tuple[int, Bits], ...]:
    """The places of the conditions over recorded features, and which features."""
    return tuple([(place, at.features) for place, at in enumerate(parts.places) if at.condition is not None])


@lru_cache(maxsize=8)
def _following(parts: Parts) -> tuple[int, ...]:
    """The places that follow from another and can be unknown."""
    return tuple([place for place, at in enumerate(parts.places) if at.of is not None and not at.is_test])
