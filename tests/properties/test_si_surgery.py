"""Safety invariants SI-19 to SI-28: whom a surgeon should see, when, and what nobody may say before that."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_adapters import Assessment
from guideline.assess import assess_record
from guideline.assessment import STRENGTHS
from guideline.findings import SIDES
from guideline.loading import all_rules, load_rulebook
from guideline.parameters import default_parameters
from guideline.rulebook import Rulebook, rulebook
from tests.support.courses import DISC, PERONEAL, before, dated, graded, unimproved
from tests.support.numbers import after, days_of
from tests.support.patients import ADULTS, NEUTRAL, PATIENTS, Care, Patient, examples, patients
from tests.support.plans import (
    CONSULTS,
    SURGICAL,
    alerts,
    assessed,
    cites,
    highest,
    keys,
    order,
    ordered,
    rank,
    request_set,
    says,
)

TODAY = date(2026, 6, 15)
OTHERWISE_WELL = patients(born=ADULTS, only=NEUTRAL, cared_for=False, most=8)
NERVE, SPINE = "nerve-surgery-consult", "spine-surgery-consult"
SALVAGE = r"tendon transfer|\bfusion\b|arthrodesis"
PERMANENT = r"\bpermanent(ly)?\b"
SCIATIC = ("sciatic-neuropathy", "hip-dislocation", "hip-arthroplasty", "pelvic-fracture")
days = st.integers(0, 900)
few = examples(20)
some = examples(50)
many = examples(80)


def peroneal(patient: Patient, onset: date, as_of: date = TODAY) -> Assessment:
    return assessed(unimproved(dated(patient, as_of), onset, as_of, PERONEAL))


@many
@given(patient=PATIENTS)
def test_si_19_what_a_surgeon_does_is_never_ordered_only_his_opinion(patient: Patient) -> None:
    plan = assessed(patient.given({"foot-drop": True, "open-or-sharp-injury": True, "bladder-dysfunction": True}))
    assert keys(plan.orders) & set(SURGICAL)
    for entry in plan.to_fhir()["entry"]:
        resource = entry["resource"]
        assert resource["resourceType"] not in ("Procedure", "MedicationRequest", "Appointment")
        if resource["resourceType"] == "ServiceRequest":
            assert resource["intent"] == "proposal"
    for one in plan.orders:
        assert one.key.endswith("-consult") == (one.key in CONSULTS)
        if one.key in SURGICAL:
            assert not any(word in one.text.lower() for word in ("perform ", "operate on", "schedule surgery"))


@many
@given(patient=OTHERWISE_WELL, onset=st.dates(date(2023, 1, 1), date(2026, 6, 1)))
def test_si_20_a_peroneal_palsy_without_exception_follows_its_window(patient: Patient, onset: date) -> None:
    eligible, due = after(onset, "peroneal-surgery-eligible"), after(onset, "surgery-due")
    found = order(peroneal(patient, onset), NERVE, "left")
    if eligible > TODAY:
        assert found is None
        return
    assert found is not None
    assert (found.priority, found.strength) == ("routine", "consider")
    assert found.latest == due.isoformat()


@few
@given(patient=OTHERWISE_WELL, onset=st.dates(date(2023, 1, 1), date(2024, 6, 1)))
def test_si_20_time_only_ever_adds_to_the_consult(patient: Patient, onset: date) -> None:
    seen = [peroneal(patient, onset, onset + timedelta(days=each)) for each in (20, 88, 95, 180, 190, 364, 370, 600)]
    for earlier, later in pairwise(seen):
        for key in SURGICAL:
            first, then = order(earlier, key, "left"), order(later, key, "left")
            if first is not None:
                assert then is not None, f"{key} is gone at {later.as_of}"
                assert rank(then.priority) >= rank(first.priority)
                assert STRENGTHS.index(then.strength) >= STRENGTHS.index(first.strength)


EXCEPTIONS = (
    ({"course": "worsening"}, NERVE, "urgent"),
    ({"course": "rapidly-worsening"}, NERVE, "urgent"),
    ({"knee-structural-lesion": True}, NERVE, "urgent"),
    ({"open-or-sharp-injury": True}, NERVE, "urgent"),
    ({"bladder-dysfunction": True}, SPINE, "stat"),
    ({"spinal-cord-compression": True}, SPINE, "stat"),
)


@pytest.mark.parametrize(("exception", "consult", "floor"), EXCEPTIONS, ids=lambda each: str(each)[:40])
@few
@given(patient=OTHERWISE_WELL, ago=days)
def test_si_21_an_exception_acts_at_any_time(exception, consult: str, floor: str, patient: Patient, ago: int) -> None:
    known = unimproved(dated(patient, TODAY), before(TODAY, ago), TODAY, PERONEAL).given(exception)
    assert ordered(assessed(known), consult, "left", at_least=floor)


@many
@given(patient=PATIENTS, ago=days, disc=st.sampled_from(["mri-disc-herniation", "lumbar-disc-herniation"]),
       worse=st.sampled_from(["worsening", "rapidly-worsening"]))  # fmt: skip
def test_si_22_a_disc_that_worsens_brings_the_spine_surgeon_at_any_time(
    patient: Patient, ago: int, disc: str, worse: str
) -> None:
    plan = assessed(patient.given({"foot-drop": True, "onset": ago, "course": worse, disc: True}))
    assert ordered(plan, SPINE, at_least="stat" if worse == "rapidly-worsening" else "urgent")


@many
@given(patient=OTHERWISE_WELL, ago=st.integers(0, 120))
def test_si_23_a_disc_without_improvement_follows_its_window(patient: Patient, ago: int) -> None:
    plan = assessed(unimproved(dated(patient, TODAY), before(TODAY, ago), TODAY, DISC, grade=4))
    found = order(plan, SPINE)
    eligible, due = days_of("disc-consult-eligible"), days_of("disc-consult-due")
    if ago < eligible:
        assert found is None
        return
    assert found is not None
    assert found.strength == ("recommend" if ago >= due else "consider")
    assert found.latest == (before(TODAY, ago) + timedelta(days=due)).isoformat()


@many
@given(patient=OTHERWISE_WELL, ago=st.integers(2, 600))
def test_si_23_an_improving_disc_is_watched_closely_and_no_window_forces_a_consult(patient: Patient, ago: int) -> None:
    improving = graded(dated(patient, TODAY), before(TODAY, ago), TODAY, 3, 4).given(DISC, day="2020-01-01")
    plan = assessed(improving.given({"course": "improving"}))
    assert "close-monitoring" in keys(plan.activities)
    found = order(plan, SPINE)
    assert found is None or found.strength != "recommend"


@many
@given(
    patient=PATIENTS, ago=days, worse=st.sampled_from(["worsening", "rapidly-worsening"]), side=st.sampled_from(SIDES)
)
def test_si_24_worsening_ends_every_window_and_is_urgent(patient: Patient, ago: int, worse: str, side) -> None:
    plan = assessed(patient.given({"foot-drop": True, "onset": ago, "course": worse}, side))
    assert highest(plan) >= rank("urgent")
    assert alerts(plan, "critical", "warning", side=side)
    assert not [one.text for one in plan.activities if one.side in (side, None) and "conservative" in one.text.lower()]
    consults = [one for one in plan.orders if one.key in SURGICAL and one.side in (side, None)]
    assert all(one.earliest is None or one.earliest <= plan.as_of[:10] for one in consults)


@some
@given(patient=PATIENTS, dropped=st.sampled_from([(3, 2), (4, 3), (3, 1), (1, 0)]))
def test_si_24_a_lost_grade_is_worsening_whatever_was_said_before(patient: Patient, dropped: tuple[int, int]) -> None:
    known = patient.given({"course": "improving"}, ago=30).series(
        "mrc-ankle-dorsiflexion", "left", (20, dropped[0]), (0, dropped[1])
    )
    plan = assessed(known)
    assert next(one.course for one in plan.limbs if one.side == "left") in ("worsening", "rapidly-worsening")
    assert highest(plan) >= rank("urgent")


@cache
def without_prognosis() -> Rulebook:
    return load_rulebook([rule for rule in all_rules() if rule.group != "PRG"], default_parameters())


@many
@given(patient=PATIENTS)
def test_si_25_prognosis_never_changes_a_request(patient: Patient) -> None:
    from cql_like import parse_moment

    as_of, record = parse_moment(patient.as_of), patient.record()
    whole, without = (assess_record(record, as_of, book) for book in (rulebook(), without_prognosis()))
    assert whole.orders == without.orders
    assert whole.outcome == without.outcome


@some
@given(
    patient=PATIENTS,
    young=st.sampled_from(["2000-01-01", "1985-07-01"]),
    old=st.sampled_from(["1930-01-01", "1950-02-02"]),
)
def test_si_25_the_age_of_an_adult_never_changes_a_request(patient: Patient, young: str, old: str) -> None:
    from dataclasses import replace

    assert request_set(assessed(replace(patient, born=young))) == request_set(assessed(replace(patient, born=old)))


@some
@given(patient=patients(never=("edx-severity",)), localised=st.sampled_from(["peroneal", "l5-root", "sciatic"]),
       severity=st.sampled_from(["neurapraxia", "axonotmesis-mild", "axonotmesis-severe"]))  # fmt: skip
def test_si_25_the_grade_of_nerve_damage_never_changes_a_request(
    patient: Patient, localised: str, severity: str
) -> None:
    known = patient.given({"foot-drop": True, "edx-localisation": localised}, "both")
    assert request_set(assessed(known)) == request_set(assessed(known.given({"edx-severity": severity})))


@many
@given(patient=patients(never=("permanent-nerve-damage", "recovery-chance", "edx-localisation", "onset", *SCIATIC)),
       ago=st.integers(0, 364))  # fmt: skip
def test_si_26_nobody_is_called_permanent_before_a_clinician_or_a_year_says_so(patient: Patient, ago: int) -> None:
    """D-11: it is this patient's foot drop that must not be called so; education may say that some are."""
    recent = Patient(
        patient.as_of,
        patient.born,
        tuple(f for f in patient.facts if f.key not in ("foot-drop", "mrc-ankle-dorsiflexion")),
    )
    plan = assessed(recent.given({"mrc-ankle-dorsiflexion": 3, "onset": ago}, "both", ago=0))
    assert not says(plan, SALVAGE, "orders", "activities", "alerts", "prognosis", "goals")
    assert not says(plan, PERMANENT, "orders", "alerts", "goals")


