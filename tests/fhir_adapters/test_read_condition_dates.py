"""A date of a Condition that cannot be read costs only that date."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fhir_adapters.test_read_samples import PATIENT, concept, condition, only_problem, read, values

RESOLVED = {"clinicalStatus": concept("x resolved"), "onsetDateTime": "2025-01-01"}
ACTIVE = {"clinicalStatus": concept("x active"), "onsetDateTime": "2025-01-01"}
STATED = {"onsetDateTime": "2025-01-01"}

UNREADABLE: list[tuple[dict[str, Any], str]] = [
    ({"recordedDate": "2026-02-30"}, "Condition.recordedDate"),
    ({"abatementDateTime": "2026-02-30"}, "Condition.abatementDateTime"),
    ({"abatementPeriod": {"end": "soon"}}, "Condition.abatementPeriod.end"),
    ({"abatementString": "in autumn"}, "Condition.abatementString"),
    ({"abatementRange": {"low": {"value": 3}}}, "Condition.abatementRange"),
    ({"abatementAge": {"value": 55, "code": "mo"}}, "Condition.abatementAge"),
    ({"abatementAge": 55}, "Condition.abatementAge"),
    ({"abatementAge": {"value": 55, "unit": 7}}, "Condition.abatementAge.unit"),
    ({"abatementString": True}, "Condition.abatementString"),
    ({"abatementPeriod": {"end": 2026}}, "Condition.abatementPeriod.end"),
    ({"recordedDate": 20260228}, "Condition.recordedDate"),
]


@pytest.mark.parametrize(("date", "element"), UNREADABLE)
@pytest.mark.parametrize(("status", "present"), [(ACTIVE, True), (STATED, True), (RESOLVED, False)])
def test_a_date_that_cannot_be_read_is_named_and_the_condition_counts_by_its_status(
    date: Any, element: str, status: Any, *, present: bool
) -> None:
    record = read(condition("sct 192970008", **status, **date))
    assert [value for _, value, _ in values(record, "cauda-equina-syndrome")][-1] is present
    assert only_problem(record).element == element


def test_two_dates_that_cannot_be_read_are_two_problems() -> None:
    record = read(condition("sct 192970008", recordedDate="x", abatementDateTime="y"))
    assert [problem.element for problem in record.problems] == ["Condition.abatementDateTime", "Condition.recordedDate"]


def test_an_age_at_the_end_counts_from_the_birth_date() -> None:
    ended = condition("sct 192970008", onsetDateTime="2019", abatementAge={"value": 55, "code": "a"})
    assert values(read(ended), "cauda-equina-syndrome") == [(None, True, "2019"), (None, False, "2025")]
    unborn = {key: value for key, value in PATIENT.items() if key != "birthDate"}
    record = read(ended, patient=unborn)
    assert values(record, "cauda-equina-syndrome") == [(None, True, "2019")]
    assert only_problem(record).element == "Condition.abatementAge"


def test_dates_that_can_be_read_are_no_problem() -> None:
    record = read(condition("sct 192970008", **STATED, recordedDate="2025-02", abatementPeriod={"end": "2026-01"}))
    assert values(record, "cauda-equina-syndrome")[-1] == (None, False, "2026-01")
    assert not record.problems


@pytest.mark.parametrize("onset", [{"onsetDateTime": 2025}, {"onsetAge": 55}, {"onsetPeriod": "2025"}])
def test_an_onset_of_the_wrong_type_leaves_the_condition_and_its_record_date(onset: Any) -> None:
    record = read(condition("sct 192970008", **onset, recordedDate="2025-02"))
    assert values(record, "cauda-equina-syndrome") == [(None, True, "2025-02")]
    assert only_problem(record).element == f"Condition.{next(iter(onset))}"
    assert only_problem(record).code == "structure"


def test_what_is_not_a_date_and_of_the_wrong_type_costs_the_condition() -> None:
    record = read(condition("sct 192970008", recordedDate=5, clinicalStatus="active"))
    assert not record.findings
    assert only_problem(record).element == "Condition.clinicalStatus"
