"""What in the rulebook says nothing: rules that never or always fire, conclusions that are constant, rules for one
order that cannot both hold, and orders that another rule always gives as well."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import z3

from guideline.assessment import PRIORITIES, STRENGTHS
from guideline.rule import Order, Rule
from guideline.rulebook import Entry
from tests.proof.every_case import EveryCase


def never_fire(space: EveryCase) -> list[str]:
    """Rules that no Case fires."""
    return [rule for rule, truth in space.reading.rules.items() if space.never(truth.yes)]


def always_fire(space: EveryCase) -> list[str]:
    """Rules that every Case fires: their condition says nothing."""
    return [rule for rule, truth in space.reading.rules.items() if space.never(z3.Not(truth.yes))]


def never_settled(space: EveryCase) -> list[str]:
    """Conclusions that are never false or never true: whoever reads them reads a constant."""
    found = []
    for name in sorted(space.book.by_conclusion):
        truth = space.reading.env[name]
        if space.never(truth.yes) or space.never(truth.no):  # type: ignore[union-attr]
            found.append(name)
    return found


@dataclass(frozen=True, order=True)
class Pair:
    rules: tuple[str, str]
    key: str
    text: str

    def __str__(self) -> str:
        return f"{self.rules[0]} and {self.rules[1]} ({self.key}): {self.text}"


def exclusive(space: EveryCase) -> list[Pair]:
    """Rules for one order that can never both hold: alternatives, worth a look."""
    return [
        Pair((one.rule.id, other.rule.id), key, "never both")
        for key, one, other in _of_one_order(space)
        if _never_both(space, one, other)
    ]


def said_already(space: EveryCase) -> list[Pair]:
    """An order that another rule always gives as urgently and as strongly: only its text and reasons add to a plan."""
    found = []
    for key, one, other in _of_one_order(space):
        for weak, strong in ((one, other), (other, one)):
            if _no_stronger(weak.rule, strong.rule, key) and _implies(space, weak, strong):
                found.append(Pair((weak.rule.id, strong.rule.id), key, "the second always holds with the first"))
                break
    return found


def _of_one_order(space: EveryCase) -> Iterator[tuple[str, Entry, Entry]]:
    by_key: dict[str, list[Entry]] = {}
    for entry in space.book.entries:
        for key in sorted({effect.key for effect in entry.rule.then if isinstance(effect, Order)}):
            by_key.setdefault(key, []).append(entry)
    for key in sorted(by_key):
        for one, other in combinations(by_key[key], 2):
            yield key, one, other


def _never_both(space: EveryCase, one: Entry, other: Entry) -> bool:
    rules = space.reading.rules
    return space.never(rules[one.rule.id].yes, rules[other.rule.id].yes)


def _implies(space: EveryCase, one: Entry, other: Entry) -> bool:
    rules = space.reading.rules
    return space.never(rules[one.rule.id].yes, z3.Not(rules[other.rule.id].yes))


def _rank(rule: Rule, key: str) -> tuple[int, int]:
    priority = max(
        PRIORITIES.index(effect.priority) for effect in rule.then if isinstance(effect, Order) and effect.key == key
    )
    return priority, STRENGTHS.index(rule.strength)


def _no_stronger(weak: Rule, strong: Rule, key: str) -> bool:
    return all(a <= b for a, b in zip(_rank(weak, key), _rank(strong, key), strict=True))
