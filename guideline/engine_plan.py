"""Planning: a Program checked, simplified, and cut into sheets that durable_rules can carry.

A formula too wide for one pattern hands its parts to helpers, which are conclusions of an earlier stage of the same
layer; so no rule is too wide, and the rules behind a helper are matched by the engine like any other.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from math import prod

from guideline.engine_network import MAX_GROUPS, MAX_WAYS, Network, Pattern, sheet_plan
from guideline.engine_sheets import Plan
from guideline.errors import RulebookError
from guideline.program import All, Any, Clause, Formula, Layer, Literal, Program, literals
from guideline.truths import FALSE, TRUE, UNKNOWN

MAX_LITERALS = 32  # in one pattern

Stage = list[tuple[Pattern, ...]]  # sheets whose rules read only what earlier stages settled

_ALWAYS, _NEVER = All(()), Any(())
_VALUES = frozenset((FALSE, TRUE, UNKNOWN))
_RULE_ID = re.compile(r"[ !#-\[\]-{}~]{1,200}")


def planned(program: Program) -> Plan:
    """The plan of a program; RulebookError names the rule that cannot be run."""
    stages = tuple(tuple(sheet_plan(sheet) for sheet in stage) for stage in plan(program))
    conclusions = tuple(name for layer in program.layers for name in layer.concludes)
    settled = dict.fromkeys(
        name for stage in stages for sheet in stage for fires in sheet.fires.values() for name in fires.settles
    )
    known = frozenset(conclusions)
    return Plan(program.atoms, conclusions, tuple(name for name in settled if name not in known), stages)


def plan(program: Program) -> list[Stage]:
    """Check a program and cut it into stages; names the rule that cannot be run, and says why."""
    known = set(program.atoms)
    taken = known.union(*(layer.concludes for layer in program.layers))
    helpers = (name for number in itertools.count(1) if (name := f"helper {number}") not in taken)
    stages: list[Stage] = []
    for layer in program.layers:
        _check_conclusions(layer, known)
        planner = _Planner(helpers)
        for clause in layer.clauses:
            try:
                _check_clause(clause, layer, known)
                planner.add(clause)
            except RecursionError as error:
                raise RulebookError(f"{clause.rule}: its condition is nested too deeply") from error
        known.update(layer.concludes)
        stages.extend(_cut(planner.stages[level]) for level in sorted(planner.stages))
    _check_unique([clause.rule for layer in program.layers for clause in layer.clauses])
    return stages


class _Planner:
    """Makes patterns of the clauses of one layer, each in the first stage that can run it."""

    def __init__(self, helper_names: Iterator[str]) -> None:
        self.stages: defaultdict[int, list[Pattern]] = defaultdict(list)
        self._names = helper_names
        self._helpers: dict[Formula, Literal] = {}
        self._stage_after: dict[str, int] = {}  # helper -> the first stage that can read it

    def add(self, clause: Clause) -> None:
        holds, possible = _simplify(clause.holds), _simplify(clause.possible)
        self._put(Pattern(clause.rule, holds, rule=clause.rule, settles=clause.concludes))
        if clause.concludes and possible != holds:  # only a conclusion can tell unknown from false
            self._put(Pattern(f"{clause.rule}|possible", possible, settles=clause.concludes, value=UNKNOWN))

    def _put(self, pattern: Pattern) -> int:
        if pattern.formula == _NEVER:
            return 0
        formula = self._fit(pattern.formula)
        stage = max((self._stage_after.get(literal.atom, 0) for literal in literals(formula)), default=0)
        self.stages[stage].append(replace(pattern, formula=formula))
        return stage

    def _fit(self, formula: Formula) -> Formula:
        """An equal formula that is small enough for one pattern, given its helpers."""
        if isinstance(formula, Literal):
            return formula
        kind = type(formula)
        parts = [self._fit(part) for part in formula.parts]
        while not _is_small(kind(tuple(parts))):
            widest = max(range(len(parts)), key=lambda index: _ways(parts[index]) + _groups(parts[index]))
            if isinstance(parts[widest], Literal):
                chunks = [parts[start : start + MAX_LITERALS] for start in range(0, len(parts), MAX_LITERALS)]
                parts = [self._helper(kind(tuple(chunk))) if chunk[1:] else chunk[0] for chunk in chunks]
            else:
                parts[widest] = self._helper(parts[widest])
        return kind(tuple(parts))

    def _helper(self, formula: Formula) -> Literal:
        """The literal that stands for a formula from the next stage on; equal formulas share it."""
        if formula not in self._helpers:
            name = next(self._names)
            self._stage_after[name] = self._put(Pattern(f"|{name}", formula, settles=(name,))) + 1
            self._helpers[formula] = Literal(name, frozenset((TRUE,)))
        return self._helpers[formula]


def _simplify(formula: Formula) -> Formula:
    """Without constants, repetitions, groups of one, and groups directly inside a group of their own kind."""
    if isinstance(formula, Literal):
        return _ALWAYS if formula.values == _VALUES else formula if formula.values else _NEVER
    kind = type(formula)
    parts: dict[Formula, None] = {}
    for part in map(_simplify, formula.parts):
        parts.update(dict.fromkeys(part.parts if isinstance(part, kind) else [part]))
    decided = _NEVER if kind is All else _ALWAYS
    if decided in parts:
        return decided
    return next(iter(parts)) if len(parts) == 1 else kind(tuple(parts))


def _is_small(formula: Formula) -> bool:
    size = sum(1 for _ in literals(formula))
    return size <= MAX_LITERALS and _ways(formula) <= MAX_WAYS and _groups(formula) <= MAX_GROUPS


def _ways(formula: Formula) -> int:
    """In how many ways a formula can hold at once: the engine finds them all."""
    if isinstance(formula, Literal):
        return 1
    return (prod if isinstance(formula, All) else sum)(map(_ways, formula.parts))


def _groups(formula: Formula) -> int:
    return 0 if isinstance(formula, Literal) else 1 + sum(map(_groups, formula.parts))


def _cut(patterns: list[Pattern]) -> Stage:
    """Deal the patterns of a stage to as few sheets as durable_rules can carry."""
    often = Counter(literal for pattern in patterns for literal in literals(pattern.formula))
    sheets: list[list[Pattern]] = [[]]
    network = Network()
    for pattern in [replace(pattern, formula=_ordered(pattern.formula, often)) for pattern in patterns]:
        if not network.add(pattern.formula):
            network = Network()
            sheets.append([])
            if not network.add(pattern.formula):
                raise RulebookError(f"{pattern.name}: its condition is too wide for durable_rules; split the rule")
        sheets[-1].append(pattern)
    return [tuple(sheet) for sheet in sheets]


def _ordered(formula: Formula, often: Mapping[Literal, int]) -> Formula:
    """The commonest condition first, so that rules share the beginning of their path; alternatives last."""
    if isinstance(formula, Literal):
        return formula
    parts = dict.fromkeys(_ordered(part, often) for part in formula.parts)  # some may have differed in order only
    if isinstance(formula, Any):
        return Any(tuple(parts))
    single = [part for part in parts if isinstance(part, Literal)]
    single.sort(key=lambda literal: (-often[literal], literal.atom, sorted(literal.values)))
    return All((*single, *(part for part in parts if not isinstance(part, Literal))))


def _check_conclusions(layer: Layer, known: AbstractSet[str]) -> None:
    for name in layer.concludes:
        if name in known:
            raise RulebookError(f"{name}: concluded here, but already an atom or the conclusion of an earlier layer")


def _check_clause(clause: Clause, layer: Layer, known: AbstractSet[str]) -> None:
    if not _RULE_ID.fullmatch(clause.rule):
        raise RulebookError(f"{clause.rule!r}: a rule id has 1 to 200 ASCII characters, no quote, backslash or bar")
    for literal in itertools.chain(literals(clause.holds), literals(clause.possible)):
        if literal.atom not in known:
            raise RulebookError(f"{clause.rule}: reads {literal.atom!r}, which nothing before its layer settles")
        if not literal.values <= _VALUES:
            raise RulebookError(f"{clause.rule}: asks {literal.atom!r} for a value other than true, false or unknown")
    for name in clause.concludes:
        if name not in layer.concludes:
            raise RulebookError(f"{clause.rule}: concludes {name!r}, which its layer does not settle")


def _check_unique(rules: Iterable[str]) -> None:
    for rule, times in Counter(rules).items():
        if times > 1:
            raise RulebookError(f"{rule}: {times} rules have this id")
