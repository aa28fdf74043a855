"""What no rule's date turns, but grows old in the record, is foretold for its own day."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings

from cql_like import Date, parse_moment
from guideline.assess import Consultation, consult
from guideline.findings import Existing, Finding, Record
from guideline.forecast import Turn, forecast
from guideline.rule import Rule
from guideline.rulebook import rulebook
from guideline.what_if import rehearse
from tests.support.numbers import after, days_of
from tests.support.patients import TODAY, Patient, patients
from tests.support.small_books import AS_OF, NOTED, a_rule, ask, book_of, done, found

DAY = timedelta(days=1)
DROP = found("mrc-ankle-dorsiflexion", 3, "2026-06-15", "left")


def turns_of(*rules: Rule, existing: tuple[Existing, ...] = ()) -> list[tuple[str, str, str]]:
    told = forecast(consult(Record("Patient/p", findings=(DROP,), existing=existing), AS_OF, book_of(*rules)))
    return [(each.date, each.kind, each.key) for each in told]


def test_work_that_grows_old_comes_into_the_plan_on_its_day() -> None:
    rule = a_rule(1, '"has-foot-drop"', ask(fresh_from='"as-of" - 100 days'))
    due = date(2026, 6, 1) + timedelta(days=101)
    assert turns_of(rule, existing=(done(NOTED, "2026-06-01"),)) == [(due.isoformat(), "added", NOTED)]


def test_an_order_left_open_too_long_comes_into_the_plan_on_its_day() -> None:
    rule = a_rule(1, '"has-foot-drop"', ask(priority="urgent", fresh_from='"as-of"'))
    waiting = done(NOTED, "2026-06-01")._replace(state="ordered", priority="urgent")
    due = date(2026, 6, 1) + timedelta(days=days_of("open-order-age") + 1)
    assert turns_of(rule, existing=(waiting,)) == [(due.isoformat(), "added", NOTED)]


def test_a_sign_of_reinnervation_that_counts_no_more_is_foretold_for_its_day() -> None:
    onset, seen = Date(2026, 2, 12), date(2026, 5, 3)
    said = [
        ("onset", "left", onset, "2026-02-12"),
        ("mrc-ankle-dorsiflexion", "left", 2, "2026-02-12"),
        ("mrc-ankle-dorsiflexion", "left", 2, "2026-08-20"),
        ("edx-reinnervation", "left", True, seen.isoformat()),
        ("lumbar-disc-herniation", None, True, "2026-07-02"),
    ]
    findings = tuple(
        Finding(key, side, value, parse_moment(day), f"Observation/{number}")  # type: ignore[arg-type]
        for number, (key, side, value, day) in enumerate(said)
    )
    told = forecast(consult(Record("Patient/p", findings=findings), Date(2026, 8, 20), rulebook()))
    over = after(seen, "reinnervation-counts") + DAY
    assert (over.isoformat(), "spine-surgery-consult") in {(each.date, each.key) for each in told}


def holds(plan: Consultation, turn: Turn) -> bool:
    """Whether the order stands in the plan; of one that comes, as something still to be done."""
    kept = [each for each in plan.orders if (each.key, each.side) == (turn.key, turn.side)]
    return any(turn.kind == "removed" or each.status == "new" for each in kept)


@settings(max_examples=25)
@given(patient=patients(most=8))
def test_what_comes_or_goes_does_so_between_the_day_before_and_the_day_it_is_foretold_for(patient: Patient) -> None:
    start = consult(patient.at(TODAY).record(), parse_moment(TODAY), rulebook())
    for turn in forecast(start):
        if turn.kind in ("added", "removed"):
            day = date.fromisoformat(turn.date)
            before, now = (rehearse(start, start.record, Date.from_python(each)) for each in (day - DAY, day))
            assert (holds(before, turn), holds(now, turn)) == (
                (True, False) if turn.kind == "removed" else (False, True)
            )
