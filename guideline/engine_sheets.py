"""The one module that touches durable_rules, and what it must never be made to do (measured on 2.0.28).

A sheet is one ruleset, and is given one fact for each limb: every condition that holds is a property of that fact, and
every rule is one pattern over it. What one sheet may hold is counted in `guideline.engine_network`.
"""

from __future__ import annotations

import weakref
from collections.abc import Mapping, Sequence
from operator import getitem, itemgetter
from typing import Final, NamedTuple, Protocol

import durable_rules_engine  # type: ignore[import-not-found, import-untyped, unused-ignore]

from guideline.errors import EngineError

MAX_SIDS: Final = 4096  # sids come round again; no session outlives its run, so at most one is ever live

TICK: Final = "t"  # a property of every fact, always 1
ARRIVED: Final = "|arrived"  # the harmless rule of every sheet, and the proof that its fact was read


class _Native(Protocol):
    """The C functions below durable.engine, whose Python layer would write and read JSON around each of them."""

    error: type[Exception]

    def create_ruleset(self, name: str, rules: str, /) -> int: ...
    def assert_fact(self, handle: int, fact: str, /) -> tuple[int, int]: ...
    def start_action_for_state(self, handle: int, session: int, /) -> tuple[str, str] | None: ...
    def complete_and_start_action(self, handle: int, session: int, /) -> str | None: ...
    def delete_state(self, handle: int, sid: str, /) -> None: ...
    def delete_ruleset(self, handle: int, /) -> None: ...


native: _Native = durable_rules_engine


class Ruleset:
    """A ruleset without a Host: a Host starts two timer threads, which fire rules behind the caller's back."""

    def __init__(self, definition: str) -> None:
        try:
            self._handle = native.create_ruleset("sheet", definition)
        except native.error as error:
            raise EngineError(f"durable_rules refused a ruleset: {error}") from error
        weakref.finalize(self, native.delete_ruleset, self._handle).atexit = False
        self.session("0", [""])  # the first session of a ruleset must fire, or deleting it would read stray memory

    def session(self, sid: str, facts: Sequence[str]) -> list[list[str]]:
        """One session, from its first fact to its deletion: for each fact the names of the rules that fired.

        A fact is the text of its properties. The next is told when all is quiet, and as every rule is one pattern over
        one fact, no two can meet; a session costs more than what it matches.
        """
        try:
            return [self._told(sid, number, properties) for number, properties in enumerate(facts, 1)]
        except (native.error, MemoryError) as error:
            raise EngineError(f"durable_rules failed: {error}") from error
        finally:
            self._end(sid)

    def _told(self, sid: str, number: int, properties: str) -> list[str]:
        """Firing is recorded here only, so no exception is swallowed into the state, and no lease runs out."""
        refused, state = native.assert_fact(self._handle, f'{{"id":{number},"sid":"{sid}","{TICK}":1{properties}}}')
        if refused:  # nobody reads it, or a session with this sid was left behind: another patient's
            raise EngineError(f"durable_rules did not take a fact (code {refused})")
        started = native.start_action_for_state(self._handle, state)
        message = started[1] if started else None
        fired = []
        while message:  # {"name of the rule":[...
            fired.append(message[2 : message.index('"', 2)])
            message = native.complete_and_start_action(self._handle, state)
        if ARRIVED not in fired:
            raise EngineError("durable_rules lost a fact: the rule that always fires did not")
        fired.remove(ARRIVED)
        return fired

    def _end(self, sid: str) -> None:
        try:
            native.delete_state(self._handle, sid)
        except native.error as error:
            raise EngineError(f"durable_rules could not delete session {sid}: {error}") from error


class Fires(NamedTuple):
    """What it means that a pattern fired: the rule that is true, and what it lifts its conclusions to."""

    rule: str | None
    settles: tuple[str, ...]
    value: int


class SheetPlan(NamedTuple):
    """A sheet in the engine's words: its ruleset as JSON, what a fact says of each atom, what each pattern means."""

    definition: str
    reads: tuple[tuple[str, tuple[str, str, str]], ...]
    fires: Mapping[str, Fires]


class Plan(NamedTuple):
    """A program cut for durable_rules: the atoms it is told, the conclusions it settles, its sheets stage by stage."""

    atoms: tuple[str, ...]
    conclusions: tuple[str, ...]
    helpers: tuple[str, ...]
    stages: tuple[tuple[SheetPlan, ...], ...]


class Sheet:
    """A ruleset, what its patterns mean, and the conditions they ask about."""

    def __init__(self, plan: SheetPlan) -> None:
        self._fires = plan.fires
        atoms = [atom for atom, _ in plan.reads]
        self._fragments = tuple(fragments for _, fragments in plan.reads)
        # Asked for one atom only, itemgetter would give a bare value.
        self._values = itemgetter(*atoms, *atoms[:1]) if atoms else _no_values
        self._ruleset = Ruleset(plan.definition)

    def fire(self, sid: str, cases: Sequence[Mapping[str, int]]) -> list[list[Fires]]:
        """Assert what holds of each of some cases, let the rules fire, and return what that means, case by case."""
        facts = ["".join(map(getitem, self._fragments, self._values(values))) for values in cases]
        try:
            return [[self._fires[name] for name in names] for names in self._ruleset.session(sid, facts)]
        except KeyError as error:
            raise EngineError(f"durable_rules fired a rule it was never given: {error}") from error


def _no_values(_: Mapping[str, int]) -> tuple[int, ...]:
    return ()


def keep_freed_memory() -> None:
    """Make glibc keep what sessions free: once a large block was freed, it stops handing memory back to the kernel.

    Faulting the same pages in again for every session costs several times what the matching does.
    """
    bytearray(4 << 20)
