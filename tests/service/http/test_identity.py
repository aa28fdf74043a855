"""A request is found again by the ids that its sender gave it."""

from __future__ import annotations

import re
from uuid import UUID, uuid5

import pytest

from fhir_adapters.service.http.identity import NAMESPACE, safe_id
from tests.service.asking import ask, shared
from tests.service.support import MemoryJournal, app, fixture

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.mark.requirement("4.2")
def test_the_ids_of_a_request_come_back_as_they_were_given() -> None:
    given = {"x-request-id": "MSG-00017", "x-correlation-id": "0a1b:visit", "traceparent": TRACE}
    answer = ask(shared(), "GET", "/health", **given)
    assert {name: answer.headers[name] for name in given} == given


def test_they_come_back_with_a_refusal_too() -> None:
    answer = ask(shared(), "POST", "/assess", b"{", x_request_id="MSG-00017", traceparent=TRACE)
    assert (answer.status_code, answer.headers["x-request-id"], answer.headers["traceparent"]) == (
        400,
        "MSG-00017",
        TRACE,
    )


def test_a_request_without_an_id_gets_one_of_its_own() -> None:
    own = [ask(shared(), "GET", "/health").headers["x-request-id"] for _ in range(3)]
    assert len(set(own)) == 3
    assert all(UUID(each).version == 5 for each in own)


@pytest.mark.parametrize("given", ["two words", "x" * 129, "naïve", ""])
def test_an_id_that_is_no_id_is_not_taken(given: str) -> None:
    answer = ask(
        shared(), "GET", "/health", x_request_id=given.encode("latin-1"), x_correlation_id=given.encode("latin-1")
    )
    assert UUID(answer.headers["x-request-id"])
    assert "x-correlation-id" not in answer.headers


@pytest.mark.parametrize(
    "given", ["00-" + "0" * 32 + "-00f067aa0ba902b7-01", TRACE.upper(), TRACE.replace("00-", "01-", 1), "x"]
)
def test_a_traceparent_that_the_standard_forbids_is_dropped(given: str) -> None:
    assert "traceparent" not in ask(shared(), "GET", "/health", traceparent=given).headers


def test_what_is_kept_of_an_id_cannot_be_a_name() -> None:
    assert safe_id("A0B1C2D3E4F5A6B7") == "a0b1c2d3e4f5a6b7"
    assert safe_id("DOE-JANE-1970") == str(uuid5(NAMESPACE, "DOE-JANE-1970"))
    assert re.fullmatch(r"[0-9a-f-]{36}", safe_id("ABBA"))


def test_the_audit_has_the_request_under_its_safe_id() -> None:
    journal = MemoryJournal()
    ask(app(journal), "POST", "/assess", fixture("sparse-record"), x_request_id="MSG-00017")
    assert journal.assessments[0].request_id == safe_id("MSG-00017")
