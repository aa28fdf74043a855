"""The simulator is held to the specification as well: its judgement finds what is wrong, and passes what is right."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.service.ehr.conftest import record_of
from tests.service.ehr.hooks import HOOKS, resolved, wrong_with_template
from tests.service.ehr.record import Json, Record, Refused
from tests.service.ehr.rules import REASONS, wrong_with_answer, wrong_with_discovery
from tests.service.ehr.screen import shown

ORDER: Json = {
    "resourceType": "ServiceRequest",
    "status": "draft",
    "intent": "proposal",
    "priority": "routine",
    "code": {"coding": [{"system": "http://loinc.org", "code": "30679-5"}]},
    "subject": {"reference": "Patient/1"},
}
GOOD: Json = {
    "cards": [
        {
            "uuid": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
            "summary": "An orthosis is missing.",
            "detail": "Weeks < months, **and** still none: <https://cds.example>",
            "indicator": "warning",
            "source": {
                "label": "Guideline",
                "url": "https://cds.example/rules",
                "topic": {"system": "https://cds.example", "code": "x", "display": "X"},
            },
            "selectionBehavior": "at-most-one",
            "suggestions": [
                {
                    "label": "Order it",
                    "uuid": "d1577c69-dfbe-44ad-ba6d-3e05e953b2eb",
                    "isRecommended": True,
                    "actions": [{"type": "create", "description": "Order it", "resource": ORDER}],
                }
            ],
            "overrideReasons": [{"system": REASONS, "code": "action-completed", "display": "Done"}],
            "links": [{"label": "Why", "url": "https://cds.example/rules#1", "type": "absolute"}],
        }
    ]
}


def card(**fields: Any) -> Callable[[Json], None]:
    return lambda answer: answer["cards"][0].update(fields)


def suggestion(**fields: Any) -> Callable[[Json], None]:
    return lambda answer: answer["cards"][0]["suggestions"][0].update(fields)


def action(**fields: Any) -> Callable[[Json], None]:
    return lambda answer: answer["cards"][0]["suggestions"][0]["actions"][0].update(fields)


def without(*path: Any) -> Callable[[Json], None]:
    def remove(answer: Json) -> None:
        holder: Any = answer
        for step in path[:-1]:
            holder = holder[step]
        del holder[path[-1]]

    return remove


WRONG: dict[str, tuple[Callable[[Json], Any], str]] = {
    "no cards": (without("cards"), "cards: no array"),
    "a null": (card(detail=None), "empty"),
    "an empty text": (card(detail=""), "empty"),
    "an empty list": (card(links=[]), "empty"),
    "an unknown element": (card(severity="high"), "unknown element"),
    "a long summary": (card(summary="x" * 140), "summary"),
    "a summary of two lines": (card(summary="a\nb"), "summary"),
    "another indicator": (card(indicator="hard-stop"), "indicator"),
    "HTML": (card(detail="See <b>this</b>"), "HTML"),
    "a block of HTML": (card(detail="<div>\nx\n</div>"), "HTML"),
    "no source": (without("cards", 0, "source", "label"), "label"),
    "a relative address": (card(source={"label": "x", "url": "/rules"}), "url"),
    "a topic without display": (card(source={"label": "x", "topic": {"system": "s", "code": "c"}}), "topic.display"),
    "no selection behavior": (without("cards", 0, "selectionBehavior"), "selectionBehavior"),
    "FHIR's selection behavior": (card(selectionBehavior="exactly-one"), "selectionBehavior"),
    "a reason without display": (
        card(overrideReasons=[{"system": REASONS, "code": "x"}]),
        "overrideReasons[0].display",
    ),
    "a link without type": (without("cards", 0, "links", 0, "type"), "type"),
    "appContext on an absolute link": (
        card(links=[{"label": "x", "url": "https://x.example", "type": "absolute", "appContext": "y"}]),
        "appContext",
    ),
    "no uuid": (without("cards", 0, "uuid"), "uuid"),
    "a uuid twice": (suggestion(uuid=GOOD["cards"][0]["uuid"]), "uuid"),
    "a suggestion without label": (without("cards", 0, "suggestions", 0, "label"), "label"),
    "an action without description": (without("cards", 0, "suggestions", 0, "actions", 0, "description"), "cds-resp-5"),
    "a create without resource": (without("cards", 0, "suggestions", 0, "actions", 0, "resource"), "cds-resp-2"),
    "a delete with a resource": (action(type="delete"), "cds-resp-2"),
    "an update without id": (action(type="update"), "cds-resp-2"),
    "a create with an id": (action(resource={**ORDER, "id": "1"}), "id"),
    "no FHIR": (action(resource={**ORDER, "intent": 7}), "intent"),
    "an order without a code": (action(resource={**ORDER, "code": {"text": "x"}}), "code"),
    "an order of another priority": (action(resource={**ORDER, "priority": "soon"}), "priority"),
    "system actions": (lambda answer: answer.update(systemActions=[{"type": "create"}]), "systemActions"),
}


def test_a_good_answer_passes() -> None:
    assert wrong_with_answer(GOOD) == []
    assert wrong_with_answer({"cards": []}) == []


@pytest.mark.parametrize(("breaking", "element"), WRONG.values(), ids=WRONG.keys())
def test_each_fault_of_an_answer_is_found(breaking: Callable[[Json], Any], element: str) -> None:
    answer = copy.deepcopy(GOOD)
    breaking(answer)
    assert [each for each in wrong_with_answer(answer) if element in each]


def test_two_recommended_of_which_one_may_be_chosen_are_found() -> None:
    answer = copy.deepcopy(GOOD)
    other = {**answer["cards"][0]["suggestions"][0], "uuid": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ec"}
    answer["cards"][0]["suggestions"].append(other)
    assert [each for each in wrong_with_answer(answer) if "cds-resp-1" in each]
    answer["cards"][0]["selectionBehavior"] = "any"
    assert wrong_with_answer(answer) == []


SERVICE: Json = {"hook": "patient-view", "id": "x", "title": "X", "description": "X"}


@pytest.mark.parametrize(
    ("service", "edition", "element"),
    [
        ({**SERVICE, "version": "3.0.0"}, "2.0.1", "version"),
        (SERVICE, "3.0.0-ballot", "version"),
        ({**SERVICE, "version": "STU3"}, "3.0.0-ballot", "version"),
        ({**SERVICE, "version": "3.0.0", "hookVersion": "9"}, "3.0.0-ballot", "hookVersion"),
        ({**SERVICE, "id": "a/b"}, "2.0.1", "id"),
        ({**SERVICE, "prefetch": {}}, "2.0.1", "prefetch"),
        ({**SERVICE, "prefetch": {"x": "Patient/{{context.draftOrders}}"}}, "2.0.1", "prefetch.x"),
    ],
)
def test_each_fault_of_discovery_is_found(service: Json, edition: str, element: str) -> None:
    assert [each for each in wrong_with_discovery({"services": [service]}, edition) if element in each]


def test_good_discovery_passes() -> None:
    assert wrong_with_discovery({"services": [SERVICE]}, "2.0.1") == []
    assert wrong_with_discovery({"services": [{**SERVICE, "version": "3.0.0-ballot"}]}, "3.0.0-ballot") == []
    assert wrong_with_discovery({"services": [SERVICE, SERVICE]}, "2.0.1")


@pytest.mark.parametrize(
    ("template", "right"),
    [
        ("Patient/{{context.patientId}}", True),
        ("Practitioner/{{userPractitionerId}}", True),
        ("Observation?patient={{context.patientId}}&code=http://loinc.org%7C30679-5&_count=10&_sort=date", True),
        ("Observation?patient={{context.patientId}}&date=ge2026-01-01", True),
        ("Condition?patient={{context.patientId}}&code:in=http://x.example/vs", True),
        ("Patient/{{context.patientId.id}}", False),
        ("Patient/{{today()}}", False),
        ("Patient/{{%patient.id}}", False),
        ("Patient/{context.patientId}", False),
        ("/Patient/{{context.patientId}}", False),
        ("https://x.example/Patient/{{context.patientId}}", False),
        ("Patient/{{context.patientId}}/$everything", False),
        ("Observation?patient={{context.patientId}}&_include=*", False),
        ("Observation?patient.name=x", False),
        ("Observation?code:below=1", False),
        ("Observation?date=ne2026-01-01", False),
        ("Observation?patient=", False),
    ],
)
def test_templates_are_held_to_what_a_2_0_client_can_do(template: str, right: bool) -> None:
    assert (wrong_with_template(template, HOOKS["patient-view"]) == []) is right


def test_tokens_are_filled_in_from_context_and_user() -> None:
    context = {"patientId": "1", "encounterId": "2"}
    assert resolved("Patient/{{context.patientId}}", context, "Practitioner/3") == "Patient/1"
    assert resolved("Practitioner/{{userPractitionerId}}", context, "Practitioner/3") == "Practitioner/3"
    with pytest.raises(KeyError):
        resolved("PractitionerRole/{{userPractitionerRoleId}}", context, "Practitioner/3")


@pytest.fixture
def record() -> Record:
    return record_of("peroneal-leg-crossing", page=10)


def test_a_search_finds_by_patient_and_token(record: Record) -> None:
    everything = [each for (kind, _), each in record.resources.items() if kind == "Observation"]
    assert len(record.matches("Observation", "patient=pat-birch")) == len(everything)
    assert record.matches("Observation", "patient=somebody-else") == []
    for token in ("29463-7", "http://loinc.org%7C29463-7", "x,http://loinc.org%7C29463-7"):
        found = record.matches("Observation", f"patient=pat-birch&code={token}")
        assert {each["code"]["coding"][0]["code"] for each in found} == {"29463-7"}
    assert record.matches("Observation", "code=http://snomed.info/sct%7C29463-7") == []
    loinc = record.matches("Observation", "code=http://loinc.org%7C")
    assert 0 < len(loinc) < len(everything)


def test_a_search_has_pages(record: Record) -> None:
    seen, query = [], "patient=pat-birch"
    while query:
        page = record.search("Observation", query)
        seen += [each["resource"]["id"] for each in page["entry"]]
        query = next((link["url"].partition("?")[2] for link in page["link"] if link["relation"] == "next"), "")
    assert len(seen) == len(set(seen)) == page["total"] > 10


@pytest.mark.parametrize(
    "query", ["Observation?foo=1", "Observation?_include=*", "Observation", "a/b/c", "Patient/none"]
)
def test_what_the_server_cannot_do_is_refused(record: Record, query: str) -> None:
    with pytest.raises(Refused):
        record.query(query)


def test_a_clinician_sees_the_gravest_first_and_no_markup() -> None:
    info, critical = copy.deepcopy(GOOD["cards"][0]), copy.deepcopy(GOOD["cards"][0])
    info["indicator"], critical["indicator"], critical["summary"] = "info", "critical", "Now."
    text = shown([info, critical])
    assert text.startswith("[CRITICAL] Now.")
    assert "Weeks < months, and still none" in text
    assert "(*) Order it\n      create: Order it" in text
    assert "No, because: Done" in text
