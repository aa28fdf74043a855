"""What is kept of a call, and what a clinician has put away for a time."""

from __future__ import annotations

import pytest

from fhir_adapters.service.context import Caller
from fhir_adapters.service.journal import Assessed, IssuedCard, Pseudonyms
from tests.service.hooks.calling import (
    INSTANCE,
    NAMES,
    SERVER,
    Client,
    Json,
    as_of,
    call_of,
    draft,
    offered,
    patient_of,
    patient_view,
    prefetch_of,
    record,
)

NAME = "cauda-equina"


def kept(name: str, **more: object) -> tuple[Assessed, list[Json]]:
    client, body = patient_view(name, **more)
    cards = client.cards(body)
    (event,) = client.journal.assessments
    return event, cards


@pytest.mark.requirement("gap-1", "gap-9", "1.5-33")
@pytest.mark.parametrize("name", NAMES)
def test_every_card_and_suggestion_that_went_out_is_kept_with_its_rules(name: str) -> None:
    event, cards = kept(name)
    assert [card.uuid for card in event.cards] == [card["uuid"] for card in cards]
    for issued, card in zip(event.cards, cards, strict=True):
        assert issued.service == "footdrop-patient-view"
        assert issued.indicator == card["indicator"]
        assert issued.suggestions.keys() == {each["uuid"] for each in card.get("suggestions", ())}
        assert set(issued.rules) <= {rule for fired in event.rules_fired.values() for rule in fired}
        orders = [each["actions"][-1]["resource"]["code"]["coding"][0]["code"] for each in card.get("suggestions", ())]
        assert list(issued.suggestions.values()) == orders


@pytest.mark.requirement("gap-9")
def test_a_retry_is_the_same_assessment_and_another_call_is_another() -> None:
    first, again = kept(NAME)[0], kept(NAME)[0]
    other = kept(NAME, hookInstance=INSTANCE.replace("d1", "e2"))[0]
    assert first == again
    assert first.id != other.id
    assert first.request_id == INSTANCE


def test_people_are_pseudonyms_and_the_record_is_not_kept_unless_asked() -> None:
    event, _ = kept(NAME)
    told = repr(event)
    assert patient_of(record(NAME)) not in told.replace(event.patient, "")
    assert "dr-1" not in told
    assert event.record is None
    assert len(event.patient) == len(event.user) == 32


def test_the_record_is_kept_where_the_site_asks_for_it() -> None:
    resources = record(NAME)
    client = Client(as_of(NAME), keep_records=True)
    client.cards(call_of("patient-view", patient_of(resources), prefetch_of(resources)))
    assert client.journal.assessments[0].record is not None


def test_the_same_id_on_two_servers_or_in_two_tenants_is_two_people() -> None:
    resources = record(NAME)
    seen = set()
    for caller, more in (
        (Caller("https://ehr.example", "north"), {}),
        (Caller("https://ehr.example", "south"), {}),
        (Caller("https://ehr.example", fhir_servers=(SERVER, "https://other.example/fhir")), {"fhirServer": SERVER}),
        (
            Caller("https://ehr.example", fhir_servers=(SERVER, "https://other.example/fhir")),
            {"fhirServer": "https://other.example/fhir"},
        ),
    ):
        client = Client(as_of(NAME), caller=caller)
        client.cards(call_of("patient-view", patient_of(resources), prefetch_of(resources), **more))
        seen.add(client.journal.assessments[0].patient)
    assert len(seen) == 4


def test_a_patient_of_a_tenant_is_the_same_to_cards_and_operations() -> None:
    resources = record(NAME)
    patient = patient_of(resources)
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": each} for each in resources]}
    client = Client(as_of(NAME), caller=Caller("https://ehr.example", "north"))
    client.cards(call_of("patient-view", patient, prefetch_of(resources)))
    assert client.send("POST", "/$evaluate", json=bundle).status_code == 200
    shown, evaluated = client.journal.assessments
    assert shown.patient == evaluated.patient
    assert evaluated.patient == Pseudonyms("k" * 32).of("patient", "https://ehr.example", "north", f"Patient/{patient}")


def test_of_several_servers_a_patient_has_one_name_for_each_and_one_for_what_names_none() -> None:
    """The names that records.md says are to be erased."""
    resources = record(NAME)
    patient = patient_of(resources)
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": each} for each in resources]}
    caller = Caller("https://ehr.example", fhir_servers=(SERVER, "https://other.example/fhir"))
    client = Client(as_of(NAME), caller=caller)
    for server in caller.fhir_servers:
        client.cards(call_of("patient-view", patient, prefetch_of(resources), fhirServer=server))
    client.cards(call_of("patient-view", patient, prefetch_of(resources)))
    assert client.send("POST", "/$evaluate", json=bundle).status_code == 200
    scopes = [(server,) for server in caller.fhir_servers] + [(), ()]
    name = Pseudonyms("k" * 32)
    assert [each.patient for each in client.journal.assessments] == [
        name.of("patient", caller.issuer, *scope, f"Patient/{patient}") for scope in scopes
    ]


