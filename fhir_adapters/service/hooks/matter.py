"""What one card is about, before it is written."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from fhir_adapters.service.hooks.offers import Offer
from guideline.assessment import Alert, Proposal, Question, Side
from guideline.vocabulary import BASE
from guideline.wording import titles

# orders-stat, orders-red-flag, orders-soon, cautions, plan, unusable, data, questions, snoozed
CARD_SYSTEM: Final = f"{BASE}/CodeSystem/card"
Indicator = Literal["info", "warning", "critical"]


@dataclass(frozen=True)  # without slots: what follows from it is worked out once
class Matter:
    """One card to be.

    `topic` names it across visits; `code` is (system, code, display); `notes` are Markdown paragraphs that open the
    detail. `one_of`: at most one of the offers can be chosen. `red_flag` (an emergency, a sign of one, or what answers
    it) and `lasting` cards are never snoozed. `state` stands for what no rule reads (which questions, whose list), so
    that a change of it ends a snooze.
    """

    topic: str
    code: tuple[str, str, str]
    indicator: Indicator
    summary: str
    side: Side | None = None
    alerts: tuple[Alert, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    offers: tuple[Offer, ...] = ()
    questions: tuple[Question, ...] = ()
    notes: tuple[str, ...] = ()
    one_of: bool = False
    red_flag: bool = False
    lasting: bool = False
    state: str = ""

    @cached_property
    def rules(self) -> tuple[str, ...]:
        """Ids of the rules behind it, in order of appearance."""
        return tuple(dict.fromkeys(rule for part in self.parts for rule in part.rules))

    @cached_property
    def parts(self) -> list[Alert | Proposal]:
        """Everything in it that rests on rules."""
        return [*self.alerts, *self.proposals]

    @cached_property
    def orders(self) -> list[Proposal]:
        return [each for each in self.proposals if each.key in titles("orders")]

    @cached_property
    def activities(self) -> list[Proposal]:
        return [each for each in self.proposals if each.key not in titles("orders")]
