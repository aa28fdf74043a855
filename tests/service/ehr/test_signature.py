"""The signature in the conversation: keys change under way, stolen tokens do not help, strangers learn nothing."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.service.ehr.conftest import Opening
from tests.service.ehr.keys import Signer

NAME = "peroneal-leg-crossing"
VIEW = "patient-view"


@pytest.mark.requirement("1.7-59")
def test_a_change_of_keys_is_not_noticed_by_the_clinician(opening: Opening) -> None:
    hospital = opening(NAME)
    for _ in range(4):
        assert hospital.ehr.open(VIEW).cards
        hospital.signer.rotate()
        hospital.clock.move(minutes=1)
    assert hospital.ehr.open(VIEW).cards


@pytest.mark.requirement("1.7-58")
def test_a_token_that_was_used_is_refused_everywhere(opening: Opening) -> None:
    ehr = opening(NAME).ehr
    url = ehr.url(VIEW)
    token = ehr.signer.token(url, ehr.now().timestamp())
    sent = ehr.asking(VIEW)
    assert ehr.request("POST", url, json=sent, token=token).status_code == 200
    for address in (url, f"{url}/feedback", f"{ehr.base}/cds-services"):
        assert (
            ehr.request("POST" if "footdrop" in address else "GET", address, json=sent, token=token).status_code == 401
        )


@pytest.mark.requirement("1.7-53")
@pytest.mark.requirement("1.7-58")
def test_without_a_good_token_every_address_says_the_same(opening: Opening) -> None:
    ehr = opening(NAME).ehr
    url = ehr.url(VIEW)
    stranger = Signer("https://stranger.example", "https://stranger.example/jwks.json")
    forger = Signer(ehr.signer.issuer, ehr.signer.jku)
    now = ehr.now().timestamp()
    answers = []
    for method, address in (("GET", f"{ehr.base}/cds-services"), ("POST", url), ("POST", f"{url}/feedback")):
        for token in (
            "nonsense",
            stranger.token(address, now),
            forger.token(address, now),
            ehr.signer.token(ehr.base, now),
        ):
            answer = ehr.request(method, address, token=token, json={})
            answers.append((answer.status_code, answer.headers["WWW-Authenticate"], answer.text))
    assert len(set(answers)) == 1
    assert answers[0][:2] == (401, "Bearer")


def test_many_clinicians_at_the_same_time_each_get_their_own_answer(opening: Opening) -> None:
    ehr = opening(NAME).ehr
    url = ehr.url(VIEW)
    calls = [ehr.asking(VIEW) for _ in range(12)]

    async def together() -> list[Any]:
        return await asyncio.gather(*(one(sent) for sent in calls))

    async def one(sent: dict[str, Any]) -> Any:
        token = ehr.signer.token(url, ehr.now().timestamp())
        return await ehr.client.post(url, json=sent, headers={"Authorization": f"Bearer {token}"})

    answers = ehr.run(together())
    assert {answer.status_code for answer in answers} == {200}
    uuids = [card["uuid"] for answer in answers for card in answer.json()["cards"]]
    assert len(uuids) == len(set(uuids))
    assert len({len(answer.json()["cards"]) for answer in answers}) == 1