def test_si_26_what_a_clinician_recorded_opens_the_discussion() -> None:
    plan = assessed(Patient().given({"foot-drop": True, "permanent-nerve-damage": True}))
    assert ordered(plan, "foot-ankle-surgery-consult", "left")


MOTOR_NEURON = {
    "foot-drop": True, "fasciculation": True, "back-pain": False, "radicular-pain": False, "neuropathic-pain": False,
    "sensation-foot-dorsum": "normal", "sensation-lateral-leg": "normal",
}  # fmt: skip


@some
@given(patient=OTHERWISE_WELL, ago=days, course=st.sampled_from(["stable", "worsening"]))
def test_b_02_a_motor_neuron_pattern_is_seen_by_a_neurologist_before_any_elective_surgeon(
    patient: Patient, ago: int, course: str
) -> None:
    feels = patient.without("sensation-foot-dorsum", "sensation-lateral-leg", "neuropathic-pain")
    known = unimproved(dated(feels, TODAY), before(TODAY, ago), TODAY, PERONEAL)
    plan = assessed(known.given(MOTOR_NEURON).given({"course": course}))
    assert ordered(plan, "neurology-referral", at_least="urgent")
    assert not keys(plan.orders) & {NERVE, "foot-ankle-surgery-consult"}
    assert "motor-neuron-disease" in {each.diagnosis for limb in plan.limbs for each in limb.differential}


