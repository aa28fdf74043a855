"""The one module that touches durable_rules, and what it must never be made to do (measured on 2.0.28).

A sheet is one ruleset with the one fact it is given in each run: every condition that holds is a property of that fact,
and every rule is one pattern over it. Cost and danger in durable_rules grow with patterns, facts and sessions, so a
rule costs one node here, not one for each condition. The Network mirrors the nodes durable_rules is going to build, so
that every limit is counted in Python, before the engine sees a rule: past some of them it hangs or reads stray memory.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from operator import getitem, itemgetter
from typing import Final, Protocol

import durable.engine  # type: ignore[import-untyped, unused-ignore]
import durable_rules_engine  # type: ignore[import-not-found, import-untyped, unused-ignore]

from guideline.errors import EngineError
from guideline.program import FALSE, TRUE, UNKNOWN, All, Formula, Literal

# The engine hangs on 512 conditions that follow one, reads past the end of 128 alternatives that end in one, and
# refuses 65 that wait to be followed up. MAX_PENDING counts all of these, since whatever follows a condition waits.
MAX_PENDING: Final = 56
MAX_PROPERTIES: Final = 200  # of a fact: the engine refuses 252
MAX_RULES_ON_A_NODE: Final = 200  # the engine reads past the end of a list of 256
MAX_GROUPS: Final = 12  # of "all" and "any" in one pattern: the engine refuses 16
MAX_WAYS: Final = 32  # in which one pattern may match at once: the engine finds and hands over every one
MAX_SIDS: Final = 4096  # sids come round again; no session outlives its run, so at most one is ever live

TICK: Final = "t"  # a property of every fact, always 1
ARRIVED: Final = "|arrived"  # the harmless rule of every sheet, and the proof that its fact was read


class _Native(Protocol):
    """The C functions below durable.engine, whose Python layer would write and read JSON around each of them."""

    error: type[Exception]

    def assert_fact(self, handle: int, fact: str, /) -> tuple[int, int]: ...
    def start_action_for_state(self, handle: int, session: int, /) -> tuple[str, str] | None: ...
    def complete_and_start_action(self, handle: int, session: int, /) -> str | None: ...
    def delete_state(self, handle: int, sid: str, /) -> None: ...
    def delete_ruleset(self, handle: int, /) -> None: ...


native: _Native = durable_rules_engine


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


def literals(formula: Formula) -> Iterable[Literal]:
    """Every literal of a formula, in reading order."""
    if isinstance(formula, Literal):
        yield formula
    else:
        for part in formula.parts:
            yield from literals(part)


class Ruleset(durable.engine.Ruleset):  # type: ignore[misc]  # it has no types
    """A ruleset without a Host: a Host starts two timer threads, which fire rules behind the caller's back."""

    def __init__(self, definition: dict[str, object]) -> None:
        try:
            super().__init__("sheet", None, definition)
        except native.error as error:
            raise EngineError(f"durable_rules refused a ruleset: {error}") from error
        weakref.finalize(self, native.delete_ruleset, self._handle).atexit = False
        self.session("0", "")  # the first session of a ruleset must fire, or deleting it would read stray memory

    def session(self, sid: str, properties: str) -> list[str]:
        """One session, from its one fact to its deletion: the names of the rules that fired.

        Firing is recorded here and nowhere else, so no exception is swallowed into the state and no lease runs out.
        """
        try:
            refused, state = native.assert_fact(self._handle, f'{{"id":1,"sid":"{sid}","{TICK}":1{properties}}}')
            if refused:  # nobody reads it, or a session with this sid was left behind: another patient's
                raise EngineError(f"durable_rules did not take a fact (code {refused})")
            started = native.start_action_for_state(self._handle, state)
            message = started[1] if started else None
            fired = []
            while message:  # {"name of the rule":[...
                fired.append(message[2 : message.index('"', 2)])
                message = native.complete_and_start_action(self._handle, state)
        except (native.error, MemoryError) as error:
            raise EngineError(f"durable_rules failed: {error}") from error
        finally:
            self._end(sid)
        if ARRIVED not in fired:
            raise EngineError("durable_rules lost a fact: the rule that always fires did not")
        fired.remove(ARRIVED)
        return fired

    def _end(self, sid: str) -> None:
        try:
            native.delete_state(self._handle, sid)
        except native.error as error:
            raise EngineError(f"durable_rules could not delete session {sid}: {error}") from error


class Sheet:
    """A ruleset, the patterns its rules came from, and the conditions they ask about."""

    def __init__(self, patterns: tuple[Pattern, ...]) -> None:
        asked = dict.fromkeys(literal for pattern in patterns for literal in literals(pattern.formula))
        properties = {literal: f"x{number}" for number, literal in enumerate(asked)}
        self._patterns = {pattern.name: pattern for pattern in patterns}
        fragments = _fragments(properties)
        self._fragments = tuple(fragments.values())
        # Asked for one atom only, itemgetter would give a bare value.
        self._values = itemgetter(*fragments, *list(fragments)[:1]) if fragments else _no_values
        self._ruleset = Ruleset(_definition(patterns, properties))

    def fire(self, sid: str, values: Mapping[str, int]) -> list[Pattern]:
        """Assert what holds of `values`, let the rules fire, and return those that did."""
        properties = "".join(map(getitem, self._fragments, self._values(values)))
        try:
            return [self._patterns[name] for name in self._ruleset.session(sid, properties)]
        except KeyError as error:
            raise EngineError(f"durable_rules fired a rule it was never given: {error}") from error


def _no_values(_: Mapping[str, int]) -> tuple[int, ...]:
    return ()


def keep_freed_memory() -> None:
    """Make glibc keep what sessions free: once a large block was freed, it stops handing memory back to the kernel.

    Faulting the same pages in again for every session costs several times what the matching does.
    """
    bytearray(4 << 20)


def _definition(patterns: tuple[Pattern, ...], properties: Mapping[Literal, str]) -> dict[str, object]:
    """The JSON ruleset (the DSL drops words). `cap` hands over all the ways in which a rule matches at once."""
    rules = {ARRIVED: All(())} | {pattern.name: pattern.formula for pattern in patterns}
    return {
        name: {"all": [{"m": _condition(formula, properties)}], "cap": MAX_WAYS, "run": _recorded}
        for name, formula in rules.items()
    }


def _recorded(_: object) -> None:
    """durable_rules wants an action for every rule; what fired is recorded by Ruleset.session."""


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
