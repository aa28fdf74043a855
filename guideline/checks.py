"""What a rule may name, and what its strength may ask for: wrong rules never load."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from guideline import vocabulary
from guideline.catalogue import sources, statements
from guideline.errors import RulebookError
from guideline.rule import Activity, Differential, Effect, Goal, Order, Rule

# Decision D-02: rows that give a weaker rule a priority of its own.
PRIORITY_ROWS: Final = frozenset({"RED-19", "LAB-01", "LAB-04", "SUR-03"})


def check_rules(rules: Iterable[Rule]) -> None:
    """Every id once, every name known, every priority borne. RulebookError names the rule."""
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            raise RulebookError(f"{rule.id} stands twice")
        seen.add(rule.id)
        _check_words(rule)
        for effect in rule.then:
            _check_effect(rule, effect)


def _check_words(rule: Rule) -> None:
    for statement in rule.statements:
        if statement not in statements():
            raise RulebookError(f"{rule.id}: no statement {statement} in the catalogue")
    for source in rule.sources:
        if source not in sources():
            raise RulebookError(f"{rule.id}: no source {source} in sources.toml")
    if len(set(rule.statements)) != len(rule.statements):
        raise RulebookError(f"{rule.id}: a statement is named twice")


def _check_effect(rule: Rule, effect: Effect) -> None:
    if isinstance(effect, Order):
        _known(rule, "order", effect.key, vocabulary.order_kinds())
        _check_priority(rule, effect)
    elif isinstance(effect, Activity):
        _known(rule, "activity", effect.key, vocabulary.ACTIVITY_KEYS)
    elif isinstance(effect, Goal):
        _known(rule, "goal", effect.key, vocabulary.GOAL_KEYS)
    elif isinstance(effect, Differential):
        _known(rule, "diagnosis", effect.diagnosis, vocabulary.diagnoses())


def _check_priority(rule: Rule, order: Order) -> None:
    if rule.strength == "recommend" or order.priority == "routine":
        return
    if order.priority_from not in PRIORITY_ROWS or order.priority_from not in rule.statements:
        raise RulebookError(
            f"{rule.id}: strength {rule.strength} does not bear priority {order.priority}, "
            "unless priority_from names the statement whose row says so (D-02)"
        )


def _known(rule: Rule, what: str, key: str, part: Iterable[str]) -> None:
    if key not in part:
        raise RulebookError(f"{rule.id}: no {what} {key} in the vocabulary")
