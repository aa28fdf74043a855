"""What a plan holds, as conditions of the solver: the merged orders, activities, alerts, goals and diagnoses of a Case.

Orders of one key are merged as `guideline.plan` does: the highest priority of the rules that hold. What a plan must
hold counts only where the guideline is concerned with this limb; what it must not hold never counts on that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

import z3

from guideline.assessment import PRIORITIES, STRENGTHS
from guideline.rule import Activity, Alert, Differential, Effect, Goal, Order, Rule
from tests.proof.formulas import Reading
from tests.proof.three import Bool, Truth, either

CONCERNS: Final = ("has-foot-drop", "emergency", "possible-foot-drop")
SEVERITIES: Final = ("info", "warning", "critical")
Choice = Callable[[Rule, Effect], bool]


@dataclass(frozen=True)
class Plan:
    """The plan of one reading."""

    reading: Reading

    def says(self, text: str) -> Bool:
        """The condition, in the rulebook's language, is true."""
        return self.reading.says(text).yes

    @property
    def concerned(self) -> Bool:
        found = [self.reading.env[name] for name in CONCERNS]
        return either([each.yes for each in found if isinstance(each, Truth)])

    def holds(self, chosen: Choice) -> Bool:
        """Some effect that is chosen comes from a rule that holds."""
        rules = [entry.rule for entry in self.reading.book.entries]
        found = [rule.id for rule in rules if any(chosen(rule, effect) for effect in rule.then)]
        return either([self.reading.rules[rule].yes for rule in found] or [z3.BoolVal(False)])

    def shows(self, chosen: Choice) -> Bool:
        return z3.And(self.concerned, self.holds(chosen))

    def order(self, *keys: str, least: str = "routine", strength: str = "option") -> Bool:
        """One of these is ordered, at this priority or a higher one, this strongly or more."""
        return self.shows(_order(keys, least, strength))

    def orders(self, *keys: str, least: str = "routine") -> Bool:
        """Each of these is ordered."""
        return z3.And(*(self.order(key, least=least) for key in keys))

    def any_order(self, least: str = "routine") -> Bool:
        return self.shows(lambda _, effect: isinstance(effect, Order) and _at_least(effect.priority, least))

    def proposes(self, *keys: str, least: str = "routine", strength: str = "option") -> Bool:
        """The same as `order`, whether or not the guideline is concerned: what must not be is asked so."""
        return self.holds(_order(keys, least, strength))

    def activity(self, *keys: str) -> Bool:
        return self.holds(lambda _, effect: isinstance(effect, Activity) and effect.key in keys)

    def goals(self, *keys: str) -> Bool:
        return z3.And(
            *(self.shows(lambda _, effect, key=key: isinstance(effect, Goal) and effect.key == key) for key in keys)  # type: ignore[misc]
        )

    def alert(self, *keys: str, least: str = "info") -> Bool:
        """One of these alerts, or without keys any, of this severity or a graver one."""
        return self.shows(
            lambda _, effect: (
                isinstance(effect, Alert)
                and (not keys or effect.key in keys)
                and SEVERITIES.index(effect.severity) >= SEVERITIES.index(least)
            )
        )

    def differential(self, *diagnoses: str, certain: bool = False) -> Bool:
        """One of these is on the list; `certain`: more than suspected."""
        return self.holds(
            lambda _, effect: (
                isinstance(effect, Differential)
                and effect.diagnosis in diagnoses
                and (not certain or effect.certainty != "suspected")
            )
        )

    def other_than(self, diagnosis: str) -> Bool:
        return self.holds(lambda _, effect: isinstance(effect, Differential) and effect.diagnosis != diagnosis)

    def cites(self, statement: str) -> Bool:
        return self.holds(lambda rule, _: statement in rule.statements)

    def text(self, pattern: str, *, kinds: tuple[type, ...] = (Order, Activity, Alert, Goal)) -> Bool:
        """Some text that is shown matches."""
        found = re.compile(pattern, re.IGNORECASE)
        return self.holds(
            lambda _, effect: isinstance(effect, kinds) and bool(found.search(getattr(effect, "text", "")))
        )


def order_keys(rules: Iterable[Rule]) -> list[str]:
    return sorted({effect.key for rule in rules for effect in rule.then if isinstance(effect, Order)})


def _order(keys: tuple[str, ...], least: str, strength: str) -> Choice:
    return (
        lambda rule, effect: (
            isinstance(effect, Order)
            and effect.key in keys
            and _at_least(effect.priority, least)
            and STRENGTHS.index(rule.strength) >= STRENGTHS.index(strength)
        )  # type: ignore[arg-type]
    )


def _at_least(priority: str, least: str) -> bool:
    return PRIORITIES.index(priority) >= PRIORITIES.index(least)  # type: ignore[arg-type]
