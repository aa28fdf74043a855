"""The patient's path through the rules: what holds, what is open and what does not hold, for the diagram."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from guideline.assess import Consultation
from guideline.rulebook import Rulebook
from guideline.sentences import capital, yes_words

State = Literal["plain", "yes", "unknown", "no"]


@dataclass(frozen=True, slots=True)
class Item:
    """A rule, a diagnosis or a decision. `note` stands behind the text: the side it holds for, or what became of it."""

    text: str
    state: State
    rules: tuple[str, ...]
    strength: str = ""
    note: str = ""


def strongest(states: Iterable[State]) -> State:
    """Lit before open before faint."""
    found = set(states)
    return next((state for state in ("yes", "unknown", "no") if state in found), "plain")


class Light:
    """What holds for the patient, by rule and by name; without a patient everything is plain.

    The legs that count are those with a foot drop; if there is none, both. A rule that fired counts on either leg.
    """

    def __init__(self, book: Rulebook, patient: Consultation | None) -> None:
        self.book, self.patient = book, patient
        self.readings = list(patient.readings) if patient else []
        drops = [each for each in self.readings if each[1].env["has-foot-drop"] is True]
        self.counting = drops or self.readings
        self.fired: dict[str, set[str]] = {}
        for claim in patient.claims if patient else ():
            self.fired.setdefault(claim.rule.id, set()).add(claim.case.side)

    def rule(self, rule: str) -> State:
        if self.patient is None:
            return "plain"
        if rule in self.fired:
            return "yes"
        return "unknown" if self._open(reading.rules[rule] for _, reading in self.counting) else "no"

    def note(self, rules: Iterable[str]) -> str:
        """On which side any of the rules fired."""
        return _sides({side for rule in rules for side in self.fired.get(rule, ())})

    def decision(self, name: str) -> Item:
        makers = tuple(entry.rule.id for entry in self.book.by_conclusion[name])
        if self.patient is None:
            return Item(capital(yes_words(name, self.book)), "plain", makers)
        sides = {case.side for case, reading in self.readings if reading.env[name] is True}
        state: State = "unknown" if self._open(reading.env[name] for _, reading in self.counting) else "no"
        return Item(capital(yes_words(name, self.book)), "yes" if sides else state, makers, note=_sides(sides))

    def _open(self, values: Iterable[object]) -> bool:
        return bool(self.patient and self.patient.concerned) and any(value is None for value in values)

    def outcome(self, keys: Iterable[str]) -> str:
        """What became of the proposals of these orders: "" if they are new. Where it is not so of all of them, which
        leg it is said of."""
        orders = [order for order in (self.patient.orders if self.patient else ()) if order.key in set(keys)]
        alike = len({order.status for order in orders}) == 1
        found = {
            order.status.replace("-", " ") + (f" ({order.side})" if order.side and not alike else "")
            for order in orders
            if order.status != "new"
        }
        return ", ".join(sorted(found))


def _sides(sides: Iterable[str]) -> str:
    found = sorted(sides)
    return "both legs" if len(found) > 1 else "".join(found)
