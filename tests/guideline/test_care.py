"""What is already ordered or done is seen (decision D-13), and stale work does not answer a new question."""

import datetime as dt
from decimal import Decimal
from typing import cast

import pytest

from cql_like import Date, DateTime, Quantity, parse_moment
from guideline.assess import assess_record
from guideline.assessment import Proposal
from guideline.findings import Existing, Finding, Record
from guideline.rulebook import rulebook
from tests.support.calendar_months import months_after
from tests.support.numbers import amount

AS_OF = Date.parse("2026-06-15")
_MONTHS_DUE = int(cast(Quantity, rulebook().numbers["surgery-due"]).value)


def day(text: str) -> Date | DateTime:
    return parse_moment(text)


def plan_of(*existing: Existing, **said: object) -> dict[str, Proposal]:
    """Orders of a man whose left foot has dropped since 1 May, by key."""
    findings = [
        Finding("mrc-ankle-dorsiflexion", "left", 3, day("2026-06-15"), "Observation/df"),
        Finding("onset", "left", day("2026-05-01"), day("2026-05-01"), "Condition/drop"),
        *(
            Finding(key.replace("_", "-"), None, value, day("2026-06-10"), f"Observation/{key}")  # type: ignore[arg-type]
            for key, value in said.items()
        ),
    ]
    record = Record("Patient/p", findings=tuple(findings), existing=existing)
    return {order.key: order for order in assess_record(record, AS_OF).orders}


def existing(
    key: str, state: str, priority: str | None = "routine", date: str | None = "2026-06-01", **more: object
) -> Existing:
    side = "left" if key in ("electrodiagnostic-study", "physiotherapy") else None
    moment = day(date) if date else None
    return Existing(key, "order", side, state, priority, moment, f"ServiceRequest/{key}", **more)  # type: ignore[arg-type]


def test_what_nobody_has_ordered_is_new() -> None:
    assert plan_of()["electrodiagnostic-study"].status == "new"


def test_an_active_order_is_already_ordered() -> None:
    assert (
        plan_of(existing("electrodiagnostic-study", "ordered"))["electrodiagnostic-study"].status == "already-ordered"
    )


def test_a_proposal_of_this_guideline_counts_as_ordered() -> None:
    seen = plan_of(existing("electrodiagnostic-study", "ordered", proposal=True))
    assert seen["electrodiagnostic-study"].status == "already-ordered"


def test_a_completed_order_is_done() -> None:
    assert plan_of(existing("electrodiagnostic-study", "done"))["electrodiagnostic-study"].status == "done"


def test_an_order_for_the_other_leg_is_another_order() -> None:
    other = Existing(
        "electrodiagnostic-study", "order", "right", "ordered", "routine", day("2026-06-01"), "ServiceRequest/other"
    )
    assert plan_of(other)["electrodiagnostic-study"].status == "new"


def test_a_study_done_before_this_foot_drop_began_does_not_answer_it() -> None:
    before = plan_of(existing("electrodiagnostic-study", "done", date="2026-04-30"))
    after = plan_of(existing("electrodiagnostic-study", "done", date="2026-05-01"))
    assert before["electrodiagnostic-study"].status == "new"
    assert after["electrodiagnostic-study"].status == "done"


@pytest.mark.parametrize(
    ("priority", "superseded"), [("routine", True), ("urgent", True), ("asap", True), ("stat", False)]
)
def test_an_order_that_is_too_low_is_proposed_again_and_named_for_revocation(priority: str, superseded: bool) -> None:
    mri = plan_of(existing("mri-lumbar-spine", "ordered", priority), bladder_dysfunction=True)["mri-lumbar-spine"]
    assert mri.priority == "stat"
    assert mri.status == ("new" if superseded else "already-ordered")
    assert mri.supersedes == ("ServiceRequest/mri-lumbar-spine" if superseded else None)


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_of_two_open_orders_the_more_urgent_answers_or_is_named_for_revocation(names: tuple[str, str]) -> None:
    """An urgent MRI is asked for, and beside it a stat one; the routine order was never revoked."""
    two = [
        existing("mri-lumbar-spine", "ordered", priority)._replace(resource=f"ServiceRequest/{name}")
        for priority, name in zip(("routine", "urgent"), names, strict=True)
    ]
    urgent = plan_of(*two, back_pain=True)["mri-lumbar-spine"]
    stat = plan_of(*two, bladder_dysfunction=True)["mri-lumbar-spine"]
    assert (urgent.priority, urgent.status, urgent.supersedes) == ("urgent", "already-ordered", None)
    assert (stat.priority, stat.status, stat.supersedes) == ("stat", "new", f"ServiceRequest/{names[1]}")


