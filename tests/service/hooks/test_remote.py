"""The client's FHIR server: only the one that is allowed, only with the token, within bounds, and never in a log."""

from __future__ import annotations

import asyncio
import logging

import httpx
import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind

from fhir_adapters.service.context import Caller
from fhir_adapters.service.hooks.remote import allowed, may_read
from fhir_adapters.service.observe.tracing import Tracing
from tests.service.hooks.calling import (
    SERVER,
    TOKEN,
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
from tests.service.support import CALLER, settings

NAME = "cauda-equina"
PRODUCTION = {
    "development": False,
    "public_url": "https://cds.example",
    "issuers": [{"iss": "https://ehr.example", "jku": "https://ehr.example/jwks"}],
}


def asking(server: str = SERVER) -> Json:
    body = call_of("patient-view", patient_of(record(NAME)))
    return body | {"fhirServer": server, "fhirAuthorization": authorization()}


@pytest.mark.requirement("1.9-61")
@pytest.mark.parametrize(
    ("server", "development", "may"),
    [
        ("https://ehr.example/fhir", False, True),
        ("https://ehr.example/fhir", True, True),
        ("https://ehr.example/other", False, False),
        ("https://ehr.example:8443/fhir", False, False),
        ("https://ehr.example.evil.example/fhir", False, False),
        ("http://ehr.example/fhir", False, False),
        ("http://127.0.0.1:8081/fhir", False, False),
        ("http://127.0.0.1:8081/fhir", True, True),
        ("http://localhost/fhir", True, True),
        ("http://[::1]:8081/fhir", True, True),
        ("http://169.254.169.254/latest", True, False),
        ("http://10.0.0.1/fhir", True, False),
        ("https://other.example/fhir", True, False),
        ("", True, False),
    ],
)
def test_only_servers_of_the_caller_are_read_and_loopback_in_development(
    server: str, development: bool, may: bool
) -> None:
    chosen = settings() if development else settings(**PRODUCTION)
    assert allowed(server, CALLER, chosen) is may


def test_a_trailing_slash_makes_no_other_server() -> None:
    assert allowed("https://ehr.example/fhir", Caller("x", fhir_servers=("https://EHR.example/fhir/",)), settings())


@pytest.mark.requirement("1.9-61", "1.1-1")
def test_no_token_goes_over_plain_http_though_a_client_has_listed_such_a_server() -> None:
    plain = "http://ehr.example/fhir"
    caller = Caller(CALLER.issuer, fhir_servers=(plain,))
    assert not allowed(plain, caller, settings(**PRODUCTION))
    server = FakeServer(record(NAME), base=plain)
    found = issue(Client(as_of(NAME), server, caller).call(asking(plain)), 412)
    assert server.asked == []
    assert "not one that may be read" in found["diagnostics"]


def test_a_server_that_is_not_allowed_is_never_called() -> None:
    server = FakeServer(record(NAME), base="https://evil.example/fhir")
    found = issue(Client(as_of(NAME), server).call(asking("https://evil.example/fhir")), 412)
    assert server.asked == []
    assert "not one that may be read" in found["diagnostics"]


@pytest.mark.requirement("1.9-61", "1.4-28")
def test_in_production_nothing_is_asked_without_a_token() -> None:
    server = FakeServer(record(NAME))
    body = asking()
    del body["fhirAuthorization"]
    issue(Client(as_of(NAME), server, **PRODUCTION).call(body), 412)
    assert server.asked == []


def test_a_redirect_is_not_followed_and_the_token_stays_here() -> None:
    def redirect(request: httpx.Request) -> httpx.Response | None:
        return httpx.Response(302, headers={"Location": "https://evil.example/fhir"})

    server = FakeServer(record(NAME), hook=redirect)
    found = issue(Client(as_of(NAME), server).call(asking()), 412)
    assert {request.url.host for request in server.asked} == {"ehr.example"}
    assert "redirected" in found["diagnostics"]


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/fhir/Observation?page=2",
        "http://ehr.example/fhir/Observation?page=2",
        "https://ehr.example:8443/fhir/Observation?page=2",
        "https://ehr.example/admin?page=2",
        "https://ehr.example/fhir/../admin?page=2",
        "https://user:word@ehr.example/fhir/Observation?page=2",
        "//evil.example/fhir",
        "https://[::1",
    ],
)
def test_a_link_to_the_next_page_never_takes_the_token_elsewhere(link: str) -> None:
    def page(request: httpx.Request) -> httpx.Response | None:
        if "/Observation" not in str(request.url):
            return None
        found = [each for each in record(NAME) if each["resourceType"] == "Observation"]
        return httpx.Response(200, json=searchset(found, link=[{"relation": "next", "url": link}]))

    server = FakeServer(record(NAME), hook=page)
    cards = Client(as_of(NAME), server).cards(asking())
    assert {(request.url.scheme, request.url.host, request.url.port) for request in server.asked} == {
        ("https", "ehr.example", None)
    }
    assert all(request.url.path.startswith("/fhir/") for request in server.asked)
    assert any("next page" in card["detail"] for card in cards)


