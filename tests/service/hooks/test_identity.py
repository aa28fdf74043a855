"""Never the wrong patient: everything that is handed in or fetched is of the patient in the context."""

from __future__ import annotations

import pytest

from tests.service.hooks.calling import (
    SERVER,
    Client,
    FakeServer,
    Json,
    as_of,
    authorization,
    call_of,
    draft,
    issue,
    patient_of,
    prefetch_of,
    record,
    searchset,
)

NAME = "cauda-equina"
OTHER = {"reference": "Patient/somebody-else"}


def whole(hook: str = "patient-view", **more: object) -> Json:
    resources = record(NAME)
    return call_of(hook, patient_of(resources), prefetch_of(resources), **more)


def refused(body: Json, expression: str) -> None:
    found = issue(Client(as_of(NAME)).call(body), 400)
    assert found["expression"] == [expression, "context.patientId"]
    assert "somebody-else" not in str(found)


@pytest.mark.requirement("gap-4")
def test_another_patient_than_the_context_names_is_refused() -> None:
    body = whole(context={"patientId": "another"})
    found = issue(Client(as_of(NAME)).call(body), 400)
    assert found["expression"] == ["prefetch.patient.id", "context.patientId"]


@pytest.mark.requirement("gap-4")
def test_a_patient_without_an_id_could_be_anybody() -> None:
    body = whole()
    del body["prefetch"]["patient"]["id"]
    refused(body, "prefetch.patient.id")


@pytest.mark.requirement("gap-4")
@pytest.mark.parametrize(
    "reference",
    [
        "Patient/somebody-else",
        "https://elsewhere.example/fhir/Patient/somebody-else",
        "urn:uuid:00000000-0000-4000-8000-000000000000",
        "Group/1",
        "Patient?identifier=x|1",
    ],
)
@pytest.mark.parametrize("key", ["observations", "conditions", "unasked"])
def test_one_finding_of_somebody_else_is_enough_to_refuse(key: str, reference: str) -> None:
    body = whole()
    stray = {"resourceType": "Observation", "id": "stray", "subject": {"reference": reference}}
    place = len(body["prefetch"].setdefault(key, searchset([]))["entry"])
    body["prefetch"][key]["entry"].append({"resource": stray})
    refused(body, f"prefetch.{key}.entry[{place}].resource.subject.reference")


@pytest.mark.requirement("gap-4")
@pytest.mark.parametrize("kind", ["Device", "DeviceUsage", "AllergyIntolerance"])
@pytest.mark.parametrize("key", ["devices", "unasked"])
def test_what_names_somebody_else_as_its_patient_is_refused_as_well(key: str, kind: str) -> None:
    """Not every resource calls it its subject."""
    body = whole()
    place = len(body["prefetch"].setdefault(key, searchset([]))["entry"])
    body["prefetch"][key]["entry"].append({"resource": {"resourceType": kind, "id": "stray", "patient": OTHER}})
    refused(body, f"prefetch.{key}.entry[{place}].resource.patient.reference")


@pytest.mark.requirement("gap-4")
def test_a_second_patient_is_refused_also_in_a_bundle_within_a_bundle() -> None:
    body = whole()
    inner = searchset([{"resourceType": "Patient", "id": "somebody-else"}])
    body["prefetch"]["more"] = searchset([inner])
    refused(body, "prefetch.more.entry[0].resource.entry[0].resource.id")


@pytest.mark.requirement("gap-4")
@pytest.mark.parametrize("hook", ["order-select", "order-sign"])
def test_a_draft_for_somebody_else_is_refused(hook: str) -> None:
    body = whole(hook, context={"draftOrders": searchset([draft("hba1c", subject=OTHER)])})
    refused(body, "context.draftOrders.entry[0].resource.subject.reference")


UNCERTAIN: dict[str, object] = {
    "an identifier of somebody": {"identifier": {"system": "https://ehr.example/mrn", "value": "somebody-else"}},
    "a number without a system": {"identifier": {"value": "somebody-else"}},
    "a contained patient": {"reference": "#p"},
    "a name": {"display": "somebody-else"},
    "a list": [{"reference": "Patient/somebody-else"}],
    "a text": "Patient/somebody-else",
    "nobody": {},
}


@pytest.mark.requirement("gap-4")
@pytest.mark.parametrize("hook", ["order-select", "order-sign"])
@pytest.mark.parametrize("whose", UNCERTAIN.values(), ids=UNCERTAIN)
def test_a_draft_that_does_not_certainly_name_the_patient_is_refused(hook: str, whose: object) -> None:
    """Taken for this patient's, it would hide the orthosis that this patient needs."""
    orthosis = draft("ankle-foot-orthosis", side="left", priority="asap", subject=whose)
    found = issue(Client(as_of(NAME)).call(whole(hook, context={"draftOrders": searchset([orthosis])})), 400)
    assert found["expression"][0] == "context.draftOrders.entry[0].resource.subject"
    assert "somebody-else" not in str(found)


