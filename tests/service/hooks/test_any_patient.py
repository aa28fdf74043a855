"""Patients nobody thought of, and bodies nobody would send: cards stay whole, red flags stay first, nothing breaks."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from fhir_adapters.assessment import Assessment, assess
from fhir_adapters.service.hooks.catalog import HOOKS
from fhir_adapters.service.hooks.templates import templates
from tests.service.hooks.calling import Client, Json, call_of, draft, offered, prefetch_of, record, searchset
from tests.service.hooks.invariants import broken
from tests.service.support import NOW
from tests.support.patients import Fact, Patient, any_patient
from tests.support.red_flags import ALARMS, RED_FLAGS, RedFlag

ORTHOSIS = draft("ankle-foot-orthosis", side="left", priority="asap")

X_RAY = {
    "resourceType": "ServiceRequest",
    "id": "draft-1",
    "status": "draft",
    "intent": "order",
    "code": {"text": "chest x-ray"},
}


@cache
def client(as_of: str) -> Client:
    at = datetime.fromisoformat(as_of)
    return Client(at if at.tzinfo else at.replace(tzinfo=UTC))


def moment(patient: Patient) -> str:
    """The service knows no dates without a time: a day begins at midnight in UTC."""
    at = datetime.fromisoformat(patient.as_of)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).isoformat()


def answered(patient: Patient, hook: str, **context: Any) -> list[Json]:
    resources = [entry["resource"] for entry in patient.bundle()["entry"]]
    dealt = {each.key: searchset([r for r in resources if r["resourceType"] in each.types]) for each in templates()}
    return client(patient.as_of).cards(call_of(hook, "p", {**dealt, "patient": resources[0]}, context=context))


def assessed(patient: Patient) -> Assessment:
    return assess(patient.bundle(), as_of=moment(patient))


@pytest.mark.requirement("5.2", "1.10")
@pytest.mark.parametrize("flag", [*RED_FLAGS, *ALARMS], ids=str)
def test_whoever_signs_an_orthosis_sees_the_red_flag_first(flag: RedFlag) -> None:
    patient = flag.raised(Patient())
    cards = answered(patient, "order-sign", draftOrders=searchset([ORTHOSIS]))
    orders = [order for order in assessed(patient).orders if order.priority == "stat" and order.status == "new"]
    critical = [alert for alert in assessed(patient).alerts if alert.severity == "critical"]
    at_once = [card for card in cards if card["indicator"] == "critical"]
    assert cards[: len(at_once)] == at_once
    assert {alert.key for alert in critical} <= {card["source"]["topic"]["code"] for card in at_once}
    shown = {resource["code"]["coding"][0]["code"] for resource in offered(at_once)}
    assert {order.key for order in orders} <= shown


@examples(max_examples=40)
@given(seed=st.integers(0, 10**9), hook=st.sampled_from([hook.name for hook in HOOKS]))
def test_any_patient_gets_whole_cards_with_every_new_order_once(seed: int, hook: str) -> None:
    patient = any_patient(random.Random(seed))
    drafts = {"draftOrders": searchset([draft("follow-up-visit", priority="stat")])} if "order" in hook else {}
    cards = answered(patient, hook, **drafts)
    assert broken({"cards": cards}) == []
    new = [order for order in assessed(patient).orders if order.status == "new"]
    keys = sorted(order.key for order in new if not (drafts and order.key == "follow-up-visit"))
    assert sorted(resource["code"]["coding"][0]["code"] for resource in offered(cards)) == keys
    assert len({card["uuid"] for card in cards}) == len(cards)
    milder = offered([card for card in cards if card["indicator"] != "critical"])
    assert "stat" not in {resource["priority"] for resource in milder}


def test_what_is_needed_at_once_stands_under_no_warning_though_a_rule_of_the_warning_asks_for_it_too() -> None:
    day = "2026-08-31"
    infected = Patient(
        as_of=day,
        born="1970-05-05",
        facts=(
            Fact("onset", "right", "2026-02-27", day),
            Fact("mrc-ankle-dorsiflexion", "right", 5, "2026-08-19"),
            Fact("mrc-ankle-dorsiflexion", "right", 3, "2026-08-22"),
            Fact("spinal-infection", None, value=True, day="2026-02-28"),
        ),
    )
    called = {"spine-surgery-consult", "mri-lumbar-spine"}
    assert called <= {order.key for order in assessed(infected).orders if order.priority == "stat"}
    for hook, drafts in (("patient-view", {}), ("order-sign", {"draftOrders": searchset([X_RAY])})):
        cards = answered(infected, hook, **drafts)
        at_once = offered([card for card in cards if card["indicator"] == "critical"])
        assert called <= {resource["code"]["coding"][0]["code"] for resource in at_once}


NAMES = ("resourceType", "entry", "resource", "id", "subject", "reference", "link", "url", "issue")
PLACES = ("prefetch", "context", "fhirAuthorization", "fhirServer", "hook", "key", "entry")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["", "x", "Bundle", "Patient", "Patient/p", "#x"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["resourceType", "entry", "resource", "id", "subject", "reference", "link", "url", "issue"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@pytest.mark.requirement("gap-3")
@examples(max_examples=150)
@given(
    place=st.sampled_from(PLACES),
    value=JSON,
)
def test_no_body_breaks_the_service(place: str, value: Any) -> None:
    """Whatever stands in a place: cards, or a refusal that says why; never an error of the server."""
    body = call_of("order-select", "pat-holly", prefetch_of(record("no-foot-drop")))
    if place == "key":
        body["prefetch"]["conditions"] = value
    elif place == "entry":
        body["context"]["draftOrders"] = {"resourceType": "Bundle", "entry": [{"resource": value}]}
    else:
        body[place] = value
    answer = client(NOW.isoformat()).call(body)
    assert answer.status_code in (200, 400, 403, 412, 413, 422)
    assert answer.json().get("resourceType", "cards") == ("cards" if answer.status_code == 200 else "OperationOutcome")


@examples(max_examples=50)
@given(body=JSON)
def test_no_feedback_breaks_the_service(body: Any) -> None:
    for sent in (body, {"feedback": body}, {"feedback": [body]}, {"feedback": [{"card": "x", "outcome": body}]}):
        path = "/cds-services/footdrop-order-sign/feedback"
        assert client(NOW.isoformat()).send("POST", path, json=sent).status_code in (200, 400)


def test_a_resource_nested_beyond_reading_is_refused() -> None:
    deep: Any = {"resourceType": "Observation", "id": "deep"}
    for _ in range(300):
        deep = {"resourceType": "Observation", "x": deep}
    body = call_of("patient-view", "pat-holly", prefetch_of(record("no-foot-drop")) | {"more": deep})
    answer = client(NOW.isoformat()).send(
        "POST", "/cds-services/footdrop-patient-view", content=json.dumps(body).encode()
    )
    assert answer.status_code in (400, 413, 422)
