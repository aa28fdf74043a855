"""One patient with everything sent, with nothing sent, with half of it broken: the same advice, or said what not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.service.ehr.conftest import PATIENTS, Opening
from tests.service.ehr.ehr import Screen, refused
from tests.service.ehr.record import outcome

NAME = "peroneal-leg-crossing"


def advice(screen: Screen) -> Any:
    """What the cards say, without what changes from call to call."""
    return without_ids(screen.cards)


def without_ids(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_ids(inner) for name, inner in value.items() if name not in ("uuid", "identifier")}
    return [without_ids(inner) for inner in value] if isinstance(value, list) else value


@pytest.mark.requirement("1.3-20")
@pytest.mark.requirement("1.4-28")
@pytest.mark.parametrize("name", PATIENTS)
def test_what_is_not_sent_is_fetched_and_the_advice_is_the_same(opening: Opening, name: str) -> None:
    hospital = opening(name)
    sent = advice(hospital.ehr.open("patient-view"))
    assert not hospital.server.asked, "what was sent is not fetched again"
    hospital.ehr.fills = lambda _: False
    fetched = hospital.ehr.open("patient-view")
    assert advice(fetched) == sent
    assert hospital.server.asked
    assert {request.method for request in hospital.server.asked} == {"GET"}
    assert {request.url.host for request in hospital.server.asked} == {"ehr.example"}


@pytest.mark.requirement("1.3-22")
@pytest.mark.parametrize("fills", [lambda _: True, lambda _: False], ids=["sent", "fetched"])
def test_long_searches_are_followed_to_their_last_page(opening: Opening, fills: Callable[[str], bool]) -> None:
    whole = advice(opening(NAME).ehr.open("patient-view"))
    paged = opening(NAME, page=5)
    paged.ehr.fills = fills
    assert advice(paged.ehr.open("patient-view")) == whole
    assert len(paged.server.asked) > 5


@pytest.mark.requirement("1.3-20")
@pytest.mark.parametrize("half", [0, 1])
def test_any_half_may_be_sent(opening: Opening, half: int) -> None:
    ehr = opening(NAME).ehr
    everything = advice(ehr.open("patient-view"))
    keys = sorted(ehr.services["patient-view"]["prefetch"])
    ehr.fills = lambda key: keys.index(key) % 2 == half
    assert advice(ehr.open("patient-view")) == everything


@pytest.mark.requirement("1.3-21")
def test_an_outcome_instead_of_a_value_is_unknown_and_not_none(opening: Opening) -> None:
    """The EHR could not search medications, and lets nobody read: whether the patient is anticoagulated is open."""
    ehr = opening("hip-arthroplasty-anticoagulated").ehr
    ehr.grants = False
    sent = ehr.asking("patient-view")
    for key in sent["prefetch"]:
        if key.startswith("medication"):
            sent["prefetch"][key] = outcome("not supported here", "not-supported")
    said = ehr.send("patient-view", sent).saying("could not be had")
    assert "anticoagulant" in str(said).lower()


REQUIRED = ("patient", "observations", "conditions")


@pytest.mark.requirement("1.3-23")
@pytest.mark.requirement("1.3-24")
@pytest.mark.parametrize("key", REQUIRED)
def test_without_what_it_needs_the_service_says_412_and_never_no_cards(opening: Opening, key: str) -> None:
    ehr = opening(NAME).ehr
    ehr.grants = False
    ehr.fills = lambda each: each != key
    refused(ehr.open("patient-view"), 412)


AWAY = {
    "refuses": httpx.Response(401, json=outcome("who are you?")),
    "fails": httpx.Response(500, text="Internal Server Error"),
    "moves": httpx.Response(302, headers={"Location": "https://attacker.example/"}),
    "speaks HTML": httpx.Response(200, text="<html>Please log in</html>"),
    "answers something else": httpx.Response(200, json=[1, 2]),
    "is not there": httpx.ConnectError("no route to host"),
    "is slow": httpx.ReadTimeout("slow"),
}


@pytest.mark.requirement("1.3-23")
@pytest.mark.parametrize("answer", AWAY.values(), ids=AWAY.keys())
def test_a_fhir_server_that_fails_is_412_when_nothing_was_sent(opening: Opening, answer: Any) -> None:
    hospital = opening(NAME)
    hospital.ehr.fills = lambda _: False
    hospital.server.answer = answer
    refused(hospital.ehr.open("patient-view"), 412)
    assert {request.url.host for request in hospital.server.asked} == {"ehr.example"}


def test_the_access_token_goes_to_no_other_server_than_the_clients_own(opening: Opening) -> None:
    hospital = opening(NAME)
    hospital.ehr.fills = lambda _: False
    other = {"fhirServer": "https://attacker.example/fhir"}
    refused(hospital.ehr.open("patient-view", request=other), 412, 403, 400)
    assert not hospital.server.asked


def test_a_next_page_on_another_server_is_not_followed(opening: Opening) -> None:
    hospital = opening(NAME, page=3)
    sent = hospital.ehr.asking("patient-view")
    for link in sent["prefetch"]["observations"]["link"]:
        link["url"] = link["url"].replace("ehr.example", "attacker.example")
    screen = hospital.ehr.send("patient-view", sent)
    assert "attacker.example" not in {request.url.host for request in hospital.server.asked}
    assert screen.status in (200, 412)
    if screen.status == 200:
        screen.saying("could not be had")
