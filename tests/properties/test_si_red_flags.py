"""Safety invariants SI-01 to SI-11: red flags. Nothing that is known besides may hide, lower or delay one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guideline.findings import SIDES
from guideline.page import page
from tests.support.numbers import amount, days_of
from tests.support.patients import PATIENTS, TODAY, Care, Patient, examples, patients
from tests.support.plans import (
    EXTENDED,
    MOVING,
    SPINAL_MRI,
    alerts,
    assessed,
    cites,
    highest,
    keys,
    order,
    ordered,
    rank,
    says,
)
from tests.support.red_flags import ALARMS, ASKED, EXPLANATIONS, FLAIL, RED_FLAGS, UMN, RedFlag

DROP = {"foot-drop": True}
ONLY_WAITING = r"\b(continue|stay with|keep to|only) (with )?conservative\b|conservative (care|treatment)( may)? go(es)? on\b(?!.*(beside|until|ends))|watch(ful waiting| and wait)|wait and see"  # noqa: E501
NO_RED_FLAGS = r"\bno (other |further )?red[ -]flags?\b|\bwithout (any )?red[ -]flags?\b|red[ -]flags?:? (are |is |were )?(absent|excluded|negative|none|ruled out)"  # noqa: E501
SPINAL_SIGNS = (
    {"back-pain": True}, {"radicular-pain": True}, {"bladder-dysfunction": True}, {"bilateral-leg-symptoms": True},
    {"lumbar-disc-herniation": True}, {"lumbar-spinal-stenosis": True}, {"lumbar-radiculopathy": True},
    {"edx-localisation": "l5-root"}, {"mri-compressive-lesion": True}, {"acute-spinal-trauma": True},
)  # fmt: skip
CENTRAL = EXPLANATIONS[:7]
few = examples(15)
some = examples(50)
many = examples(80)

flags = pytest.mark.parametrize("flag", RED_FLAGS, ids=str)


def dropping(patient: Patient) -> Patient:
    return patient.given(DROP)


@flags
@few
@given(patient=PATIENTS)
def test_si_01_a_red_flag_brings_an_alert_and_a_request_at_its_floor(flag: RedFlag, patient: Patient) -> None:
    known = patient.without(*EXPLANATIONS) if flag.unexplained else patient
    plan = assessed(flag.raised(known))
    assert alerts(plan, "critical", "warning")
    assert highest(plan) >= rank(flag.floor)
    assert cites([*plan.alerts, *plan.orders], *flag.statements)
    assert not says(plan, ONLY_WAITING)


@pytest.mark.parametrize("flag", [*RED_FLAGS, *ALARMS], ids=str)
@few
@given(patient=PATIENTS, denied=st.booleans())
def test_si_02_turning_a_red_flag_on_removes_and_lowers_nothing(flag: RedFlag, patient: Patient, denied: bool) -> None:
    off = flag.lowered(patient, denied)
    before, after = assessed(off), assessed(flag.raised(off))
    assert highest(after) >= highest(before)
    for one in before.orders:
        found = order(after, one.key, one.side)
        assert found is not None, f"{one.key} {one.side} is gone ({', '.join(one.rules)})"
        assert rank(found.priority) >= rank(one.priority), f"{one.key} fell from {one.priority} to {found.priority}"
    kept = {(one.key, one.side) for one in after.alerts} | {("flail-foot-not-excluded", "left")}  # it is known now
    gone = [one for one in alerts(before, "critical", "warning") if (one.key, one.side) not in kept]
    assert not gone, f"{[one.key for one in gone]} are gone"


def test_si_02_a_new_flag_never_lowers_what_was_already_answered() -> None:
    """An emergency assessment was done for the sudden onset; lost appetite asks for another, at no lower priority."""
    sudden = Patient().given({"foot-drop": True, "onset-tempo": "sudden"}, ago=14)
    seen = sudden.ordered(Care("emergency-assessment", None, "done", "asap", sudden.day(10)))
    before, after = (
        order(assessed(seen.given({"appetite-loss": lost})), "emergency-assessment") for lost in (False, True)
    )
    assert (before.status, after.status) == ("done", "new")
    assert rank(after.priority) >= rank(before.priority)


BLINDERS = st.fixed_dictionaries(
    {},
    optional={
        "course": st.sampled_from(["improving", "stable", "worsening", "rapidly-worsening", "fluctuating"]),
        "recovery-chance": st.sampled_from(["realistic", "uncertain", "none"]),
        "mri-compressive-lesion": st.booleans(),
        "mri-lumbar-done": st.booleans(),
        "mri-explains-deficit": st.booleans(),
        "edx-localisation": st.sampled_from(["peroneal", "normal", "polyneuropathy"]),
        "onset": st.sampled_from([0, 1, 30, 100, 200, 400, 3000]),
        "surgery-planned": st.booleans(),
    },
)


@many
@given(patient=PATIENTS, sign=st.sampled_from(["bladder-dysfunction", "bowel-dysfunction"]), known=BLINDERS)
def test_si_03_bladder_or_bowel_loss_brings_a_spine_surgeon_and_an_mri_now(patient: Patient, sign: str, known) -> None:
    plan = assessed(dropping(patient).given(known).given({sign: True}))
    assert ordered(plan, "spine-surgery-consult", at_least="stat")
    assert ordered(plan, "mri-lumbar-spine", at_least="stat")


@some
@given(patient=PATIENTS)
def test_si_03_an_mri_of_last_year_does_not_answer_todays_bladder(patient: Patient) -> None:
    since_then = dropping(patient).given({"mri-lumbar-done": True}, ago=300).given({"bladder-dysfunction": True})
    found = order(assessed(since_then), "mri-lumbar-spine")
    assert found is not None
    assert found.status != "done" or any(care.day == patient.day(0) for care in patient.care)


@many
@given(patient=PATIENTS, side=st.sampled_from(SIDES))
def test_si_04_a_flail_foot_is_no_plain_foot_drop(patient: Patient, side) -> None:
    plan = assessed(patient.given(FLAIL, side))
    found = [one for one in alerts(plan, "critical", side=side) if {"RED-02", "PIT-10"} & set(one.statements)]
    assert any("flail" in one.text.lower() for one in found)
    assert ordered(plan, "emergency-assessment", at_least="stat")
    assert {one.key for one in plan.orders if one.priority == "stat"} - {"ankle-foot-orthosis", "physiotherapy"}


@many
@given(patient=PATIENTS, sign=st.sampled_from([*UMN, "rapid"]))
def test_si_05_rapid_worsening_or_an_unexplained_cord_sign_images_the_whole_axis(patient: Patient, sign: str) -> None:
    known = patient.given({"course": "rapidly-worsening"}) if sign == "rapid" else patient.given({sign: True})
    plan = assessed(dropping(known if sign == "rapid" else known.without(*CENTRAL)))
    for key in EXTENDED:
        assert ordered(plan, key, at_least="urgent"), key


@some
@given(patient=PATIENTS, sign=st.sampled_from(UMN), disease=st.sampled_from(CENTRAL))
def test_si_05_an_explained_cord_sign_is_imaged_when_it_worsens_and_is_named_when_not(
    patient: Patient, sign: str, disease: str
) -> None:
    old = dropping(patient).given({disease: True}, ago=3000).given({sign: True}, "both", ago=2900)
    worse = assessed(old.given({"course": "worsening"}, "both"))
    assert all(ordered(worse, key, at_least="urgent") for key in EXTENDED)
    assert cites(assessed(old).alerts, "D-04", "IMG-05", "IMG-08", "RED-08")


@many
@given(patient=PATIENTS, sign=st.sampled_from(SPINAL_SIGNS))
def test_si_06_no_spinal_mri_is_less_than_urgent_when_the_spine_is_suspected(patient: Patient, sign) -> None:
    plan = assessed(dropping(patient).given(sign))
    spinal = [one for one in plan.orders if one.key in SPINAL_MRI]
    assert spinal
    assert all(rank(one.priority) >= rank("urgent") for one in spinal), [(one.key, one.priority) for one in spinal]


@pytest.mark.parametrize("fact", ASKED)
@examples(12)
@given(patient=PATIENTS)
def test_si_07_a_red_flag_nobody_asked_about_is_a_question(fact: str, patient: Patient) -> None:
    unasked = patient.given({fact: None, "mrc-ankle-dorsiflexion": None, "foot-drop": True})
    plan = assessed(unasked)
    assert [one for one in plan.questions if one.fact == fact and one.side in ("left", None)]


@some
@given(patient=PATIENTS)
def test_si_07_nothing_ever_says_that_there_is_no_red_flag(patient: Patient) -> None:
    plan = assessed(patient)
    assert not says(plan, NO_RED_FLAGS)
    for text in (page(plan), str(plan.to_fhir())):
        assert "no red flag" not in text.lower()


@many
@given(patient=PATIENTS, side=st.sampled_from(SIDES), began=st.sampled_from([None, 0, 1, 2, 30]),
       key=st.sampled_from(["compartment-syndrome-suspected", "compartment-syndrome"]))  # fmt: skip
def test_si_08_compartment_syndrome_goes_to_the_surgeon_now_whatever_the_hour(
    patient: Patient, side, began: int | None, key: str
) -> None:
    plan = assessed(patient.given({"ischaemia-onset": began} | {key: True}, side))
    found = order(plan, "fasciotomy-consult", side)
    assert found is not None
    assert (found.priority, found.strength) == ("stat", "recommend")
    assert not says(plan, r"\b(after|once|until) (the )?(MRI|EDX|nerve stud|imaging|physiotherapy)", "alerts")
    assert "remove-compression" in keys(plan.activities, side)


@some
@given(patient=PATIENTS, side=st.sampled_from(SIDES), worn=st.booleans())
def test_si_08_nothing_is_worn_on_the_leg_before_compartment_syndrome_is_treated(patient: Patient, side, worn) -> None:
    """An orthosis may stay on the list, for afterwards; a critical alert then says what it is for."""
    walks = {
        "foot-drop": True,
        "ambulatory": True,
        "afo-declined": None,
        "afo-in-use": worn,
        "acute-spinal-trauma": None,
    }
    plan = assessed(patient.given(walks | {"compartment-syndrome-suspected": True}, side))
    assert ordered(plan, "ankle-foot-orthosis", side) is not worn
    found = [one for one in alerts(plan, "critical", side=side) if "B-33" in one.statements]
    assert any("orthosis" in one.text.lower() for one in found)


TOLERATED, IRREVERSIBLE = (int(amount(f"ischaemia-{each}")) for each in ("tolerated", "irreversible"))
ABOUT = {number + more for number in (TOLERATED, IRREVERSIBLE) for more in (-1, 0, 1)}


@pytest.mark.parametrize("hours", [0, *sorted(ABOUT), 30])
def test_si_08_each_hour_of_ischaemia_keeps_the_surgeon_and_the_alert(hours: int) -> None:
    began = f"2026-06-{14 if hours > 20 else 15}T{(20 - hours) % 24:02d}:00:00Z"
    patient = Patient(as_of="2026-06-15T20:00:00Z").given(
        {"compartment-syndrome-suspected": True, "ischaemia-onset": began}
    )
    plan = assessed(patient)
    found = order(plan, "fasciotomy-consult", "left")
    assert found is not None
    assert found.priority == "stat"
    times = [one for one in plan.alerts if "RED-17" in one.statements]
    assert [one.severity for one in times] == ["warning" if hours < TOLERATED else "critical"]


KNEE = days_of("knee-dislocation-window")


@many
@given(patient=PATIENTS, side=st.sampled_from(SIDES), ago=st.sampled_from([None, 0, 1, KNEE - 1, KNEE]))
def test_si_09_a_knee_dislocation_brings_the_vascular_and_the_nerve_check_now(
    patient: Patient, side, ago: int | None
) -> None:
    plan = assessed(patient.given({"knee-dislocation": True}, side, ago=ago))
    assert ordered(plan, "vascular-assessment", side, at_least="stat")
    assert ordered(plan, "neurological-assessment", side, at_least="stat")
    assert alerts(plan, "critical", side=side)


PRESSURES = ("mean-arterial-pressure", "systolic-blood-pressure")
MEAN, SYSTOLIC = int(amount("map-floor")), int(amount("systolic-floor"))


def pressure_alerts(patient: Patient, *statements: str) -> list:
    found = assessed(patient.given({"spinal-cord-injury": True}))
    return [one for one in alerts(found, "critical") if set(one.statements) & set(statements)]


@some
@given(patient=patients(never=PRESSURES), low=st.integers(0, MEAN - 1), enough=st.integers(MEAN, 200))
def test_si_10_mean_pressure_below_the_floor_and_only_that_alarms(patient: Patient, low: int, enough: int) -> None:
    assert pressure_alerts(patient.given({"mean-arterial-pressure": low}), "RED-13")
    assert not pressure_alerts(patient.given({"mean-arterial-pressure": enough}), "RED-13")


@some
@given(patient=patients(never=PRESSURES), low=st.integers(0, SYSTOLIC), enough=st.integers(SYSTOLIC + 1, 250))
def test_si_10_systolic_pressure_at_the_floor_alarms_in_the_first_phase(
    patient: Patient, low: int, enough: int
) -> None:
    first = patient.given({"initial-assessment-phase": True})
    assert pressure_alerts(first.given({"systolic-blood-pressure": low}), "RED-14")
    assert not pressure_alerts(first.given({"systolic-blood-pressure": enough}), "RED-14")


@many
@given(patient=PATIENTS, cleared=st.sampled_from([False, None]))
def test_si_11_nobody_moves_before_the_spine_is_cleared(patient: Patient, cleared: bool | None) -> None:
    plan = assessed(
        dropping(patient).given({"acute-spinal-trauma": True, "spine-cleared": cleared, "ambulatory": True})
    )
    assert not keys(plan.activities) & set(MOVING)
    assert not keys(plan.orders) & {"gait-training", "walking-aid"}
    assert "spinal-precautions" in keys(plan.activities)
    assert not says(plan, r"\bmobilis\w+ early|early mobilis", "orders", "activities")


def test_si_11_the_same_patient_moves_once_it_is_cleared() -> None:
    walking = Patient(as_of=TODAY).given({"mrc-ankle-dorsiflexion": 3, "ambulatory": True, "gait-limited": True})
    plan = assessed(walking.given({"acute-spinal-trauma": True, "spine-cleared": True}))
    assert keys(plan.activities) & set(MOVING)
