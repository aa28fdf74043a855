"""What is not used because of its status, its code or its link says so, and a red flag counts all the same."""

from __future__ import annotations

import pytest

from tests.fhir_adapters.test_read_samples import (
    SNOMED,
    Json,
    concept,
    condition,
    observation,
    only_problem,
    read,
    request,
    resource,
    site,
    values,
)

WARFARIN = concept("rxnorm 11289")
FEVER = observation("sct 386661006")
USE: Json = {"device": {"concept": concept("hcpcs L1932")}, "bodySite": site("left")}
REPORT: Json = {"code": concept("loinc 30679-5"), "effectiveDateTime": "2026-01-20"}


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled", "ENTERED-IN-ERROR", "Cancelled "])
def test_a_withdrawn_observation_is_ignored_in_any_letter_case(status: str) -> None:
    record = read({**FEVER, "status": status})
    assert not record.findings
    assert [p.element for p in record.problems] == ([] if status.islower() else ["Observation.status"])


@pytest.mark.parametrize(("status", "problems"), [("final", 0), ("Final", 1), ("banana", 1), ("unknown", 0)])
def test_an_observation_whose_status_is_not_known_still_counts(status: str, problems: int) -> None:
    record = read({**FEVER, "status": status})
    assert values(record, "fever")
    assert [p.element for p in record.problems] == ["Observation.status"] * problems


@pytest.mark.parametrize(
    ("element", "code", "present", "problems"),
    [
        ("verificationStatus", "refuted", None, 0),
        ("verificationStatus", "Refuted", None, 1),
        ("verificationStatus", "ENTERED-IN-ERROR", None, 1),
        ("verificationStatus", "confirmed", True, 0),
        ("verificationStatus", "banana", True, 1),
        ("clinicalStatus", "active", True, 0),
        ("clinicalStatus", "Active", True, 1),
        ("clinicalStatus", "Resolved", False, 1),
        ("clinicalStatus", "banana", True, 1),
    ],
)
def test_a_condition_counts_by_its_status_in_any_letter_case(
    element: str, code: str, *, present: bool | None, problems: int
) -> None:
    record = read(condition("icd G83.4", **{element: concept(f"x {code}")}))
    assert [value for _, value, _ in values(record, "cauda-equina-syndrome")] == ([] if present is None else [present])
    assert [p.element for p in record.problems] == [f"Condition.{element}"] * problems


def test_a_status_in_words_alone_is_reported() -> None:
    record = read(condition("icd G83.4", verificationStatus={"text": "refuted?"}))
    assert values(record, "cauda-equina-syndrome")
    assert only_problem(record).element == "Condition.verificationStatus"


CARE: list[tuple[Json, str]] = [
    (request("order mri-brain"), "active"),
    (resource("Procedure", "p", code=concept("sct 42803009"), bodySite=[site("left")]), "completed"),
    (resource("DiagnosticReport", "d", **REPORT), "final"),
]


@pytest.mark.parametrize(("care", "status"), CARE)
def test_care_whose_status_is_missing_or_none_is_reported_and_does_not_count(care: Json, status: str) -> None:
    for given in (None, "banana"):
        record = read({**care, "status": given})
        assert not record.existing
        assert only_problem(record).element == f"{care['resourceType']}.status"
    shouted = read({**care, "status": status.upper()})
    assert shouted.existing
    assert only_problem(shouted).element == f"{care['resourceType']}.status"
    assert not read({**care, "status": status}).problems
    assert not read({**care, "status": "entered-in-error"}).problems


USES: list[tuple[Json, str]] = [
    (resource("DeviceUseStatement", "u", **USE), "afo-in-use"),
    (resource("MedicationStatement", "m", medicationCodeableConcept=WARFARIN), "anticoagulant"),
    (resource("MedicationRequest", "m", intent="order", medicationCodeableConcept=WARFARIN), "anticoagulant"),
]


@pytest.mark.parametrize(("use", "key"), USES)
def test_a_use_without_a_status_that_exists_goes_on_and_is_reported(use: Json, key: str) -> None:
    for given in (None, "banana", "ACTIVE"):
        record = read({**use, "status": given})
        assert [value for _, value, _ in values(record, key)] == [True]
        assert only_problem(record).element == f"{use['resourceType']}.status"
    for given in ("on-hold", "entered-in-error", "stopped", "active"):
        record = read({**use, "status": given})
        assert [value for _, value, _ in values(record, key)] == {"stopped": [False], "active": [True]}.get(given, [])
        assert not record.problems


