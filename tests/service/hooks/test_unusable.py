"""What is recorded and cannot be used is told, in a card or a refusal; and a flaw that concerns nobody is not."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_adapters.service.hooks.unusable import SHOWN
from tests.service.hooks.calling import (
    SERVER,
    Client,
    FakeServer,
    Json,
    as_of,
    authorization,
    call_of,
    draft,
    issue,
    patient_of,
    prefetch_of,
    record,
    searchset,
)
from tests.service.hooks.test_cards import answered

HEALTHY = "no-foot-drop"
DROP = "peroneal-leg-crossing"
ICD = "http://hl7.org/fhir/sid/icd-10-cm"
CAUDA = {"code": {"coding": [{"system": ICD, "code": "G83.4"}]}}
NOBODYS: dict[str, Json] = {
    "an identifier of somebody": {"identifier": {"system": "https://ehr.example/mrn", "value": "OTHER"}},
    "a patient that is contained": {"reference": "#p"},
}
BROKEN: dict[str, tuple[Any, str]] = {
    "a list": ([{"reference": "Patient/somebody-else"}], ""),
    "a text": ("Patient/somebody-else", ""),
    "a number": (7, ""),
    "a reference that is a list": ({"reference": ["Patient/somebody-else"]}, ".reference"),
    "a reference that is empty": ({"reference": ""}, ".reference"),
}


def subject(name: str) -> Json:
    return {"reference": f"Patient/{patient_of(record(name))}"}


def finding(name: str, key: str, **value: Any) -> Json:
    system = "https://footdrop-guideline.example/fhir/CodeSystem/finding"
    code = {"coding": [{"system": system, "code": key}]}
    return {
        "resourceType": "Observation",
        "id": f"new-{key}",
        "status": "final",
        "subject": subject(name),
        "code": code,
        **value,
    }


def problem(name: str, **given: Any) -> Json:
    return {"resourceType": "Condition", "id": "new-problem", "subject": subject(name), **CAUDA, **given}


def seen(name: str, *more: Json, hook: str = "patient-view", **context: Any) -> list[Json]:
    """The cards for a fixture of which this is recorded as well."""
    handed = prefetch_of(record(name))
    for each in more:
        key = f"{each['resourceType'].removeprefix('Diagnostic').lower()}s"
        handed[key].setdefault("entry", []).append({"resource": each})
    body = call_of(hook, patient_of(record(name)), handed)
    body["context"] |= context
    return Client(as_of(name)).cards(body)


def topics(cards: list[Json]) -> list[str]:
    return [card["source"]["topic"]["code"] for card in cards]


def unusable(cards: list[Json]) -> Json:
    (card,) = [card for card in cards if card["source"]["topic"]["code"] == "unusable"]
    return card


@pytest.mark.requirement("gap-3", "gap-4")
@pytest.mark.parametrize("whose", NOBODYS.values(), ids=NOBODYS)
def test_an_emergency_that_cannot_be_attributed_is_told_although_nothing_else_is_shown(whose: Json) -> None:
    cards = seen(HEALTHY, problem(HEALTHY, subject=whose))
    assert topics(cards) == ["unusable"]
    assert cards[0]["indicator"] == "warning"
    assert "Condition.subject" in cards[0]["summary"]
    assert "Condition/new-problem: Condition.subject does not name the patient" in cards[0]["detail"]
    assert "OTHER" not in str(cards)


@pytest.mark.requirement("gap-3", "gap-4")
@pytest.mark.parametrize("whose", NOBODYS.values(), ids=NOBODYS)
def test_a_new_problem_that_cannot_be_attributed_is_told(whose: Json) -> None:
    new = searchset([problem(HEALTHY, subject=whose)])
    assert topics(seen(HEALTHY, hook="problem-list-item-create", conditions=new)) == ["unusable"]


@pytest.mark.requirement("gap-3")
def test_a_record_of_which_nothing_can_be_attributed_is_told_in_a_bounded_card() -> None:
    name = "cauda-equina"
    handed = prefetch_of(record(name))
    entries = [entry for key, each in handed.items() if key != "patient" for entry in each["entry"]]
    for entry in entries:
        entry["resource"]["subject"] = NOBODYS["an identifier of somebody"]
    cards = Client(as_of(name)).cards(call_of("patient-view", patient_of(record(name)), handed))
    detail = unusable(cards)["detail"]
    assert detail.count("does not name the patient") == SHOWN
    assert "- and " in detail
    assert len(unusable(cards)["extension"]["org.footdrop-guideline.basis"]["inputsUnusable"]) > SHOWN


@pytest.mark.requirement("gap-4")
@pytest.mark.parametrize(("whose", "tail"), BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("key", ["observations", "conditions", "unasked"])
def test_a_subject_that_cannot_be_a_reference_is_refused(key: str, whose: Any, tail: str) -> None:
    handed = prefetch_of(record(HEALTHY))
    entries = handed.setdefault(key, searchset([]))["entry"]
    entries.append({"resource": {"resourceType": "Observation", "id": "stray", "subject": whose}})
    found = issue(Client(as_of(HEALTHY)).call(call_of("patient-view", patient_of(record(HEALTHY)), handed)), 400)
    assert found["expression"] == [f"prefetch.{key}.entry[{len(entries) - 1}].resource.subject{tail}"]
    assert "somebody-else" not in str(found)


@pytest.mark.parametrize(("other", "status"), [(False, 200), (True, 400)])
def test_what_has_several_subjects_is_about_this_patient_in_each(other: bool, status: int) -> None:
    """An Account has a list of them."""
    handed = prefetch_of(record(HEALTHY))
    whose = [subject(HEALTHY), *([{"reference": "Patient/somebody-else"}] if other else [])]
    handed["unasked"] = {"resourceType": "Account", "id": "a", "subject": whose}
    body = call_of("patient-view", patient_of(record(HEALTHY)), handed)
    assert Client(as_of(HEALTHY)).call(body).status_code == status


def report(name: str, **said: Any) -> Json:
    code = {"text": "MRI"}
    return {
        "resourceType": "DiagnosticReport",
        "id": "r",
        "status": "final",
        "code": code,
        "subject": subject(name),
    } | said


FLAWED: dict[str, tuple[Json, str]] = {
    "a yes that is a text": (
        finding(HEALTHY, "saddle-anaesthesia", valueBoolean="true"),
        "Observation.valueBoolean",
    ),
    "a unit that does not convert": (
        finding(HEALTHY, "post-void-residual", valueQuantity={"value": 600, "unit": "cups", "code": "cups"}),
        "Observation.valueQuantity.code",
    ),
    "a code that is a text": (problem(HEALTHY, code="G83.4"), "Condition.code"),
    "a coding that is no list": (
        problem(HEALTHY, code={"coding": CAUDA["code"]["coding"][0]}),
        "Condition.code.coding",
    ),
    "a finding of ours that does not exist": (
        finding(HEALTHY, "sadle-anaesthesia", valueBoolean=True),
        "Observation.code",
    ),
    "a component that is none": (
        finding(HEALTHY, "saddle-anaesthesia", code={"text": "?"}, component={"valueBoolean": True}),
        "Observation.component",
    ),
    "an emergency without its system": (problem(HEALTHY, code={"coding": [{"code": "T79.A22A"}]}), "Condition.code"),
    "one whose system is empty": (
        problem(HEALTHY, code={"coding": [{"system": "", "code": "G83.4"}]}),
        "Condition.code",
    ),
    "our own without its system": (
        finding(HEALTHY, "saddle-anaesthesia", code={"coding": [{"code": "saddle-anaesthesia"}]}, valueBoolean=True),
        "Observation.code",
    ),
    "a report's conclusion without its system": (
        report(HEALTHY, conclusionCode=[{"coding": [{"code": "G83.4"}]}]),
        "DiagnosticReport.conclusionCode[0]",
    ),
    "a report's conclusion that is no list": (report(HEALTHY, conclusionCode=CAUDA["code"]), "DiagnosticReport"),
    "a report that nobody can attribute": (
        report(HEALTHY, conclusionCode=[CAUDA["code"]], subject=NOBODYS["an identifier of somebody"]),
        "DiagnosticReport.subject",
    ),
    "a modifier that nobody understands": (
        problem(HEALTHY, modifierExtension=[{"url": "urn:x"}]),
        "Condition.modifierExtension",
    ),
}


@pytest.mark.requirement("gap-3")
@pytest.mark.parametrize(("flawed", "element"), FLAWED.values(), ids=FLAWED)
@pytest.mark.parametrize("hook", ["patient-view", "order-sign"])
def test_a_red_flag_that_cannot_be_read_is_told_also_where_nothing_else_is(
    hook: str, flawed: Json, element: str
) -> None:
    """Whatever is being ordered."""
    statin = {"resourceType": "MedicationRequest", "id": "draft-1", "status": "draft", "intent": "order"}
    cards = seen(HEALTHY, flawed, hook=hook, draftOrders=searchset([statin]))
    assert topics(cards) == ["unusable"]
    assert cards[0]["indicator"] == "warning"
    assert f"{element}." in cards[0]["summary"]


HARMLESS: dict[str, Json] = {
    "a disease that shows no foot drop": problem(
        HEALTHY, code={"coding": [{"system": ICD, "code": "E11.9"}]}, subject=NOBODYS["an identifier of somebody"]
    ),
    "a blood pressure": finding(
        HEALTHY, "systolic-blood-pressure", valueQuantity={"value": 120, "unit": "cups", "code": "cups"}
    ),
    "a blood pressure without its system": finding(
        HEALTHY, "x", code={"coding": [{"code": "8480-6"}]}, valueQuantity={"value": 120, "unit": "mm[Hg]"}
    ),
    "a diagnosis without its system": problem(HEALTHY, code={"coding": [{"code": "E11.42"}]}),
    "a continence scale in words": finding(
        HEALTHY, "x", code={"coding": [{"system": "http://loinc.org", "code": "28239-2"}]}, valueString="Continent"
    ),
    "what nobody could answer": finding(HEALTHY, "saddle-anaesthesia"),
    "a status in another letter case": finding(HEALTHY, "saddle-anaesthesia", status="Final", valueBoolean=False),
    "a date in words": problem(
        HEALTHY, code={"coding": [{"system": ICD, "code": "M54.16"}]}, onsetString="since spring"
    ),
    "what the guideline does not know": problem(HEALTHY, code={"text": "gout"}, clinicalStatus="active"),
}


@pytest.mark.requirement("1.5-32")
@pytest.mark.parametrize("flawed", HARMLESS.values(), ids=HARMLESS)
def test_a_flaw_in_what_shows_no_foot_drop_and_no_emergency_brings_no_card(flawed: Json) -> None:
    """It would come at every opening of the chart of a patient whom the guideline does not concern."""
    assert seen(HEALTHY, flawed) == []


def test_of_a_patient_with_a_foot_drop_everything_is_told_that_was_not_used() -> None:
    """What may hide a red flag as a warning, and the rest as a word."""
    pressure = finding(DROP, "systolic-blood-pressure", valueQuantity={"value": 120, "unit": "cups", "code": "cups"})
    appetite = finding(DROP, "appetite-loss", valueBoolean="true")
    assert unusable(seen(DROP, pressure))["indicator"] == "info"
    card = unusable(seen(DROP, pressure, appetite))
    assert card["indicator"] == "warning"
    assert card["detail"].index("new-appetite-loss") < card["detail"].index("new-systolic-blood-pressure")


def test_beside_an_order_of_another_kind_only_what_may_hide_a_red_flag_is_told() -> None:
    pressure = finding(DROP, "systolic-blood-pressure", valueQuantity={"value": 120, "unit": "cups", "code": "cups"})
    assert seen(DROP, pressure, hook="order-sign", draftOrders=searchset([draft("x", code={"text": "gout"})])) == []


def test_what_nobody_could_answer_is_a_question_and_no_flaw() -> None:
    """Of these patients a finding was asked about and is unknown, and a foot drop has no side, which an alert tells."""
    for name in (DROP, "cauda-equina", "unsided-foot-drop"):
        assert "unusable" not in topics(list(answered(name, "patient-view")))


def test_what_could_not_be_used_cannot_be_put_away() -> None:
    flawed = finding(DROP, "appetite-loss", valueBoolean="true")
    handed = prefetch_of(record(DROP))
    handed["observations"]["entry"].append({"resource": flawed})
    client = Client(as_of(DROP))
    body = call_of("patient-view", patient_of(record(DROP)), handed)
    client.cards(body)
    client.journal.away = frozenset((each.topic, each.fingerprint) for each in client.journal.assessments[0].cards)
    assert "unusable" in topics(client.cards(body))


MISSHAPEN: dict[str, tuple[Any, str]] = {
    "entries that are no list": (lambda handed: {**handed, "entry": handed["entry"][0]}, "entry"),
    "a resource that is a list": (lambda handed: {**handed, "entry": [{"resource": [{}]}]}, "entry[0].resource"),
    "a resource of no type": (lambda handed: {**handed, "entry": [{"resource": {"id": "x"}}]}, "entry[0].resource"),
    "an entry that is a text": (lambda handed: {**handed, "entry": ["x"]}, "entry[0]"),
}


@pytest.mark.requirement("1.3-23", "gap-3")
@pytest.mark.parametrize("key", ["observations", "conditions"])
@pytest.mark.parametrize(("spoil", "place"), MISSHAPEN.values(), ids=MISSHAPEN)
def test_a_bundle_that_is_not_fhir_is_not_taken_for_an_empty_one(key: str, spoil: Any, place: str) -> None:
    """It is fetched if it can be, and else missing."""
    handed = prefetch_of(record(DROP))
    handed[key] = spoil(handed[key])
    body = call_of("patient-view", patient_of(record(DROP)), handed)
    assert f"prefetch.{key}.{place} is not FHIR" in issue(Client(as_of(DROP)).call(body), 412)["diagnostics"]
    server = FakeServer(record(DROP))
    body |= {"fhirServer": SERVER, "fhirAuthorization": authorization()}
    assert topics(Client(as_of(DROP), server).cards(body)) == topics(list(answered(DROP, "patient-view")))


@pytest.mark.requirement("gap-3")
def test_an_entry_that_is_not_fhir_leaves_the_others_and_is_told() -> None:
    handed = prefetch_of(record(HEALTHY))
    handed["observations"]["entry"].append({"resource": {"id": "x"}})
    (card,) = Client(as_of(HEALTHY)).cards(call_of("patient-view", patient_of(record(HEALTHY)), handed))
    assert "**observations**" in card["detail"]
    assert "is not FHIR" in card["detail"]


def test_a_bundle_under_a_key_that_nobody_asked_for_is_held_to_the_same() -> None:
    handed = prefetch_of(record(HEALTHY)) | {
        "more": {"resourceType": "Bundle", "entry": {"resource": problem(HEALTHY)}}
    }
    found = issue(Client(as_of(HEALTHY)).call(call_of("patient-view", patient_of(record(HEALTHY)), handed)), 400)
    assert found["expression"] == ["prefetch.more.entry"]
