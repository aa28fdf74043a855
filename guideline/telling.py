"""What the rules of a book tell of as time goes by: the orders of each, and its alerts that are graver than a note."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from guideline import vocabulary
from guideline.assessment import PRIORITIES, STRENGTHS
from guideline.rule import Alert, Order, Rule
from guideline.rulebook import Rulebook

Rank = tuple[int, int]
ToldAlert = tuple[str, bool, str | None]  # its text, whether each leg has its own, the order whose doing ends it


class Effects(NamedTuple):
    orders: tuple[tuple[str, bool, Rank], ...]
    alerts: tuple[ToldAlert, ...]


class Telling(NamedTuple):
    """What the rules of a book tell of: by rule; the rules that ask for an order; the alerts of each
    rule; and the orders whose doing ends an alert."""

    effects: Mapping[str, Effects]
    askers: Mapping[str, Sequence[str]]
    alerts: Sequence[tuple[str, Sequence[ToldAlert]]]
    ending: frozenset[str]


@lru_cache(maxsize=8)
def telling_of(book: Rulebook) -> Telling:
    effects = {rule.id: each for rule in book.rules if any(each := _effects(rule))}
    askers: dict[str, list[str]] = {}
    for rule, each in effects.items():
        for key in dict.fromkeys(key for key, _, _ in each.orders):
            askers.setdefault(key, []).append(rule)
    alerts = [(rule, each.alerts) for rule, each in effects.items() if each.alerts]
    ending = frozenset([until_done for _, told in alerts for _, _, until_done in told if until_done])
    return Telling(effects, askers, alerts, ending)


def _effects(rule: Rule) -> Effects:
    """The orders of a rule, and its alerts that are graver than a note."""
    strength = STRENGTHS.index(rule.strength)
    orders = tuple(
        (each.key, vocabulary.order_kinds()[each.key].sided, (PRIORITIES.index(each.priority), strength))
        for each in rule.then
        if isinstance(each, Order)
    )
    alerts = tuple(
        (each.text, each.scope == "limb", each.until_done)
        for each in rule.then
        if isinstance(each, Alert) and each.severity != "info"
    )
    return Effects(orders, alerts)
