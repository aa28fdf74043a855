"""Every invented patient before the EHR, at all six hooks: conformant answers, and the advice that is expected."""

from __future__ import annotations

import pytest

from tests.service.ehr.conftest import PATIENTS, Opening, expected
from tests.service.ehr.hooks import HOOKS
from tests.service.ehr.record import Json, references
from tests.service.ehr.rules import REASONS, wrong_with_answer, wrong_with_discovery

EDITIONS = {"": "2.0.1", "/v3": "3.0.0-ballot"}
GRAVER = {"info": 0, "warning": 1, "critical": 2}


@pytest.mark.requirement("1.2-6")
@pytest.mark.requirement("1.2-8")
@pytest.mark.requirement("1.2-11")
@pytest.mark.requirement("1.2-12")
@pytest.mark.requirement("1.3-16")
@pytest.mark.requirement("1.3-17")
@pytest.mark.requirement("1.3-18")
@pytest.mark.parametrize("edition", EDITIONS)
def test_discovery_offers_each_hook_once_in_a_form_that_the_client_knows(opening: Opening, edition: str) -> None:
    ehr = opening("peroneal-leg-crossing", edition=edition).ehr
    found = ehr.discover()
    assert wrong_with_discovery(found, EDITIONS[edition]) == []
    assert sorted(each["hook"] for each in found["services"]) == sorted(HOOKS)


@pytest.mark.requirement("1.5-31")
@pytest.mark.requirement("1.5-34")
@pytest.mark.requirement("1.5-42")
@pytest.mark.requirement("1.5-46")
@pytest.mark.parametrize("name", PATIENTS)
def test_every_patient_gets_conformant_answers_with_the_expected_orders(opening: Opening, name: str) -> None:
    ehr, wanted = opening(name).ehr, expected(name)
    proposed: dict[str, set[str]] = {}
    for hook in HOOKS:
        screen = ehr.open(hook)
        assert wrong_with_answer(screen.answer) == [], hook
        proposed[hook] = codes(screen.orders())
        for order in screen.orders():
            assert order["subject"]["reference"] == f"Patient/{ehr.record.patient}"
            assert named(order) <= {f"{kind}/{each}" for kind, each in ehr.record.resources}, "nothing points nowhere"
    new = [each for each in wanted.get("orders", []) if each.get("status", "new") == "new" and "priority" in each]
    assert {each["key"] for each in new} <= proposed["patient-view"]
    assert not set().union(*proposed.values()) & set(wanted.get("absent_orders", []))


@pytest.mark.parametrize("name", [name for name in PATIENTS if expected(name).get("alerts")])
def test_every_alert_is_on_the_screen_when_the_chart_opens(opening: Opening, name: str) -> None:
    screen = opening(name).ehr.open("patient-view")
    gravest = max(GRAVER[card["indicator"]] for card in screen.cards)
    assert gravest >= max(GRAVER[alert["severity"]] for alert in expected(name)["alerts"])


@pytest.mark.parametrize("name", ["cauda-equina", "peroneal-leg-crossing", "sparse-record"])
def test_both_editions_give_the_same_advice(opening: Opening, name: str) -> None:
    ehr = opening(name).ehr
    newer = ehr.speaking("/v3")
    for hook in HOOKS:
        sent = ehr.asking(hook)
        assert newer.send(hook, sent).answer == ehr.send(hook, sent).answer


@pytest.mark.requirement("1.5-43")
def test_reasons_to_decline_are_the_published_ones(opening: Opening) -> None:
    cards = opening("peroneal-leg-crossing").ehr.open("patient-view").cards
    reasons = [reason for card in cards for reason in card.get("overrideReasons", [])]
    assert {reason["system"] for reason in reasons} == {REASONS}
    assert {"action-completed", "patient-contraindication"} <= {reason["code"] for reason in reasons}


@pytest.mark.requirement("1.5-32")
def test_nobody_is_bothered_where_there_is_nothing_to_say(opening: Opening) -> None:
    ehr = opening("no-foot-drop").ehr
    assert [ehr.open(hook).cards for hook in HOOKS] == [[]] * 6


def test_what_a_clinician_reads_is_prose_without_markup(opening: Opening) -> None:
    text = opening("cauda-equina").ehr.open("patient-view").text
    assert "cauda equina" in text.lower()
    assert text.startswith("[CRITICAL]")
    assert not [mark for mark in ("**", "{{", "}}", "\\", "](", "<") if mark in text]


def named(order: Json) -> set[str]:
    """What an order refers to, beside what it contains."""
    return {each for each in references(order) if not each.startswith("#")}


def codes(orders: list[Json]) -> set[str]:
    return {coding["code"] for order in orders for coding in order["code"]["coding"]}
