"""Readiness is the truth: the service has just given the right advice, and what it needs is there."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_adapters.service.advice import Advisor
from fhir_adapters.service.app import create_app
from fhir_adapters.service.observe.canary import canary
from tests.service.asking import ask, outcome, shared
from tests.service.support import NOW, MemoryJournal, app, known, settings

READY = {"advice": "ready", "journal": "ready", "callers": "ready"}


def troubled() -> MemoryJournal:
    journal = MemoryJournal()
    journal.wrong = "3 records wait for the database."
    return journal


def test_alive_is_said_without_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(Advisor, "advise")
    assert ask(app(troubled()), "GET", "/health").json() == {"status": "alive"}


def test_ready_means_that_the_canary_patient_was_assessed() -> None:
    journal = MemoryJournal()
    answer = ask(app(journal), "GET", "/ready")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "parts": READY})
    assert not journal.assessments, "nobody asked for advice"


def test_the_canary_patient_is_an_emergency_that_no_release_may_miss() -> None:
    expected = canary()["expected"]
    assert expected["critical"] == ["cauda-equina"]
    assert {"mri-lumbar-spine", "spine-surgery-consult"} <= set(expected["stat"])


def without_the_red_flag(advise: Any) -> Any:
    def advised(self: Advisor, record: Any, as_of: Any) -> Any:
        healthy = [e for e in record["entry"] if e["resource"]["id"] not in ("bladder", "saddle")]
        return advise(self, {**record, "entry": healthy}, as_of)

    return advised


def broken(_: Any) -> Any:
    def advised(*_: Any) -> Any:
        raise RuntimeError("Jane Doe")

    return advised


@pytest.mark.parametrize(("wrong", "said"), [(without_the_red_flag, "does not get"), (broken, "could not be assessed")])
def test_who_misses_an_emergency_is_not_ready(monkeypatch: pytest.MonkeyPatch, wrong: Any, said: str) -> None:
    monkeypatch.setattr(Advisor, "advise_now", wrong(Advisor.advise_now))
    answer = ask(app(), "GET", "/ready")
    assert (answer.status_code, answer.json()["status"]) == (503, "not ready")
    assert said in answer.json()["parts"]["advice"]
    assert answer.json()["parts"] == READY | {"advice": answer.json()["parts"]["advice"]}
    assert "Jane" not in answer.text


def test_a_database_that_is_away_is_told_and_advice_alone_can_be_asked_for() -> None:
    service = app(troubled())
    whole, advice = ask(service, "GET", "/ready"), ask(service, "GET", "/ready?part=advice")
    assert (whole.status_code, whole.json()["parts"]) == (503, READY | {"journal": "3 records wait for the database."})
    assert (advice.status_code, advice.json()) == (200, {"status": "ready", "parts": {"advice": "ready"}})


def test_callers_whose_keys_cannot_be_had_are_told() -> None:
    class Away:
        __call__ = staticmethod(known)

        def trouble(self) -> str:
            return "The keys of a client cannot be read."

    service = create_app(settings(), journal=MemoryJournal(), authenticate=Away(), clock=lambda: NOW)
    answer = ask(service, "GET", "/ready")
    assert (answer.status_code, answer.json()["parts"]["callers"]) == (503, "The keys of a client cannot be read.")


def test_a_part_that_there_is_not_is_a_400() -> None:
    assert outcome(ask(shared(), "GET", "/ready?part=coffee"))["expression"] == ["http.part"]


def test_who_watches_the_service_needs_no_token() -> None:
    issuers = [{"iss": "https://ehr.example", "jku": "https://ehr.example/jwks"}]
    strict = app(development=False, issuers=issuers, public_url="https://cds.example")
    for path in ("/health", "/ready", "/metrics", "/metadata"):
        assert ask(strict, "GET", path).status_code == 200
