"""From a patient's Record to an Assessment: cases, engine, plan. A pure function of its arguments."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from cql_like import Date, DateTime
from guideline import plan
from guideline.assessment import NOTICE, Assessment, Guideline, Limb, Outcome, Proposal, ReportedProblem
from guideline.care import CareSeen
from guideline.case import Case, build_cases
from guideline.engine import Engine
from guideline.errors import EngineError
from guideline.findings import SIDES, Record
from guideline.layers import AGAIN
from guideline.program import FALSE, TRUE, UNKNOWN
from guideline.questions import questions
from guideline.reader import Reading, read_case
from guideline.rule import Activity, Order
from guideline.rulebook import GUIDELINE_ID, Rulebook, rulebook
from guideline.timeline import timeline

_CODE = {True: TRUE, False: FALSE, None: UNKNOWN}


@lru_cache(maxsize=8)
def engine_of(book: Rulebook) -> Engine:
    """The engine for a rulebook, compiled once in each process."""
    return Engine(book.program)


def assess_record(record: Record, as_of: Date | DateTime, book: Rulebook | None = None) -> Assessment:
    """Everything the guideline says of this patient on that day.

    The engine fires the rules; the reference reading gives the why. If the two ever disagreed, no advice would be
    given: EngineError.
    """
    book = book or rulebook()
    cases = build_cases(record, as_of, book.numbers)
    readings = [(cases[side], read_case(book, cases[side].values)) for side in SIDES]
    fired = {case.side: _fire(book, case, reading) for case, reading in readings}
    found = plan.claims(readings, fired) if _concerned(readings) else []
    care = CareSeen.of(record, cases)
    orders = plan.proposals(found, Order, care)
    activities = plan.proposals(found, Activity, care)
    asked = questions(readings, orders) if _concerned(readings) else []
    return Assessment(
        outcome=_outcome(readings, orders, bool(asked)),
        notice=NOTICE,
        as_of=str(as_of),
        guideline=Guideline(id=GUIDELINE_ID, version=book.version),
        patient=record.patient,
        limbs=[_limb(case, reading, found, readings) for case, reading in readings],
        orders=orders,
        activities=activities,
        goals=plan.goals(found),
        alerts=plan.alerts(found),
        questions=asked,
        prognosis=plan.prognosis(found),
        timeline=timeline(readings, orders, as_of) if found else [],
        problems=sorted(
            (ReportedProblem(resource=each.resource, element=each.element, text=each.text) for each in record.problems),
            key=lambda each: (each.resource, each.element, each.text),
        ),
        overrides=list(book.overrides),
    )


def _fire(book: Rulebook, case: Case, reading: Reading) -> list[str]:
    """The rules the engine fires for one limb, in id order."""
    values = case.values
    outcome = engine_of(book).run({text: _CODE[run(values)] for text, run in book.atoms})
    fired = [rule for rule in outcome.fired if AGAIN not in rule]
    if fired != reading.fired():
        differing = sorted(set(fired) ^ set(reading.fired()))
        raise EngineError(f"the engine and the reference reading disagree on {', '.join(differing)}")
    return fired


def _concerned(readings: Sequence[tuple[Case, Reading]]) -> bool:
    """Whether the guideline has anything to say: a foot drop, an emergency, or one that may have gone unexamined."""
    return any(
        reading.env[name] is True
        for _, reading in readings
        for name in ("has-foot-drop", "emergency", "possible-foot-drop")
    )


def _outcome(readings: Sequence[tuple[Case, Reading]], orders: Sequence[Proposal], asked: bool) -> Outcome:
    """Orders alone decide; where nothing is proposed, open questions do."""
    if not _concerned(readings):
        return "not-applicable"
    if any(order.status == "new" for order in orders):
        return "recommendations"
    if orders:
        return "nothing-new"
    return "needs-data" if asked else "nothing-new"


def _limb(case: Case, reading: Reading, found: list[plan.Claim], readings: Sequence[tuple[Case, Reading]]) -> Limb:
    """One leg. Diagnoses are listed on a leg that drops; on both if neither does and there is an emergency."""
    present: Any = reading.env["has-foot-drop"]
    somewhere = any(other.env["has-foot-drop"] is True for _, other in readings)
    return Limb(
        side=case.side,
        foot_drop=present,
        severity=_word(case, "severity"),
        course=_word(case, "course"),
        onset=_word(case, "onset"),
        differential=plan.differential(found, case.side) if present or not somewhere else [],
    )


def _word(case: Case, name: str) -> str | None:
    value = case.values.get(name)
    return None if value is None else str(value)