@pytest.mark.parametrize("fetched", [False, True])
def test_a_draft_that_names_an_identifier_of_the_patient_is_this_patients(fetched: bool) -> None:
    number = {"system": "https://ehr.example/mrn", "value": "42"}
    resources = record(NAME)
    patient = next(each for each in resources if each["resourceType"] == "Patient")
    patient["identifier"] = [number]
    order = draft("ankle-foot-orthosis", side="left", priority="asap", subject={"identifier": number})
    body = call_of("order-sign", patient["id"], prefetch_of(resources), context={"draftOrders": searchset([order])})
    if fetched:
        del body["prefetch"]["patient"]
        body |= {"fhirServer": SERVER, "fhirAuthorization": authorization()}
    assert Client(as_of(NAME), FakeServer(resources)).call(body).status_code == 200


@pytest.mark.requirement("gap-4")
def test_a_new_problem_of_somebody_else_is_refused() -> None:
    condition = {"resourceType": "Condition", "id": "new", "subject": OTHER}
    body = whole("problem-list-item-create", context={"conditions": searchset([condition])})
    refused(body, "context.conditions.entry[0].resource.subject.reference")


@pytest.mark.requirement("gap-4")
@pytest.mark.parametrize("kind", ["Patient", "Observation"])
def test_what_the_server_gives_is_held_to_the_same(kind: str) -> None:
    """A proxy that mixes up patients must not go unnoticed."""
    stray: Json = {"resourceType": "Patient", "id": "somebody-else"}
    if kind == "Observation":
        code = {"coding": [{"system": "http://snomed.info/sct", "code": "267064002"}]}
        stray = {"resourceType": kind, "id": "stray", "subject": OTHER, "code": code}
    resources = [each for each in record(NAME) if each["resourceType"] != "Patient" or kind != "Patient"]
    server = FakeServer([*resources, stray])
    if kind == "Patient":
        import httpx

        server.hook = lambda request: httpx.Response(200, json=stray) if "/Patient/" in str(request.url) else None
    body = call_of("patient-view", patient_of(record(NAME)))
    body |= {"fhirServer": SERVER, "fhirAuthorization": authorization()}
    found = issue(Client(as_of(NAME), server).call(body), 400)
    assert found["expression"][0].startswith("fhirServer.")


def test_an_absolute_reference_to_the_same_server_is_the_same_patient_and_to_another_server_is_not() -> None:
    name = patient_of(record(NAME))
    for base, status in ((SERVER, 200), ("https://elsewhere.example/fhir", 400)):
        body = whole(fhirServer=SERVER)
        for entry in body["prefetch"]["observations"]["entry"]:
            entry["resource"]["subject"] = {"reference": f"{base}/Patient/{name}"}
        assert Client(as_of(NAME)).call(body).status_code == status


@pytest.mark.parametrize(
    ("server", "base", "status"),
    [
        ("https://EHR.example/fhir", "https://EHR.example/fhir", 200),
        ("https://EHR.example/fhir", "https://ehr.example/fhir", 200),
        ("https://ehr.example:443/fhir/", "https://ehr.example:443/fhir", 200),
        ("https://ehr.example/fhir", "https://ehr.example:443/fhir", 200),
        ("https://ehr.example/fhir", "https://ehr.example/FHIR", 400),
        ("https://ehr.example/fhir", "https://ehr.example:8443/fhir", 400),
        ("https://ehr.example/fhir", "http://ehr.example/fhir", 400),
        ("https://ehr.example/fhir", "https://[ehr.example/fhir", 400),
    ],
)
def test_a_server_is_the_same_however_its_address_is_written(server: str, base: str, status: int) -> None:
    name = patient_of(record(NAME))
    body = whole(fhirServer=server)
    for entry in body["prefetch"]["observations"]["entry"]:
        entry["resource"]["subject"] = {"reference": f"{base}/Patient/{name}"}
    assert Client(as_of(NAME)).call(body).status_code == status


def test_a_urn_is_followed_to_the_patient_of_the_same_bundle() -> None:
    """As a transaction Bundle has it: the fullUrl of the Patient is the subject of the rest."""
    import json

    from tests.service.support import fixture

    bundle = json.loads(fixture(NAME))
    assert any(entry["fullUrl"].startswith("urn:uuid:") for entry in bundle["entry"])
    body = call_of("patient-view", patient_of(record(NAME)), bundle)
    assert any(card["indicator"] == "critical" for card in Client(as_of(NAME)).cards(body))
