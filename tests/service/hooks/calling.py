"""What the tests of CDS Hooks share: patients as an EHR holds them, calls as it makes them, a FHIR server to call back.

The server answers searches as a small, honest one would: by patient, by code, page by page, with a token.
"""

from __future__ import annotations

import asyncio
import json
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import parse_qs, unquote

import httpx
from fastapi import FastAPI

from fhir_adapters.service.app import create_app
from fhir_adapters.service.context import Caller
from fhir_adapters.service.hooks.catalog import HOOKS
from fhir_adapters.service.hooks.templates import templates
from fhir_adapters.service.observe.tracing import Tracing
from tests.service.support import CALLER, FIXTURES, MemoryJournal, fixture, settings

Json = dict[str, Any]
SERVER = "https://ehr.example/fhir"
INSTANCE = "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea"
TOKEN = "canary-token-7f3a"
NAMES = tuple(sorted(path.name.split(".")[0] for path in FIXTURES.iterdir() if path.suffix in (".json", ".ndjson")))
HOOK = {hook.name: hook for hook in HOOKS}


@cache
def as_of(name: str) -> datetime:
    """The moment of a fixture; a date is its midnight in UTC."""
    text = str(tomllib.loads((FIXTURES / f"{name}.expected.toml").read_text())["as_of"])
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


@cache
def _record(name: str) -> str:
    text = fixture(name).decode()
    if '"entry"' not in text:
        return json.dumps([json.loads(line) for line in text.splitlines() if line.strip()])
    for entry in json.loads(text)["entry"]:
        resource, url = entry["resource"], entry.get("fullUrl", "")
        if url and "id" in resource:
            text = text.replace(f'"{url}"', f'"{resource["resourceType"]}/{resource["id"]}"')
    return json.dumps([entry["resource"] for entry in json.loads(text)["entry"]])


def record(name: str) -> list[Json]:
    """A fixture's resources as a FHIR server holds them: with ids, and relative references instead of urns."""
    found: list[Json] = json.loads(_record(name))
    return found


def patient_of(resources: list[Json]) -> str:
    return next(each["id"] for each in resources if each["resourceType"] == "Patient")


def searchset(resources: list[Json], **more: Any) -> Json:
    entries = [{"resource": each} for each in resources]
    return {"resourceType": "Bundle", "type": "searchset", "total": len(entries), "entry": entries, **more}


def matching(resources: list[Json], query: str) -> list[Json]:
    """What a search by patient and code finds. The patient is the record's; `code` is a list of tokens."""
    kind, _, parameters = query.partition("?")
    tokens = parse_qs(parameters).get("code", [""])[0]
    wanted = [token for token in tokens.split(",") if token]
    return [each for each in resources if each["resourceType"] == kind and (not wanted or _has_code(each, wanted))]


def _has_code(resource: Json, wanted: list[str]) -> bool:
    for coding in resource.get("code", {}).get("coding", ()):
        system, code = coding.get("system", ""), coding.get("code", "")
        if any(token in (code, f"{system}|", f"{system}|{code}") for token in wanted):
            return True
    return False


def prefetch_of(resources: list[Json]) -> Json:
    """The whole prefetch, as the templates ask for it."""
    found: Json = {}
    for template in templates():
        if template.key == "patient":
            found["patient"] = next(each for each in resources if each["resourceType"] == "Patient")
        else:
            found[template.key] = searchset(matching(resources, template.query))
    return found


def call_of(hook: str, patient: str, prefetch: Json | None = None, **more: Any) -> Json:
    """A call's body. `more` replaces or adds elements; `context` is merged."""
    context: Json = {"userId": "Practitioner/dr-1", "patientId": patient, "encounterId": "enc-1"}
    context |= {"draftOrders": searchset([])} if hook.startswith("order-") else {}
    context |= {"selections": ["ServiceRequest/draft-1"]} if hook == "order-select" else {}
    context |= {"conditions": searchset([])} if hook == "problem-list-item-create" else {}
    context |= more.pop("context", {})
    body: Json = {"hook": hook, "hookInstance": INSTANCE, "context": context, **more}
    return body | ({"prefetch": prefetch} if prefetch is not None else {})


def draft(key: str, *, side: str | None = None, priority: str | None = None, **more: Any) -> Json:
    """An unsigned order by the guideline's own code."""
    sites = {"left": "32153003", "right": "62175007"}
    out: Json = {
        "resourceType": "ServiceRequest",
        "id": "draft-1",
        "status": "draft",
        "intent": "order",
        "code": {"coding": [{"system": "https://footdrop-guideline.example/fhir/CodeSystem/order", "code": key}]},
    }
    out |= {"bodySite": [{"coding": [{"system": "http://snomed.info/sct", "code": sites[side]}]}]} if side else {}
    return out | ({"priority": priority} if priority else {}) | more


