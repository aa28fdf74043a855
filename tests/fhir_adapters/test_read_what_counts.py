"""What counts now, in whole assessments: an old end, an old "no" or a second diagnosis never hides what is newer."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_adapters import assess
from guideline.assessment import Assessment
from tests.fhir_adapters.test_read_samples import (
    PATIENT,
    Json,
    bundle,
    concept,
    condition,
    observation,
    request,
    resource,
    site,
)

AS_OF = "2026-05-01"
RESOLVED = {"clinicalStatus": concept("x resolved")}
DROP = condition("sct 6077001", side="left", id="drop", onsetDateTime="2026-03-20", recordedDate="2026-03-21")


def found(key: str, side: str | None = None, /, *, on: str = "2026-04-20", **value: Any) -> Json:
    """An Observation of one of this guideline's own keys, with an id of its own."""
    name = f"{key}-{side}-{on}"
    return observation(f"finding {key}", side, id=name, effectiveDateTime=on, **(value or {"valueBoolean": True}))


BASE = [DROP, found("mrc-ankle-dorsiflexion", "left", valueInteger=2), found("ambulatory")]


def plan(*resources: Json) -> Assessment:
    return assess(bundle(PATIENT, *resources), as_of=AS_OF)


def orders(assessment: Assessment, priority: str) -> set[str]:
    return {order.key for order in assessment.orders if order.priority == priority}


def asked(assessment: Assessment) -> set[str]:
    return {question.fact for question in assessment.questions}


OLD: list[dict[str, Any]] = [
    {"onsetDateTime": "2010-01-01", "recordedDate": "2026-04-25"},
    {"recordedDate": "2026-04-25"},
    {"onsetString": "years ago", "recordedDate": "2026-04-25"},
]


@pytest.mark.parametrize("dates", OLD)
@pytest.mark.parametrize("status", ["resolved", "inactive", "remission"])
def test_a_history_written_down_late_does_not_end_the_bladder_trouble_found_before(status: str, dates: Any) -> None:
    history = condition("sct 267064002", clinicalStatus=concept(f"x {status}"), **dates)
    alone = plan(*BASE, found("bladder-dysfunction"))
    assert orders(alone, "stat") >= {"mri-lumbar-spine", "spine-surgery-consult"}
    assert orders(plan(*BASE, found("bladder-dysfunction"), history), "stat") == orders(alone, "stat")


def test_a_history_of_compartment_syndrome_does_not_end_the_suspicion_of_today() -> None:
    history = condition("icd M79.A22", onsetDateTime="2012-05-01", recordedDate="2026-04-29", **RESOLVED)
    suspected = found("compartment-syndrome-suspected", "left", on="2026-04-28")
    assert "fasciotomy-consult" in orders(plan(suspected, history), "stat")


@pytest.mark.parametrize(
    ("code", "key"),
    [
        ("sct 86854008", "hyperreflexia"), ("sct 448765001", "weight-loss-unintentional"), ("sct 77386006", "pregnant"),
        ("icd Z95.0", "mri-unsafe-device"), ("sct 6077001", "foot-drop"),
    ],
)  # fmt: skip
def test_what_is_found_after_the_onset_of_a_history_without_an_end_stands(code: str, key: str) -> None:
    history = condition(code, side="left", onsetDateTime="2012-05-01", recordedDate="2026-04-29", **RESOLVED)
    if key == "foot-drop":
        seen = observation(code, "left", effectiveDateTime="2026-04-20", valueBoolean=True)
        assert plan(seen, history).limbs[0].foot_drop is True
    else:
        suspected = [*BASE, observation("finding back-pain"), found(key)]  # an MRI is wanted, and must be safe
        assert plan(*suspected, history) == plan(*suspected)


