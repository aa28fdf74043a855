"""Safety invariants SI-29 to SI-34: what may be the cause, and that left and right are alike."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from guideline.findings import SIDES
from guideline.plan import SIDED_ACTIVITIES
from guideline.vocabulary import order_kinds
from tests.support.patients import ADULTS, PATIENTS, Patient, examples, is_sided, patients
from tests.support.plans import alerts, assessed, diagnoses, order, request_set, swapped, unordered
from tests.support.red_flags import UMN

LOCALISERS = ("edx-localisation", "mri-explains-deficit", "knee-structural-lesion")
PERONEAL_HINTS = (
    {"peroneal-neuropathy": True}, {"tinel-sign-fibular-neck": True}, {"habitual-leg-crossing": True},
    {"mrc-ankle-dorsiflexion": 3, "mrc-ankle-eversion": 3, "mrc-ankle-inversion": 5, "mrc-ankle-plantarflexion": 5,
     "mrc-hip-abduction": 5},
)  # fmt: skip
CENTRAL = {
    "spinal-cord-disorder", "intracranial-lesion", "spinal-cord-compression", "stroke", "multiple-sclerosis",
    "cerebral-palsy", "brain-tumour", "syringomyelia-or-chiari",
}  # fmt: skip
sides = st.sampled_from(SIDES)
some = examples(50)
many = examples(80)


@many
@given(patient=patients(never=LOCALISERS), side=sides, pain=st.sampled_from([None, False]))
def test_si_29_until_a_test_localises_it_both_root_and_nerve_stay_on_the_list(patient: Patient, side, pain) -> None:
    plan = assessed(patient.given({"foot-drop": True, "back-pain": pain, "radicular-pain": pain}, side))
    assert {"lumbar-radiculopathy", "peroneal-neuropathy"} <= diagnoses(plan, side).keys()


@many
@given(patient=patients(never=LOCALISERS), hint=st.sampled_from(PERONEAL_HINTS), side=sides)
def test_si_30_an_untested_peroneal_diagnosis_is_only_suspected_and_says_so(patient: Patient, hint, side) -> None:
    plan = assessed(patient.given({"foot-drop": True} | hint, side))
    assert diagnoses(plan, side)["peroneal-neuropathy"] == "suspected"
    assert [one for one in alerts(plan, "critical", "warning", side=side) if {"PIT-07", "IMG-07"} & set(one.statements)]


@many
@given(patient=PATIENTS, sign=st.sampled_from(UMN), side=sides)
def test_si_31_a_cord_sign_puts_a_central_cause_on_the_list(patient: Patient, sign: str, side) -> None:
    plan = assessed(patient.given({"foot-drop": True, sign: True}, side))
    assert diagnoses(plan, side).keys() & CENTRAL


@many
@given(patient=PATIENTS, side=sides, grade=st.integers(0, 4),
       muscle=st.sampled_from(["mrc-ankle-inversion", "mrc-ankle-plantarflexion"]))  # fmt: skip
def test_si_32_weak_inversion_or_plantar_flexion_is_never_the_peroneal_nerve_alone(
    patient: Patient, side, grade: int, muscle: str
) -> None:
    found = diagnoses(assessed(patient.given({"foot-drop": True, muscle: grade}, side)), side)
    assert found.keys() - {"peroneal-neuropathy", "peroneal-nerve-injury"}


@many
@given(patient=PATIENTS)
def test_si_33_left_and_right_exchanged_exchange_the_plan(patient: Patient) -> None:
    plan = assessed(patient).model_dump(mode="json")
    mirrored = assessed(patient.mirrored()).model_dump(mode="json")
    assert unordered(swapped(mirrored)) == unordered(plan)


@some
@given(patient=PATIENTS)
def test_si_33_two_legs_with_the_same_findings_get_the_same(patient: Patient) -> None:
    own = {fact.key: fact.value for fact in patient.facts if fact.side == "left" and fact.key != "onset"}
    alike = Patient(patient.as_of, patient.born, tuple(fact for fact in patient.facts if fact.side is None))
    plan = assessed(
        alike.given(
            {"foot-drop": True} | {k: v for k, v in own.items() if not isinstance(v, str) or len(v) < 20}, "both"
        )
    )
    for side, other in (SIDES, SIDES[::-1]):
        for one in plan.orders:
            if one.side == side:
                twin = order(plan, one.key, other)
                assert twin is not None
                assert (one.priority, one.strength, one.earliest, one.latest) == (
                    twin.priority, twin.strength, twin.earliest, twin.latest,
                )  # fmt: skip


@many
@given(patient=PATIENTS)
def test_si_33_a_side_where_one_applies_and_only_there(patient: Patient) -> None:
    plan = assessed(patient)
    for one in plan.orders:
        assert (one.side is not None) == order_kinds()[one.key].sided, one.key
    for one in plan.activities:
        assert (one.side is not None) == (one.key in SIDED_ACTIVITIES), one.key
    for question in plan.questions:
        assert (question.side is not None) == is_sided(question.fact), question.fact


@many
@given(patient=patients(born=ADULTS), romberg=st.sampled_from([True, False, None]),
       contact=st.sampled_from(["heel", "toe", "flat", None]), side=sides)  # fmt: skip
def test_si_34_weak_signs_never_change_a_request(patient: Patient, romberg, contact, side) -> None:
    known = patient.given({"romberg-positive": None, "initial-contact": None}, "both")
    signed = known.given({"romberg-positive": romberg, "initial-contact": contact}, side)
    before, after = assessed(known), assessed(signed)
    assert request_set(before) == request_set(after)
    assert before.outcome == after.outcome
