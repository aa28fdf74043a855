"""What becomes of advice: it is accepted, put away with a reason, comes back when it should; red flags always come."""

from __future__ import annotations

from typing import Any

import pytest

from tests.service.ehr.conftest import Opening
from tests.service.ehr.ehr import Screen, meaning, stamp
from tests.service.ehr.hooks import HOOKS
from tests.service.ehr.record import Json

NAME = "peroneal-leg-crossing"
VIEW = "patient-view"


def first_suggestion(screen: Screen) -> tuple[Json, Json]:
    return next(screen.suggestions())


def topics(screen: Screen) -> set[str]:
    return {card["summary"] for card in screen.cards}


@pytest.mark.requirement("1.6-48")
@pytest.mark.parametrize("edition", ["", "/v3"])
def test_an_accepted_order_is_not_suggested_again(opening: Opening, edition: str) -> None:
    """Until nothing is left: each round takes one suggestion, and none comes twice."""
    ehr = opening(NAME, edition=edition).ehr
    screen, ordered = ehr.open(VIEW), set()
    before = len(screen.orders())
    assert before > 3
    for _ in range(before + 3):
        suggestions = list(screen.suggestions())
        if not suggestions:
            break
        made = ehr.accept(VIEW, *suggestions[0])
        ordered |= {meaning(order) for order in made}
        screen = ehr.open(VIEW)
        assert not ordered & {meaning(order) for order in screen.orders()}
    assert not list(screen.suggestions())
    assert len(ordered) >= before


def test_what_was_ordered_is_shown_as_ordered_or_not_at_all(opening: Opening) -> None:
    ehr = opening(NAME).ehr
    card, suggestion = first_suggestion(ehr.open(VIEW))
    ehr.accept(VIEW, card, suggestion)
    assert suggestion["label"] not in [each["label"] for _, each in ehr.open(VIEW).suggestions()]


def alert(screen: Screen) -> Json:
    """A warning that can be put away."""
    return next(card for card in screen.cards if card["indicator"] == "warning" and card.get("overrideReasons"))


@pytest.mark.requirement("1.6-48")
def test_a_card_that_was_put_away_with_a_reason_stays_away_for_this_clinician(opening: Opening) -> None:
    hospital = opening(NAME)
    ehr = hospital.ehr
    card = alert(ehr.open(VIEW))
    ehr.override(VIEW, card, card["overrideReasons"][0])
    assert card["summary"] not in topics(ehr.open(VIEW))
    assert card["summary"] in topics(hospital.colleague("Practitioner/prac-02").open(VIEW))


def test_it_comes_back_after_the_time_that_the_site_has_set(opening: Opening) -> None:
    hospital = opening(NAME, snooze_days=30)
    card = alert(hospital.ehr.open(VIEW))
    hospital.ehr.override(VIEW, card, card["overrideReasons"][0])
    hospital.clock.move(days=29)
    assert not {meaning_of(each) for each in hospital.ehr.open(VIEW).cards} & {meaning_of(card)}
    hospital.clock.move(days=2)
    assert meaning_of(card) in {meaning_of(each) for each in hospital.ehr.open(VIEW).cards}


def test_it_comes_back_when_something_that_it_rests_on_has_changed(opening: Opening) -> None:
    hospital = opening(NAME)
    card = alert(hospital.ehr.open(VIEW))
    hospital.ehr.override(VIEW, card, card["overrideReasons"][0])
    assert card["summary"] not in topics(hospital.ehr.open(VIEW))
    grade = weaker(hospital.ehr.record.resources, stamp(hospital.clock()))
    hospital.ehr.record.create(grade)
    assert meaning_of(card) in {meaning_of(each) for each in hospital.ehr.open(VIEW).cards}


def weaker(resources: dict[tuple[str, str], Json], when: str) -> Json:
    """Today's examination: dorsiflexion has fallen to 1."""
    grades = [
        each
        for (kind, _), each in sorted(resources.items())
        if kind == "Observation" and "dorsiflexion" in str(each["code"]).lower()
    ]
    last = max(grades, key=lambda each: each["effectiveDateTime"])
    value: Json = (
        {"valueInteger": 1} if "valueInteger" in last else {"valueQuantity": {**last["valueQuantity"], "value": 1}}
    )
    return {**last, **value, "effectiveDateTime": when}