EDX = ("edx-done", "edx-localisation", "edx-severity", "edx-reinnervation")
TRIGGERS = (
    ({"bladder-dysfunction": True}, SPINE, "stat"),
    ({"course": "rapidly-worsening", "ankle-clonus": True}, SPINE, "stat"),
    ({"course": "worsening", "mri-disc-herniation": True}, SPINE, "urgent"),
    ({"course": "worsening", "back-pain": True}, SPINE, "urgent"),
    ({"knee-structural-lesion": True}, NERVE, "urgent"),
    ({"compartment-syndrome-suspected": True}, "fasciotomy-consult", "stat"),
)


@pytest.mark.parametrize(("trigger", "consult", "floor"), TRIGGERS, ids=lambda each: str(each)[:40])
@few
@given(patient=patients(born=ADULTS), pending=st.booleans())
def test_si_27_a_missing_nerve_study_holds_no_consult_back(
    trigger, consult: str, floor: str, patient: Patient, pending: bool
) -> None:
    known = patient.given({"foot-drop": True} | trigger).without(*EDX)
    known = known.ordered(Care("electrodiagnostic-study", "left")) if pending else known
    assert ordered(assessed(known), consult, "left", at_least=floor)


@many
@given(patient=OTHERWISE_WELL, ago=st.integers(186, 900), cause=st.sampled_from([PERONEAL, DISC]))
def test_si_28_an_overdue_window_never_stands_beside_go_on_waiting(patient: Patient, ago: int, cause) -> None:
    plan = assessed(unimproved(dated(patient, TODAY), before(TODAY, ago), TODAY, cause))
    overdue = [one for one in plan.orders if one.key in SURGICAL and one.latest and one.latest < TODAY.isoformat()]
    assert overdue
    assert not cites(plan.activities, "CON-05", "CON-06")
    assert not says(plan, r"conservative (care|treatment|measures)(?!.*beside)", "orders", "activities", "alerts")