def test_links_that_run_in_a_circle_end() -> None:
    def again(request: httpx.Request) -> httpx.Response | None:
        if "/Observation" not in str(request.url):
            return None
        return httpx.Response(200, json=searchset([], link=[{"relation": "next", "url": str(request.url)}]))

    server = FakeServer(record(NAME), hook=again)
    issue(Client(as_of(NAME), server).call(asking()), 412)
    assert sum("/Observation" in str(request.url) for request in server.asked) == 1


def test_pages_are_followed_up_to_their_limit_and_the_rest_is_told() -> None:
    server = FakeServer(record(NAME), page=1)
    cards = Client(as_of(NAME), server, fhir_max_pages=3).cards(asking())
    assert sum("/Observation" in str(request.url) for request in server.asked) == 3
    assert any("more pages than are followed" in card["detail"] for card in cards)


@pytest.mark.parametrize("body", [b"", b"<html/>", b"[]", b'"x"', b"{}", b'{"resourceType": 3}'])
def test_an_answer_that_is_no_fhir_is_no_answer(body: bytes) -> None:
    server = FakeServer(record(NAME), hook=lambda _: httpx.Response(200, content=body))
    issue(Client(as_of(NAME), server).call(asking()), 412)


def test_an_answer_larger_than_the_limit_is_not_read() -> None:
    def large(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=b" " * 5000)

    server = FakeServer(record(NAME), hook=large)
    found = issue(Client(as_of(NAME), server, max_body_bytes=4096).call(asking()), 412)
    assert "more data than are read" in found["diagnostics"]


def nested(levels: int) -> Json:
    found: Json = {}
    for _ in range(levels - 1):
        found = {"extension": found}
    return found


@pytest.mark.parametrize(("levels", "limits"), [(900, {}), (2000, {}), (101, {}), (20, {"max_nesting": 20})])
@pytest.mark.parametrize("kind", ["Patient", "Observation"])
def test_an_answer_that_is_nested_too_deep_is_no_answer_of_the_server_and_no_fault_of_the_caller(
    kind: str, levels: int, limits: dict[str, int]
) -> None:
    deep = ('{"resourceType": "Observation", "extension": ' + '{"a": ' * levels + "1" + "}" * (levels + 1)).encode()

    def answer(request: httpx.Request) -> httpx.Response | None:
        return httpx.Response(200, content=deep) if f"/{kind}" in str(request.url) else None

    found = issue(Client(as_of(NAME), FakeServer(record(NAME), hook=answer), **limits).call(asking()), 412)
    assert "nested deeper than is read" in found["diagnostics"]


def test_what_is_as_deep_as_may_be_is_read_and_given_back() -> None:
    """With the limit as high as it goes: a draft that is raised holds it whole."""
    slow = draft("mri-lumbar-spine", extension=nested(234))
    resources = record(NAME)
    handed = prefetch_of(resources)
    handed["patient"] |= {"extension": nested(237)}
    body = call_of("order-sign", patient_of(resources), handed, context={"draftOrders": searchset([slow])})
    client = Client(as_of(NAME), max_nesting=240)
    assert str(slow["extension"]) in str(client.cards(body))
    handed["patient"] |= {"extension": nested(238)}
    assert issue(client.call(body), 413)["code"] == "too-costly"