@pytest.mark.requirement("gap-3")
def test_a_refused_call_leaves_no_assessment() -> None:
    client, body = patient_view(NAME)
    del body["prefetch"]["conditions"]
    assert client.call(body).status_code == 412
    assert client.journal.assessments == []


def put_away(name: str, *issued: IssuedCard) -> list[Json]:
    client, body = patient_view(name)
    client.journal.away = frozenset((card.topic, card.fingerprint) for card in issued)
    return client.cards(body)


@pytest.mark.requirement("gap-1")
@pytest.mark.parametrize("name", ["peroneal-leg-crossing", "stroke-spastic", "l5-disc-improving"])
def test_a_declined_card_stays_away_and_the_answer_says_so(name: str) -> None:
    event, cards = kept(name)
    for issued in event.cards:
        left = put_away(name, issued)
        assert [card["uuid"] for card in left] == [card["uuid"] for card in cards if card["uuid"] != issued.uuid]
        assert "1 card that you have declined with a reason is not shown" in left[-1]["detail"]


@pytest.mark.requirement("5.2")
@pytest.mark.parametrize("name", NAMES)
def test_no_red_flag_is_ever_put_away(name: str) -> None:
    event, cards = kept(name)
    left = put_away(name, *event.cards)
    red = [issued.uuid for issued in event.cards if issued.red_flag]
    assert [card["uuid"] for card in left if card["uuid"] in red] == red
    assert {card["uuid"] for card in cards if card["indicator"] == "critical"} <= set(red)
    declined = len(event.cards) - len(red)
    assert not declined or f"{declined} card" in left[-1]["detail"]


def test_the_card_about_missing_data_is_not_put_away() -> None:
    """An error must not become silence."""
    client, body = patient_view("peroneal-leg-crossing")
    del body["prefetch"]["devices"]
    cards = client.cards(body)
    client.journal.away = frozenset((card.topic, card.fingerprint) for card in client.journal.assessments[0].cards)
    left = client.cards(body)
    assert [card["source"]["topic"]["code"] for card in left] == ["data"]
    assert len(cards) > 1


@pytest.mark.parametrize("name", ["peroneal-leg-crossing", "stroke-spastic"])
def test_a_declined_card_comes_back_when_something_that_its_rules_read_has_changed(name: str) -> None:
    """The weakness got worse: the orthosis card that was declined for the old grade is shown again."""
    event, _ = kept(name)
    client, body = patient_view(name)
    client.journal.away = frozenset((card.topic, card.fingerprint) for card in event.cards)
    assert not any("rthosis" in each["label"] for card in client.cards(body) for each in card.get("suggestions", ()))
    grades = [
        entry["resource"]
        for entry in body["prefetch"]["observations"]["entry"]
        if "mrc-ankle-dorsiflexion" in str(entry["resource"]["code"]) and "32153003" in str(entry["resource"])
    ]
    assert grades
    for grade in grades:
        for name_ in [key for key in grade if key.startswith("value")]:
            del grade[name_]
        grade["valueInteger"] = 0
    assert any("rthosis" in each["label"] for card in client.cards(body) for each in card.get("suggestions", ()))


def declined(body: Json) -> Client:
    """A client whose user has declined every card of a call."""
    client = Client(as_of("peroneal-leg-crossing"))
    client.cards(body)
    (event,) = client.journal.assessments
    client.journal.away = frozenset((card.topic, card.fingerprint) for card in event.cards)
    return client


def suggested(cards: list[Json]) -> set[str]:
    return {resource["code"]["coding"][0]["code"] for resource in offered(cards)}


def test_an_order_that_was_on_no_declined_card_is_not_hidden_by_one() -> None:
    """What was ordered when the plan was declined is open again: the user has not been asked about it."""
    resources = record("peroneal-leg-crossing")
    ordered = draft("physiotherapy", side="left", id="o", status="active", authoredOn="2026-02-20")
    before, after = (
        call_of("patient-view", "pat-birch", prefetch_of(each)) for each in ([*resources, ordered], resources)
    )
    client = declined(before)
    assert suggested(client.cards(before)) == set()
    assert "physiotherapy" in suggested(client.cards(after))


@pytest.mark.parametrize("hook", ["encounter-start", "encounter-discharge"])
def test_a_plan_that_was_declined_in_the_chart_is_listed_at_the_visit_until_that_list_is_declined(hook: str) -> None:
    prefetch = prefetch_of(record("peroneal-leg-crossing"))
    visit = call_of(hook, "pat-birch", prefetch)
    client = declined(call_of("patient-view", "pat-birch", prefetch))
    assert "plan" in [card["source"]["topic"]["code"] for card in client.cards(visit)]
    assert "plan" not in [card["source"]["topic"]["code"] for card in declined(visit).cards(visit)]


def test_the_clock_alone_brings_no_declined_card_back() -> None:
    from datetime import timedelta

    name = "peroneal-leg-crossing"
    event, _ = kept(name)
    resources = record(name)
    client = Client(as_of(name) + timedelta(days=1))
    client.journal.away = frozenset((card.topic, card.fingerprint) for card in event.cards)
    cards = client.cards(call_of("patient-view", patient_of(resources), prefetch_of(resources)))
    assert [card["source"]["topic"]["code"] for card in cards] == ["snoozed"]
