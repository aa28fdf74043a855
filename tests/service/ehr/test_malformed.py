"""Broken and hostile clients with a valid signature: each gets a clean refusal, and the next call is answered."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.service.ehr.conftest import Opening, day_of, record_of
from tests.service.ehr.ehr import Ehr, bundle, refused
from tests.service.ehr.hooks import HOOKS
from tests.service.ehr.record import Json, outcome
from tests.service.ehr.running import hospital

NAME = "peroneal-leg-crossing"
VIEW = "patient-view"


def without(name: str) -> Callable[[Json], None]:
    return lambda sent: sent.pop(name)


def changed(**fields: Any) -> Callable[[Json], None]:
    return lambda sent: sent.update(fields)


def context(**fields: Any) -> Callable[[Json], None]:
    return lambda sent: sent["context"].update(fields)


def no_context(name: str) -> Callable[[Json], None]:
    return lambda sent: sent["context"].pop(name)


def other_patient(sent: Json) -> None:
    sent["prefetch"]["patient"] = {**sent["prefetch"]["patient"], "id": "somebody-else"}


def other_subject(sent: Json) -> None:
    entry = sent["prefetch"]["observations"]["entry"][3]
    entry["resource"] = {**entry["resource"], "subject": {"reference": "Patient/somebody-else"}}


def prefetch_as(value: Any) -> Callable[[Json], None]:
    return lambda sent: sent["prefetch"].update(observations=value)


BROKEN: dict[str, tuple[Callable[[Json], Any], tuple[int, ...]]] = {
    "no hook": (without("hook"), (400,)),
    "another hook": (changed(hook="order-sign"), (400,)),
    "hook is a number": (changed(hook=7), (400,)),
    "no instance": (without("hookInstance"), (400,)),
    "an instance that is no UUID": (changed(hookInstance="1; DROP TABLE"), (400,)),
    "no context": (without("context"), (400,)),
    "context is a list": (changed(context=[]), (400,)),
    "no patient": (no_context("patientId"), (400,)),
    "no user": (no_context("userId"), (400,)),
    "patient is null": (context(patientId=None), (400,)),
    "patient is a list": (context(patientId=["pat-birch"]), (400,)),
    "patient is a path": (context(patientId="../Patient/2"), (400,)),
    "patient is a query": (context(patientId="1&_include=*"), (400,)),
    "patient is a reference": (context(patientId="Patient/pat-birch"), (400,)),
    "user is a patient": (context(userId="Patient/pat-birch"), (403,)),
    "user is a relative": (context(userId="RelatedPerson/1"), (403,)),
    "user is nobody": (context(userId="somebody"), (400,)),
    "a FHIR server over http": (changed(fhirServer="http://ehr.example/fhir"), (400,)),
    "a FHIR server that is a file": (changed(fhirServer="file:///etc/passwd"), (400,)),
    "a FHIR server that is none": (changed(fhirServer="ehr"), (400,)),
    "authorization without a server": (without("fhirServer"), (400,)),
    "authorization that is a text": (changed(fhirAuthorization="Bearer x"), (400,)),
    "authorization without a token": (changed(fhirAuthorization={"token_type": "Bearer"}), (400,)),
    "prefetch is a list": (changed(prefetch=[1]), (400,)),
}


@pytest.fixture(scope="module")
def ehr(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ehr]:
    """One service for all of them: whatever came before, the next call is answered."""
    with hospital(tmp_path_factory.mktemp("malformed"), record_of(NAME), day_of(NAME)) as open_one:
        yield open_one.ehr


@pytest.fixture(autouse=True)
def still_alive(ehr: Ehr) -> Iterator[None]:
    yield
    assert ehr.open(VIEW).cards


@pytest.mark.requirement("1.4-26")
@pytest.mark.requirement("1.4-30")
@pytest.mark.parametrize(("breaking", "statuses"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_request_is_refused(ehr: Ehr, breaking: Callable[[Json], Any], statuses: tuple[int, ...]) -> None:
    sent = ehr.asking(VIEW)
    breaking(sent)
    refused(ehr.send(VIEW, sent), *statuses)


UNUSABLE: dict[str, Callable[[Json], Any]] = {
    "the wrong patient in the context": context(patientId="somebody-else"),
    "the wrong patient in the prefetch": other_patient,
    "one observation of somebody else": other_subject,
    "prefetch is a Bundle": changed(prefetch=bundle({"resourceType": "Patient", "id": "pat-birch"})),
    "a Bundle for the patient": lambda sent: sent["prefetch"].update(patient=bundle()),
    "a Patient for the observations": prefetch_as({"resourceType": "Patient", "id": "pat-birch"}),
    "a list for the observations": prefetch_as([1]),
    "a text for the observations": prefetch_as("none"),
}


@pytest.mark.requirement("1.3-23")
@pytest.mark.parametrize("breaking", UNUSABLE.values(), ids=UNUSABLE.keys())
def test_what_cannot_be_used_is_never_taken_for_nothing(ehr: Ehr, breaking: Callable[[Json], Any]) -> None:
    """Where the service may not fetch it itself."""
    sent = ehr.asking(VIEW)
    del sent["fhirServer"], sent["fhirAuthorization"]
    breaking(sent)
    refused(ehr.send(VIEW, sent), 400, 412, 422)


@pytest.mark.requirement("1.3-20")
@pytest.mark.parametrize("key", ["patient", "observations", "conditions"])
def test_what_the_client_could_not_answer_is_fetched(ehr: Ehr, key: str) -> None:
    sent = ehr.asking(VIEW)
    sent["prefetch"][key] = outcome("not now")
    assert len(ehr.send(VIEW, sent).cards) == len(ehr.open(VIEW).cards)


@pytest.mark.requirement("1.4-30")
@pytest.mark.parametrize(("hook", "name"), [(hook.name, name) for hook in HOOKS.values() for name in (*hook.required,)])
def test_every_required_part_of_the_context_is_asked_for(ehr: Ehr, hook: str, name: str) -> None:
    screen = ehr.open(hook, **{name: None})
    refused(screen, 400)
    assert f"context.{name}" in str(screen.answer)


@pytest.mark.requirement("1.3-21")
def test_prefetch_that_holds_only_outcomes_is_412_without_access(ehr: Ehr) -> None:
    sent = ehr.asking(VIEW)
    del sent["fhirServer"], sent["fhirAuthorization"]
    sent["prefetch"] = {key: outcome("not now") for key in sent["prefetch"]}
    refused(ehr.send(VIEW, sent), 412)


BODIES: dict[str, tuple[bytes, str, tuple[int, ...]]] = {
    "nothing": (b"", "application/json", (400,)),
    "truncated": (b'{"hook": "patient-view", "hookInstance": "d1577c69', "application/json", (400,)),
    "two objects": (b"{}{}", "application/json", (400,)),
    "not a number": (b'{"hook": NaN}', "application/json", (400,)),
    "null": (b"null", "application/json", (400,)),
    "a list": (b"[]", "application/json", (400,)),
    "an empty object": (b"{}", "application/json", (400,)),
    "not UTF-8": (b'{"hook": "\xff\xfe"}', "application/json", (400,)),
    "a zero byte": (b'{"hook": "\\u0000patient-view"}', "application/json", (400,)),
    "half a surrogate": (b'{"hook": "\\ud800"}', "application/json", (400,)),
    "a form": (b"hook=patient-view", "application/x-www-form-urlencoded", (415,)),
    "XML": (b"<hook/>", "application/xml", (415,)),
    "text": (b"{}", "text/plain", (415, 400)),
    "deep lists": (b"[" * 100_000, "application/json", (400, 413)),
    "deep objects": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "application/json", (400, 413)),
    "a long number": (b'{"hook": ' + b"9" * 100_000 + b"}", "application/json", (400,)),
}


@pytest.mark.requirement("1.1-1")
@pytest.mark.parametrize(("body", "kind", "statuses"), BODIES.values(), ids=BODIES.keys())
def test_a_body_that_is_no_request_is_refused(ehr: Ehr, body: bytes, kind: str, statuses: tuple[int, ...]) -> None:
    answer = ehr.request("POST", ehr.url(VIEW), content=body, headers={"Content-Type": kind})
    clean(answer, *statuses)


def test_deep_nesting_inside_a_good_request_is_refused(ehr: Ehr) -> None:
    sent = json.dumps(ehr.asking(VIEW))
    deep = sent[:-1] + ', "extension": ' + '{"a": ' * 5000 + "1" + "}" * 5001
    clean(ehr.request("POST", ehr.url(VIEW), content=deep, headers={"Content-Type": "application/json"}), 400, 413)


def test_a_hundred_megabytes_are_refused_after_what_is_allowed(opening: Opening) -> None:
    async def flood() -> AsyncIterator[bytes]:
        for _ in range(1600):
            sent.append(65536)
            yield b" " * 65536

    sent: list[int] = []
    ehr = opening(NAME, max_body_bytes=1_000_000).ehr
    answer = ehr.request("POST", ehr.url(VIEW), content=flood(), headers={"Content-Type": "application/json"})
    clean(answer, 413)
    assert sum(sent) < 2_000_000, "the rest is not read"


def test_an_announced_flood_is_refused_before_its_first_byte(ehr: Ehr) -> None:
    async def flood() -> AsyncIterator[bytes]:
        sent.append(1)
        yield b" "

    sent: list[int] = []
    headers = {"Content-Type": "application/json", "Content-Length": "100000000"}
    clean(ehr.request("POST", ehr.url(VIEW), content=flood(), headers=headers), 413)


def test_a_body_that_never_ends_is_given_up(opening: Opening) -> None:
    async def slow() -> AsyncIterator[bytes]:
        yield b'{"hook"'
        await asyncio.Event().wait()

    ehr = opening(NAME, request_timeout_seconds=0.2).ehr
    answer = ehr.request("POST", ehr.url(VIEW), content=slow(), headers={"Content-Type": "application/json"})
    clean(answer, 503, 408)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_another_method_is_refused(ehr: Ehr, method: str) -> None:
    clean(ehr.request(method, ehr.url(VIEW)), 405)


def test_an_unknown_service_is_404(ehr: Ehr) -> None:
    clean(ehr.request("POST", f"{ehr.base}/cds-services/nothing", json=ehr.asking(VIEW)), 404)


def clean(answer: httpx.Response, *statuses: int) -> None:
    assert answer.status_code in statuses, answer.text
    assert answer.json()["resourceType"] == "OperationOutcome"
    assert answer.headers["Content-Type"].startswith("application/fhir+json")
    assert "Traceback" not in answer.text
