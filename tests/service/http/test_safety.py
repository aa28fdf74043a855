"""Whatever goes wrong, the caller hears it in FHIR's words, and hears nothing that is not for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI, Query
from starlette.responses import Response, StreamingResponse

from fhir_adapters.service.observe.logs import JsonLines
from tests.service.asking import FHIR_JSON, ask, outcome, shared
from tests.service.support import app

SECRET = "Jane Doe, born 1970"


async def an_hour_passes() -> None:
    """As far as the event loop can tell: whatever is due by then happens now."""
    loop = asyncio.get_running_loop()
    now = loop.time
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(loop, "time", lambda: now() + 3600)
        for _ in range(5):
            await asyncio.sleep(0)


def with_trouble() -> FastAPI:
    """The service with routes that go wrong."""
    service = app()

    @service.get("/breaks")
    async def breaks() -> Response:
        try:
            raise KeyError(SECRET)
        except KeyError as inner:
            raise RuntimeError(f"cannot read {SECRET}") from inner

    @service.get("/hangs")
    async def hangs() -> Response:
        await an_hour_passes()
        return Response()

    @service.get("/times-out-itself")
    async def itself() -> Response:
        raise TimeoutError(SECRET)

    @service.get("/numbers")
    async def numbers(number: int = Query()) -> Response:
        return Response(str(number))

    @service.get("/breaks-late")
    async def late() -> Response:
        async def pieces() -> AsyncIterator[bytes]:
            yield b"half "
            raise RuntimeError(SECRET)

        return StreamingResponse(pieces())

    return service


def test_an_unexpected_error_is_a_500_without_detail_and_the_log_says_where(caplog: pytest.LogCaptureFixture) -> None:
    answer = ask(with_trouble(), "GET", "/breaks")
    assert (answer.status_code, outcome(answer)["code"]) == (500, "exception")
    assert SECRET not in answer.text
    (record,) = [each for each in caplog.records if each.message == "unexpected error"]
    told = record.__dict__["fields"]["exception"]
    assert [each["type"] for each in told] == ["builtins.RuntimeError", "builtins.KeyError"]
    assert told[0]["frames"][-1].endswith(" breaks")
    assert SECRET not in JsonLines().format(record)


def test_an_error_after_the_answer_has_begun_is_logged_and_breaks_the_answer_off(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with pytest.raises(BaseException, match=SECRET):
        ask(with_trouble(), "GET", "/breaks-late")
    assert [each.message for each in caplog.records if each.levelno == logging.ERROR] == ["unexpected error"]


def test_an_answer_that_does_not_come_is_a_503_that_may_be_tried_again() -> None:
    answer = ask(with_trouble(), "GET", "/hangs")
    assert (answer.status_code, outcome(answer)["code"]) == (503, "timeout")


def test_an_answer_that_has_begun_may_take_its_time() -> None:
    service = app()

    @service.get("/long")
    async def long() -> Response:
        async def pieces() -> AsyncIterator[bytes]:
            yield b"begun, "
            await an_hour_passes()
            yield b"done"

        return StreamingResponse(pieces())

    assert ask(service, "GET", "/long").text == "begun, done"


def test_a_timeout_of_something_else_is_not_taken_for_that() -> None:
    assert ask(with_trouble(), "GET", "/times-out-itself").status_code == 500


@pytest.mark.parametrize("path", ["/nowhere", "/PlanDefinition", f"/{SECRET}", "/PlanDefinition/other", "/Patient/1"])
def test_an_unknown_address_is_an_operation_outcome(path: str) -> None:
    answer = ask(shared(), "GET", path)
    assert (answer.status_code, outcome(answer)["code"]) == (404, "not-found")
    assert SECRET not in answer.text


@pytest.mark.parametrize("path", ["/cds-services/", "/metadata/", "/rules/", "/feedback/rates/", "/docs/"])
def test_a_closing_slash_is_another_address_and_leads_nowhere(path: str) -> None:
    answer = ask(shared(), "GET", path, host="elsewhere.example")
    assert (answer.status_code, outcome(answer)["code"]) == (404, "not-found")
    assert "location" not in answer.headers


def test_a_wrong_method_is_an_operation_outcome_that_names_the_right_one() -> None:
    answer = ask(shared(), "GET", "/assess")
    assert (answer.status_code, outcome(answer)["code"], answer.headers["allow"]) == (405, "not-supported", "POST")


def test_a_parameter_of_a_wrong_form_is_named_and_not_quoted() -> None:
    answer = ask(with_trouble(), "GET", f"/numbers?number={SECRET}")
    assert (answer.status_code, outcome(answer)["expression"]) == (400, ["http.number"])
    assert SECRET not in answer.text


@pytest.mark.parametrize("path", ["/metadata", "/health", "/PlanDefinition/footdrop"])
def test_head_is_get_without_the_body(path: str) -> None:
    got, head = ask(shared(), "GET", path), ask(shared(), "HEAD", path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(got.content))


def test_head_is_logged_and_counted_as_itself_at_its_route(caplog: pytest.LogCaptureFixture) -> None:
    service, route = app(), "/PlanDefinition/{resource_id}"
    with caplog.at_level(logging.INFO):
        ask(service, "HEAD", "/PlanDefinition/footdrop")
    fields = [each.__dict__["fields"] for each in caplog.records if each.message == "answered"]
    assert [(each["method"], each["route"], each["status"]) for each in fields] == [("HEAD", route, 200)]
    counted = f'footdrop_requests_total{{method="HEAD",route="{route}",status="200"}} 1.0'
    assert counted in ask(service, "GET", "/metrics").text


@pytest.mark.parametrize("path", ["/metadata", "/nowhere", "/docs"])
def test_no_answer_is_kept_framed_or_sniffed(path: str) -> None:
    headers = ask(shared(), "GET", path).headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize(
    "accept",
    [
        "application/fhir+json",
        "application/json;q=0.9, text/html",
        "*/*",
        "application/*",
        "application/xml;q=0, */*;q=0.1",
        "*/*;q=0, application/fhir+json",
    ],
)
def test_fhir_json_is_given_to_whoever_takes_it(accept: str) -> None:
    assert ask(shared(), "GET", "/metadata", accept=accept).headers["content-type"] == FHIR_JSON


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        ("/metadata", "application/fhir+xml"),
        ("/metadata?_format=xml", "*/*"),
        ("/metadata", "application/fhir+json;q=0"),
        ("/metadata", "application/json;q=0.0, */*"),
        ("/metadata", "application/*; q=0, */*"),
    ],
)
def test_what_cannot_be_given_is_refused(path: str, accept: str) -> None:
    assert ask(shared(), "GET", path, accept=accept).status_code == 406


@pytest.mark.parametrize("lines", [("application/xml", "application/fhir+json"), ("application/json", "text/html")])
def test_accept_on_several_lines_is_one_list(lines: tuple[str, str]) -> None:
    async def call() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(shared()), base_url="https://cds.example") as client:
            return await client.get("/metadata", headers=[("accept", line) for line in lines])

    assert asyncio.run(call()).status_code == 200


def test_a_format_in_the_address_goes_before_accept() -> None:
    assert ask(shared(), "GET", "/metadata?_format=json", accept="application/xml").status_code == 200


def test_pretty_is_indented_and_says_the_same() -> None:
    plain, pretty = ask(shared(), "GET", "/metadata"), ask(shared(), "GET", "/metadata?_pretty=true")
    assert pretty.text.startswith('{\n  "date"')
    assert pretty.json() == plain.json()


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("application/fhir+json", 400),
        ("application/fhir+json; charset=UTF-8; fhirVersion=4.0", 400),
        ("application/json", 400),
        ("application/fhir+json; charset=latin-1", 415),
        ("application/fhir+xml", 415),
        ("application/x-www-form-urlencoded", 415),
    ],
)
def test_only_json_in_utf8_is_read(kind: str, status: int) -> None:
    assert ask(shared(), "POST", "/PlanDefinition/footdrop/$apply", b"{}", content_type=kind).status_code == status


def test_prefer_is_harmless() -> None:
    asked = ask(shared(), "GET", "/metadata", prefer="return=minimal, respond-async")
    assert asked.content == ask(shared(), "GET", "/metadata").content
