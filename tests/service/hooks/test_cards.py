"""Cards: the official invariants, the plan they carry, and what a clinician must never miss."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable
from functools import cache
from typing import Any

import pytest
from fhir.resources.R4B.servicerequest import ServiceRequest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from fhir_adapters.assessment import Assessment, assess
from fhir_adapters.service.hooks.catalog import HOOKS
from fhir_adapters.service.hooks.reasons import SYSTEM
from fhir_adapters.service.source_attributes import source_attributes
from guideline.wording import titles
from tests.service.hooks.calling import (
    INSTANCE,
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
from tests.service.hooks.invariants import broken

EVERY = [hook.name for hook in HOOKS]
ALWAYS_WHOLE = [name for name in EVERY if not name.startswith("order-")]
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def body_of(name: str, hook: str, **more: Any) -> Json:
    """A call whose draft, where the hook has drafts, is one that every plan knows and none of the fixtures proposes."""
    resources = record(name)
    if hook.startswith("order-"):
        more |= {"context": {"draftOrders": searchset([draft("cast-review", side="left")])}}
    return call_of(hook, patient_of(resources), prefetch_of(resources), **more)


@cache
def answered(name: str, hook: str) -> tuple[Json, ...]:
    return tuple(Client(as_of(name)).cards(body_of(name, hook)))


@cache
def plan_of(name: str) -> Assessment:
    bundle = {"resourceType": "Bundle", "type": "collection"}
    handed = prefetch_of(record(name))
    entries = [{"resource": handed.pop("patient")}, *(entry for each in handed.values() for entry in each["entry"])]
    return assess({**bundle, "entry": entries}, as_of=as_of(name))


everywhere = pytest.mark.parametrize("name", NAMES)


def every_answer(name: str) -> list[tuple[Json, ...]]:
    """What each of the six services says of a fixture."""
    return [answered(name, hook) for hook in EVERY]


def every_card(name: str) -> list[Json]:
    return [card for cards in every_answer(name) for card in cards]


@pytest.mark.requirement("1.5-38", "1.5-39", "1.5-41", "1.5-42", "1.5-43", "1.5-44", "gap-5", "1.2-15")
@everywhere
def test_every_answer_keeps_the_official_invariants(name: str) -> None:
    assert [broken({"cards": list(cards)}) for cards in every_answer(name)] == [[]] * 6


@pytest.mark.requirement("1.5-33", "1.5-34", "1.5-36", "1.5-37", "1.5-38", "1.5-40", "1.5-42")
@everywhere
def test_every_card_has_the_form_that_clients_check(name: str) -> None:
    for card in every_card(name):
        assert _UUID.fullmatch(card["uuid"])
        assert 0 < len(card["summary"]) < 140
        assert card["summary"].endswith((".", "?", "!"))
        assert "\n" not in card["summary"]
        assert card["indicator"] in ("info", "warning", "critical")
        assert card["source"]["label"]
        assert card["source"]["url"] == "http://127.0.0.1:8080/rules"
        assert card["source"]["topic"].keys() == {"system", "code", "display"}
        assert card.get("selectionBehavior", "none") in (("at-most-one", "any") if "suggestions" in card else ("none",))
        for suggestion in card.get("suggestions", ()):
            assert _UUID.fullmatch(suggestion["uuid"])
            assert suggestion["label"]
            assert suggestion.get("isRecommended", True) is True
            assert all(action["type"] in ("create", "update", "delete") for action in suggestion["actions"])


@pytest.mark.requirement("1.1-3")
@everywhere
def test_nothing_is_null_or_empty(name: str) -> None:
    def empty(value: Any) -> bool:
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return value in (None, "", [], {}) or any(map(empty, inner))

    assert not any(map(empty, every_card(name)))


@pytest.mark.requirement("1.5-46")
@everywhere
def test_nothing_acts_without_the_clinician(name: str) -> None:
    answer = Client(as_of(name)).call(body_of(name, "order-sign")).json()
    assert answer.keys() == {"cards"}
    assert not any(link.get("autolaunchable") for card in every_card(name) for link in card.get("links", ()))


@pytest.mark.requirement("gap-11")
@everywhere
def test_the_orders_on_the_cards_are_exactly_the_new_orders_of_the_assessment(name: str) -> None:
    """Not one lost, not one twice, and each the very ServiceRequest that the FHIR face writes, in the encounter."""
    assessment = plan_of(name)
    written = [
        entry["resource"] | {"encounter": {"reference": "Encounter/enc-1"}}
        for entry in assessment.to_fhir()["entry"]
        if entry["resource"]["resourceType"] == "ServiceRequest"
    ]
    written.sort(key=lambda resource: str(resource["identifier"]))
    for hook in ALWAYS_WHOLE:
        made = sorted(offered(list(answered(name, hook))), key=lambda resource: str(resource["identifier"]))
        assert made == written
    assert len(written) == sum(order.status == "new" for order in assessment.orders)


def test_without_an_encounter_the_orders_name_none_and_their_uuids_stay() -> None:
    name = "peroneal-leg-crossing"
    body = body_of(name, "patient-view")
    del body["context"]["encounterId"]
    cards = Client(as_of(name)).cards(body)
    assert offered(cards)
    assert not any("encounter" in resource for resource in offered(cards))
    within = answered(name, "patient-view")
    assert uuids(cards) == uuids(within)
    assert [each["identifier"] for each in offered(cards)] == [each["identifier"] for each in offered(list(within))]


def uuids(cards: Iterable[Json]) -> list[str]:
    return [each["uuid"] for card in cards for each in (card, *card.get("suggestions", ()))]


@pytest.mark.requirement("1.1-2", "1.5-42")
@pytest.mark.parametrize("name", NAMES)
def test_what_a_suggestion_creates_is_a_complete_request(name: str) -> None:
    for resource in offered(list(answered(name, "patient-view"))):
        assert ServiceRequest.model_validate(resource).subject.reference == plan_of(name).patient
        assert "id" not in resource
        assert "urn:uuid:" not in str(resource)
        assert resource["intent"] == "proposal"


@pytest.mark.requirement("1.5-36", "1.12")
@everywhere
def test_urgency_becomes_the_indicator_and_asap_is_a_warning(name: str) -> None:
    least = {"stat": "critical", "asap": "warning", "urgent": "warning", "routine": "info"}
    rank = ["info", "warning", "critical"]
    for card in every_card(name):
        for resource in offered([card]):
            assert rank.index(card["indicator"]) >= rank.index(least[resource["priority"]])


@everywhere
def test_the_gravest_comes_first_and_a_clinician_can_read_them_all(name: str) -> None:
    for cards in every_answer(name):
        indicators = [card["indicator"] for card in cards]
        assert indicators == sorted(indicators, key=["critical", "warning", "info"].index)
        assert len(indicators) <= 9


@pytest.mark.requirement("5.2")
@everywhere
def test_every_red_flag_of_the_assessment_is_on_a_card(name: str) -> None:
    """Whatever is being ordered, and however many cards there are."""
    flags = [alert for alert in plan_of(name).alerts if alert.severity == "critical"]
    for cards in every_answer(name):
        for alert in flags:
            told = [card for card in cards if card["source"]["topic"]["code"] == alert.key]
            assert any(card["indicator"] == "critical" and set(alert.rules) <= set(rules_of(card)) for card in told)


@everywhere
def test_an_orthosis_is_never_offered_without_the_red_flags(name: str) -> None:
    flags = {alert.key for alert in plan_of(name).alerts if alert.severity == "critical"}
    for cards in every_answer(name):
        for place, card in enumerate(cards):
            if any(map(is_orthosis, offered([card]))):
                assert flags <= {each["source"]["topic"]["code"] for each in cards[: place + 1]}


def is_orthosis(resource: Json) -> bool:
    return any(coding["code"] == "ankle-foot-orthosis" for coding in resource["code"]["coding"])


def rules_of(card: Json) -> list[str]:
    basis = card["extension"]["org.footdrop-guideline.basis"]
    return [rule["id"] for rule in basis.get("rules", ())]


@pytest.mark.parametrize("name", [name for name in NAMES if name != "no-foot-drop"])
def test_every_grave_alert_is_told_once_with_its_text(name: str) -> None:
    from guideline.markdown import plain

    details = "\n".join(card["detail"] for card in answered(name, "patient-view"))
    for alert in plan_of(name).alerts:
        assert plain(alert.text) in details


@pytest.mark.requirement("1.5-35")
@everywhere
def test_the_detail_is_markdown_without_html(name: str) -> None:
    reader = MarkdownIt("commonmark", {"html": True}).enable("table")
    for card in every_card(name):
        kinds = {inner.type for token in reader.parse(card["detail"]) for inner in (token, *(token.children or ()))}
        assert not {"html_block", "html_inline"} & kinds
        assert "<" not in card["detail"].replace("\\<", "")


@pytest.mark.requirement("5.3", "5.2", "gap-8")
@everywhere
def test_every_proposal_shows_its_basis(name: str) -> None:
    for card in every_card(name):
        basis = card["extension"]["org.footdrop-guideline.basis"]
        assert basis["guideline"].keys() == {"id", "version"}
        assert basis["evaluated"]
        assert basis["feedback"].startswith("http://127.0.0.1:8080/cds-services/footdrop-")
        assert basis["notice"] in card["detail"]
        for rule in basis.get("rules", ()):
            assert rule["id"] in card["detail"]
            assert f"[{rule['id']}]({basis['page']}#{rule['id']})" in card["detail"]
            assert {"section", "title", "strength", "certainty", "condition", "statements"} <= rule.keys()
            assert all(statement in card["detail"] for statement in rule["statements"])
        if "rules" in basis:
            assert all(source["title"] for source in basis["sources"])
            assert f"version {basis['guideline']['version']}" in card["detail"]
            assert basis["alternatives"] in card["detail"]
            assert "**Why**" in card["detail"]
        for fact in basis.get("inputsUsed", ()):
            assert {"fact", "value", "resource"} <= fact.keys()
        for order in basis.get("orders", ()):
            assert set(order["rules"]) <= set(rules_of(card))
            assert set(order["inputs"]) <= {fact.get("resource") for fact in basis["inputsUsed"]}


@everywhere
def test_the_basis_of_a_card_is_a_list_of_its_own_when_it_is_shown(name: str) -> None:
    """Markdown joins two lists that follow each other: reasons would stand among the dates of what comes when."""
    for card in every_card(name):
        tokens = MarkdownIt().parse(card["detail"])
        said = [tokens[place - 3].type for place, token in enumerate(tokens) if token.content.startswith("**Why**")]
        assert said == ["bullet_list_open"] * ("**Why**" in card["detail"])


@everywhere
def test_a_reason_that_several_rules_share_is_said_once(name: str) -> None:
    for card in every_card(name):
        reasons = re.findall(r"^(?:- \*\*Why\*\*: |  - )(.+) \(\[FD-.+\)$", card["detail"], re.MULTILINE)
        assert len(reasons) == len(set(reasons))
        assert bool(reasons) == ("**Why**" in card["detail"])


@everywhere
def test_what_is_not_recorded_is_told_in_words_and_not_by_key(name: str) -> None:
    for card in every_card(name):
        _, _, missing = card["detail"].partition("**Not recorded, and could change this**: ")
        told = missing.partition(".\n")[0]
        keys = {
            each["fact"]
            for each in card["extension"]["org.footdrop-guideline.basis"].get("inputsMissing", ())
            if "-" in each["fact"]
        }
        assert [key for key in keys if re.search(rf"(?:^|; ){key}(?:;| \(|$)", told)] == []


@pytest.mark.requirement("5.1", "5.3", "gap-8")
@everywhere
def test_every_card_tells_the_source_attributes(name: str) -> None:
    for cards in every_answer(name):
        told = [card["extension"].get("org.footdrop-guideline.dsi-source-attributes") for card in cards]
        assert told == [source_attributes()] * len(cards)


@pytest.mark.requirement("5.3")
def test_every_rule_and_statement_of_a_card_stands_on_the_rules_page() -> None:
    client = Client(as_of("afo-existing-orders"))
    page = client.send("GET", "/rules").text
    for card in client.cards(body_of("afo-existing-orders", "patient-view")):
        for rule in card["extension"]["org.footdrop-guideline.basis"].get("rules", ()):
            assert all(f'id="{each}"' in page for each in (rule["id"], *rule["statements"]))


@pytest.mark.requirement("1.5-44", "5.3")
@everywhere
def test_links_lead_to_the_rules_page_and_no_further(name: str) -> None:
    for card in every_card(name):
        for link in card.get("links", ()):
            assert link["type"] == "absolute"
            assert re.fullmatch(r"http://127\.0\.0\.1:8080/rules#FD-[A-Z]+-\d+[a-z]?", link["url"])
            assert link["label"]


@pytest.mark.parametrize("name", ["cauda-equina", "peroneal-leg-crossing"])
def test_without_pages_nothing_on_a_card_leads_where_nothing_is(name: str) -> None:
    client = Client(as_of(name), pages=False)
    cards = client.cards(body_of(name, "patient-view"))
    rules = re.compile(r"FD-[A-Z]+-\d+[a-z]?")
    for card, linked in zip(cards, answered(name, "patient-view"), strict=True):
        assert "links" not in card
        assert "](" not in card["detail"]
        assert "page" not in card["extension"]["org.footdrop-guideline.basis"]
        assert client.send("GET", card["source"]["url"]).json()["resourceType"] == "PlanDefinition"
        assert set(rules.findall(card["detail"])) == set(rules.findall(linked["detail"]))


@pytest.mark.requirement("1.5-43")
@everywhere
def test_a_card_can_be_declined_for_published_reasons(name: str) -> None:
    for card in every_card(name):
        reasons = card["overrideReasons"]
        assert len({reason["code"] for reason in reasons}) == len(reasons) == 12
        assert all(reason["system"] == SYSTEM and reason["display"] for reason in reasons)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_strongly_advised_is_marked_and_what_may_be_considered_is_not(name: str) -> None:
    strengths = {(order.key, order.side): order.strength for order in plan_of(name).orders}
    for card in answered(name, "patient-view"):
        for suggestion in card.get("suggestions", ()):
            resource = suggestion["actions"][-1]["resource"]
            key = resource["code"]["coding"][0]["code"]
            side = resource["bodySite"][0]["text"].split()[0] if "bodySite" in resource else None
            assert suggestion.get("isRecommended", False) is (strengths[key, side] == "recommend")


@pytest.mark.requirement("gap-9", "4.2")
@pytest.mark.parametrize("name", NAMES)
def test_a_retry_is_the_same_bytes_and_another_call_has_other_uuids(name: str) -> None:
    body = body_of(name, "patient-view")
    first, again = Client(as_of(name)).call(body), Client(as_of(name)).call(body)
    assert first.content == again.content
    other = Client(as_of(name)).cards({**body, "hookInstance": INSTANCE.replace("d1", "e2")})
    uuids = [{card["uuid"] for card in cards} for cards in (first.json()["cards"], other)]
    assert len(uuids[0]) == len(uuids[1]) == len(other)
    assert not uuids[0] & uuids[1]


@pytest.mark.requirement("1.4-26", "gap-9")
@pytest.mark.parametrize("name", ["cauda-equina", "afo-existing-orders", "bilateral-umn"])
@examples(max_examples=8)
@given(seed=st.integers(0, 10**6))
def test_the_order_in_which_data_come_changes_nothing(name: str, seed: int) -> None:
    body = body_of(name, "patient-view")
    dice = random.Random(seed)
    keys = list(body["prefetch"])
    dice.shuffle(keys)
    for key in keys:
        if key != "patient":
            dice.shuffle(body["prefetch"][key]["entry"])
    body["prefetch"] = {key: body["prefetch"][key] for key in keys}
    assert tuple(Client(as_of(name)).cards(body)) == answered(name, "patient-view")


def mirrored(resources: list[Json]) -> list[Json]:
    """The record, and of whatever it says of the left leg the same of the right one."""
    left, right = "32153003", "62175007"
    others = [json.loads(json.dumps(each).replace(left, right)) for each in resources if left in json.dumps(each)]
    return [*resources, *(each | {"id": f"{each['id']}-right"} for each in others)]


def test_what_an_alert_of_one_leg_asks_for_stands_on_its_card_and_for_the_other_leg_on_the_others() -> None:
    name = "peroneal-leg-crossing"
    both = mirrored(record(name))
    cards = Client(as_of(name)).cards(call_of("patient-view", patient_of(both), prefetch_of(both)))
    numb = [card for card in cards if card["source"]["topic"]["code"] == "skin-insensate"]
    assert [card["summary"].partition(":")[0] for card in numb] == ["Left leg", "Right leg"]
    orders = [
        [(each["code"]["coding"][0]["code"], each["bodySite"][0]["text"]) for each in offered([card])] for card in numb
    ]
    assert orders == [[("skin-check", "left leg")], [("skin-check", "right leg")]]


@pytest.mark.requirement("1.5-32")
def test_a_patient_without_a_foot_drop_gets_no_card() -> None:
    assert all(answered("no-foot-drop", hook) == () for hook in EVERY)


@pytest.mark.requirement("1.10")
def test_a_foot_drop_that_was_just_coded_brings_the_plan() -> None:
    """problem-list-item-create: the new problem is part of the record, although no server has it yet."""
    resources = [
        each for each in record("peroneal-leg-crossing") if each["resourceType"] in ("Patient", "Practitioner")
    ]
    name = patient_of(resources)
    new = {
        "resourceType": "Condition",
        "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "M21.371"}]},
        "subject": {"reference": f"Patient/{name}"},
        "onsetDateTime": "2026-02-20",
    }
    client = Client(as_of("peroneal-leg-crossing"))
    without = client.cards(call_of("problem-list-item-create", name, prefetch_of(resources)))
    body = call_of("problem-list-item-create", name, prefetch_of(resources), context={"conditions": searchset([new])})
    cards = client.cards(body)
    assert without == []
    assert {action["bodySite"][0]["text"] for action in offered(cards) if is_orthosis(action)} == {"right leg"}


def test_a_new_problem_takes_the_place_of_its_own_older_copy() -> None:
    resources = record("peroneal-leg-crossing")
    old = next(each for each in resources if each["resourceType"] == "Condition")
    resolved = {"coding": [{"code": "entered-in-error"}]}
    body = call_of(
        "problem-list-item-create",
        patient_of(resources),
        prefetch_of(resources),
        context={"conditions": searchset([{**old, "verificationStatus": resolved}])},
    )
    client = Client(as_of("peroneal-leg-crossing"))
    assert client.cards(body) != list(answered("peroneal-leg-crossing", "problem-list-item-create"))
    assert client.journal.assessments[0].features["left"].get("foot-drop") is None


@pytest.mark.requirement("1.10")
@pytest.mark.parametrize(
    ("hook", "heading"), [("encounter-start", "Work list"), ("encounter-discharge", "Checks before discharge")]
)
def test_encounters_get_a_list_of_what_is_open_ordered_and_done(hook: str, heading: str) -> None:
    name = "afo-existing-orders"
    plan_card = next(card for card in answered(name, hook) if card["source"]["topic"]["code"] == "plan")
    assert f"**{heading}**" in plan_card["detail"]
    for order in plan_of(name).orders:
        state = {"new": "not ordered", "already-ordered": "ordered", "done": "done"}[order.status]
        title = titles("orders")[order.key]
        row = next(line for line in plan_card["detail"].splitlines() if line.lower().startswith(f"| {title}".lower()))
        assert row.endswith(f"| {state} |")
