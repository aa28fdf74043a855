"""Nothing behind the door is reached, or even read, by a caller who is not known."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import Response

from fhir_adapters.service.app import create_app
from fhir_adapters.service.caller import protected
from fhir_adapters.service.context import Authenticate, Caller
from fhir_adapters.service.errors import Unauthenticated
from tests.service.support import NOW, MemoryJournal, known, settings


async def stranger(_: Request) -> Caller:
    raise Unauthenticated


def behind_the_door(authenticate: Authenticate) -> FastAPI:
    app = create_app(settings(), journal=MemoryJournal(), authenticate=authenticate, clock=lambda: NOW)
    router = APIRouter(dependencies=[protected(app.state.service)])

    @router.post("/inside")
    async def inside(request: Request) -> Response:
        return Response(request.state.caller.issuer + (await request.body()).decode())

    app.include_router(router)
    return app


def called(app: FastAPI, body: bytes) -> httpx.Response:
    async def call() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://cds.example") as client:
            return await client.post("/inside", content=body)

    return asyncio.run(call())


@pytest.mark.requirement("1.7-53")
def test_a_known_caller_is_handed_to_the_route() -> None:
    answer = called(behind_the_door(known), b"!")
    assert (answer.status_code, answer.text) == (200, "https://ehr.example!")


@pytest.mark.requirement("1.7-58")
def test_a_stranger_gets_401_with_a_challenge_and_no_reason() -> None:
    answer = called(behind_the_door(stranger), b"!")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.headers["Content-Type"] == "application/fhir+json"
    assert answer.json() == {
        "resourceType": "OperationOutcome",
        "issue": [{"severity": "error", "code": "login", "details": {"text": "The caller is not authenticated."}}],
    }


def test_the_body_of_a_stranger_is_never_read() -> None:
    read: list[str] = []
    app = behind_the_door(stranger)

    async def call() -> int:
        statuses = []

        async def receive() -> dict[str, object]:
            read.append("asked")
            return {"type": "http.request", "body": b"x", "more_body": True}

        async def send(message: dict[str, object]) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "https",
            "path": "/inside", "raw_path": b"/inside", "query_string": b"", "root_path": "", "headers": [],
        }  # fmt: skip
        await app(scope, receive, send)
        return statuses[0]

    assert asyncio.run(call()) == 401
    assert not read
