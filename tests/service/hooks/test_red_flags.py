"""What answers a red flag comes whatever was declined; an orthosis and the rest of the plan may be put away."""

from __future__ import annotations

import pytest

from fhir_adapters.assessment import consulted
from tests.service.hooks.calling import (
    NAMES,
    Client,
    Json,
    as_of,
    call_of,
    draft,
    offered,
    patient_of,
    prefetch_of,
    record,
    searchset,
)
from tests.service.hooks.test_cards import plan_of

Order = tuple[str, str | None]


def declined(resources: list[Json], name: str, hook: str = "patient-view", **context: Json) -> list[Json]:
    """The cards that still come once this user has declined every card of the first call."""
    client = Client(as_of(name))
    body = call_of(hook, patient_of(resources), prefetch_of(resources), context=context)
    client.cards(body)
    client.journal.away = frozenset((each.topic, each.fingerprint) for each in client.journal.assessments[0].cards)
    return client.cards(body)


def orders_of(cards: list[Json]) -> set[Order]:
    return {
        (each["code"]["coding"][0]["code"], each["bodySite"][0]["text"].split()[0] if "bodySite" in each else None)
        for each in offered(cards)
    }


def topics(cards: list[Json]) -> list[str]:
    return [card["source"]["topic"]["code"] for card in cards]


@pytest.mark.parametrize(
    ("name", "order"),
    [
        ("pacemaker-ckd-cancer", ("ct-myelogram-lumbar", None)),
        ("spinal-infection", ("inflammatory-panel", None)),
        ("bilateral-umn", ("mri-lumbar-spine", None)),
        ("als-pattern", ("imaging-fibular-head", "right")),
    ],
)
def test_an_urgent_order_is_not_put_away_with_the_orthosis_while_a_red_flag_is_open(name: str, order: Order) -> None:
    left = orders_of(declined(record(name), name))
    assert order in left
    assert "ankle-foot-orthosis" not in {key for key, _ in left}


def legs_with_a_red_flag(name: str) -> set[str]:
    entries = [{"resource": each} for each in record(name)]
    found, _ = consulted({"resourceType": "Bundle", "type": "collection", "entry": entries}, as_of=as_of(name))
    return {case.side for case, reading in found.readings if reading.env["red-flag-open"] is True}


@pytest.mark.parametrize("name", NAMES)
def test_of_a_leg_with_an_open_red_flag_everything_that_is_urgent_comes_and_of_another_it_may_be_put_away(
    name: str,
) -> None:
    """Whichever rules ask for it; an orthosis is asked for by those that hold up the foot."""
    open_ = legs_with_a_red_flag(name)
    left = orders_of(declined(record(name), name))
    for order in plan_of(name).orders:
        if order.status == "new" and order.priority != "routine":
            stays = bool(open_) if order.side is None else order.side in open_
            assert ((order.key, order.side) in left) is (stays and order.key != "ankle-foot-orthosis")


@pytest.mark.parametrize("name", ["compartment-syndrome", "spinal-cord-injury"])
def test_what_is_to_be_done_at_once_without_an_order_comes_with_its_plan(name: str) -> None:
    urgent = [each.key for each in plan_of(name).activities if each.priority != "routine"]
    assert urgent
    assert "plan" in topics(declined(record(name), name))


@pytest.mark.parametrize("ordered", [False, True])
def test_that_a_weakness_worsens_is_told_whatever_was_declined_and_ordered(ordered: bool) -> None:
    name = "als-pattern"
    done = [
        draft(key, side=side, priority="urgent", status="active", id=key, subject={"reference": f"Patient/{patient}"})
        for patient in [patient_of(record(name))]
        for key, side in [("neurological-assessment", "right"), ("neurology-referral", None)]
    ]
    assert "worsening" in topics(declined([*record(name), *(done if ordered else [])], name))


def test_beside_an_order_of_another_kind_what_answers_a_red_flag_is_told() -> None:
    statin = {"resourceType": "MedicationRequest", "id": "draft-1", "status": "draft", "intent": "order"}
    name = "spinal-infection"
    cards = declined(record(name), name, "order-sign", draftOrders=searchset([statin]))
    assert topics(cards) == ["spinal-tumour-or-infection", "orders-red-flag"]


def test_without_a_red_flag_an_urgent_caution_may_be_declined() -> None:
    assert topics(declined(record("peroneal-leg-crossing"), "peroneal-leg-crossing")) == ["snoozed"]
