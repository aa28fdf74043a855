"""What durable_rules is going to build for some rules, counted before it sees them, and those rules in its own words.

Cost and danger in durable_rules grow with patterns, facts and sessions, so a rule costs one node here, not one for each
condition. The Network mirrors the nodes, so that every limit is counted in Python: past some of them the engine hangs
or reads stray memory.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from guideline.engine_sheets import ARRIVED, TICK, Fires, SheetPlan
from guideline.program import All, Formula, Literal, literals
from guideline.truths import FALSE, TRUE, UNKNOWN

# The engine hangs on 512 conditions that follow one, reads past the end of 128 alternatives that end in one, and
# refuses 65 that wait to be followed up. MAX_PENDING counts all of these, since whatever follows a condition waits.
MAX_PENDING: Final = 56
MAX_PROPERTIES: Final = 200  # of a fact: the engine refuses 252
MAX_RULES_ON_A_NODE: Final = 200  # the engine reads past the end of a list of 256
MAX_GROUPS: Final = 12  # of "all" and "any" in one pattern: the engine refuses 16
MAX_WAYS: Final = 32  # in which one pattern may match at once: the engine finds and hands over every one


@dataclass(frozen=True, slots=True)
class Pattern:
    """One rule for the engine: `name` fires when `formula` holds, and lifts what it `settles` to `value`."""

    name: str
    formula: Formula
    rule: str | None = None  # the rule that is true when this fires
    settles: tuple[str, ...] = ()
    value: int = TRUE


@dataclass(slots=True)
class _Node:
    """A condition in the engine's network and what hangs on it."""

    next: dict[Literal | int, _Node] = field(default_factory=dict)
    rules: int = 0
    pending: int | None = None  # counted below; None when something was added

    def to(self, key: Literal | int, other: _Node) -> _Node:
        self.pending = None
        return self.next.setdefault(key, other)


class Network:
    """The nodes durable_rules will build for some patterns."""

    def __init__(self) -> None:
        self._root = _Node(next={0: _Node(rules=1)})  # the tick
        self._literals: set[Literal] = set()
        self._rules = 0  # the most on any node

    def add(self, formula: Formula) -> bool:
        """Add a pattern; false when the engine could not carry them all, and this network is spoilt."""
        end = self._grow(self._root, formula)
        end.rules += 1
        self._rules = max(self._rules, end.rules)
        few = len(self._literals) < MAX_PROPERTIES and self._rules < MAX_RULES_ON_A_NODE
        return few and _pending(self._root) < MAX_PENDING

    def _grow(self, node: _Node, formula: Formula) -> _Node:
        """The node where `formula` ends when it starts at `node`; equal beginnings share their nodes."""
        if isinstance(formula, Literal):
            self._literals.add(formula)
            return node.to(formula, _Node())
        if isinstance(formula, All):
            for part in formula.parts:
                node = self._grow(node, part)
            return node
        meeting = _Node()
        for part in formula.parts:
            self._grow(node, part).to(id(meeting), meeting)
        return meeting


def _pending(node: _Node) -> int:
    """The most conditions that can wait at once, if all hold: the engine stacks its matches, depth first."""
    if node.pending is None:
        deepest = max(map(_pending, node.next.values()), default=0)
        node.pending = max(len(node.next), len(node.next) - 1 + deepest)
    return node.pending


def sheet_plan(patterns: Iterable[Pattern]) -> SheetPlan:
    """Write one sheet's patterns down for the engine."""
    patterns = tuple(patterns)
    asked = dict.fromkeys(literal for pattern in patterns for literal in literals(pattern.formula))
    properties = {literal: f"x{number}" for number, literal in enumerate(asked)}
    return SheetPlan(
        definition=json.dumps(_definition(patterns, properties), ensure_ascii=False),
        reads=tuple(_fragments(properties).items()),
        fires={pattern.name: Fires(pattern.rule, pattern.settles, pattern.value) for pattern in patterns},
    )


def _definition(patterns: tuple[Pattern, ...], properties: Mapping[Literal, str]) -> dict[str, object]:
    """The JSON ruleset (the DSL drops words). `cap` hands over all the ways in which a rule matches at once.

    A rule has no action of its own: what fired is recorded by Ruleset.session.
    """
    rules = {ARRIVED: All(())} | {pattern.name: pattern.formula for pattern in patterns}
    return {name: {"all": [{"m": _condition(formula, properties)}], "cap": MAX_WAYS} for name, formula in rules.items()}


def _condition(formula: Formula, properties: Mapping[Literal, str]) -> dict[str, object]:
    if isinstance(formula, Literal):
        return {properties[formula]: 1}
    if not formula.parts:
        return {TICK: 1}
    return {"$and" if isinstance(formula, All) else "$or": [_condition(part, properties) for part in formula.parts]}


def _fragments(properties: Mapping[Literal, str]) -> dict[str, tuple[str, str, str]]:
    """For each atom, what to write into the fact when it is FALSE, TRUE or UNKNOWN."""
    found = {literal.atom: ["", "", ""] for literal in properties}
    for literal, name in properties.items():
        for value in literal.values:
            found[literal.atom][value] += f',"{name}":1'
    return {atom: (texts[FALSE], texts[TRUE], texts[UNKNOWN]) for atom, texts in found.items()}
