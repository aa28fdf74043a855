"""A browser client calls from an origin that the site has named, and from no other."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from fhir_adapters.service.app import create_app
from fhir_adapters.service.caller import protected
from fhir_adapters.service.context import Caller
from fhir_adapters.service.errors import Unauthenticated
from tests.service.asking import outcome
from tests.service.caller.signing import run
from tests.service.support import CALLER, NOW, MemoryJournal, settings

ORIGIN = "https://ehr.example"
PATHS = ["/cds-services", "/cds-services/footdrop-patient-view", "/cds-services/footdrop-patient-view/feedback"]


async def with_token(request: Request) -> Caller:
    if "authorization" not in request.headers:
        raise Unauthenticated
    return CALLER


def service(*origins: str) -> FastAPI:
    """Discovery, service and feedback of nothing in particular behind the door."""
    given = settings(cors_origins=origins)
    app = create_app(given, journal=MemoryJournal(), authenticate=with_token, clock=lambda: NOW)
    router = APIRouter(dependencies=[protected(app.state.service)])
    for path in ("/cds-services", "/cds-services/{id}", "/cds-services/{id}/feedback"):
        router.add_api_route(path, lambda: Response(b"{}"), methods=["POST" if "{id}" in path else "GET"])
    app.include_router(router)
    return app


def call(app: FastAPI, method: str, path: str, **headers: str) -> httpx.Response:
    async def calling() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://cds.example") as client:
            return await client.request(method, path, headers={k.replace("_", "-"): v for k, v in headers.items()})

    answer: httpx.Response = run(calling())
    return answer


def preflight(app: FastAPI, path: str, origin: str, **other: str) -> httpx.Response:
    asked: dict[str, Any] = {
        "Access_Control_Request_Method": "GET" if path == PATHS[0] else "POST",
        "Access_Control_Request_Headers": "authorization,content-type",
        **other,
    }
    return call(app, "OPTIONS", path, Origin=origin, **asked)


@pytest.mark.requirement("1.8-60")
@pytest.mark.parametrize("path", PATHS)
def test_the_preflight_of_a_named_origin_passes_without_a_token(path: str) -> None:
    answer = preflight(service(ORIGIN), path, ORIGIN)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert {"authorization", "content-type"} <= set(answer.headers["Access-Control-Allow-Headers"].lower().split(", "))
    assert "Origin" in answer.headers["Vary"]


@pytest.mark.requirement("1.8-60")
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "origin", ["https://attacker.example", "http://ehr.example", "https://ehr.example.evil", "null"]
)
def test_no_other_origin_passes(path: str, origin: str) -> None:
    app = service(ORIGIN)
    refused = preflight(app, path, origin)
    assert refused.status_code == 400
    assert outcome(refused)["code"] == "not-supported"
    assert origin not in refused.text
    assert "Access-Control-Allow-Origin" not in refused.headers
    called = call(app, "GET" if path == PATHS[0] else "POST", path, Origin=origin, Authorization="Bearer x")
    assert "Access-Control-Allow-Origin" not in called.headers, "a browser keeps the answer from its page"


@pytest.mark.requirement("1.8-60")
@pytest.mark.parametrize(
    "other", [{"Access_Control_Request_Method": "DELETE"}, {"Access_Control_Request_Headers": "cookie"}]
)
def test_a_preflight_for_more_is_refused(other: dict[str, str]) -> None:
    assert preflight(service(ORIGIN), PATHS[1], ORIGIN, **other).status_code == 400


@pytest.mark.requirement("1.8-60")
def test_credentials_are_never_allowed_and_there_is_no_wildcard() -> None:
    app = service(ORIGIN, "https://other.example")
    for answer in (
        preflight(app, PATHS[1], ORIGIN),
        call(app, "POST", PATHS[1], Origin=ORIGIN, Authorization="Bearer x"),
    ):
        assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
        assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.requirement("4.2")
@pytest.mark.parametrize("origin", [ORIGIN, "https://attacker.example"])
def test_a_preflight_is_named_logged_and_protected_as_every_request_is(
    origin: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO"):
        answer = preflight(service(ORIGIN), PATHS[1], origin, X_Request_Id="MSG-00017")
    assert (answer.headers["X-Request-Id"], answer.headers["Cache-Control"]) == ("MSG-00017", "no-store")
    (line,) = [each for each in caplog.records if each.message == "answered"]
    assert line.fields["status"] == answer.status_code  # type: ignore[attr-defined]


def test_a_browser_may_read_why_it_was_refused() -> None:
    answer = call(service(ORIGIN), "POST", PATHS[1], Origin=ORIGIN)
    assert answer.status_code == 401
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN


def test_without_a_named_origin_there_is_no_cors() -> None:
    app = service()
    assert preflight(app, PATHS[1], ORIGIN).status_code == 405
    assert not [name for name in call(app, "GET", PATHS[0], Origin=ORIGIN).headers if name.startswith("access-control")]


@pytest.mark.requirement("1.8-60")
@pytest.mark.parametrize(
    "origin", ["*", "https://*.example", "https://ehr.example/", "https://ehr.example/app", "ehr", ""]
)
def test_an_origin_that_is_none_stops_the_start(origin: str) -> None:
    with pytest.raises(ValidationError, match="cors_origins"):
        settings(cors_origins=[origin])
