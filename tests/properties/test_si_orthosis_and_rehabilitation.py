"""Safety invariants SI-12 to SI-18: orthosis, stimulation, physiotherapy and home exercise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guideline.findings import SIDES
from tests.support.numbers import amount
from tests.support.patients import ADULTS, PATIENTS, TODAY, Care, Patient, examples, patients
from tests.support.plans import alerts, assessed, cites, keys, order, ordered, says

WALKS = {"foot-drop": True, "ambulatory": True, "afo-in-use": None, "afo-declined": None, "acute-spinal-trauma": None}
SEVERE = int(amount("severe-mrc"))
STROKE = {
    "mrc-ankle-dorsiflexion": SEVERE, "stroke": True, "spasticity": True, "ambulatory": True, "gait-limited": True,
}  # fmt: skip
LOWER = ("peroneal", "l5-root", "sciatic", "plexus", "polyneuropathy", "motor-neuron", "myopathy")
COMPARTMENT = ("compartment-syndrome-suspected", "compartment-syndrome")
STANDS = {
    "mrc-ankle-dorsiflexion": 3, "ambulatory": True, "can-stand-safely": True, "spasticity": False,
    "calf-contracture": False,
}  # fmt: skip
HOME = ("home-dorsiflexion", "home-toe-curls", "home-toe-taps", "home-ankle-circles", "home-heel-raises")
NEVER_ALONE = ("robot-assisted-training", "virtual-reality-training", "rhythmic-cueing")
SENSATION = (
    "sensation-foot-dorsum", "sensation-sole", "sensation-lateral-leg", "sensation-first-web-space", "sensation-shin",
    "severe-numbness",
)  # fmt: skip
PENDING = tuple(
    Care(key, side)
    for key, side in (
        ("mri-lumbar-spine", None), ("mri-brain", None), ("imaging-fibular-head", "left"),
        ("electrodiagnostic-study", "left"), ("imaging-fibular-head", "right"), ("electrodiagnostic-study", "right"),
    )
)  # fmt: skip
sides = st.sampled_from(SIDES)
some = examples(50)
many = examples(80)


@many
@given(patient=patients(never=COMPARTMENT), side=sides)
def test_si_12_whoever_walks_with_a_foot_drop_is_offered_an_orthosis(patient: Patient, side) -> None:
    plan = assessed(patient.given(WALKS, side))
    found = order(plan, "ankle-foot-orthosis", side)
    assert found is not None
    assert not says(plan, r"orthosis (is )?(only )?(after|once|until|awaits?|depends on)\b", "orders")


@many
@given(patient=PATIENTS, side=sides, planned=st.booleans())
def test_si_13_pending_studies_and_planned_surgery_leave_orthosis_and_physiotherapy_alone(
    patient: Patient, side, planned: bool
) -> None:
    known = patient.given({"surgery-planned": None}, "both")
    waiting = known.given({"surgery-planned": True}, side) if planned else known.ordered(*PENDING)
    before, after = assessed(known), assessed(waiting)
    for key in ("ankle-foot-orthosis", "physiotherapy"):
        for leg in SIDES:
            assert order(before, key, leg) == order(after, key, leg)


@many
@given(patient=PATIENTS, side=sides)
def test_si_14_no_orthosis_without_fitting_and_a_look_at_the_skin(patient: Patient, side) -> None:
    plan = assessed(patient.given(WALKS | dict.fromkeys(COMPARTMENT), side))
    assert ordered(plan, "ankle-foot-orthosis", side)
    assert {"orthosis-fitting", "skin-inspection"} <= keys(plan.activities, side)
    assert ordered(plan, "skin-check", side)


@some
@given(
    patient=patients(never=(*SENSATION, "skin-breakdown", "pressure-ulcer")),
    key=st.sampled_from(SENSATION),
    worn=st.booleans(),
)
def test_si_14_a_foot_without_feeling_is_checked_no_later(patient: Patient, key: str, worn: bool) -> None:
    known = patient.given(WALKS | dict.fromkeys(COMPARTMENT)).given({"afo-in-use": True} if worn else {})
    numb = known.given({key: True if key == "severe-numbness" else "absent"})
    before, after = (order(assessed(each), "skin-check", "left") for each in (known, numb))
    assert before is not None
    assert after is not None
    assert after.latest is not None
    assert before.latest is not None
    assert after.latest <= before.latest


@many
@given(patient=PATIENTS, side=sides)
def test_si_15_an_orthosis_comes_with_movement(patient: Patient, side) -> None:
    plan = assessed(patient.given(WALKS | dict.fromkeys(COMPARTMENT), side))
    assert "range-of-motion" in keys(plan.activities, side)
    assert ordered(plan, "physiotherapy", side)
    assert not says(plan, r"\b(bed rest|keep (it|the (leg|ankle|foot)) (still|immobile)|prolonged immobilisation is)\b")


@pytest.mark.parametrize(
    "bar",
    [{"fes-contraindication": True}, {"mri-unsafe-device": True}, *({"edx-localisation": each} for each in LOWER)],
    ids=str,
)
@examples(15)
@given(patient=patients(never=("stroke", "multiple-sclerosis", "cerebral-palsy", "spinal-cord-injury")), side=sides)
def test_si_16_no_stimulation_for_a_dead_nerve_or_against_a_contraindication(bar, patient: Patient, side) -> None:
    central = {} if "edx-localisation" in bar else STROKE
    plan = assessed(patient.given({"foot-drop": True} | central | bar, side))
    assert not ordered(plan, "fes-assessment", side)
    assert not ordered(plan, "implantable-fes-referral", side)


@many
@given(patient=PATIENTS, side=sides)
def test_si_16_an_implant_only_when_severe_or_chronic_and_after_surface_stimulation(patient: Patient, side) -> None:
    plan = assessed(patient.given(STROKE, side))
    limb = next(one for one in plan.limbs if one.side == side)
    if ordered(plan, "implantable-fes-referral", side):
        used = any(fact.key == "fes-in-use" and fact.value is True for fact in patient.facts)
        assert ordered(plan, "fes-assessment", side) or used
        lasting = limb.onset is None or limb.onset < patient.day(80)
        assert limb.severity == "severe" or lasting


@some
@given(patient=PATIENTS, side=sides)
def test_si_16_stimulation_never_takes_an_orthosis_away(patient: Patient, side) -> None:
    known = patient.given(WALKS, side)
    for stimulated in (known.given({"fes-in-use": True}, side), known.given(STROKE, side)):
        before, after = assessed(known), assessed(stimulated)
        assert ordered(before, "ankle-foot-orthosis", side) <= ordered(after, "ankle-foot-orthosis", side)


def test_si_16_after_a_stroke_stimulation_is_considered_beside_the_orthosis() -> None:
    plan = assessed(Patient(as_of=TODAY).given(STROKE))
    assert order(plan, "fes-assessment", "left").strength == "consider"
    assert order(plan, "implantable-fes-referral", "left").strength == "option"
    assert ordered(plan, "ankle-foot-orthosis", "left")


@many
@given(patient=patients(born=ADULTS))
def test_si_17_home_exercise_comes_with_supervised_physiotherapy(patient: Patient) -> None:
    plan = assessed(patient)
    for one in plan.activities:
        if one.key in HOME:
            assert ordered(plan, "physiotherapy", one.side)


def test_si_17_a_walking_adult_is_offered_home_exercise() -> None:
    plan = assessed(Patient(as_of=TODAY).given(STANDS))
    assert set(HOME) <= keys(plan.activities, "left")


@some
@given(patient=patients(born=ADULTS))
def test_si_17_pain_on_exercise_stops_it(patient: Patient) -> None:
    plan = assessed(patient.given({"foot-drop": True, "exercise-pain": True}))
    found = [one for one in alerts(plan) if "PT-23" in one.statements]
    assert found
    assert any("stop" in one.text.lower() for one in found)


@many
@given(
    patient=patients(born=ADULTS, never=COMPARTMENT),
    cause=st.sampled_from([STROKE, {"gait-limited": True, "foot-drop": True}]),
)
def test_si_18_machines_and_rhythm_only_beside_conventional_physiotherapy(patient: Patient, cause) -> None:
    plan = assessed(patient.given(cause))
    if keys(plan.activities) & set(NEVER_ALONE):
        assert any(one.key == "physiotherapy" for one in plan.orders)
        assert cites([one for one in plan.activities if one.key in NEVER_ALONE], "PT-04", "PT-09", "PT-10", "PT-12")


def test_si_18_after_a_stroke_they_are_options() -> None:
    plan = assessed(Patient(as_of=TODAY).given(STROKE))
    found = [one for one in plan.activities if one.key in NEVER_ALONE]
    assert {one.key for one in found} == set(NEVER_ALONE)
    assert {one.strength for one in found} == {"option"} or {one.strength for one in found} <= {"option", "consider"}
