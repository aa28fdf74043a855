"""A foot drop, or its grade, that cannot be read suggests one: the guideline asks about it."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_adapters import assess
from fhir_adapters.read.codes import clinical
from guideline.vocabulary import FINDING_SYSTEM, SNOMED
from tests.fhir_adapters.test_read_samples import PATIENT, Json, bundle, condition, observation, read

MRC = "finding mrc-ankle-dorsiflexion"
MODIFIED = {"modifierExtension": [{"url": "https://example.org/not", "valueBoolean": True}]}


def outcome(*resources: Json) -> str:
    return assess(bundle(PATIENT, *resources), as_of="2026-02-01").outcome


def coded(code: Any, *, system: Any = SNOMED) -> Json:
    return {**condition(side="left"), "code": {"coding": [{"system": system, "code": code}]}}


@pytest.mark.parametrize(
    "unread",
    [
        observation(MRC, "left", valueString="2/5"),
        observation(MRC, "left", valueInteger=7),
        observation(MRC, "left", valueQuantity={"value": 3, "comparator": "<"}),
        observation(MRC, "left", valueInteger=2, effectiveDateTime="yesterday"),
        observation(MRC, "left", valueInteger=2, **MODIFIED),
        observation("sct 6077001", "left", **MODIFIED),
        condition("sct 6077001", side="left", **MODIFIED),
        condition("icd M21.371", clinicalStatus="active"),
        condition("icd M21.371", onsetDateTime="2026-05-01"),
        condition("icd M21.371", onsetPeriod={"start": "2026-05-01"}),
        coded(6077001),
        coded(6077001.0),
        coded("6077001", system=5),
        coded("6077001", system=[SNOMED]),
        {**coded(6077001), "resourceType": "Observation"},
    ],
)
def test_what_may_be_a_foot_drop_and_cannot_be_read_is_asked_about(unread: Json) -> None:
    record = read(unread)
    assert record.unread_foot_drop
    assert record.problems
    assert outcome(unread) == "needs-data"


@pytest.mark.parametrize(
    "other",
    [
        observation(MRC, "left", valueInteger=5),
        observation("finding toe-drag", "left", valueString="maybe"),
        condition("sct 230690007", **MODIFIED),
        coded(230690007),
        coded(6077002),
        coded(None),
        coded([6077001]),
        coded(6077001.5),
        coded(True, system=5),
    ],
)
def test_what_is_no_foot_drop_or_can_be_read_is_not(other: Json) -> None:
    assert not read(other).unread_foot_drop
    assert outcome(other) == "not-applicable"


def test_a_grade_that_cannot_be_read_takes_nothing_from_one_that_can() -> None:
    good = observation(MRC, "left", id="good", valueInteger=3)
    assert outcome(good, observation(MRC, "left", id="bad", valueInteger=7)) == "recommendations"


@pytest.mark.parametrize(
    ("system", "code", "hit"),
    [
        (SNOMED, 6077001, True),
        (SNOMED, 6077001.0, True),
        (SNOMED, 6077001.5, False),
        (SNOMED, True, False),
        (SNOMED, float("inf"), False),
        (FINDING_SYSTEM, float("nan"), False),
        pytest.param(SNOMED, 10**5000, False, id="huge"),
        (FINDING_SYSTEM, True, True),
        (FINDING_SYSTEM, 1.5, True),
        (True, "6077001", True),
        (1.5, "6077002", False),
        (None, "6077001", True),  # a code of the tables whose system nobody named is reported
        (None, "6077002", False),
    ],
)
def test_a_code_that_is_no_text_is_looked_at_if_it_would_mean_something_as_text(
    system: Any, code: Any, *, hit: bool
) -> None:
    assert clinical().hits({"coding": [{"system": system, "code": code}]}) is hit