def test_an_order_left_open_since_long_before_the_bladder_failed_is_placed_anew() -> None:
    for date, status in (("2026-05-13", "already-ordered"), ("2026-05-12", "new"), (None, "already-ordered")):
        mri = plan_of(existing("mri-lumbar-spine", "ordered", "stat", date), bladder_dysfunction=True)
        assert mri["mri-lumbar-spine"].status == status, date
        assert mri["mri-lumbar-spine"].supersedes == ("ServiceRequest/mri-lumbar-spine" if status == "new" else None)


def test_an_order_left_open_since_long_before_the_drop_began_was_for_another_question() -> None:
    for date, status in (("2026-04-03", "already-ordered"), ("2026-04-02", "new"), ("2019-01-01", "new")):
        study = plan_of(existing("electrodiagnostic-study", "ordered", date=date))["electrodiagnostic-study"]
        assert (study.priority, study.status) == ("routine", status), date


def test_an_order_left_open_answers_a_routine_question_of_a_drop_that_began_nobody_knows_when() -> None:
    old = existing("electrodiagnostic-study", "ordered", date="2019-01-01")
    drop = Finding("mrc-ankle-dorsiflexion", "left", 3, day("2026-06-15"), "Observation/df")
    plan = assess_record(Record("Patient/p", findings=(drop,), existing=(old,)), AS_OF)
    assert [each.status for each in plan.orders if each.key == "electrodiagnostic-study"] == ["already-ordered"]


@pytest.mark.parametrize(("planned", "status"), [("2026-06-15", "already-ordered"), ("2026-08-01", "new")])
def test_what_is_due_at_once_is_not_done_by_an_order_for_a_later_day(planned: str, status: str) -> None:
    booked = existing("mri-lumbar-spine", "ordered", "stat", "2026-06-14", planned=day(planned))
    mri = plan_of(booked, bladder_dysfunction=True)["mri-lumbar-spine"]
    assert (mri.priority, mri.status) == ("stat", status)


def test_an_order_without_a_priority_counts_as_routine() -> None:
    mri = plan_of(existing("mri-lumbar-spine", "ordered", None), back_pain=True)["mri-lumbar-spine"]
    assert (mri.priority, mri.status, mri.supersedes) == ("urgent", "new", "ServiceRequest/mri-lumbar-spine")


def test_an_mri_from_before_the_bladder_failed_has_not_seen_it() -> None:
    before = plan_of(existing("mri-lumbar-spine", "done", date="2026-06-09"), bladder_dysfunction=True)
    after = plan_of(existing("mri-lumbar-spine", "done", date="2026-06-10"), bladder_dysfunction=True)
    assert before["mri-lumbar-spine"].status == "new"
    assert after["mri-lumbar-spine"].status == "done"


def test_undated_work_answers_a_routine_question_only() -> None:
    undated = existing("mri-lumbar-spine", "done", date=None)
    assert plan_of(undated)["mri-lumbar-spine"].status == "done"
    assert plan_of(undated, bladder_dysfunction=True)["mri-lumbar-spine"].status == "new"


def test_a_finding_that_a_study_was_done_stands_for_the_study() -> None:
    assert plan_of(mri_lumbar_done=True)["mri-lumbar-spine"].status == "done"
    assert plan_of(mri_lumbar_done=False)["mri-lumbar-spine"].status == "new"


@pytest.mark.parametrize(
    ("in_use", "date", "status"),
    [(False, "2026-06-09", "new"), (False, "2026-06-10", "done"), (False, None, "new"), (None, "2026-06-09", "done")],
)
def test_an_orthosis_that_was_given_and_then_is_not_in_use_is_proposed_anew(
    in_use: bool | None, date: str | None, status: str
) -> None:
    when = day(date) if date else None
    given = Existing("ankle-foot-orthosis", "order", "left", "done", "asap", when, "Procedure/afo")
    findings = [
        Finding("mrc-ankle-dorsiflexion", "left", 2, day("2026-06-15"), "Observation/df"),
        Finding("onset", "left", day("2026-05-01"), day("2026-05-01"), "Condition/drop"),
    ]
    if in_use is not None:
        findings.append(Finding("afo-in-use", "left", in_use, day("2026-06-10"), "Observation/afo"))
    plan = assess_record(Record("Patient/p", findings=tuple(findings), existing=(given,)), AS_OF)
    assert [each.status for each in plan.orders if each.key == "ankle-foot-orthosis"] == [status]


