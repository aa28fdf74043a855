"""The invented patients are what the other properties take them for: readable, varied, seldom without a foot drop."""

from __future__ import annotations

import random
from collections import Counter

from hypothesis import given

from cql_like import parse_moment
from fhir_adapters.read import read_record
from guideline.findings import Existing, Finding
from guideline.vocabulary import diagnoses, features, order_kinds
from tests.support.patients import PATIENTS, Patient, any_patient, examples
from tests.support.plans import assessed


@examples(150)
@given(patient=PATIENTS)
def test_every_encoding_is_read_as_the_fact_it_was_made_of(patient: Patient) -> None:
    read = read_record(patient.bundle(), parse_moment(patient.as_of))
    made = patient.record()
    assert read.problems == ()
    assert {_plain(one) for one in read.findings} == {_plain(one) for one in made.findings}
    assert {_told(one) for one in read.existing} == {_told(one) for one in made.existing}
    assert read.birth_date == made.birth_date


def _plain(one: Finding) -> tuple[object, ...]:
    return one.key, one.side, str(one.value), str(one.effective), one.resource, one.history


def _told(one: Existing) -> tuple[object, ...]:
    return one.key, one.kind, one.side, one.state, one.priority, str(one.date), one.resource, one.proposal, one.started


def test_the_thousands_hold_every_key_every_encoding_and_mostly_a_foot_drop() -> None:
    numbers = random.Random(1)
    patients = [any_patient(numbers) for _ in range(400)]
    assert {fact.key for patient in patients for fact in patient.facts} == {*features(), *diagnoses()} - {
        "intracranial-lesion"
    }
    assert {care.key for patient in patients for care in patient.care} == set(order_kinds())
    kinds = Counter(
        next(
            iter(sorted(key for key in entry["resource"] if key.startswith("value"))), entry["resource"]["resourceType"]
        )
        for patient in patients[:150]
        for entry in patient.bundle()["entry"]
    )
    assert {"valueBoolean", "valueCodeableConcept", "valueInteger", "valueQuantity", "valueString", "valueDateTime",
            "Condition", "ServiceRequest"} <= kinds.keys()  # fmt: skip


@examples(60)
@given(patient=PATIENTS)
def test_a_patient_prints_as_a_bundle_that_gives_the_same_plan(patient: Patient) -> None:
    import orjson

    text = repr(patient)
    again = orjson.loads(text[text.index("{\n") :])
    assert again == orjson.loads(orjson.dumps(patient.bundle()))
    assert assessed(patient).patient == "Patient/p"
