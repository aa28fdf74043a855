"""A foot drop, or its grade, that cannot be read suggests one: the guideline asks about it."""

from __future__ import annotations

import pytest

from fhir_adapters import assess
from tests.fhir_adapters.test_read_samples import PATIENT, Json, bundle, condition, observation, read

MRC = "finding mrc-ankle-dorsiflexion"
MODIFIED = {"modifierExtension": [{"url": "https://example.org/not", "valueBoolean": True}]}


def outcome(*resources: Json) -> str:
    return assess(bundle(PATIENT, *resources), as_of="2026-02-01").outcome


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
    ],
)
def test_what_is_no_foot_drop_or_can_be_read_is_not(other: Json) -> None:
    assert not read(other).unread_foot_drop
    assert outcome(other) == "not-applicable"


def test_a_grade_that_cannot_be_read_takes_nothing_from_one_that_can() -> None:
    good = observation(MRC, "left", id="good", valueInteger=3)
    assert outcome(good, observation(MRC, "left", id="bad", valueInteger=7)) == "recommendations"
