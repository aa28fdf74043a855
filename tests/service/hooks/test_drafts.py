"""order-select and order-sign: what is said of an unsigned order, and what is not said twice."""

from __future__ import annotations

from typing import Any

import pytest

from tests.service.hooks.calling import (
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
from tests.service.hooks.invariants import broken


def signing(name: str, *drafts: Json, hook: str = "order-sign", **context: Any) -> list[Json]:
    resources = record(name)
    body = call_of(hook, patient_of(resources), prefetch_of(resources))
    body["context"] |= {"draftOrders": {"resourceType": "Bundle", "entry": [{"resource": each} for each in drafts]}}
    body["context"] |= context
    cards = Client(as_of(name)).cards(body)
    assert broken({"cards": cards}) == []
    return cards


def keys(cards: list[Json]) -> list[str]:
    return [each["code"]["coding"][0]["code"] for each in offered(cards)]


def topics(cards: list[Json]) -> list[str]:
    return [card["source"]["topic"]["code"] for card in cards]


ORTHOSIS = draft("ankle-foot-orthosis", side="left", priority="asap")
STATIN = {
    "resourceType": "MedicationRequest",
    "id": "draft-1",
    "status": "draft",
    "intent": "order",
    "medicationCodeableConcept": {"text": "a statin"},
}


@pytest.mark.requirement("1.10")
@pytest.mark.parametrize("hook", ["order-select", "order-sign"])
def test_an_orthosis_drafted_in_an_emergency_shows_the_emergency_first(hook: str) -> None:
    cards = signing("cauda-equina", ORTHOSIS, hook=hook)
    assert topics(cards)[0] == "cauda-equina"
    assert cards[0]["indicator"] == "critical"
    assert {"emergency-assessment", "mri-lumbar-spine", "spine-surgery-consult"} <= set(keys(cards[:1]))


@pytest.mark.requirement("1.10")
def test_what_is_drafted_is_not_suggested_again_and_its_companions_are() -> None:
    name = "peroneal-leg-crossing"
    without = keys(signing(name, draft("cast-review", side="left")))
    cards = signing(name, ORTHOSIS)
    assert "ankle-foot-orthosis" in without
    assert sorted([*keys(cards), "ankle-foot-orthosis"]) == sorted(without)
    assert any("Drafted already" in card["detail"] and "rthosis" in card["detail"] for card in cards)


@pytest.mark.parametrize(
    "order",
    [
        draft("ankle-foot-orthosis", priority="asap"),
        {
            "resourceType": "DeviceRequest",
            "id": "draft-1",
            "status": "draft",
            "intent": "order",
            "priority": "asap",
            "codeCodeableConcept": {
                "coding": [{"system": "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", "code": "L1930"}]
            },
        },
    ],
    ids=["without a side", "as a DeviceRequest"],
)
def test_a_draft_that_names_no_leg_serves_the_only_one_that_is_meant(order: Json) -> None:
    """It is an order of the guideline's, so its companions are suggested."""
    name = "peroneal-leg-crossing"
    without = keys(signing(name, draft("cast-review", side="left")))
    assert sorted([*keys(signing(name, order)), "ankle-foot-orthosis"]) == sorted(without)


def test_a_draft_that_names_no_leg_does_not_serve_two() -> None:
    cards = signing("bilateral-umn", draft("ankle-foot-orthosis", priority="asap"))
    assert keys(cards).count("ankle-foot-orthosis") == 2


def test_a_draft_for_one_leg_leaves_the_other_open() -> None:
    cards = signing("bilateral-umn", ORTHOSIS)
    sides = [each["bodySite"][0]["text"] for each in offered(cards) if "orthosis" in each["code"]["text"].lower()]
    assert sides == ["right leg"]


def test_a_draft_for_the_wrong_leg_is_told_and_can_be_replaced() -> None:
    cards = signing("peroneal-leg-crossing", draft("ankle-foot-orthosis", side="right", priority="asap"))
    card = next(card for card in cards if "other leg" in card["summary"])
    assert card["indicator"] == "warning"
    assert card["suggestions"][0]["actions"][0]["resourceId"] == "ServiceRequest/draft-1"


@pytest.mark.requirement("1.5-42", "1.10")
def test_a_draft_that_is_not_urgent_enough_can_be_raised() -> None:
    """An update holds the whole draft, with the priority alone changed."""
    slow = draft("mri-lumbar-spine", priority="routine", note=[{"text": "as discussed"}])
    cards = signing("cauda-equina", slow)
    actions = [action for card in cards for each in card.get("suggestions", ()) for action in each["actions"]]
    update = next(action for action in actions if action["type"] == "update")
    assert update["resource"] == slow | {"priority": "stat"}
    assert "mri-lumbar-spine" not in keys(cards)


def test_a_slow_draft_without_an_id_is_ordered_anew() -> None:
    slow = draft("mri-lumbar-spine")
    del slow["id"]
    assert "mri-lumbar-spine" in keys(signing("cauda-equina", slow))


PLAIN_MRI = draft("mri-lumbar-spine", priority="urgent")


@pytest.mark.requirement("1.5-38", "1.5-39", "1.5-42", "1.10")
@pytest.mark.parametrize("hook", ["order-select", "order-sign"])
def test_a_plain_mri_where_another_study_is_needed_is_told_with_a_choice(hook: str) -> None:
    """A myelogram was drafted; the guideline proposes MRI with contrast and without: the draft answers neither."""
    cards = signing("spinal-infection", draft("ct-myelogram-lumbar", priority="urgent"), hook=hook)
    card = next(card for card in cards if "does not answer the question" in card["summary"])
    assert card["indicator"] == "warning"
    assert "mri-lumbar-spine-contrast" in keys([card])
    assert "Drafted: " in card["detail"]
    assert len(keys(cards)) == len(set(keys(cards)))


@pytest.mark.parametrize(
    ("name", "drafted", "proposed"),
    [
        ("spinal-infection", "ct-myelogram-lumbar", "mri-lumbar-spine-contrast"),
        ("als-pattern", "ct-head", "mri-brain"),
        ("hip-arthroplasty-anticoagulated", "mri-lumbosacral-plexus", "ct-or-mri-pelvis-hip"),
    ],
)
def test_of_each_place_another_study_than_the_one_that_is_needed_is_told(
    name: str, drafted: str, proposed: str
) -> None:
    cards = signing(name, draft(drafted, priority="urgent"))
    (card,) = [card for card in cards if "does not answer the question" in card["summary"]]
    assert proposed in keys([card])


def test_of_one_better_study_either_replaces_the_draft_or_joins_it() -> None:
    """At most one of the two, and the replacement is the one that is recommended."""
    cards = signing("sudden-onset", draft("mri-lumbosacral-plexus", side="left"))
    assert not any("does not answer" in card["summary"] for card in cards)
    cards = signing("hip-arthroplasty-anticoagulated", draft("mri-lumbosacral-plexus", side="right"))
    card = next(card for card in cards if "does not answer the question" in card["summary"])
    assert card["selectionBehavior"] == "at-most-one"
    replace, keep = card["suggestions"]
    assert [action["type"] for action in replace["actions"]] == ["delete", "create"]
    assert [action["type"] for action in keep["actions"]] == ["create"]
    assert (replace.get("isRecommended"), keep.get("isRecommended")) == (True, None)


def test_a_plain_mri_beside_the_contrast_study_that_is_proposed_as_well_is_a_companion() -> None:
    cards = signing("spinal-infection", PLAIN_MRI)
    assert "mri-lumbar-spine" not in keys(cards)
    assert "mri-lumbar-spine-contrast" in keys(cards)


@pytest.mark.requirement("1.10")
def test_order_select_speaks_of_the_selected_order_and_knows_the_others() -> None:
    """The older drafts count as drafted, and only the selected one is judged."""
    older = draft("ct-myelogram-lumbar", id="older")
    chosen = draft("ankle-foot-orthosis", side="right", priority="asap", id="chosen")
    for selections in (["ServiceRequest/chosen"], ["chosen"]):
        cards = signing("spinal-infection", older, chosen, hook="order-select", selections=selections)
        assert not any("does not answer" in card["summary"] for card in cards)
        assert "ankle-foot-orthosis" not in keys(cards)
    cards = signing("spinal-infection", older, chosen, hook="order-select", selections=["ServiceRequest/older"])
    assert any("does not answer" in card["summary"] for card in cards)


@pytest.mark.requirement("1.10")
@pytest.mark.parametrize("hook", ["order-select", "order-sign"])
def test_an_order_that_is_none_of_the_guidelines_is_only_interrupted_by_red_flags(hook: str) -> None:
    assert signing("peroneal-leg-crossing", STATIN, hook=hook, selections=["MedicationRequest/draft-1"]) == []
    cards = signing("cauda-equina", STATIN, hook=hook, selections=["MedicationRequest/draft-1"])
    assert topics(cards) == ["cauda-equina", "extended-imaging"]


@pytest.mark.parametrize(
    "gone",
    [
        *({"status": status} for status in ("revoked", "entered-in-error", "completed", "stopped", "cancelled")),
        {"doNotPerform": True},
        {"code": {"coding": 7}},
    ],
    ids=str,
)
def test_what_is_no_live_order_covers_nothing(gone: Json) -> None:
    cards = signing("peroneal-leg-crossing", ORTHOSIS | gone, draft("hba1c", id="other"))
    assert "ankle-foot-orthosis" in keys(cards)


def test_an_accepted_suggestion_that_comes_back_as_a_draft_is_known() -> None:
    """The client puts what was accepted among the drafts; at signing it is not suggested a second time."""
    name = "cauda-equina"
    resources = record(name)
    view = Client(as_of(name)).cards(call_of("patient-view", patient_of(resources), prefetch_of(resources)))
    accepted = [each | {"id": f"a{place}", "status": "draft"} for place, each in enumerate(offered(view))]
    cards = signing(name, *accepted)
    assert offered(cards) == []
    assert topics(cards)[0] == "cauda-equina"


def test_a_draft_never_counts_as_care_that_was_given() -> None:
    """The assessment behind the cards is that of the record alone."""
    name = "peroneal-leg-crossing"
    resources = record(name)
    client = Client(as_of(name))
    body = call_of("order-sign", patient_of(resources), prefetch_of(resources))
    client.cards(body | {"context": body["context"] | {"draftOrders": searchset([ORTHOSIS])}})
    client.cards(call_of("patient-view", patient_of(resources), prefetch_of(resources)))
    first, second = client.journal.assessments
    assert first.features == second.features
    assert first.rules_fired == second.rules_fired