def authorization(**more: Any) -> Json:
    return {
        "access_token": TOKEN,
        "token_type": "Bearer",
        "expires_in": 300,
        "scope": "user/*.rs",
        "subject": "footdrop",
        **more,
    }


@dataclass
class FakeServer:
    """A FHIR server with one patient's record. `page` resources a page; `broken` types answer with that status."""

    resources: list[Json]
    page: int = 100
    broken: dict[str, int] = field(default_factory=dict)
    base: str = SERVER
    hook: Callable[[httpx.Request], httpx.Response | None] = lambda _: None
    asked: list[httpx.Request] = field(default_factory=list)

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(self.answer))

    def kinds(self) -> set[str]:
        """The resource types that were asked for."""
        paths = (str(request.url).removeprefix(f"{self.base}/") for request in self.asked)
        return {path.partition("?")[0].partition("/")[0] for path in paths}

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        special = self.hook(request)
        if special is not None:
            return special
        url = str(request.url)
        if not url.startswith(self.base) or request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return httpx.Response(401, json={"resourceType": "OperationOutcome", "issue": []})
        query = unquote(url.removeprefix(self.base + "/"))
        kind = query.partition("?")[0].partition("/")[0]
        if kind in self.broken:
            return httpx.Response(self.broken[kind], json={"resourceType": "OperationOutcome", "issue": []})
        return self._read(query) if "?" not in query else self._search(query)

    def _read(self, reference: str) -> httpx.Response:
        found = [each for each in self.resources if f"{each['resourceType']}/{each['id']}" == reference]
        return httpx.Response(200, json=found[0]) if found else httpx.Response(404, json={})

    def _search(self, query: str) -> httpx.Response:
        start = int(parse_qs(query.partition("?")[2]).get("_start", ["0"])[0])
        plain = query.partition("&_start=")[0]
        found = matching(self.resources, plain)
        links = []
        if start + self.page < len(found):
            links.append({"relation": "next", "url": f"{self.base}/{plain}&_start={start + self.page}"})
        return httpx.Response(200, json=searchset(found[start : start + self.page], link=links))


def _nobody(request: httpx.Request) -> httpx.Response:
    raise AssertionError("the service called somebody, and there is nobody to call")


class Client:
    """The service at one moment, called as an EHR calls it."""

    def __init__(
        self,
        at: datetime,
        server: FakeServer | None = None,
        caller: Caller = CALLER,
        tracing: Tracing | None = None,
        **given: Any,
    ) -> None:
        async def authenticate(_: Any) -> Caller:
            return caller

        self.journal = MemoryJournal()
        self.app: FastAPI = create_app(
            settings(**given),
            journal=self.journal,
            authenticate=authenticate,
            http=server.client() if server else httpx.AsyncClient(transport=httpx.MockTransport(_nobody)),
            clock=lambda: at,
            tracing=tracing,
        )

    def send(self, method: str, path: str, **what: Any) -> httpx.Response:
        async def _send() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="https://cds.example") as client:
                return await client.request(method, path, **what)

        return asyncio.run(_send())

    def call(self, body: Json) -> httpx.Response:
        hook = HOOK.get(str(body.get("hook")), HOOKS[0])
        return self.send("POST", f"/cds-services/{hook.service}", json=body)

    def cards(self, body: Json) -> list[Json]:
        answer = self.call(body)
        assert answer.status_code == 200, answer.text
        found: list[Json] = answer.json()["cards"]
        return found


def patient_view(name: str, **more: Any) -> tuple[Client, Json]:
    """A client at a fixture's moment, and the call of patient-view with its whole prefetch."""
    resources = record(name)
    return Client(as_of(name)), call_of("patient-view", patient_of(resources), prefetch_of(resources), **more)


def issue(answer: httpx.Response, status: int) -> Json:
    """The one issue of an OperationOutcome with that status."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].partition(";")[0] == "application/fhir+json"
    outcome = answer.json()
    assert outcome["resourceType"] == "OperationOutcome"
    found: Json = outcome["issue"][0]
    return found


def offered(cards: list[Json]) -> list[Json]:
    """The resources that the suggestions would create."""
    actions = [action for card in cards for each in card.get("suggestions", ()) for action in each["actions"]]
    return [action["resource"] for action in actions if action["type"] == "create"]
