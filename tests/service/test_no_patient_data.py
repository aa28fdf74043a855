"""No patient's data in any log, metric, span or error: a canary stands in every place of a request, one at a time.

A new endpoint is one more line of CALLS.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import httpx
import orjson
import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from fhir_adapters.service.advice import Advisor
from fhir_adapters.service.app import create_app
from fhir_adapters.service.hooks.templates import templates
from fhir_adapters.service.observe.logs import JsonLines
from fhir_adapters.service.observe.tracing import Tracing
from tests.service.asking import Json, ask, bundle, parameters
from tests.service.support import NOW, MemoryJournal, fixture, known, settings

CANARY = "Zqcanaryqz"
MOMENT = "2026-03-01"
ENOUGH = (
    "Patient",
    "Condition",
    "Observation",
    "ServiceRequest",
    "Procedure",
    "DeviceUseStatement",
    "MedicationRequest",
)


def record() -> Json:
    """A record with some resources of each kind that is read."""
    whole = bundle(fixture("afo-existing-orders"))
    kept: dict[str, list[Json]] = {}
    for entry in whole["entry"]:
        kept.setdefault(entry["resource"]["resourceType"], []).append(entry)
    return {**whole, "entry": [entry for kind in ENOUGH for entry in kept.get(kind, [])[:2]]}


def batch() -> Json:
    return {"resourceType": "Bundle", "type": "batch", "entry": [{"resource": record()}, {"resource": record()}]}


def apply_body() -> Json:
    return parameters(record(), MOMENT, practitioner="Practitioner/p1", encounter="Encounter/e1")


def hook_call(hook: str, **context: Any) -> Json:
    """A CDS Hooks call with all of the record as prefetch."""
    kinds: dict[str, list[Json]] = {}
    for entry in record()["entry"]:
        kinds.setdefault(entry["resource"]["resourceType"], []).append({"resource": entry["resource"]})
    patient = kinds.pop("Patient")[0]["resource"]
    filled = {
        template.key: {
            "resourceType": "Bundle",
            "type": "searchset",
            "entry": [each for kind in sorted(template.types) for each in kinds.get(kind, ())],
        }
        for template in templates()
        if template.key != "patient"
    }
    return {
        "hook": hook,
        "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "fhirServer": "https://ehr.example/fhir",
        "context": {"userId": "Practitioner/p1", "patientId": patient["id"], "encounterId": "e1", **context},
        "prefetch": {"patient": patient, **filled},
    }


def signing() -> Json:
    drafts = [entry for entry in record()["entry"] if entry["resource"]["resourceType"] == "ServiceRequest"]
    drafted = [{"resource": {**entry["resource"], "status": "draft"}} for entry in drafts]
    return hook_call("order-sign", draftOrders={"resourceType": "Bundle", "type": "collection", "entry": drafted})


# name: (path, body). The path may have a query.
CALLS: dict[str, tuple[str, Callable[[], Json]]] = {
    "apply": ("/PlanDefinition/footdrop/$apply", apply_body),
    "apply as a bundle": ("/PlanDefinition/footdrop/$apply?form=bundle", apply_body),
    "evaluate": (f"/$evaluate?evaluatedAt={MOMENT}", record),
    "batch": (f"/$evaluate?evaluatedAt={MOMENT}", batch),
    "assess": (f"/assess?as_of={MOMENT}", record),
    "patient-view": ("/cds-services/footdrop-patient-view", lambda: hook_call("patient-view")),
    "order-sign": ("/v3/cds-services/footdrop-order-sign", signing),
}
calls = pytest.mark.parametrize("name", CALLS)


class Watched:
    """The service, and all that can be seen of it from outside."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.spans = InMemorySpanExporter()
        provider = TracerProvider()
        provider.add_span_processor(SimpleSpanProcessor(self.spans))
        self.app = create_app(
            settings(), journal=MemoryJournal(), authenticate=known, clock=lambda: NOW, tracing=Tracing(provider)
        )

    def seen(self) -> str:
        spans = [f"{span.name} {dict(span.attributes or {})} {span.status.description}" for span in
                 self.spans.get_finished_spans()]  # fmt: skip
        return "\n".join([*self.lines, *spans, self.app.state.service.metrics.text(MemoryJournal()).decode()])


@pytest.fixture
def watched() -> Iterator[Watched]:
    """Every logger of the process at DEBUG, through the service's own formatter."""
    watched = Watched()

    class Lines(logging.Handler):
        def emit(self, entry: logging.LogRecord) -> None:
            watched.lines.append(self.format(entry))

    handler, root = Lines(), logging.getLogger()
    handler.setFormatter(JsonLines())
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield watched
    root.removeHandler(handler)
    root.setLevel(level)


def errors_of(answer: httpx.Response) -> str:
    """What of an answer is an error: all of it, or the outcomes of a batch."""
    if answer.status_code >= 400:
        return answer.text
    try:
        found = answer.json()
    except ValueError:
        return ""
    if not isinstance(found, dict) or found.get("type") != "batch-response":
        return ""
    return str([e["response"] for e in found["entry"] if not e["response"]["status"].startswith("200")])