def test_a_drop_of_long_ago_does_not_start_the_clock_of_the_one_of_today() -> None:
    """Nobody knows when the old one ended, only that it did: the study is due from the first record of today's."""
    old = condition("icd M21.372", id="old", onsetDateTime="2010-01-01", recordedDate="2026-04-29", **RESOLVED)
    now = condition("icd M21.372", id="now", recordedDate="2026-04-20")

    def windows(*resources: Json) -> list[tuple[str | None, str | None]]:
        study = [order for order in plan(*resources).orders if order.key == "electrodiagnostic-study"]
        return [(each.earliest and str(each.earliest), each.latest and str(each.latest)) for each in study]

    assert windows(now) == windows(now, old) != []


def test_a_history_ends_what_was_found_before_it_began() -> None:
    history = condition("icd R33.9", onsetDateTime="2026-04-22", **RESOLVED)
    assert not orders(plan(*BASE, found("bladder-dysfunction"), history), "stat")


def test_what_has_ended_by_a_recorded_date_has_ended() -> None:
    history = condition("icd R33.9", onsetDateTime="2010-01-01", abatementDateTime="2026-04-25", **RESOLVED)
    assert not orders(plan(*BASE, found("bladder-dysfunction"), history), "stat")


FOLLOWED = [
    found("mrc-ankle-dorsiflexion", "left", on="2025-09-06", valueInteger=2),
    *BASE[1:],
    condition("sct 202735001", id="disc", onsetDateTime="2025-09-01"),
]
LISTED = condition("icd M21.372", id="listed", onsetDateTime="2025-09-01", recordedDate="2025-09-05")
VISIT = condition("icd M21.372", id="visit", onsetDateTime="2026-04-28", recordedDate="2026-04-28")


def test_a_diagnosis_of_the_same_drop_at_a_visit_does_not_begin_it_again() -> None:
    told = plan(*FOLLOWED, LISTED)
    again = plan(*FOLLOWED, LISTED, VISIT)
    assert "spine-surgery-consult" in orders(told, "urgent")
    assert (again.limbs[0].onset, again.timeline) == ("2025-09-01", told.timeline)
    assert [(o.key, o.priority, o.earliest, o.latest) for o in again.orders] == [
        (o.key, o.priority, o.earliest, o.latest) for o in told.orders
    ]


def test_with_only_the_onset_of_a_visit_the_drop_counts_from_its_first_record() -> None:
    undated = {**LISTED}
    del undated["onsetDateTime"]
    again = plan(*FOLLOWED, undated, VISIT)
    assert again.limbs[0].onset is None
    assert "spine-surgery-consult" in orders(again, "urgent")


def test_one_diagnosis_alone_tells_its_onset() -> None:
    assert plan(*FOLLOWED, VISIT).limbs[0].onset == "2026-04-28"


def test_an_onset_after_the_strength_came_back_begins_anew() -> None:
    recovered = found("mrc-ankle-dorsiflexion", "left", on="2026-03-01", valueInteger=5)
    assert plan(*FOLLOWED, LISTED, VISIT, recovered).limbs[0].onset == "2026-04-28"


def test_the_latest_observation_of_an_onset_counts_whatever_diagnoses_say() -> None:
    said = found("onset", "left", on="2026-04-29", valueDateTime="2026-04-01")
    assert plan(*FOLLOWED, LISTED, VISIT, said).limbs[0].onset == "2026-04-01"


def test_a_sudden_drop_is_an_emergency_beside_a_diagnosis_that_was_never_closed() -> None:
    sudden = found("onset-tempo", "left", on="2026-04-28", valueCodeableConcept=concept("answer sudden"))
    again = plan(*FOLLOWED, LISTED, VISIT, sudden)
    assert again.limbs[0].onset == "2026-04-28"
    assert "sudden-onset" in {alert.key for alert in again.alerts}


ABSENT = {"dataAbsentReason": concept("x asked-unknown")}
UNKNOWN: list[dict[str, Any]] = [
    {"valueString": "yes"}, {"valueCodeableConcept": concept("loinc LA33-6")}, ABSENT, {"valueBoolean": "yes"},
    {"valueBoolean": True, "modifierExtension": [{"url": "https://hospital.example/negated", "valueBoolean": True}]},
]  # fmt: skip