@pytest.mark.parametrize(("status", "set_", "problems"), [
    (None, True, 0), ("active", True, 0), ("unknown", True, 0), ("Active", True, 1), ("banana", True, 1),
    ("inactive", False, 0), ("Inactive", False, 1),
])  # fmt: skip
def test_an_implant_counts_unless_it_is_said_to_be_inactive(status: str | None, *, set_: bool, problems: int) -> None:
    pacemaker = {"resourceType": "Device", "id": "v", "type": concept("sct 14106009"), "status": status}
    record = read({**pacemaker, "patient": {"reference": "Patient/p"}})
    assert bool(values(record, "mri-unsafe-device")) is set_
    assert [p.element for p in record.problems] == ["Device.status"] * problems


@pytest.mark.parametrize(
    ("kind", "link", "element"),
    [
        ("DeviceUseStatement", {"device": {"reference": "Device/gone"}}, "device"),
        ("DeviceUsage", {"device": {"reference": {"reference": "Device/gone"}}}, "device"),
        ("MedicationStatement", {"medicationReference": {"reference": "Medication/gone"}}, "medicationReference"),
        (
            "MedicationRequest",
            {"medicationReference": {"identifier": {"value": "7"}, "display": "x"}},
            "medicationReference",
        ),
        (
            "MedicationRequest",
            {"medicationReference": {"reference": "Medication/gone", "display": "Warfarin"}},
            "medicationReference",
        ),
        ("MedicationUsage", {"medication": {"reference": {"reference": "#gone"}}}, "medication"),
    ],
)
def test_a_use_that_links_to_nothing_is_reported_while_it_goes_on(kind: str, link: Json, element: str) -> None:
    found = only_problem(read(resource(kind, "u", status="active", **link)))
    assert (found.element, found.code) == (f"{kind}.{element}", "not-found")
    for status in ("stopped", "on-hold", "entered-in-error"):
        assert not read(resource(kind, "u", status=status, **link)).problems


@pytest.mark.parametrize(
    ("kind", "link"),
    [
        ("MedicationRequest", {"medicationReference": {"display": "Warfarin"}}),
        ("MedicationUsage", {"medication": {"reference": {"display": "Warfarin"}}}),
        ("DeviceUseStatement", {"device": {"display": "Orthosis"}}),
        ("MedicationStatement", {"medicationCodeableConcept": {"text": "Warfarin"}}),
    ],
)
def test_a_link_that_only_has_words_is_reported_as_little_as_a_text(kind: str, link: Json) -> None:
    record = read(resource(kind, "u", status="active", **link))
    assert not record.problems
    assert not record.findings


def test_many_links_to_nothing_are_one_problem_for_each_resource_type() -> None:
    gone = {"medicationReference": {"reference": "Medication/gone"}}
    drugs = [resource("MedicationRequest", f"m{n:02}", status="active", **gone) for n in range(30)]
    orthosis = resource("DeviceUseStatement", "u", status="active", device={"reference": "Device/gone"})
    record = read(*reversed(drugs), orthosis, drugs[0])
    assert [problem.resource for problem in record.problems] == ["DeviceUseStatement/u", "MedicationRequest/m00"]
    one, many = (problem.text for problem in record.problems)
    assert "30 in all" in many
    assert "in all" not in one


def test_a_use_of_what_means_nothing_here_is_not_reported() -> None:
    wheelchair = {"resourceType": "Device", "id": "w", "type": concept("sct 58938008")}
    for device in ({"reference": "Device/w"}, {"concept": {"text": "wheelchair"}}):
        assert not read(resource("DeviceUsage", "u", device=device), wheelchair).problems
    aspirin = resource("MedicationStatement", "m", medicationCodeableConcept=concept("rxnorm 1191"))
    assert not read(aspirin).problems


@pytest.mark.parametrize(
    ("coding", "element"),
    [
        ({"system": SNOMED, "code": 192970008}, "Condition.code.coding[0].code"),
        ({"system": 5, "code": "192970008"}, "Condition.code.coding[0].system"),
        ({"system": 5, "code": 192970008}, "Condition.code.coding[0].system"),
    ],
)
def test_a_code_that_came_as_a_number_is_reported(coding: Json, element: str) -> None:
    record = read(condition("icd G83.4", code={"coding": [coding]}))
    assert not record.findings
    assert only_problem(record).element == element


def test_a_number_that_would_mean_nothing_as_a_code_is_not_reported() -> None:
    for coding in ({"system": SNOMED, "code": 5}, {"system": 5, "code": "no"}, {"system": "x", "code": 192970008}):
        assert not read(condition("icd G83.4", code={"coding": [coding]})).problems