def clean(watched: Watched, *answers: httpx.Response) -> None:
    told = "\n".join([watched.seen(), *map(errors_of, answers)]).lower()
    assert CANARY.lower() not in told
    assert len([line for line in watched.lines if '"message":"answered"' in line]) == len(answers)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every leaf and every object of a JSON value; of a list, the first of each shape is enough."""
    if isinstance(value, dict):
        yield (*path, CANARY)
        for key, each in value.items():
            yield from places(each, (*path, key))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from places(each, (*path, number))
    else:
        yield path


def shapes(body: Json) -> list[tuple[Any, ...]]:
    """One place for each path that differs in more than a position, resource by resource."""
    found: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for path in places(body):
        kind = next((at["resourceType"] for at in _along(body, path) if "resourceType" in at), "")
        found.setdefault((kind, *(step for step in path if isinstance(step, str))), path)
    return list(found.values())


def _along(body: Any, path: tuple[Any, ...]) -> Iterator[Json]:
    met = []
    for step in path:
        if isinstance(body, dict):
            met.append(body)
        body = body.get(step) if isinstance(body, dict) else body[step]
    yield from reversed(met)


def with_canary(body: Json, path: tuple[Any, ...]) -> Json:
    changed: Any = deepcopy(body)
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = CANARY
    return changed


@pytest.mark.slow
@pytest.mark.requirement("1.4-28")
@calls
def test_none_from_any_field_of_a_body(watched: Watched, name: str) -> None:
    path, body = CALLS[name]
    whole = body()
    answers = [ask(watched.app, "POST", path, with_canary(whole, place)) for place in shapes(whole)]
    assert {bool(errors_of(answer)) for answer in answers} == {True, False}, "good requests and bad ones"
    clean(watched, *answers)


@calls
def test_none_from_a_body_that_is_full_of_it(watched: Watched, name: str) -> None:
    path, body = CALLS[name]
    text = orjson.dumps(body()).decode()
    bodies = [
        text[: len(text) // 2] + CANARY,
        CANARY,
        f'"{CANARY}"',
        f'{{"{CANARY}": 1}}',
        text.replace("pat-", CANARY),
    ]
    clean(watched, *(ask(watched.app, "POST", path, each.encode()) for each in bodies))


HEADERS = (
    "authorization", "x-request-id", "x-correlation-id", "traceparent", "tracestate", "accept", "content-type",
    "content-encoding", "prefer", "user-agent", "referer", "origin", "cookie", "x-patient", "forwarded",
)  # fmt: skip


@calls
def test_none_from_any_header(watched: Watched, name: str) -> None:
    path, body = CALLS[name]
    whole = body()
    given = [{each: CANARY} for each in HEADERS] + [{"authorization": f"Bearer {CANARY}"}, {CANARY: "1"}]
    answers = [ask(watched.app, "POST", path, whole, **headers) for headers in given]
    assert {answer.status_code for answer in answers} >= {200, 415}
    clean(watched, *answers)


@calls
def test_none_from_the_address(watched: Watched, name: str) -> None:
    path, body = CALLS[name]
    bare, whole = path.partition("?")[0], body()
    asked = ("evaluatedAt", "as_of", "format", "form", "_format", "_pretty", "patient", CANARY)
    addresses = [f"{bare}?{key}={CANARY}" for key in asked]
    addresses += [f"{bare}/{CANARY}", f"/{CANARY}{bare}", f"/PlanDefinition/{CANARY}/$apply", f"/Patient/{CANARY}"]
    clean(watched, *(ask(watched.app, "POST", address, whole) for address in addresses))


@pytest.mark.parametrize("path", ["/metadata", "/health", "/ready", "/metrics", "/PlanDefinition/footdrop", "/docs"])
def test_none_from_what_is_only_read(watched: Watched, path: str) -> None:
    answers = [
        ask(watched.app, "GET", f"{path}?{CANARY}={CANARY}&part={CANARY}&_format={CANARY}"),
        ask(watched.app, "GET", f"{path}/{CANARY}"),
        ask(watched.app, CANARY.upper(), path),
        ask(watched.app, "GET", path, accept=CANARY, x_request_id=CANARY),
    ]
    clean(watched, *answers)


@calls
def test_none_from_an_error_of_our_own(watched: Watched, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(_: Advisor, record: Any, as_of: Any) -> Any:
        held = f"{CANARY} {record}"
        try:
            raise KeyError(held)
        except KeyError as inner:
            raise RuntimeError(f"{CANARY} at {as_of}") from inner

    monkeypatch.setattr(Advisor, "advise_now", breaks)
    path, body = CALLS[name]
    answer = ask(watched.app, "POST", path, body())
    assert "exception" in errors_of(answer)
    assert any("builtins.RuntimeError" in line for line in watched.lines)
    clean(watched, answer)
