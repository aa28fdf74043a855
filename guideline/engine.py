"""The engine: durable_rules matches and fires a Plan's rules layer by layer, and conclusions re-enter as facts.

A program is planned once (`guideline.engine_plan`) and compiled once in each process.
"""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple
from weakref import WeakValueDictionary

from guideline.engine_sheets import MAX_SIDS, Fires, Plan, Sheet, keep_freed_memory
from guideline.errors import EngineError
from guideline.truths import FALSE, TRUE, UNKNOWN

if TYPE_CHECKING:
    from guideline.program import Program

# A rule's second clause, which only settles a conclusion in a later layer: "FD-RED-01#proposed-ct-head".
AGAIN: Final = "#"

_VALUES = frozenset((FALSE, TRUE, UNKNOWN))


class Outcome(NamedTuple):
    """Which rules fired, in id order, and what every conclusion came to (TRUE, FALSE or UNKNOWN)."""

    fired: tuple[str, ...]
    conclusions: dict[str, int]


def planned(program: Program) -> Plan:
    """The plan of a program. Planning is loaded only where no plan is kept prepared."""
    from guideline import engine_plan

    return engine_plan.planned(program)


class Engine:
    """Runs one Program. Safe to share between threads, and to use on both sides of a fork."""

    def __init__(self, program: Program | Plan) -> None:
        self._plan = program if isinstance(program, Plan) else planned(program)
        self._unknown = dict.fromkeys(self._plan.atoms, UNKNOWN)
        self._unsettled = dict.fromkeys((*self._plan.helpers, *self._plan.conclusions), FALSE)
        self._compiled = _compile_once(self._plan)

    def run(self, values: Mapping[str, int]) -> Outcome:
        """Fire the rules on `values`, atom -> TRUE, FALSE or UNKNOWN; an atom that is missing is UNKNOWN."""
        return self.run_each([values])[0]

    def run_each(self, cases: Sequence[Mapping[str, int]]) -> list[Outcome]:
        """The same for several cases, such as the limbs of a patient, each by itself but for less than each alone."""
        known = [self._known(values) for values in cases]
        return [
            Outcome(tuple(sorted(fired)), {name: values[name] for name in self._plan.conclusions})
            for fired, values in zip(self._here().fire(known), known, strict=True)
        ]

    def _known(self, values: Mapping[str, int]) -> dict[str, int]:
        known = {**self._unknown, **values}
        if not _VALUES.issuperset(known.values()):
            wrong = sorted(atom for atom, value in known.items() if value not in _VALUES)
            raise EngineError(f"neither true, false nor unknown: {', '.join(wrong)}")
        return known | self._unsettled

    def _here(self) -> _Compiled:
        """What this process compiled: after a fork, the parent's lock and sessions are not ours to use."""
        if self._compiled.pid != os.getpid():
            self._compiled = _compile_once(self._plan)
        return self._compiled


class _Compiled:
    """The rulesets of one Program in one process, and the lock around them."""

    def __init__(self, plan: Plan) -> None:
        self.pid = os.getpid()
        keep_freed_memory()
        self._lock = threading.Lock()
        self._sids = itertools.cycle([str(number) for number in range(1, MAX_SIDS)])
        self._stages = [[Sheet(sheet) for sheet in stage] for stage in plan.stages]

    def fire(self, cases: Sequence[dict[str, int]]) -> list[list[str]]:
        """Fire stage after stage, settle in each case what it concludes, and return the rules that are true of it."""
        rules: list[list[str]] = [[] for _ in cases]
        with self._lock:
            sid = next(self._sids)
            for stage in self._stages:
                fired = [sheet.fire(sid, cases) for sheet in stage]
                for number, known in enumerate(cases):
                    _settle(known, (fires for sheet in fired for fires in sheet[number]), rules[number])
        return rules


def _settle(known: dict[str, int], fired: Iterable[Fires], rules: list[str]) -> None:
    """Raise what the rules that fired conclude, and add those that are true to `rules`."""
    for rule, settles, value in fired:
        if rule is not None:
            rules.append(rule)
        for name in settles:
            if known[name] != TRUE:  # one rule that is true outweighs any that are unknown
                known[name] = value


_PROCESS: WeakValueDictionary[tuple[object, ...], _Compiled] = WeakValueDictionary()


def _compile_once(plan: Plan) -> _Compiled:
    """However many engines of one process run the plan: rulesets are large and slow to build."""
    sheets = [(sheet.definition, *sheet.fires.items()) for stage in plan.stages for sheet in stage]
    key = os.getpid(), plan.atoms, plan.conclusions, *sheets
    return _PROCESS.get(key) or _PROCESS.setdefault(key, _Compiled(plan))