def meaning_of(card: Json) -> Any:
    return card["source"]["topic"]["code"]


@pytest.mark.parametrize("name", ["cauda-equina", "compartment-syndrome", "spinal-infection", "spinal-cord-injury"])
def test_a_red_flag_is_never_put_away(opening: Opening, name: str) -> None:
    ehr = opening(name).ehr
    critical = [card for card in ehr.open(VIEW).cards if card["indicator"] == "critical"]
    assert critical
    for card in critical:
        for reason in card.get("overrideReasons", [None])[:1]:
            ehr.override(VIEW, card, reason, "seen, and decided otherwise")
    again = {card["summary"] for card in ehr.open(VIEW).cards if card["indicator"] == "critical"}
    assert {card["summary"] for card in critical} <= again


@pytest.mark.requirement("1.6-49")
def test_without_a_reason_nothing_is_put_away(opening: Opening) -> None:
    ehr = opening(NAME).ehr
    card = alert(ehr.open(VIEW))
    ehr.override(VIEW, card, None)
    assert card["summary"] in topics(ehr.open(VIEW))


@pytest.mark.requirement("1.5-33")
@pytest.mark.parametrize("hook", HOOKS)
def test_a_retry_gets_the_very_same_answer_so_that_its_feedback_counts(opening: Opening, hook: str) -> None:
    ehr = opening(NAME).ehr
    sent = ehr.asking(hook)
    assert ehr.send(hook, sent).answer == ehr.send(hook, sent).answer


def test_another_call_has_cards_of_its_own(opening: Opening) -> None:
    ehr = opening(NAME).ehr
    first, second = ehr.open(VIEW), ehr.open(VIEW)
    assert not {card["uuid"] for card in first.cards} & {card["uuid"] for card in second.cards}


REASON = {"system": "http://terminology.hl7.org/CodeSystem/non-adherence-reason-codes", "code": "action-completed"}
FORMS: dict[str, Json] = {
    "a reason without display": {"outcome": "overridden", "overrideReason": {"reason": REASON}},
    "a reason without system": {"outcome": "overridden", "overrideReason": {"reason": {"code": "action-completed"}}},
    "only a comment": {"outcome": "overridden", "overrideReason": {"userComment": "ordered by phone"}},
    "no reason": {"outcome": "overridden"},
    "an empty reason": {"outcome": "overridden", "overrideReason": {}},
    "accepted as a whole": {"outcome": "accepted"},
    "accepted nothing": {"outcome": "accepted", "acceptedSuggestions": []},
    "an unknown suggestion": {"outcome": "accepted", "acceptedSuggestions": [{"id": "x"}]},
    "with an offset": {"outcome": "overridden", "outcomeTimestamp": "2026-03-01T10:00:00.123+01:00"},
    "with an extension": {"outcome": "accepted", "extension": {"com.example.x": 1}},
}


@pytest.mark.requirement("1.6-49")
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_feedback_is_taken_in_every_form_that_clients_send(opening: Opening, form: Json) -> None:
    ehr = opening(NAME).ehr
    card = alert(ehr.open(VIEW))
    answer = ehr.feedback(VIEW, {"card": card["uuid"], "outcomeTimestamp": stamp(ehr.now()), **form})
    assert answer.is_success, answer.text


@pytest.mark.requirement("1.6-49")
def test_several_cards_repeats_and_a_change_of_mind_come_in_one_call(opening: Opening) -> None:
    ehr = opening(NAME).ehr
    cards = ehr.open(VIEW).cards + ehr.open("encounter-start").cards
    at = {"outcomeTimestamp": stamp(ehr.now())}
    entries = [
        {"card": card["uuid"], "outcome": "overridden", "overrideReason": {"reason": REASON}, **at} for card in cards
    ]
    answer = ehr.feedback(VIEW, *entries, *entries, {"card": cards[0]["uuid"], "outcome": "accepted", **at})
    assert answer.is_success, answer.text


@pytest.mark.requirement("1.6-51")
@pytest.mark.parametrize("body", [b"{}", b"[]", b"null", b'{"feedback": {}}', b"{", b""])
def test_what_is_no_feedback_is_refused_with_an_outcome(opening: Opening, body: bytes) -> None:
    ehr = opening(NAME).ehr
    url = ehr.url(VIEW) + "/feedback"
    answer = ehr.request("POST", url, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["resourceType"] == "OperationOutcome"
