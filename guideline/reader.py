"""The reference reading of the rulebook: three-valued, rule by rule, with the why and what is still open.

The engine matches and fires; this reads the same text directly. They must agree. Only this one is asked why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from guideline.bits import Bits, set_bits, single, union
from guideline.condition import Part, Values
from guideline.denials import taking_for_no
from guideline.parts import Parts, parts_of
from guideline.rows import Truth, truths
from guideline.rulebook import Rulebook
from guideline.truths import FALSE, TRUE, UNKNOWN

if TYPE_CHECKING:
    from cql_like import Trace

_CODE: Final = {True: TRUE, False: FALSE, None: UNKNOWN}
Names = frozenset[str]


@dataclass(slots=True)
class Reading:
    """What the rulebook says of one Case.

    `rules` maps rule id to True, False or None (unknown); `env` holds the Case's values and every conclusion. Sets of
    features come as names or, where many are joined, as bits of the numbers that `Parts.names` gives them.
    """

    book: Rulebook
    env: dict[str, Any]
    rules: dict[str, Truth]
    parts: Parts
    values: Values
    _recorded: Bits = -1
    _because: dict[str, Bits] = field(default_factory=dict)
    _open: dict[str, Bits] = field(default_factory=dict)
    _alone: dict[str, Bits] = field(default_factory=dict)
    _assumed: dict[str, Bits] = field(default_factory=dict)
    _because_at: dict[int, Bits] = field(default_factory=dict)
    _open_at: dict[int, Bits] = field(default_factory=dict)

    def fired(self) -> list[str]:
        """Ids of the rules that hold, in id order."""
        return [rule for rule, value in self.rules.items() if value]

    def atoms(self) -> dict[str, int]:
        """What the engine is told: every condition over recorded features, by its text."""
        return dict(zip(self.parts.atoms, map(_CODE.__getitem__, self.values), strict=False))

    def because(self, rule: str) -> Names:
        """The recorded features that a true rule rests on, through the conclusions it rests on."""
        return self.names(self.because_bits(rule))

    def open_for(self, rule: str) -> Names:
        """The features nobody recorded that keep an unknown rule unknown."""
        return self.names(self.open_bits(rule))

    def alone_for(self, rule: str) -> Names:
        """Of those, the ones whose answer could make the rule true without any other."""
        return self.names(self.alone_bits(rule))

    def assumed_for(self, rule: str) -> Names:
        """The features nobody recorded that a true rule passed over ("is not true"): knowing them could undo it."""
        return self.names(self.assumed_bits(rule))

    def trace(self, rule: str) -> Trace:
        """The rule's condition, node by node, with values and the causes of unknown."""
        from cql_like import trace

        return trace(self.book.by_id[rule].tree, {**self.book.numbers, **self.env})

    def names(self, bits: Bits) -> Names:
        return frozenset([self.parts.names[bit] for bit in set_bits(bits)])

    def because_bits(self, rule: str) -> Bits:
        found = self._because.get(rule)
        if found is None:
            found = self._because[rule] = self._known(self._part(rule), self.rules[rule])
        return found

    def open_bits(self, rule: str) -> Bits:
        found = self._open.get(rule)
        if found is None:
            found = self._open[rule] = self.unknown(self._part(rule))
        return found

    def alone_bits(self, rule: str) -> Bits:
        found = self._alone.get(rule)
        if found is None:
            found = self._alone[rule] = self._sufficient(self._part(rule))
        return found

    def assumed_bits(self, rule: str) -> Bits:
        found = self._assumed.get(rule)
        if found is None:
            found = self._assumed[rule] = self._passed_over(self._part(rule))
        return found

    def _part(self, rule: str) -> Part:
        return self.parts.steps[self.parts.at[rule]].part

    def recorded(self) -> Bits:
        """The features that somebody recorded."""
        if self._recorded < 0:
            self._recorded = _recorded(self.parts, self.env)
        return self._recorded

    def _makers(self, place: int, value: Truth) -> list[str]:
        return [maker for maker in self.parts.places[place].makers if self.rules[maker] is value]

    def _known(self, part: Part, value: Truth) -> Bits:
        """The recorded features that make `part` what it is: its decisive parts, and the rules behind a conclusion."""
        if part.kind == "place":
            return self._known_at(part.place)
        values, known, found = self.values, self._because_at, 0
        if part.table is not None:
            tested = part.parts[0]
            return self._known(tested, tested.truth(values))
        for place in part.places:
            if values[place] is value:
                if place not in known:
                    known[place] = self._known_at(place)
                found |= known[place]
        for each in part.parts:
            if each.truth(values) is value:
                found |= self._known(each, value)
        return found

    def _known_at(self, place: int) -> Bits:
        at = self.parts.places[place]
        while at.of is not None:
            at = self.parts.places[at.of]
        if at.condition is not None:
            return at.features & self.recorded()
        found = 0
        for maker in at.makers:
            if self.rules[maker]:
                found |= self.because_bits(maker)
        return found

    def unknown(self, part: Part) -> Bits:
        """The features nobody recorded in the parts that are unknown."""
        if part.kind == "place":
            return self.unknown_at(part.place)
        if part.table is not None:
            return self.unknown(part.parts[0])
        values = self.values
        found = union([self.unknown_at(place) for place in part.places if values[place] is None])
        if id(part) in taking_for_no(self.parts).alternatives:
            found |= self.denied(part)
        return found | union([self.unknown(each) for each in part.parts if each.truth(values) is None])

    def denied(self, part: Part) -> Bits:
        """The features nobody recorded that alternatives of an `or` take for a no."""
        values = self.values
        found = union([self._taken_at(place) for place in part.places if values[place] is False])
        return found | union([self._taken(each) for each in part.parts if each.truth(values) is False])

    def _taken(self, part: Part) -> Bits:
        """Of what is false: all alternatives of an `or`, and the one operand that makes an `and` false."""
        values = self.values
        if part.table is not None:
            tested = part.parts[0]
            return self.unknown(tested) if part.kind == "is" and tested.truth(values) is None else 0
        false = [values[place] for place in part.places].count(False)
        if part.kind == "and" and false + [each.truth(values) for each in part.parts].count(False) > 1:
            return 0
        return self.denied(part)

    def _taken_at(self, place: int) -> Bits:
        if place not in taking_for_no(self.parts).places:
            return 0
        at = self.parts.places[place]
        while at.of is not None:
            if at.is_test and self.values[at.of] is not None:
                return 0
            place, at = at.of, self.parts.places[at.of]
        return self.unknown_at(place)

    def unknown_at(self, place: int) -> Bits:
        """The features nobody recorded that keep what stands at a place unknown."""
        found = self._open_at.get(place)
        if found is None:
            at = self.parts.places[place]
            if at.condition is not None:
                found = at.features & ~self.recorded()
            elif at.of is not None:
                found = self.unknown_at(at.of)
            else:
                found = union([self.open_bits(maker) for maker in self._makers(place, None)])
            self._open_at[place] = found
        return found

    def _sufficient(self, part: Part) -> Bits:
        if part.kind == "place":
            return self._sufficient_at(part.place)
        if part.table is not None:
            return single(self.unknown(part))
        values = self.values
        places = [place for place in part.places if values[place] is None]
        parts = [each for each in part.parts if each.truth(values) is None]
        if part.kind == "and" and len(places) + len(parts) > 1:
            return 0
        return union([self._sufficient_at(place) for place in places]) | union([self._sufficient(e) for e in parts])

    def _sufficient_at(self, place: int) -> Bits:
        at = self.parts.places[place]
        if at.condition is not None or at.of is not None:
            return single(self.unknown_at(place))
        return union([self.alone_bits(maker) for maker in self._makers(place, None)])

    def _passed_over(self, part: Part) -> Bits:
        values = self.values
        if part.kind == "place":
            return self._passed_over_at(part.place)
        if part.table is not None:
            tested = part.parts[0]
            return self.unknown(tested) if part.kind == "is" and tested.truth(values) is None else 0
        found = union([self._passed_over_at(place) for place in part.places if values[place]])
        return found | union([self._passed_over(each) for each in part.parts if each.truth(values)])

    def _passed_over_at(self, place: int) -> Bits:
        at = self.parts.places[place]
        if at.condition is not None:  # `x is null`
            return self.unknown_at(place) if at.is_test and self.values[place] else 0
        if at.of is not None:
            return self.unknown_at(at.of) if at.is_test and self.values[at.of] is None else 0
        return union([self.assumed_bits(maker) for maker in self._makers(place, True)])


def read_case(book: Rulebook, values: Mapping[str, Any]) -> Reading:
    """The rulebook read directly, without the engine."""
    return read_cases(book, [values])[0]


def read_cases(book: Rulebook, cases: Sequence[Mapping[str, Any]]) -> list[Reading]:
    """The same for several Cases, for little more than one costs."""
    parts, width = parts_of(book), len(cases)
    at = parts.read(cases)
    rules = parts.settle(at, width)
    return [
        _reading(book, values, truths(rules, number, width), truths(at, number, width))
        for number, values in enumerate(cases)
    ]


def _reading(book: Rulebook, recorded: Mapping[str, Any], rules: list[Truth], values: Values) -> Reading:
    parts = parts_of(book)
    env = {**recorded, **{name: values[place] for name, place in parts.conclusions.items()}}
    return Reading(book, env, dict(zip(book.by_id, rules, strict=True)), parts, values, _recorded(parts, recorded))


def _recorded(parts: Parts, values: Mapping[str, Any]) -> Bits:
    bits = parts.bits
    return sum([bits[name] for name, value in values.items() if value is not None and name in bits])
