"""Asking the service as a client does: one call, one answer, over the whole stack but the socket."""

from __future__ import annotations

import asyncio
import tomllib
from functools import cache
from typing import Any

import httpx
import orjson
from fastapi import FastAPI

from tests.service.support import FIXTURES, app

Json = dict[str, Any]
FHIR_JSON = "application/fhir+json"
RECORDS = sorted(path.stem for path in FIXTURES.glob("*.*json"))


def ask(
    service: FastAPI, method: str, path: str, body: bytes | Json | None = None, **headers: str | bytes
) -> httpx.Response:
    """One call. A dict is sent as FHIR JSON; `headers` have _ for -."""
    content = orjson.dumps(body) if isinstance(body, dict) else body
    given: dict[str, str | bytes] = {"content-type": "application/fhir+json"} if content is not None else {}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}

    async def call() -> httpx.Response:
        transport = httpx.ASGITransport(service)
        async with httpx.AsyncClient(transport=transport, base_url="https://cds.example") as client:
            return await client.request(method, path, content=content, headers=given)

    return asyncio.run(call())


@cache
def shared() -> FastAPI:
    """One app for tests that leave nothing behind in it."""
    return app()


def as_of(name: str) -> str:
    """The moment at which a fixture's patient is to be assessed."""
    expected = tomllib.loads((FIXTURES / f"{name}.expected.toml").read_text())
    return str(expected["as_of"])


def bundle(record: bytes) -> Json:
    """A fixture's record as one Bundle, NDJSON as well."""
    if b'"Bundle"' in record[:200]:
        whole: Json = orjson.loads(record)
        return whole
    entries = [{"resource": orjson.loads(line)} for line in record.splitlines() if line.strip()]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def patient_of(record: Json) -> str:
    """The reference that names a Bundle's patient."""
    found = next(e["resource"] for e in record["entry"] if e["resource"]["resourceType"] == "Patient")
    return f"Patient/{found['id']}"


def parameters(record: Json, moment: str, **more: Any) -> Json:
    """The body of `$apply`: subject, data, evaluatedAt, and whatever else is a text."""
    given = [
        {"name": "subject", "valueString": more.pop("subject", None) or patient_of(record)},
        {"name": "data", "resource": record},
        {"name": "evaluatedAt", "valueDateTime": moment},
        *({"name": name, "valueString": value} for name, value in more.items()),
    ]
    return {"resourceType": "Parameters", "parameter": given}


def outcome(answer: httpx.Response) -> Json:
    """The one issue of an answer that is an OperationOutcome."""
    assert answer.headers["content-type"] == FHIR_JSON
    said = answer.json()
    assert said["resourceType"] == "OperationOutcome"
    issue: Json
    (issue,) = said["issue"]
    return issue
