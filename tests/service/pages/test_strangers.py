"""Who gives no token gets advice only where a site has said so, and never at the cost of a clinician."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from fhir_adapters.service.advice import Advisor
from tests.service.asking import ask, outcome, shared
from tests.service.support import app, fixture

RECORD = fixture("sparse-record").decode()
ASKED: dict[str, Any] = {"record": RECORD, "as_of": "2026-11-10"}
PLAN = "/workbench/api/plan"
VIEWS = ("plan", "why", "why-not", "effects", "assessment", "fhir", "diagram")
PRODUCTION: dict[str, Any] = {
    "development": False,
    "public_url": "https://cds.example",
    "issuers": [{"iss": "https://ehr.example", "jku": "https://ehr.example/jwks.json"}],
}


def production(**given: Any) -> FastAPI:
    return app(**PRODUCTION, **given)


def test_in_production_nobody_gets_advice_from_the_workbench() -> None:
    service = production()
    for view in VIEWS:
        assert ask(service, "POST", f"/workbench/api/{view}", ASKED, content_type="application/json").status_code == 404
    assert ask(service, "GET", "/workbench/api/start").status_code == 404


@pytest.mark.parametrize("given", [{"workbench": False}, {"pages": False}, {"pages": False, "workbench": True}])
def test_the_workbench_can_be_switched_off_anywhere(given: dict[str, Any]) -> None:
    assert ask(app(**given), "POST", PLAN, ASKED, content_type="application/json").status_code == 404


@pytest.mark.parametrize("given", [{}, {"workbench": True, **PRODUCTION}], ids=["development", "asked for"])
def test_the_workbench_is_there_in_development_and_where_a_site_has_asked_for_it(given: dict[str, Any]) -> None:
    service = app(**given)
    assert ask(service, "POST", PLAN, ASKED, content_type="application/json").status_code == 200
    assert 'src="./static/main.js"' in ask(service, "GET", "/").text


def test_without_the_workbench_its_page_says_where_one_is_and_how_to_switch_it_on() -> None:
    page = ask(production(), "GET", "/")
    assert page.status_code == 200
    for told in ("is off on this server", "FOOTDROP_WORKBENCH=true", "make serve", 'href="./rules"', 'href="./docs"'):
        assert told in page.text
    assert "main.js" not in page.text


@pytest.mark.parametrize(
    ("given", "faces"), [({}, ["cards", "evaluate"]), ({"workbench": True, **PRODUCTION}, [])], ids=["open", "guarded"]
)
def test_the_workbench_offers_no_call_that_asks_for_a_token(given: dict[str, Any], faces: list[str]) -> None:
    assert ask(app(**given), "GET", "/workbench/api/start").json()["faces"] == faces


@pytest.mark.parametrize("path", ["/rules", "/rules/FD-SUR-01", "/algorithm", "/algorithm.svg", "/static/base.css"])
def test_what_is_only_read_is_there_with_and_without_the_workbench(path: str) -> None:
    assert ask(production(), "GET", path).content == ask(shared(), "GET", path).content


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/fhir+json", ""])
def test_a_page_of_another_origin_cannot_have_a_browser_ask(kind: str) -> None:
    """A browser sends these, or no type at all, without asking first (CORS)."""
    for view in VIEWS:
        answer = ask(shared(), "POST", f"/workbench/api/{view}", ASKED, content_type=kind)
        assert (answer.status_code, outcome(answer)["code"]) == (415, "not-supported")


def test_a_clinician_does_not_wait_for_what_a_stranger_pasted(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = threading.Event(), threading.Event()
    advise = Advisor.advise_now

    def slow(self: Advisor, record: Any, as_of: Any) -> Any:
        if record == RECORD:
            begun.set()
            assert go_on.wait(60)
        return advise(self, record, as_of)

    monkeypatch.setattr(Advisor, "advise_now", slow)

    async def both() -> tuple[int, bool, int]:
        transport = httpx.ASGITransport(app())
        async with httpx.AsyncClient(transport=transport, base_url="https://cds.example") as client:
            stranger = asyncio.create_task(client.post(PLAN, json=ASKED))
            await asyncio.to_thread(begun.wait, 60)
            clinician = asyncio.create_task(client.post("/assess?as_of=2026-03-01", content=fixture("cauda-equina")))
            done, _ = await asyncio.wait([clinician], timeout=15)
            go_on.set()
            return (await clinician).status_code, bool(done), (await stranger).status_code

    assert asyncio.run(both()) == (200, True, 200)
