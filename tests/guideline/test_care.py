"""What is already ordered or done is seen (decision D-13), and stale work does not answer a new question."""

import pytest

from cql_like import Date, DateTime, parse_moment
from guideline.assess import assess_record
from guideline.assessment import Proposal
from guideline.findings import Existing, Finding, Record

AS_OF = Date.parse("2026-06-15")


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


def test_an_order_left_open_since_long_before_the_bladder_failed_is_placed_anew() -> None:
    for date, status in (("2026-05-13", "already-ordered"), ("2026-05-12", "new"), (None, "already-ordered")):
        mri = plan_of(existing("mri-lumbar-spine", "ordered", "stat", date), bladder_dysfunction=True)
        assert mri["mri-lumbar-spine"].status == status, date
        assert mri["mri-lumbar-spine"].supersedes == ("ServiceRequest/mri-lumbar-spine" if status == "new" else None)


def test_an_order_left_open_still_answers_a_routine_question() -> None:
    old = existing("electrodiagnostic-study", "ordered", date="2019-01-01")
    assert plan_of(old)["electrodiagnostic-study"].status == "already-ordered"


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