@pytest.mark.parametrize("value", UNKNOWN)
@pytest.mark.parametrize("code", ["finding bladder-dysfunction", "loinc 28239-2"])
def test_a_no_before_an_answer_that_nobody_can_read_is_asked_again(code: str, value: Any) -> None:
    no = observation(code, id="no", effectiveDateTime="2026-01-10", valueBoolean=False)
    unread = observation(code, id="unread", effectiveDateTime="2026-04-20", **value)
    later = observation(code, id="later", effectiveDateTime="2026-04-21", valueBoolean=False)
    assert "bladder-dysfunction" not in asked(plan(*BASE, no))
    assert "bladder-dysfunction" in asked(plan(*BASE, no, unread))
    assert "bladder-dysfunction" not in asked(plan(*BASE, unread, later))


@pytest.mark.parametrize("value", UNKNOWN)
def test_a_red_flag_stands_before_an_answer_that_nobody_can_read(value: Any) -> None:
    unread = found("bladder-dysfunction", on="2026-04-29", **value)
    assert orders(plan(*BASE, found("bladder-dysfunction"), unread), "stat") >= {"spine-surgery-consult"}


def test_full_strength_before_a_grade_that_nobody_can_read_is_unknown() -> None:
    full = [found("mrc-ankle-dorsiflexion", side, on="2020-01-01", valueInteger=5) for side in ("left", "right")]
    unread = found("mrc-ankle-dorsiflexion", "left", valueString="2/5")
    told = plan(*full, unread, found("bladder-dysfunction"))
    assert told.outcome != "not-applicable"
    assert [limb.foot_drop for limb in told.limbs] == [None, False]
    later = found("mrc-ankle-dorsiflexion", "left", on="2026-04-21", valueInteger=5)
    assert plan(*full, unread, later).outcome == "not-applicable"


def test_an_unreadable_grade_without_its_side_may_be_of_either_leg() -> None:
    full = [found("mrc-ankle-dorsiflexion", side, on="2020-01-01", valueInteger=5) for side in ("left", "right")]
    told = plan(*full, found("mrc-ankle-dorsiflexion", valueString="2/5"))
    assert [limb.foot_drop for limb in told.limbs] == [None, None]


def test_a_weak_grade_stands_before_one_that_nobody_can_read() -> None:
    unread = found("mrc-ankle-dorsiflexion", "left", on="2026-04-29", valueString="3/5")
    assert plan(*BASE, unread).limbs[0].severity == "severe"


WELL = {"onsetDateTime": "2010", "abatementDateTime": "2011", **RESOLVED}
SIGNS = [found("heel-walk-impaired", "left"), found("intermittent-tripping"), found("bladder-dysfunction")]


def well(side: str) -> Json:
    return condition("sct 6077001", side=side, id=f"well-{side}", **WELL)


def test_a_sign_of_a_drop_reopens_what_was_well_years_ago() -> None:
    alone = plan(*SIGNS)
    told = plan(*SIGNS, well("left"), well("right"))
    assert (told.outcome, told.alerts, told.orders) == (alone.outcome, alone.alerts, alone.orders)
    assert told.outcome != "not-applicable"
    graded = [found("mrc-ankle-dorsiflexion", side, on="2020-01-01", valueInteger=5) for side in ("left", "right")]
    assert plan(*SIGNS, *graded).outcome == alone.outcome


def test_the_question_goes_to_the_leg_that_has_the_sign_also_where_only_that_one_was_well() -> None:
    def questions(*resources: Json) -> set[str | None]:
        return {q.side for q in plan(*resources).questions if q.fact == "mrc-ankle-dorsiflexion"}

    sign = found("heel-walk-impaired", "left")
    assert "left" in questions(sign)
    assert questions(sign, well("left")) == questions(sign)