@pytest.mark.parametrize(("in_use", "status"), [(None, "done"), (False, "new")])
def test_a_light_orthosis_given_nobody_knows_when_is_there_until_it_is_not_in_use(
    in_use: bool | None, status: str
) -> None:
    """Of a mild drop the question is a routine one, which undated work answers; what is gone answers nothing."""
    given = Existing("ankle-foot-orthosis", "order", "left", "done", None, None, "Procedure/afo")
    findings = [
        Finding("mrc-ankle-dorsiflexion", "left", int(amount("foot-drop-mrc")), day("2026-06-15"), "Observation/df"),
        Finding("onset", "left", day("2026-05-01"), day("2026-05-01"), "Condition/drop"),
    ]
    if in_use is not None:
        findings.append(Finding("afo-in-use", "left", in_use, day("2026-06-10"), "Observation/afo"))
    plan = assess_record(Record("Patient/p", findings=tuple(findings), existing=(given,)), AS_OF)
    found = [(each.priority, each.status) for each in plan.orders if each.key == "ankle-foot-orthosis"]
    assert found == [("routine", status)]


@pytest.mark.parametrize(("state", "pressed"), [(None, True), ("ordered", True), ("done", False)])
def test_nobody_is_pressed_for_an_opinion_that_was_given(state: str | None, pressed: bool) -> None:
    """A peroneal palsy that EDX has found, a day after the surgeon's opinion fell due."""
    due = months_after(dt.date(2026, 6, 14), -_MONTHS_DUE)
    begun = Date.from_python(due)
    findings = (
        Finding("onset", "left", begun, begun, "Condition/drop"),
        Finding("mrc-ankle-dorsiflexion", "left", 2, begun, "Observation/first"),
        Finding("mrc-ankle-dorsiflexion", "left", 2, day("2026-06-10"), "Observation/last"),
        Finding("edx-localisation", "left", "peroneal", day("2026-05-01"), "Observation/edx"),
    )
    given = Existing("nerve-surgery-consult", "order", "left", state, "routine", day("2026-06-12"), "ServiceRequest/n")  # type: ignore[arg-type]
    plan = assess_record(Record("Patient/p", findings=findings, existing=(given,) if state else ()), AS_OF)
    assert ("surgery-overdue" in {each.key for each in plan.alerts}) is pressed


def dangerous(grades: dict[str, int], done: str, *more: Finding, **movements: int) -> dict[str, Proposal]:
    """Orders for a man whose left foot was graded on these days, with an MRI of the lumbar spine on the day `done`."""
    findings = [
        Finding("mrc-ankle-dorsiflexion", "left", grade, day(when), f"Observation/{when}")
        for when, grade in grades.items()
    ]
    findings += [
        Finding(f"mrc-ankle-{movement}", "left", grade, day(when), f"Observation/{movement}/{when}")
        for movement, grade in movements.items()
        for when in grades
    ]
    mri = existing("mri-lumbar-spine", "done", "stat", done)
    record = Record("Patient/p", findings=(*findings, *more), existing=(mri,))
    return {order.key: order for order in assess_record(record, AS_OF).orders}


@pytest.mark.parametrize("again", [{}, {"2026-06-14": 1}])
@pytest.mark.parametrize(("done", "status"), [("2026-06-05", "new"), ("2026-06-11", "new"), ("2026-06-12", "done")])
def test_an_mri_from_before_the_loss_was_found_may_not_have_seen_it(
    done: str, status: str, again: dict[str, int]
) -> None:
    """The strength was still there on the fifth; when it went nobody knows. A grade that is as low is no new loss."""
    onset = Finding("onset", "left", day("2026-05-01"), day("2026-05-01"), "Condition/drop")
    mri = dangerous({"2026-06-05": 4, "2026-06-12": 1, **again}, done, onset)["mri-lumbar-spine"]
    assert (mri.priority, mri.status) == ("stat", status)