@pytest.mark.parametrize("kind", ["Patient", "Observation"])
def test_what_a_server_gives_as_deep_as_may_be_is_read(kind: str) -> None:
    resources = record(NAME)
    deep = next(each for each in resources if each["resourceType"] == kind)
    deep["extension"] = nested(239 if kind == "Patient" else 236)
    assert Client(as_of(NAME), FakeServer(resources), max_nesting=240).cards(asking())


@pytest.mark.parametrize("wrong", [httpx.ConnectError("x"), httpx.ReadTimeout("x"), httpx.RemoteProtocolError("x")])
def test_a_server_that_cannot_be_reached_is_412(wrong: Exception) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise wrong

    issue(Client(as_of(NAME), FakeServer(record(NAME), hook=fail)).call(asking()), 412)


@pytest.mark.requirement("gap-6")
def test_a_server_that_never_answers_is_given_up() -> None:
    """One call-back has its limit, and all of them together have one."""

    async def never(_: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    server = FakeServer(record(NAME))
    server.client = lambda: httpx.AsyncClient(transport=httpx.MockTransport(never))  # type: ignore[method-assign]
    for limits in ({"fhir_timeout_seconds": 0.01}, {"fhir_total_seconds": 0.01}):
        found = issue(Client(as_of(NAME), server, **limits).call(asking()), 412)
        assert "did not answer in time" in found["diagnostics"]


TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.mark.requirement("4.2")
@pytest.mark.parametrize("given", ["Call-17", "D1577C69-DFBE-44AD-BA6D-3E05E953B2EA"])
def test_what_the_server_is_asked_carries_the_names_of_the_request(given: str) -> None:
    server = FakeServer(record(NAME))
    answer = Client(as_of(NAME), server).send(
        "POST",
        "/cds-services/footdrop-patient-view",
        json=asking(),
        headers={"X-Request-Id": given, "traceparent": TRACE},
    )
    assert answer.status_code == 200
    assert {request.headers["X-Request-Id"] for request in server.asked} == {given}
    assert {request.headers["traceparent"] for request in server.asked} == {TRACE}


@pytest.mark.parametrize("given", ["", "two words", "x" * 129])
def test_without_a_name_that_may_be_given_back_the_server_is_told_our_own(given: str) -> None:
    server = FakeServer(record(NAME))
    headers = {"X-Request-Id": given, "traceparent": "00-nonsense"}
    answer = Client(as_of(NAME), server).send(
        "POST", "/cds-services/footdrop-patient-view", json=asking(), headers=headers
    )
    assert {request.headers["X-Request-Id"] for request in server.asked} == {answer.headers["X-Request-Id"]}
    assert not any("traceparent" in request.headers for request in server.asked)


def test_where_spans_are_made_the_servers_are_below_ours() -> None:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    server = FakeServer(record(NAME))
    client = Client(as_of(NAME), server, tracing=Tracing(provider))
    client.send("POST", "/cds-services/footdrop-patient-view", json=asking(), headers={"traceparent": TRACE})
    (request,) = [span for span in exporter.get_finished_spans() if span.kind is SpanKind.SERVER]
    assert request.context is not None
    (told,) = {each.headers["traceparent"] for each in server.asked}
    assert told.split("-")[1:3] == [TRACE.split("-")[1], f"{request.context.span_id:016x}"]


@pytest.mark.requirement("1.4-28", "gap-7")
def test_neither_the_token_nor_the_patient_is_logged_stored_or_told(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server = FakeServer(record(NAME), broken={"Device": 500})
    client = Client(as_of(NAME), server, keep_records=True)
    answer = client.call(asking())
    kept = repr(client.journal.assessments)
    assert answer.status_code == 200
    assert TOKEN not in caplog.text + answer.text + kept
    assert patient_of(record(NAME)) not in caplog.text


@pytest.mark.parametrize(
    ("scope", "may"),
    [
        ("user/Observation.read", True),
        ("user/Observation.rs", True),
        ("patient/*.s", True),
        ("patient/*.*", True),
        ("system/*.cruds", True),
        ("patient/Observation.rs?category=laboratory", True),
        ("patient/Observation.write", False),
        ("patient/Observation.cud", False),
        ("patient/Condition.read", False),
        ("launch openid fhirUser", True),
        ("", True),
    ],
)
def test_scopes_of_smart_1_and_2_are_understood(scope: str, may: bool) -> None:
    assert may_read(scope, "Observation") is may