def test_a_foot_found_strong_after_the_sign_is_strong() -> None:
    graded = [found("mrc-ankle-dorsiflexion", side, on="2026-04-21", valueInteger=5) for side in ("left", "right")]
    assert plan(*SIGNS, *graded).outcome == "not-applicable"


@pytest.mark.parametrize(
    ("code", "key"),
    [
        ("icd R33.9", "bladder-dysfunction"), ("icd R15.9", "bowel-dysfunction"), ("sct 386661006", "fever"),
        ("sct 448765001", "weight-loss-unintentional"), ("sct 86854008", "hyperreflexia"),
    ],
)  # fmt: skip
def test_what_ended_before_this_drop_began_is_asked_again(code: str, key: str) -> None:
    assert key in asked(plan(*BASE))
    for dates in (WELL, RESOLVED, {"recordedDate": "2026-04-20", **RESOLVED}):
        assert key in asked(plan(*BASE, condition(code, id="old", **dates)))
    since = condition(code, id="old", onsetDateTime="2026-03-21", abatementDateTime="2026-04-20", **RESOLVED)
    assert key not in asked(plan(*BASE, since))
    assert key not in asked(plan(*BASE, condition(code, id="old", **WELL), found(key, valueBoolean=False)))


def drug(kind: str, /, **more: Any) -> Json:
    return resource(kind, "drug", **{"status": "active", "medicationCodeableConcept": concept("rxnorm 11289"), **more})


RECENT = [
    {**DROP, "onsetDateTime": "2026-04-25", "recordedDate": "2026-04-25"},
    found("mrc-ankle-dorsiflexion", "left", on="2026-04-26", valueInteger=2),
]


@pytest.mark.parametrize(
    "reported", [{"reportedBoolean": True}, {"reportedReference": {"reference": "Patient/p"}}, {"reported": True}]
)
def test_a_drug_that_the_patient_says_is_taken_is_taken(reported: Any) -> None:
    assert "haematoma" not in {alert.key for alert in plan(*RECENT).alerts}
    told = plan(*RECENT, drug("MedicationRequest", intent="plan", authoredOn="2026-04-01", **reported))
    assert "haematoma" in {alert.key for alert in told.alerts}


def test_a_prescription_that_was_filled_does_not_say_that_nothing_is_taken() -> None:
    filled = drug("MedicationRequest", intent="order", status="completed", authoredOn="2026-04-26")
    assert "anticoagulant" in asked(plan(*RECENT))
    assert "anticoagulant" in asked(plan(*RECENT, filled))
    told = plan(*RECENT, found("anticoagulant", on="2026-04-24"), filled)
    assert "haematoma" in {alert.key for alert in told.alerts}


def test_a_prescription_that_was_stopped_nobody_knows_when_outdates_no_yes() -> None:
    stopped = drug("MedicationRequest", intent="order", status="stopped", authoredOn="2026-04-26")
    assert "anticoagulant" in asked(plan(*RECENT, stopped))
    told = plan(*RECENT, found("anticoagulant", on="2026-04-24"), stopped)
    assert "haematoma" in {alert.key for alert in told.alerts}


def test_a_drug_that_is_said_not_to_be_taken_any_more_since_the_drop_is_not_taken() -> None:
    ended = drug("MedicationStatement", status="completed", dateAsserted="2026-04-27")
    assert "anticoagulant" not in asked(plan(*RECENT, ended))


def statuses(assessment: Assessment, key: str) -> list[str]:
    return [order.status for order in assessment.orders if order.key == key]


@pytest.mark.parametrize(
    ("when", "status"),
    [
        ({}, "already-ordered"),
        ({"occurrenceDateTime": "2026-05-01"}, "already-ordered"),
        ({"occurrenceDateTime": "2026-07-01"}, "new"),
        ({"occurrenceTiming": {"event": ["2026-07-01"]}}, "new"),
        ({"occurrencePeriod": {"start": "2026-07-01"}}, "new"),
    ],
)
def test_an_emergency_is_not_answered_by_an_order_for_another_month(when: Any, status: str) -> None:
    ordered = request("loinc 30679-5", priority="stat", authoredOn="2026-04-29", **when)
    told = plan(*BASE, found("bladder-dysfunction", on="2026-04-28"), ordered)
    assert statuses(told, "mri-lumbar-spine") == [status]


