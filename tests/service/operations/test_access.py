"""Who may ask: advice is for known callers, and a stranger's record is not even read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.requests import Request

from fhir_adapters.service.app import create_app
from fhir_adapters.service.context import Caller
from fhir_adapters.service.errors import Unauthenticated
from tests.service.asking import RECORDS, as_of, ask, bundle, outcome, parameters, shared
from tests.service.support import NOW, MemoryJournal, fixture, settings

ADVICE = ("/assess", "/$evaluate", "/PlanDefinition/$apply", "/PlanDefinition/footdrop/$apply")
OPEN = ("/metadata", "/PlanDefinition/footdrop", "/Library/footdrop", "/OperationDefinition/footdrop-evaluate", "/docs")


async def nobody(_: Request) -> Caller:
    raise Unauthenticated


def strict(journal: MemoryJournal) -> FastAPI:
    return create_app(settings(max_body_bytes=1024), journal=journal, authenticate=nobody, clock=lambda: NOW)


@pytest.mark.requirement("1.7-52")
@pytest.mark.parametrize("path", ADVICE)
def test_a_stranger_gets_no_advice_and_is_not_told_why(path: str) -> None:
    journal = MemoryJournal()
    answer = ask(strict(journal), "POST", path, fixture("cauda-equina"))
    assert answer.status_code == 401, "and not 413: the body, too large here, was not looked at"
    assert (outcome(answer)["code"], answer.headers["www-authenticate"]) == ("login", "Bearer")
    assert not journal.assessments


@pytest.mark.parametrize("path", OPEN)
def test_what_describes_the_guideline_is_open_to_all(path: str) -> None:
    assert ask(strict(MemoryJournal()), "GET", path).status_code == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
@pytest.mark.parametrize("path", ADVICE)
def test_what_takes_a_record_is_asked_by_post_alone(path: str, method: str) -> None:
    answer = ask(shared(), method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


def empties(value: Any, path: str = "") -> Iterator[str]:
    if value is None or value in ("", [], {}):
        yield path
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from empties(each, f"{path}.{key}")
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from empties(each, f"{path}[{number}]")


@pytest.mark.requirement("1.1-3")
@pytest.mark.parametrize("path", OPEN[:-1])
def test_no_resource_holds_a_null_or_an_empty_value(path: str) -> None:
    assert not list(empties(ask(shared(), "GET", path).json()))


@pytest.mark.requirement("1.1-3")
@pytest.mark.parametrize("name", RECORDS)
def test_no_plan_holds_a_null_or_an_empty_value(name: str) -> None:
    body = parameters(bundle(fixture(name)), as_of(name))
    assert not list(empties(ask(shared(), "POST", "/PlanDefinition/footdrop/$apply", body).json()))