@pytest.mark.parametrize(("done", "status"), [("2026-06-07", "new"), ("2026-06-08", "done")])
def test_an_mri_from_before_the_foot_was_flail_has_not_seen_that(done: str, status: str) -> None:
    onset = Finding("onset", "left", day("2026-05-01"), day("2026-05-01"), "Condition/drop")
    flail = {"plantarflexion": 0, "inversion": 0, "eversion": 0}
    mri = dangerous({"2026-06-08": 0, "2026-06-12": 0}, done, onset, **flail)["mri-lumbar-spine"]
    assert (mri.priority, mri.status) == ("stat", status)


@pytest.mark.parametrize("last", ["dorsiflexion", "plantarflexion", "inversion", "eversion"])
@pytest.mark.parametrize(("done", "status"), [("2026-06-07", "new"), ("2026-06-08", "done")])
def test_a_foot_is_flail_since_the_last_of_its_four_movements_was_found_lost(last: str, done: str, status: str) -> None:
    onset = Finding("onset", "left", day("2026-05-01"), day("2026-05-01"), "Condition/drop")
    movements = ("dorsiflexion", "plantarflexion", "inversion", "eversion")
    lost = [
        Finding(f"mrc-ankle-{each}", "left", 0, day("2026-06-08" if each == last else "2026-06-01"), f"o/{each}")
        for each in movements
    ]
    mri = dangerous({}, done, onset, *lost)["mri-lumbar-spine"]
    assert (mri.priority, mri.status) == ("stat", status)


@pytest.mark.parametrize(("done", "status"), [("2019-01-01", "new"), ("2026-05-15", "new"), ("2026-05-16", "done")])
def test_of_a_drop_whose_onset_nobody_knows_old_work_does_not_answer_what_is_urgent(done: str, status: str) -> None:
    bladder = Finding("bladder-dysfunction", None, True, day("2018-01-01"), "Condition/bladder")
    mri = dangerous({"2026-06-13": 3}, done, bladder)["mri-lumbar-spine"]
    assert (mri.priority, mri.status) == ("stat", status)


@pytest.mark.parametrize(("done", "status"), [("2026-06-11", "new"), ("2026-06-12", "done")])
def test_an_mri_from_before_the_other_foot_dropped_has_not_seen_that(done: str, status: str) -> None:
    onset = Finding("onset", "left", day("2025-01-01"), day("2025-01-01"), "Condition/drop")
    other = Finding("mrc-ankle-dorsiflexion", "right", 3, day("2026-06-12"), "Observation/other")
    neck = existing("mri-cervical-spine", "done", "urgent", done)
    findings = (Finding("mrc-ankle-dorsiflexion", "left", 3, day("2025-01-01"), "Observation/df"), onset, other)
    plan = assess_record(Record("Patient/p", findings=findings, existing=(neck,)), AS_OF)
    assert [each.status for each in plan.orders if each.key == "mri-cervical-spine"] == [status]


@pytest.mark.parametrize(("beyond", "status"), [(0, "already-ordered"), (1, "new")])
def test_a_visit_that_is_booked_for_after_its_window_is_not_the_visit(beyond: int, status: str) -> None:
    latest = dt.date.fromisoformat(plan_of()["follow-up-visit"].latest or "")
    booked = Date.from_python(latest + dt.timedelta(days=beyond))
    visit = plan_of(existing("follow-up-visit", "ordered", planned=booked))["follow-up-visit"]
    assert visit.status == status
    assert visit.supersedes == ("ServiceRequest/follow-up-visit" if beyond else None)


def stalled_disc(*existing: Existing, since: str = "2026-01-10") -> Proposal:
    """What is asked of the spine surgeon for a herniated disc whose foot drop has not improved since January."""
    findings = (
        Finding("mrc-ankle-dorsiflexion", "left", 3, day(since), "Observation/first"),
        Finding("mrc-ankle-dorsiflexion", "left", 3, day("2026-06-15"), "Observation/now"),
        Finding("onset", "left", day(since), day(since), "Condition/drop"),
        Finding("lumbar-disc-herniation", None, True, day(since), "Condition/disc"),
    )
    orders = assess_record(Record("Patient/p", findings=findings, existing=existing), AS_OF).orders
    return next(each for each in orders if each.key == "spine-surgery-consult")