@pytest.mark.parametrize(
    "old",
    [
        request("sct 308447003", "left", authoredOn="2012-04-29"),
        request("sct 308447003", "left", authoredOn="2012-04-29", occurrencePeriod={"end": "2012-06-01"}),
        resource("Procedure", "p1", status="in-progress", code=concept("sct 308447003"), bodySite=[site("left")],
                 performedPeriod={"start": "2012-01-01"}),
        resource("CarePlan", "k1", status="active", intent="plan", period={"start": "2012-01-01", "end": "2013-01-01"},
                 activity=[{"detail": {"status": "in-progress", "code": concept("sct 308447003")}}]),
    ],
)  # fmt: skip
def test_what_was_left_open_long_before_this_drop_is_not_the_care_of_it(old: Json) -> None:
    assert statuses(plan(*BASE), "physiotherapy") == ["new"]
    assert statuses(plan(*BASE, old), "physiotherapy") == ["new"]


@pytest.mark.parametrize("dates", [{"recordedDate": "2023-03-01"}, {}])
@pytest.mark.parametrize(
    ("said", "alert"),
    [
        ({"onset-tempo": "sudden"}, "sudden-onset"),
        ({"course": "rapidly-worsening"}, "rapidly-worsening"),
    ],
)
def test_a_healed_drop_of_nobody_knows_when_silences_no_alarm_of_today(
    said: dict[str, str], alert: str, dates: dict[str, str]
) -> None:
    healed = condition("sct 6077001", side="left", id="healed", **RESOLVED, **dates)
    told = [
        found(key, "left", on="2026-04-30", valueCodeableConcept=concept(f"answer {value}"))
        for key, value in said.items()
    ]
    today = [found("mrc-ankle-dorsiflexion", "left", on="2026-04-30", valueInteger=2), *told]
    assert alert in {each.key for each in plan(*today, healed).alerts}


def test_an_old_diagnosis_that_was_never_closed_hides_no_emergency_of_a_new_drop() -> None:
    never_closed = condition("sct 6077001", side="left", id="old", onsetDateTime="2019-02-01")
    new = condition("sct 6077001", side="left", id="new", onsetDateTime="2026-04-28")
    weak = found("mrc-ankle-dorsiflexion", "left", on="2026-04-29", valueInteger=2)
    no_pulse = found("distal-pulses", "left", on="2026-04-29", valueCodeableConcept=concept("answer absent"))
    assert "limb-ischaemia" in {each.key for each in plan(never_closed, new, weak, no_pulse).alerts}


def test_a_blank_after_a_cleared_spine_does_not_take_the_clearance_back() -> None:
    injured = found("acute-spinal-trauma", on="2026-04-10")
    cleared = found("spine-cleared", on="2026-04-12")
    blank = observation(
        "finding spine-cleared", id="blank", effectiveDateTime="2026-04-14", dataAbsentReason=concept("x not-asked")
    )
    assert "spine-not-cleared" not in {each.key for each in plan(*BASE, injured, cleared, blank).alerts}


def test_a_grade_that_cannot_be_read_takes_no_earlier_grade_out_of_the_course() -> None:
    course = found("course", "left", on="2026-04-05", valueCodeableConcept=concept("answer rapidly-worsening"))
    grades = [found("mrc-ankle-eversion", "left", on=day, valueInteger=grade) for day, grade in
              (("2026-03-20", 2), ("2026-04-25", 5))]  # fmt: skip
    unread = found("mrc-ankle-eversion", "left", on="2026-04-28", valueString="??")
    left = [each.course for each in plan(*BASE, course, *grades, unread).limbs if each.side == "left"]
    assert left == [each.course for each in plan(*BASE, course, *grades).limbs if each.side == "left"]
