"""`$apply`: a CarePlan for the patient that was meant, and for nobody else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.careplan import CarePlan

from fhir_adapters.service.operations.names import PLAN, PLAN_URL
from guideline.rulebook import GUIDELINE_VERSION
from tests.service.asking import RECORDS, Json, as_of, ask, bundle, outcome, parameters, patient_of, shared
from tests.service.support import CALLER, MemoryJournal, app, fixture

INSTANCE = "/PlanDefinition/footdrop/$apply"
TYPE = "/PlanDefinition/$apply"
DEMO = bundle(fixture("peroneal-leg-crossing"))
MOMENT = as_of("peroneal-leg-crossing")


def applied(name: str, path: str = INSTANCE, **more: Any) -> Json:
    answer = ask(shared(), "POST", path, parameters(bundle(fixture(name)), as_of(name), **more))
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        for each in value.values():
            yield from references(each)
    elif isinstance(value, list):
        for each in value:
            yield from references(each)


@pytest.mark.requirement("4.2")
@pytest.mark.parametrize("name", RECORDS)
def test_the_answer_is_a_valid_care_plan_that_holds_all_it_names(name: str) -> None:
    plan = applied(name)
    CarePlan.model_validate(plan)
    ids = [one["id"] for one in plan["contained"]]
    named = set(references(plan))
    assert len(ids) == len(set(ids))
    assert {f"#{one}" for one in ids} <= named, "whatever is contained is referred to"
    assert {one for one in named if one.startswith("#")} <= {"#", *(f"#{one}" for one in ids)}
    assert not [one for one in named if one.startswith("urn:uuid:")]
    assert not [one for one in plan["contained"] if "contained" in one]


def test_its_activities_are_the_new_orders_of_the_transaction() -> None:
    plan, transaction = applied("cauda-equina"), applied("cauda-equina", form="bundle")
    Bundle.model_validate(transaction)
    posted = [e["resource"] for e in transaction["entry"] if e["resource"]["resourceType"] == "ServiceRequest"]
    inside = {one["id"]: one for one in plan["contained"]}
    ordered = [inside[each["reference"]["reference"][1:]] for each in plan["activity"] if "reference" in each]
    assert [(one["code"], one["priority"], one["status"]) for one in ordered] == [
        (one["code"], one["priority"], one["status"]) for one in posted
    ]
    assert {one["priority"] for one in ordered} >= {"stat"}


def test_a_plan_with_nothing_new_still_says_what_is_asked() -> None:
    plan = applied("unsided-foot-drop")
    (guidance,) = [one for one in plan["contained"] if one["resourceType"] == "GuidanceResponse"]
    assert plan["status"] == "draft"
    assert guidance["status"] == "data-required"
    assert guidance["dataRequirement"]


def test_a_patient_without_a_foot_drop_gets_an_empty_plan_that_says_so() -> None:
    plan = applied("no-foot-drop")
    assert (plan["status"], plan.get("activity")) == ("draft", None)
    (output,) = [one for one in plan["contained"] if one["resourceType"] == "Parameters"]
    assert {"name": "outcome", "valueCode": "not-applicable"} in output["parameter"]


def test_the_form_can_be_asked_for_in_the_address_too() -> None:
    body = parameters(DEMO, MOMENT)
    by_query = ask(shared(), "POST", f"{INSTANCE}?form=bundle", body)
    assert by_query.content == ask(shared(), "POST", INSTANCE, parameters(DEMO, MOMENT, form="bundle")).content
    assert by_query.json()["type"] == "transaction"


def test_the_encounter_stands_in_the_plan_and_its_orders() -> None:
    plan = applied("peroneal-leg-crossing", encounter="Encounter/visit-1")
    CarePlan.model_validate(plan)
    orders = [one for one in plan["contained"] if one["resourceType"] == "ServiceRequest"]
    assert {one["encounter"]["reference"] for one in (plan, *orders)} == {"Encounter/visit-1"}


def test_the_same_call_gives_the_same_bytes() -> None:
    body = parameters(DEMO, MOMENT)
    assert ask(shared(), "POST", INSTANCE, body).content == ask(app(), "POST", INSTANCE, body).content


def test_without_a_moment_it_is_now() -> None:
    body = parameters(DEMO, MOMENT)
    body["parameter"] = [each for each in body["parameter"] if each["name"] != "evaluatedAt"]
    assert ask(shared(), "POST", INSTANCE, body).json()["created"] == "2026-03-01T09:30:00Z"


# --- who is meant


@pytest.mark.parametrize(
    "subject",
    ["Patient/pat-birch", "https://clearwater-hospital.example/fhir/Patient/pat-birch", "Patient/pat-birch/_history/3"],
)
def test_the_subject_may_be_named_as_fhir_names_it(subject: str) -> None:
    assert ask(shared(), "POST", INSTANCE, parameters(DEMO, MOMENT, subject=subject)).status_code == 200


def test_a_record_whose_entries_have_urns_takes_either_name() -> None:
    record = bundle(fixture("cauda-equina"))
    urn = next(e["fullUrl"] for e in record["entry"] if e["resource"]["resourceType"] == "Patient")
    assert urn.startswith("urn:uuid:")
    for subject in (urn, patient_of(record)):
        body = parameters(record, as_of("cauda-equina"), subject=subject)
        assert ask(shared(), "POST", INSTANCE, body).status_code == 200


@pytest.mark.parametrize("subject", ["Patient/somebody-else", "urn:uuid:00000000-0000-0000-0000-000000000000"])
def test_advice_on_one_patient_is_never_given_for_another(subject: str) -> None:
    journal = MemoryJournal()
    answer = ask(app(journal), "POST", INSTANCE, parameters(DEMO, MOMENT, subject=subject))
    assert answer.status_code == 422
    assert outcome(answer)["expression"] == ["Parameters.parameter.where(name = 'subject')"]
    assert not journal.assessments


def test_the_same_id_on_another_server_is_another_patient() -> None:
    record = {**DEMO, "entry": [dict(entry) for entry in DEMO["entry"]]}
    for entry in record["entry"]:
        if entry["resource"]["resourceType"] == "Patient":
            entry["fullUrl"] = "https://here.example/fhir/Patient/pat-birch"
    for subject, status in (("https://here.example/fhir/Patient/pat-birch", 200), ("Patient/pat-birch", 200),
                            ("https://there.example/fhir/Patient/pat-birch", 422)):  # fmt: skip
        body = parameters(record, MOMENT, subject=subject)
        assert ask(shared(), "POST", INSTANCE, body).status_code == status, subject


# --- which guideline is meant


@pytest.mark.parametrize(
    "named",
    [
        {"name": "canonical", "valueCanonical": PLAN},
        {"name": "canonical", "valueUri": PLAN_URL},
        {"name": "url", "valueUri": PLAN_URL},
        {"name": "planDefinition", "resource": {"resourceType": "PlanDefinition", "url": PLAN_URL}},
        {"name": "planDefinition", "resource": {"resourceType": "PlanDefinition", "id": "footdrop"}},
    ],
)
def test_the_guideline_can_be_named_in_each_way(named: Json) -> None:
    body = parameters(DEMO, MOMENT)
    body["parameter"].append(named)
    assert (
        ask(shared(), "POST", TYPE, body).content == ask(shared(), "POST", INSTANCE, parameters(DEMO, MOMENT)).content
    )


@pytest.mark.parametrize(
    "named",
    [
        {"name": "canonical", "valueCanonical": "https://other.example/PlanDefinition/other"},
        {"name": "canonical", "valueCanonical": f"{PLAN_URL}|9.9.9"},
        {"name": "planDefinition", "resource": {"resourceType": "PlanDefinition", "id": "other"}},
        {"name": "planDefinition", "resource": {"resourceType": "PlanDefinition", "url": PLAN_URL, "version": "9"}},
        {"name": "planDefinition"},
    ],
)
@pytest.mark.parametrize("path", [TYPE, INSTANCE])
def test_another_guideline_or_version_is_not_found(path: str, named: Json) -> None:
    body = parameters(DEMO, MOMENT)
    body["parameter"].append(named)
    answer = ask(shared(), "POST", path, body)
    assert answer.status_code == 404
    assert PLAN in outcome(answer)["details"]["text"], "whoever guessed it from the address learns the canonical"


def test_a_version_beside_the_guideline_s_name_is_heeded() -> None:
    for version, status in ((GUIDELINE_VERSION, 200), ("99.9", 404)):
        assert ask(shared(), "POST", INSTANCE, parameters(DEMO, MOMENT, version=version)).status_code == status
        assert (
            ask(shared(), "POST", TYPE, parameters(DEMO, MOMENT, url=PLAN_URL, version=version)).status_code == status
        )


def test_a_guideline_that_is_not_named_is_asked_for() -> None:
    assert ask(shared(), "POST", TYPE, parameters(DEMO, MOMENT)).status_code == 400
    assert ask(shared(), "POST", "/PlanDefinition/other/$apply", parameters(DEMO, MOMENT)).status_code == 404


# --- what is refused


def without(name: str) -> Json:
    body = parameters(DEMO, MOMENT)
    body["parameter"] = [each for each in body["parameter"] if each["name"] != name]
    return body


@pytest.mark.requirement("1.3-23")
def test_without_data_it_is_a_412_that_names_the_parameter() -> None:
    answer = ask(shared(), "POST", INSTANCE, without("data"))
    issue = outcome(answer)
    assert (answer.status_code, issue["code"]) == (412, "incomplete")
    assert issue["expression"] == ["Parameters.parameter.where(name = 'data')"]


def test_without_a_subject_it_is_a_400_that_names_the_parameter() -> None:
    answer = ask(shared(), "POST", INSTANCE, without("subject"))
    assert (answer.status_code, outcome(answer)["code"]) == (400, "required")


def test_data_without_a_patient_are_a_422_of_the_reader() -> None:
    empty = {"resourceType": "Bundle", "type": "collection"}
    body = parameters(empty, MOMENT, subject="Patient/pat-birch")
    answer = ask(shared(), "POST", INSTANCE, body)
    assert (answer.status_code, outcome(answer)["code"]) == (422, "required")


@pytest.mark.parametrize("resource", ["x", 5, True, [1], None])
def test_an_entry_that_is_no_resource_is_a_problem_of_the_record_as_it_is_to_evaluate(resource: object) -> None:
    record = DEMO | {"entry": [*DEMO["entry"], {"resource": resource}]}
    applied = ask(shared(), "POST", INSTANCE, parameters(record, MOMENT, form="bundle"))
    evaluated = ask(shared(), "POST", f"/$evaluate?evaluatedAt={MOMENT}", record)
    assert (applied.status_code, applied.content) == (evaluated.status_code, evaluated.content)
    assert applied.status_code == 200


WRONG = {
    "a body that is no JSON": b"<Parameters/>",
    "another resource": {"resourceType": "Bundle"},
    "a list": b"[]",
    "parameters that are no list": {"resourceType": "Parameters", "parameter": {}},
    "an unknown parameter": {"name": "Jane", "valueString": "Doe"},
    "a parameter without a name": {"valueString": "Doe"},
    "a parameter that is a text": "Doe",
    "a second subject": {"name": "subject", "valueString": "Patient/pat-birch"},
    "a version that is no text": {"name": "version", "valueInteger": 1},
    "numbers of the caller": {"name": "parameters", "resource": {"resourceType": "Parameters"}},
    "data of the server": {"name": "useServerData", "valueBoolean": True},
    "a subject that is no patient": {"name": "subject", "valueString": "Group/all"},
    "a practitioner that is none": {"name": "practitioner", "valueString": "Jane Doe"},
    "an encounter that is a number": {"name": "encounter", "valueInteger": 1},
    "a form that is none": {"name": "form", "valueCode": "pdf"},
    "a day that is none": {"name": "evaluatedAt", "valueDateTime": "yesterday"},
    "a moment without a zone": {"name": "evaluatedAt", "valueDateTime": "2026-03-01T10:00:00"},
    "data that are no Bundle": {"name": "data", "resource": {"resourceType": "Patient"}},
}


@pytest.mark.parametrize("what", WRONG)
def test_what_cannot_be_honoured_is_refused_and_not_quoted(what: str) -> None:
    wrong = WRONG[what]
    if isinstance(wrong, str) or (isinstance(wrong, dict) and "resourceType" not in wrong):
        name = wrong.get("name") if isinstance(wrong, dict) else None
        body = parameters(DEMO, MOMENT) if "second" in what else without(str(name))
        body["parameter"].append(wrong)
        wrong = body
    answer = ask(shared(), "POST", INSTANCE, wrong)
    assert answer.status_code == 400
    assert not re.search("Jane|Doe|yesterday|Group", str(outcome(answer)))


def test_what_the_operation_knows_and_we_do_not_need_is_tolerated() -> None:
    body = parameters(DEMO, MOMENT)
    body["parameter"] += [{"name": "userType", "valueCodeableConcept": {"text": "Doctor"}},
                          {"name": "version", "valueString": GUIDELINE_VERSION},
                          {"name": "useServerData", "valueBoolean": False}]  # fmt: skip
    assert ask(shared(), "POST", INSTANCE, body).status_code == 200


# --- what is kept


def test_what_is_kept_names_nobody() -> None:
    journal = MemoryJournal()
    ask(app(journal), "POST", INSTANCE, parameters(DEMO, MOMENT, practitioner="Practitioner/dr-who"))
    (kept,) = journal.assessments
    assert (kept.face, kept.issuer, kept.outcome, kept.record) == ("apply", CALLER.issuer, "recommendations", None)
    assert re.fullmatch("[0-9a-f]{32}", kept.patient)
    assert re.fullmatch("[0-9a-f]{32}", kept.user)
    assert not re.search("birch|who", str(kept))


def test_a_retry_is_kept_under_the_same_id_and_another_request_under_its_own() -> None:
    journal = MemoryJournal()
    service = app(journal)
    for request in ("try-1", "try-1", "try-2"):
        ask(service, "POST", INSTANCE, parameters(DEMO, MOMENT), x_request_id=request)
    first, again, other = (each.id for each in journal.assessments)
    assert first == again != other


def test_the_record_is_kept_only_where_a_site_asks_for_it() -> None:
    journal = MemoryJournal()
    ask(app(journal, keep_records=True), "POST", "/assess", fixture("sparse-record"))
    assert journal.assessments[0].record == fixture("sparse-record")