@pytest.mark.parametrize("booked", ["2026-06-15", "2026-06-17", "2026-09-01"])
def test_no_visit_can_be_booked_for_a_window_that_is_over(booked: str) -> None:
    """To propose it anew every day until it has been would tire everybody."""
    seen = existing("spine-surgery-consult", "ordered", "urgent", "2026-06-10", planned=day(booked))
    assert (stalled_disc().latest or "") < "2026-06-15"
    assert (stalled_disc(seen).status, stalled_disc(seen).supersedes) == ("already-ordered", None)


def test_an_opinion_that_was_given_lends_its_urgency_to_no_later_question() -> None:
    """Asked at four weeks and answered: at three months the question is a new one, and no longer urgent."""
    given = existing("spine-surgery-consult", "done", "urgent", "2026-02-25")
    assert stalled_disc().priority == "urgent"
    again = stalled_disc(given)
    assert (again.status, again.priority, again.rules) == ("new", "routine", ["FD-SUR-04b"])
    assert (again.latest or "") > "2026-06-15"
    assert stalled_disc(existing("spine-surgery-consult", "done", "urgent", "2026-01-20")).priority == "urgent"


def test_an_order_for_no_named_day_answers() -> None:
    assert plan_of(existing("follow-up-visit", "ordered"))["follow-up-visit"].status == "already-ordered"


def test_severe_pain_is_one_alarm_as_long_as_it_is_severe() -> None:
    severe = int(cast(Quantity, rulebook().numbers["severe-pain-score"]).value)
    numb = Finding("severe-numbness", "left", True, day("2026-05-20"), "Observation/numb")
    drop = Finding("mrc-ankle-dorsiflexion", "left", 3, day("2026-05-01"), "Observation/df")
    onset = Finding("onset", "left", day("2026-05-01"), day("2026-05-01"), "Condition/drop")
    seen = Existing("emergency-assessment", "order", None, "done", "asap", day("2026-05-26"), "ServiceRequest/e")
    for between, status in ((severe, "done"), (severe - 1, "new")):
        scores = {"2026-05-20": severe + 1, "2026-06-01": between, "2026-06-14": severe + 1}
        pain = [
            Finding("pain-score", None, Quantity(Decimal(score), "1"), day(when), f"Observation/{when}")
            for when, score in scores.items()
        ]
        record = Record("Patient/p", findings=(numb, drop, onset, *pain), existing=(seen,))
        found = {order.key: order.status for order in assess_record(record, AS_OF).orders}
        assert found["emergency-assessment"] == status, between


@pytest.mark.parametrize("given", [True, False])
def test_nobody_is_told_to_provide_an_orthosis_that_was_provided(given: bool) -> None:
    orthosis = Existing("ankle-foot-orthosis", "order", "left", "done", "asap", day("2026-06-01"), "Procedure/afo")
    findings = (
        Finding("mrc-ankle-dorsiflexion", "left", 2, day("2026-06-15"), "Observation/df"),
        Finding("onset", "left", day("2026-01-01"), day("2026-01-01"), "Condition/drop"),
    )
    plan = assess_record(Record("Patient/p", findings=findings, existing=(orthosis,) if given else ()), AS_OF)
    assert ("orthosis-delayed" in {each.key for each in plan.alerts}) is not given


def test_the_brace_of_one_leg_is_not_ordered_again_because_the_other_foot_drops() -> None:
    orthosis = Existing("ankle-foot-orthosis", "order", "left", "done", "asap", day("2026-02-01"), "Procedure/afo")
    findings = (
        Finding("mrc-ankle-dorsiflexion", "left", 2, day("2026-01-15"), "Observation/left"),
        Finding("onset", "left", day("2026-01-01"), day("2026-01-01"), "Condition/drop"),
        Finding("mrc-ankle-dorsiflexion", "right", 3, day("2026-06-12"), "Observation/right"),
    )
    plan = assess_record(Record("Patient/p", findings=findings, existing=(orthosis,)), AS_OF)
    found = {order.side: order.status for order in plan.orders if order.key == "ankle-foot-orthosis"}
    assert found == {"left": "done", "right": "new"}
