"""`rules`: the table of contents of the rulebook."""

from __future__ import annotations

from collections.abc import Iterable

from guideline.citations import Shown
from guideline.explain import GROUPS, known
from guideline.rule import Alert, Rule
from guideline.rulebook import Rulebook


class Listed(Shown):
    id: str
    title: str
    strength: str


class RuleGroup(Shown):
    group: str
    title: str
    rules: list[Listed]


class AlertKey(Shown):
    key: str
    severity: str
    rules: list[str]


class Contents(Shown):
    """The rules by group, and the keys of the alerts they raise."""

    groups: list[RuleGroup]
    alerts: list[AlertKey]


def contents(book: Rulebook, group: str | None = None) -> Contents:
    """The rules by group, or those of one group. An unknown group is an UnknownNameError with those there are."""
    found: dict[str, list[Rule]] = {}
    for rule in book.rules:
        found.setdefault(rule.group, []).append(rule)
    order = [*(key for key in GROUPS if key in found), *sorted(found.keys() - GROUPS.keys())]
    if group is not None:
        order = [known(group.upper(), order, "group", few=True)]
    rules = [rule for key in order for rule in found[key]]
    return Contents(
        groups=[
            RuleGroup(
                group=key,
                title=GROUPS.get(key, key),
                rules=[Listed(id=rule.id, title=rule.title, strength=rule.strength) for rule in found[key]],
            )
            for key in order
        ],
        alerts=_alerts(rules),
    )


def _alerts(rules: Iterable[Rule]) -> list[AlertKey]:
    found: dict[tuple[str, str], list[str]] = {}
    for rule in rules:
        for effect in rule.then:
            if isinstance(effect, Alert):
                found.setdefault((effect.key, effect.severity), []).append(rule.id)
    return [AlertKey(key=key, severity=severity, rules=found[key, severity]) for key, severity in sorted(found)]
