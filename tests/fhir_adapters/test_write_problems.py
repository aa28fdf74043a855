"""An OperationOutcome names the element at fault, in codes that R4 knows."""

from __future__ import annotations

import pytest
from fhir.resources.R4B.operationoutcome import OperationOutcome

from fhir_adapters.write import operation_outcome
from guideline.assessment import ReportedProblem
from guideline.findings import Problem


def test_a_problem_names_its_element_and_its_resource() -> None:
    problem = Problem("Observation/9", "valueInteger", "MRC grade 7 is out of range.", code="value")
    assert operation_outcome([problem]) == {
        "resourceType": "OperationOutcome",
        "issue": [
            {
                "severity": "error",
                "code": "value",
                "details": {"text": "MRC grade 7 is out of range."},
                "diagnostics": "Observation/9",
                "expression": ["Observation.valueInteger"],
            }
        ],
    }


@pytest.mark.parametrize(
    ("resource", "element", "expression"),
    [
        ("Observation/9", "Observation.value", "Observation.value"),
        ("Patient/1", "birthDate", "Patient.birthDate"),
        ("line 7", "Bundle.entry[3]", "Bundle.entry[3]"),
        ("", "resourceType", "resourceType"),
    ],
)
def test_an_element_is_given_as_a_path_from_its_type(resource: str, element: str, expression: str) -> None:
    [issue] = operation_outcome([Problem(resource, element, "wrong")])["issue"]
    assert issue["expression"] == [expression]


def test_a_problem_without_resource_and_element_says_only_what_is_wrong() -> None:
    [issue] = operation_outcome([ReportedProblem(resource="", element="", text="not JSON")])["issue"]
    assert issue == {"severity": "error", "code": "value", "details": {"text": "not JSON"}}


def test_a_code_that_r4_does_not_know_is_a_processing_failure() -> None:
    [issue] = operation_outcome([Problem("", "", "odd", code="very-odd")])["issue"]
    assert issue["code"] == "processing"


def test_the_severity_is_the_callers() -> None:
    [issue] = operation_outcome([Problem("", "", "two patients")], severity="fatal")["issue"]
    assert issue["severity"] == "fatal"


def test_without_a_problem_it_says_so_because_an_outcome_needs_an_issue() -> None:
    outcome = operation_outcome([])
    assert outcome["issue"][0]["severity"] == "information"
    OperationOutcome.model_validate(outcome)
