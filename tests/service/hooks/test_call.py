"""A call is read strictly: whatever the specification asks for is there, or an OperationOutcome names what is not."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from fhir_adapters.service.hooks.catalog import HOOKS
from tests.service.hooks.calling import (
    SERVER,
    Client,
    Json,
    authorization,
    call_of,
    draft,
    issue,
    patient_of,
    patient_view,
    prefetch_of,
    record,
    searchset,
)
from tests.service.support import NOW

NAME = "peroneal-leg-crossing"


def good(hook: str = "patient-view", **more: Any) -> Json:
    resources = record(NAME)
    return call_of(hook, patient_of(resources), prefetch_of(resources), **more)


def changed(body: Json, path: str, value: Any) -> Json:
    """The body with one element replaced, or taken away (value is ...)."""
    *steps, last = path.split(".")
    holder = body
    for step in steps:
        holder = holder[step]
    holder.pop(last, None)
    if value is not ...:
        holder[last] = value
    return body


@pytest.mark.requirement("1.4-25", "1.5-31")
@pytest.mark.parametrize("hook", [hook.name for hook in HOOKS])
@pytest.mark.parametrize("base", ["", "/v3"])
def test_a_whole_call_is_answered_under_both_base_urls(hook: str, base: str) -> None:
    body = good(hook, context={"draftOrders": searchset([draft("hba1c")])} if hook.startswith("order") else {})
    answer = Client(NOW).send("POST", f"{base}/cds-services/footdrop-{hook}", json=body)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert isinstance(answer.json()["cards"], list)
    assert answer.json().keys() == {"cards"}


BAD: list[tuple[str, str, Any, str]] = [
    ("patient-view", "hook", ..., "hook"),
    ("patient-view", "hook", "", "hook"),
    ("patient-view", "hook", "order-sign", "hook"),
    ("patient-view", "hook", 7, "hook"),
    ("patient-view", "hookInstance", ..., "hookInstance"),
    ("patient-view", "hookInstance", "not-a-uuid", "hookInstance"),
    ("patient-view", "hookInstance", "{d1577c69-dfbe-44ad-ba6d-3e05e953b2ea}", "hookInstance"),
    ("patient-view", "hookInstance", None, "hookInstance"),
    ("patient-view", "context", ..., "context"),
    ("patient-view", "context", [], "context"),
    ("patient-view", "context", "p", "context"),
    ("patient-view", "context.userId", ..., "context.userId"),
    ("patient-view", "context.userId", "dr-1", "context.userId"),
    ("patient-view", "context.userId", "Practitioner/", "context.userId"),
    ("patient-view", "context.userId", "Organization/1", "context.userId"),
    ("patient-view", "context.userId", {"reference": "Practitioner/1"}, "context.userId"),
    ("patient-view", "context.patientId", ..., "context.patientId"),
    ("patient-view", "context.patientId", "..", "context.patientId"),
    ("patient-view", "context.patientId", "a/b", "context.patientId"),
    ("patient-view", "context.patientId", "p?x=1", "context.patientId"),
    ("patient-view", "context.patientId", ["p"], "context.patientId"),
    ("patient-view", "context.encounterId", "Encounter/1", "context.encounterId"),
    ("encounter-start", "context.encounterId", ..., "context.encounterId"),
    ("encounter-discharge", "context.encounterId", ..., "context.encounterId"),
    ("order-sign", "context.draftOrders", ..., "context.draftOrders"),
    ("order-sign", "context.draftOrders", {"resourceType": "ServiceRequest"}, "context.draftOrders"),
    ("order-sign", "context.draftOrders", searchset([]) | {"entry": "x"}, "context.draftOrders.entry"),
    (
        "order-sign",
        "context.draftOrders",
        searchset([]) | {"entry": [{"resource": []}]},
        "context.draftOrders.entry[0].resource",
    ),
    ("order-select", "context.selections", ..., "context.selections"),
    ("order-select", "context.selections", [], "context.selections"),
    ("order-select", "context.selections", "ServiceRequest/draft-1", "context.selections"),
    ("order-select", "context.selections", ["ServiceRequest/other"], "context.selections[0]"),
    ("order-select", "context.selections", [3], "context.selections[0]"),
    ("problem-list-item-create", "context.conditions", ..., "context.conditions"),
    (
        "problem-list-item-create",
        "context.conditions",
        searchset([{"resourceType": "Observation"}]),
        "context.conditions.entry[0].resource",
    ),
    ("patient-view", "prefetch", "x", "prefetch"),
    ("patient-view", "prefetch", [1], "prefetch"),
    ("patient-view", "fhirServer", "", "fhirServer"),
    ("patient-view", "fhirServer", "ftp://ehr.example/fhir", "fhirServer"),
    ("patient-view", "fhirServer", "https://ehr.example/fhir?x=1", "fhirServer"),
    ("patient-view", "fhirServer", "https://ehr.example@evil.example/fhir", "fhirServer"),
    ("patient-view", "fhirServer", "https://", "fhirServer"),
    ("patient-view", "fhirServer", "https://[::1", "fhirServer"),
    ("patient-view", "fhirServer", 5, "fhirServer"),
]


@pytest.mark.requirement("1.4-26", "1.4-30", "1.10", "1.3-24", "gap-3")
@pytest.mark.parametrize(("hook", "path", "value", "expression"), BAD)
def test_a_broken_element_is_named(hook: str, path: str, value: Any, expression: str) -> None:
    body = good(hook, context={"draftOrders": searchset([draft("hba1c")])} if hook.startswith("order") else {})
    answer = Client(NOW).send("POST", f"/cds-services/footdrop-{hook}", json=changed(body, path, value))
    found = issue(answer, 400)
    assert found["expression"][0] == expression
    assert found["severity"] == "error"


@pytest.mark.requirement("1.4-26")
def test_a_token_needs_a_server() -> None:
    found = issue(Client(NOW).call(good(fhirAuthorization=authorization())), 400)
    assert found["expression"] == ["fhirServer"]


@pytest.mark.requirement("1.4-27")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("access_token", ...),
        ("access_token", "two words"),
        ("access_token", "a\r\nX-Evil: 1"),
        ("token_type", ...),
        ("token_type", "MAC"),
        ("expires_in", ...),
        ("expires_in", "300"),
        ("expires_in", True),
        ("scope", ...),
        ("subject", ...),
        ("patient", "another"),
    ],
)
def test_an_incomplete_token_is_refused_and_never_repeated(name: str, value: Any) -> None:
    given = changed(authorization(), name, value)
    answer = Client(NOW).call(good(fhirServer=SERVER, fhirAuthorization=given))
    found = issue(answer, 400)
    assert found["expression"][0].startswith("fhirAuthorization.")
    assert "canary" not in answer.text
    assert "Evil" not in answer.text


@pytest.mark.requirement("1.4-27")
@pytest.mark.parametrize("scope", ["user/Patient.read user/Observation.read", "patient/*.rs", "launch openid"])
def test_scopes_of_smart_1_and_2_are_accepted(scope: str) -> None:
    body = good(fhirServer=SERVER, fhirAuthorization=authorization(scope=scope))
    assert Client(NOW).call(body).status_code == 200


@pytest.mark.requirement("1.4-26")
def test_in_production_a_fhir_server_over_http_is_refused() -> None:
    client = Client(
        NOW,
        development=False,
        public_url="https://cds.example",
        issuers=[{"iss": "https://ehr.example", "jku": "https://ehr.example/jwks"}],
    )
    found = issue(client.call(good(fhirServer="http://ehr.example/fhir")), 400)
    assert (found["code"], found["expression"]) == ("security", ["fhirServer"])
    assert client.call(good(fhirServer="https://ehr.example/fhir")).status_code == 200


@pytest.mark.requirement("5.2")
@pytest.mark.parametrize("user", ["Patient/pat-birch", "RelatedPerson/1"])
@pytest.mark.parametrize("hook", ["patient-view", "order-sign", "encounter-start"])
def test_advice_is_not_given_to_patients_or_relatives(hook: str, user: str) -> None:
    answer = Client(NOW).call(good(hook, context={"userId": user}))
    found = issue(answer, 403)
    assert found["expression"] == ["context.userId"]
    assert "health-care professionals" in found["details"]["text"]


def test_null_counts_as_absent_where_an_element_is_optional() -> None:
    body = good(fhirServer=None, fhirAuthorization=None, context={"encounterId": None})
    assert Client(NOW).call(body).status_code == 200


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"null", b'{"a": NaN}', b"\xff\xfe"])
def test_a_body_that_is_no_object_is_a_400_and_not_an_error_of_the_server(body: bytes) -> None:
    path = "/cds-services/footdrop-patient-view"
    issue(Client(NOW).send("POST", path, content=body, headers={"content-type": "application/json"}), 400)


@pytest.mark.requirement("1.1-1")
@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("application/xml", 415),
        ("application/json; charset=latin-1", 415),
        ('application/json; charset="utf-16"', 415),
        ("application/json; CHARSET=UTF-8", 400),
        ("application/json; profile=x", 400),
    ],
)
@pytest.mark.parametrize("path", ["", "/feedback"])
def test_a_body_of_another_type_or_encoding_is_a_415(kind: str, status: int, path: str) -> None:
    at = f"/cds-services/footdrop-patient-view{path}"
    issue(Client(NOW).send("POST", at, content=b"<x/>", headers={"content-type": kind}), status)


@pytest.mark.parametrize(
    "path", ["/cds-services/nothing", "/v3/cds-services/nothing", "/cds-services/nothing/feedback"]
)
@pytest.mark.parametrize("method", ["POST", "GET", "DELETE"])
def test_an_unknown_service_is_a_404(path: str, method: str) -> None:
    issue(Client(NOW).send(method, path, json={}), 404)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/cds-services/footdrop-order-sign", "POST"),
        ("PUT", "/cds-services/footdrop-order-sign", "POST"),
        ("GET", "/cds-services/footdrop-order-sign/feedback", "POST"),
        ("POST", "/cds-services", "GET"),
        ("DELETE", "/v3/cds-services", "GET"),
    ],
)
def test_a_wrong_method_is_a_405_that_says_which_is_right(method: str, path: str, allowed: str) -> None:
    answer = Client(NOW).send(method, path)
    issue(answer, 405)
    assert answer.headers["allow"] == allowed


@pytest.mark.requirement("1.4-30")
def test_what_the_specification_does_not_know_is_ignored() -> None:
    client, body = patient_view(NAME, extension={"com.example.x": 1}, somethingNew=[1, 2])
    plain_client, plain = patient_view(NAME)
    assert client.call(body).content == plain_client.call(plain).content


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every leaf of a JSON value; of a list, the first two members."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value[:2]):
            yield from places(inner, (*path, number))
    else:
        yield path


@pytest.mark.requirement("gap-7")
def test_no_refusal_and_no_log_repeats_what_a_request_held(caplog: pytest.LogCaptureFixture) -> None:
    """A canary in every place of a call, one after the other."""
    caplog.set_level(logging.DEBUG)
    drafts = {"draftOrders": searchset([draft("hba1c")])}
    body = good("order-select", context=drafts, fhirServer=SERVER, fhirAuthorization=authorization())
    for value in body["prefetch"].values():
        if "entry" in value:
            value["entry"] = value["entry"][:1]
    client, refused = Client(NOW), 0
    for path in places(body):
        spoiled = deepcopy(body)
        holder: Any = spoiled
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] = "Zqcanaryqz"
        answer = client.send("POST", "/cds-services/footdrop-order-select", json=spoiled)
        if answer.status_code != 200:
            refused += 1
            assert "Zqcanaryqz" not in answer.text, path
    assert refused >= 15
    assert "Zqcanaryqz" not in caplog.text
