"""From a patient's Record to an Assessment: cases, engine, plan. A pure function of its arguments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from cql_like import Date, DateTime
from guideline import plan
from guideline.assessment import (
    NOTICE,
    Alert,
    Assessment,
    Guideline,
    Limb,
    Outcome,
    Proposal,
    ReportedProblem,
    Side,
    unchecked,
)
from guideline.care import CareSeen
from guideline.case import Case, build_cases
from guideline.engine import AGAIN, Engine, planned
from guideline.engine_sheets import Plan
from guideline.errors import EngineError
from guideline.findings import SIDES, Record
from guideline.questions import questions
from guideline.reader import Reading, read_cases
from guideline.rule import Activity, Order
from guideline.rulebook import GUIDELINE_ID, Rulebook, of_book, rulebook
from guideline.timeline import timeline

_limbed = unchecked(Limb)
_answered = unchecked(Assessment)
_published = unchecked(Guideline)
_reported = unchecked(ReportedProblem)
CONCERNS = ("has-foot-drop", "emergency", "possible-foot-drop")


@lru_cache(maxsize=8)
def engine_of(book: Rulebook) -> Engine:
    """The engine that fires the rules of a rulebook, compiled once in each process."""
    return Engine(of_book(book, "engine", lambda: _plan(book)))


def _plan(book: Rulebook) -> Plan:
    """Loaded only where no plan is kept prepared."""
    from guideline.program import asking_only_what_matters

    return planned(asking_only_what_matters(book.program))


@dataclass(frozen=True, slots=True)
class Consultation:
    """One patient on one day, with everything an explanation needs: the Cases, their readings, and what followed.

    `claims` are the effects of the rules that fired, limb by limb; none when the guideline is not concerned. `care` is
    what is ordered and done already.
    """

    book: Rulebook
    record: Record
    as_of: Date | DateTime
    readings: tuple[tuple[Case, Reading], ...]
    care: CareSeen
    claims: tuple[plan.Claim, ...]
    orders: tuple[Proposal, ...]
    activities: tuple[Proposal, ...]

    @property
    def concerned(self) -> bool:
        """Whether there is a foot drop, an emergency, or a foot drop that may have gone unexamined."""
        return _concerned(self.readings)

    def reading(self, side: Side) -> Reading:
        return next(reading for case, reading in self.readings if case.side == side)

    def alerts(self) -> list[Alert]:
        """What the clinician is told now."""
        return plan.alerts(self.claims, self.orders, self.care)

    def assessment(self) -> Assessment:
        """The whole answer."""
        asked = questions(self.readings, self.orders) if self.concerned else []
        return _answered(
            outcome=self._outcome(bool(asked)),
            notice=NOTICE,
            as_of=str(self.as_of),
            guideline=_published(id=GUIDELINE_ID, version=self.book.version),
            patient=self.record.patient,
            limbs=[self._limb(case, reading) for case, reading in self.readings],
            orders=list(self.orders),
            activities=list(self.activities),
            goals=plan.goals(self.claims),
            alerts=self.alerts(),
            questions=asked,
            prognosis=plan.prognosis(self.claims),
            timeline=timeline(self.readings, self.orders, self.as_of, self.care) if self.claims else [],
            problems=_problems(self.record),
            overrides=list(self.book.overrides),
        )

    def _outcome(self, asked: bool) -> Outcome:
        """Orders alone decide; where nothing is proposed, open questions do."""
        if not self.concerned:
            return "not-applicable"
        if any(order.status == "new" for order in self.orders):
            return "recommendations"
        return "needs-data" if asked and not self.orders else "nothing-new"

    def _limb(self, case: Case, reading: Reading) -> Limb:
        """One leg. Diagnoses stand on a leg that drops; on both if neither does and there is an emergency."""
        present: bool | None = reading.env["has-foot-drop"]
        somewhere = any(other.env["has-foot-drop"] is True for _, other in self.readings)
        return _limbed(
            side=case.side,
            foot_drop=present,
            severity=_word(case, "severity"),
            course=_word(case, "course"),
            onset=_word(case, "onset"),
            differential=plan.differential(self.claims, case.side) if present or not somewhere else [],
        )


def assess_record(record: Record, as_of: Date | DateTime, book: Rulebook | None = None) -> Assessment:
    """Everything the guideline says of this patient on that day."""
    return consult(record, as_of, book).assessment()


def consult(record: Record, as_of: Date | DateTime, book: Rulebook | None = None) -> Consultation:
    """Run the guideline on a record.

    The engine fires the rules; the reference reading gives the why. If the two ever disagreed, no advice would be
    given: EngineError.
    """
    book = book or rulebook()
    cases = build_cases(record, as_of, book.numbers)
    read = read_cases(book, [cases[side].values for side in SIDES])
    readings = tuple((cases[side], reading) for side, reading in zip(SIDES, read, strict=True))
    fired = dict(zip(SIDES, _fire(book, read), strict=True))
    claims = tuple(plan.claims(readings, fired)) if _concerned(readings) else ()
    care = CareSeen.of(record, cases, book.numbers)
    return Consultation(
        book=book,
        record=record,
        as_of=as_of,
        readings=readings,
        care=care,
        claims=claims,
        orders=tuple(plan.proposals(claims, Order, care)),
        activities=tuple(plan.proposals(claims, Activity, care)),
    )


def _fire(book: Rulebook, readings: Sequence[Reading]) -> list[list[str]]:
    """The rules the engine fires for each limb, in id order."""
    found = []
    for outcome, reading in zip(engine_of(book).run_each([each.atoms() for each in readings]), readings, strict=True):
        fired = [rule for rule in outcome.fired if AGAIN not in rule]
        if fired != reading.fired():
            differing = sorted(set(fired) ^ set(reading.fired()))
            raise EngineError(f"the engine and the reference reading disagree on {', '.join(differing)}")
        found.append(fired)
    return found


def _concerned(readings: Sequence[tuple[Case, Reading]]) -> bool:
    return any(reading.env[name] is True for _, reading in readings for name in CONCERNS)


def _problems(record: Record) -> list[ReportedProblem]:
    found = [_reported(resource=each.resource, element=each.element, text=each.text) for each in record.problems]
    return sorted(found, key=lambda each: (each.resource, each.element, each.text))


def _word(case: Case, name: str) -> str | None:
    value = case.values.get(name)
    return None if value is None else str(value)
