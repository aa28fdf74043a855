"""What is handed in, what is fetched beside it, and what is said when neither can be had."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from fhir_adapters.service.hooks.templates import templates
from guideline.wording import title_of
from tests.service.hooks.calling import (
    SERVER,
    Client,
    FakeServer,
    Json,
    as_of,
    authorization,
    call_of,
    issue,
    patient_of,
    prefetch_of,
    record,
    searchset,
)

NAME = "peroneal-leg-crossing"
OPTIONAL = [each.key for each in templates() if not each.required]
ERROR = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "processing"}]}


def whole(name: str = NAME) -> Json:
    resources = record(name)
    return call_of("patient-view", patient_of(resources), prefetch_of(resources))


def with_server(body: Json, **access: Any) -> Json:
    return body | {"fhirServer": SERVER, "fhirAuthorization": authorization(**access)}


def topics(cards: list[Json]) -> list[str]:
    return [card["source"]["topic"]["code"] for card in cards]


def data_card(cards: list[Json]) -> Json:
    return next(card for card in cards if card["source"]["topic"]["code"] == "data")


@pytest.fixture(scope="module")
def answer() -> list[Json]:
    return Client(as_of(NAME)).cards(whole())


@pytest.mark.requirement("1.3-20")
def test_a_whole_prefetch_needs_no_server_and_no_word_about_data(answer: list[Json]) -> None:
    assert "data" not in topics(answer)


@pytest.mark.requirement("1.3-20", "1.4-28")
def test_with_a_token_alone_the_same_cards_come(answer: list[Json]) -> None:
    server = FakeServer(record(NAME), page=7)
    body = with_server(call_of("patient-view", patient_of(record(NAME))))
    assert Client(as_of(NAME), server).cards(body) == answer
    assert all(request.headers["Authorization"].startswith("Bearer ") for request in server.asked)


@pytest.mark.requirement("1.3-20")
@pytest.mark.parametrize("key", [each.key for each in templates()])
def test_an_absent_key_is_fetched_and_nothing_else_is(key: str, answer: list[Json]) -> None:
    server = FakeServer(record(NAME))
    body = with_server(whole())
    del body["prefetch"][key]
    assert Client(as_of(NAME), server).cards(body) == answer
    kind = next(each.query for each in templates() if each.key == key).partition("?")[0].partition("/")[0]
    assert server.kinds() == {kind}


@pytest.mark.requirement("1.3-22")
@pytest.mark.parametrize("key", [each.key for each in templates() if each.key != "patient"])
@pytest.mark.parametrize("none", [None, searchset([]), searchset([]) | {"entry": None}])
def test_null_and_an_empty_searchset_say_that_there_is_none_and_are_not_asked_again(
    key: str, none: Json | None
) -> None:
    server = FakeServer(record(NAME))
    body = with_server(whole())
    body["prefetch"][key] = none
    cards = Client(as_of(NAME), server).cards(body)
    assert server.asked == []
    assert "data" not in topics(cards)


@pytest.mark.requirement("1.3-23", "gap-3")
@pytest.mark.parametrize("key", ["patient", "observations", "conditions"])
def test_without_patient_findings_or_diagnoses_the_answer_is_412_and_names_the_key(key: str) -> None:
    body = whole()
    del body["prefetch"][key]
    found = issue(Client(as_of(NAME)).call(body), 412)
    assert found["expression"] == [f"prefetch.{key}"]
    assert key in found["diagnostics"]
    assert found["code"] == "incomplete"


@pytest.mark.requirement("1.3-23")
def test_nothing_at_all_is_412_for_all_three() -> None:
    found = issue(Client(as_of(NAME)).call(call_of("patient-view", "pat-birch")), 412)
    assert found["expression"] == ["prefetch.patient", "prefetch.observations", "prefetch.conditions"]


@pytest.mark.requirement("1.3-23")
@pytest.mark.parametrize("status", [401, 403, 404, 410, 429, 500, 503])
@pytest.mark.parametrize("kind", ["Patient", "Observation", "Condition"])
def test_a_server_that_does_not_give_what_is_needed_is_412(kind: str, status: int) -> None:
    server = FakeServer(record(NAME), broken={kind: status})
    body = with_server(call_of("patient-view", patient_of(record(NAME))))
    found = issue(Client(as_of(NAME), server).call(body), 412)
    assert f"status {status}" in found["diagnostics"]


@pytest.mark.requirement("1.3-23", "gap-3")
@pytest.mark.parametrize("key", OPTIONAL)
def test_other_data_that_are_missing_are_told_in_a_card_and_the_advice_still_comes(
    key: str, answer: list[Json]
) -> None:
    body = whole()
    del body["prefetch"][key]
    cards = Client(as_of(NAME)).cards(body)
    assert f"**{key}**" in data_card(cards)["detail"]
    assert data_card(cards)["indicator"] == "info"
    assert set(topics(answer)) <= set(topics(cards))


@pytest.mark.parametrize(
    ("key", "fact"),
    [("device-uses", "afo-in-use"), ("medication-statements", "anticoagulant"), ("devices", "mri-unsafe-device")],
)
def test_the_card_names_the_facts_rules_and_orders_that_hang_on_the_missing_data(key: str, fact: str) -> None:
    body = whole()
    del body["prefetch"][key]
    detail = data_card(Client(as_of(NAME)).cards(body))["detail"]
    assert f"Unknown for that reason: {title_of(fact)}" in detail
    assert "Rules that could not be settled: FD-" in detail


@pytest.mark.requirement("1.3-21", "gap-3")
@pytest.mark.parametrize("key", OPTIONAL)
def test_an_operation_outcome_in_a_key_is_fetched_where_that_is_granted_and_else_unknown(key: str) -> None:
    server = FakeServer(record(NAME))
    body = with_server(whole())
    body["prefetch"][key] = ERROR
    Client(as_of(NAME), server).cards(body)
    assert len(server.asked) == 1
    alone = whole()
    alone["prefetch"][key] = ERROR
    assert f"**{key}**" in data_card(Client(as_of(NAME)).cards(alone))["detail"]


@pytest.mark.requirement("1.3-21")
@pytest.mark.parametrize("key", ["patient", "observations", "conditions"])
def test_an_operation_outcome_instead_of_what_is_needed_is_412(key: str) -> None:
    body = whole()
    body["prefetch"][key] = ERROR if key == "patient" else searchset([ERROR])
    issue(Client(as_of(NAME)).call(body), 412)


@pytest.mark.requirement("1.3-21")
def test_an_error_beside_findings_leaves_them_and_is_told() -> None:
    body = whole("cauda-equina")
    body["prefetch"]["observations"]["entry"].append({"resource": ERROR})
    cards = Client(as_of("cauda-equina")).cards(body)
    assert "cauda-equina" in topics(cards)
    assert "red flags among it" in data_card(cards)["detail"]


@pytest.mark.requirement("1.3-21")
def test_a_hint_beside_findings_is_no_error(answer: list[Json]) -> None:
    body = whole()
    hint = {"resourceType": "OperationOutcome", "issue": [{"severity": "information", "code": "informational"}]}
    body["prefetch"]["observations"]["entry"].append({"resource": hint, "search": {"mode": "outcome"}})
    assert Client(as_of(NAME)).cards(body) == answer


@pytest.mark.requirement("gap-3")
def test_an_error_where_a_foot_drop_might_be_is_told_even_if_none_is_known() -> None:
    """No card at all would say that nothing is wrong."""
    body = whole("no-foot-drop")
    body["prefetch"]["conditions"]["entry"].append({"resource": ERROR})
    assert topics(Client(as_of("no-foot-drop")).cards(body)) == ["data"]


@pytest.mark.requirement("1.5-32")
def test_a_patient_who_does_not_concern_the_guideline_gets_no_card_although_a_device_list_is_missing() -> None:
    body = whole("no-foot-drop")
    del body["prefetch"]["devices"]
    assert Client(as_of("no-foot-drop")).cards(body) == []


STATIN = {"resourceType": "MedicationRequest", "id": "draft-1", "status": "draft", "intent": "order"}


@pytest.mark.requirement("gap-3")
@pytest.mark.parametrize("name", [NAME, "no-foot-drop"])
@pytest.mark.parametrize("hook", ["order-select", "order-sign"])
def test_an_order_of_another_kind_is_told_of_what_might_hide_an_emergency_and_of_nothing_else(
    hook: str, name: str
) -> None:
    context = {"draftOrders": searchset([STATIN]), "selections": ["MedicationRequest/draft-1"]}
    body = call_of(hook, patient_of(record(name)), prefetch_of(record(name)), context=context)
    del body["prefetch"]["devices"]
    assert Client(as_of(name)).cards(body) == []
    body["prefetch"]["observations"] = paged(body["prefetch"]["observations"], 1)
    (card,) = Client(as_of(name)).cards(body)
    assert "**observations**" in card["detail"]
    assert "**devices**" not in card["detail"]


def paged(found: Json, size: int, at: str = f"{SERVER}/Observation?patient=pat-birch&_start=") -> Json:
    link = [{"relation": "next", "url": f"{at}{size}"}]
    return found | {"entry": found["entry"][:size], "link": link}


@pytest.mark.requirement("1.3-22")
def test_the_pages_that_follow_a_prefetched_one_are_fetched(answer: list[Json]) -> None:
    server = FakeServer(record(NAME), page=5)
    body = with_server(whole())
    query = next(each.query for each in templates() if each.key == "observations")
    at = f"{SERVER}/{query.replace('{{context.patientId}}', 'pat-birch')}&_start="
    body["prefetch"]["observations"] = paged(body["prefetch"]["observations"], 4, at)
    assert Client(as_of(NAME), server).cards(body) == answer
    assert len(server.asked) > 1


@pytest.mark.requirement("1.3-22")
def test_a_page_without_a_token_for_the_next_is_partial_and_told() -> None:
    body = whole()
    body["prefetch"]["observations"] = paged(body["prefetch"]["observations"], 20)
    detail = data_card(Client(as_of(NAME)).cards(body))["detail"]
    assert "**observations**" in detail
    assert "more pages" in detail


@pytest.mark.requirement("1.3-22")
def test_a_later_page_that_fails_leaves_the_earlier_ones_and_is_told() -> None:
    def fail_later(request: httpx.Request) -> httpx.Response | None:
        return httpx.Response(500) if "_start" in str(request.url) else None

    server = FakeServer(record(NAME), page=10, hook=fail_later)
    cards = Client(as_of(NAME), server).cards(with_server(call_of("patient-view", patient_of(record(NAME)))))
    assert "status 500" in data_card(cards)["detail"]
    assert len(cards) > 1


def counted(found: Json, total: int) -> Json:
    """One entry of a searchset that counts so many, and no link to the rest."""
    return found | {"entry": found["entry"][:1], "total": total}


@pytest.mark.requirement("1.3-22", "gap-3")
def test_a_searchset_with_fewer_matches_than_it_counts_is_fetched(answer: list[Json]) -> None:
    server = FakeServer(record(NAME))
    body = with_server(whole())
    body["prefetch"]["observations"] = counted(body["prefetch"]["observations"], 40)
    assert Client(as_of(NAME), server).cards(body) == answer
    assert server.kinds() == {"Observation"}


@pytest.mark.requirement("1.3-22", "gap-3")
@pytest.mark.parametrize("name", [NAME, "no-foot-drop"])
def test_a_searchset_with_fewer_matches_than_it_counts_is_told_where_it_cannot_be_fetched(name: str) -> None:
    body = whole(name)
    body["prefetch"]["observations"] = counted(body["prefetch"]["observations"], 40)
    assert "fewer matches" in data_card(Client(as_of(name)).cards(body))["detail"]


def test_a_server_that_gives_fewer_matches_than_it_counts_is_told() -> None:
    def few(request: httpx.Request) -> httpx.Response | None:
        return httpx.Response(200, json=counted(found, 40)) if "/Observation" in str(request.url) else None

    found = whole()["prefetch"]["observations"]
    body = with_server(call_of("patient-view", patient_of(record(NAME))))
    cards = Client(as_of(NAME), FakeServer(record(NAME), hook=few)).cards(body)
    assert "fewer matches" in data_card(cards)["detail"]


def test_what_came_beside_the_matches_is_not_counted_among_them() -> None:
    body = whole()
    found = body["prefetch"]["observations"]
    found["entry"] = [entry | {"search": {"mode": "match"}} for entry in found["entry"]]
    assert "data" not in topics(Client(as_of(NAME)).cards(body))
    found["entry"][0]["search"] = {"mode": "include"}
    assert "fewer matches" in data_card(Client(as_of(NAME)).cards(body))["detail"]


@pytest.mark.parametrize("total", [0, 1, None, "40"])
def test_a_total_that_is_reached_or_is_no_number_says_nothing_more(total: Any, answer: list[Json]) -> None:
    body = whole()
    body["prefetch"]["observations"]["total"] = total
    assert Client(as_of(NAME)).cards(body) == answer


def test_a_bundle_handed_in_as_the_whole_prefetch_is_read_by_what_is_in_it() -> None:
    """What it holds is taken; the types that it lacks are not there, which is not the same as none."""
    name = "cauda-equina"
    body = call_of("patient-view", patient_of(record(name)), searchset(record(name)))
    cards = Client(as_of(name)).cards(body)
    assert "cauda-equina" in topics(cards)
    assert "**procedures**" in data_card(cards)["detail"]
    body["prefetch"]["total"] = len(record(name)) + 1
    assert "fewer matches" in data_card(Client(as_of(name)).cards(body))["detail"]


def test_a_whole_bundle_without_findings_is_412_unless_they_can_be_fetched() -> None:
    kept = [each for each in record(NAME) if each["resourceType"] != "Observation"]
    body = call_of("patient-view", patient_of(kept), searchset(kept))
    assert issue(Client(as_of(NAME)).call(body), 412)["expression"] == ["prefetch.observations"]
    assert Client(as_of(NAME), FakeServer(record(NAME))).call(with_server(body)).status_code == 200


def test_a_lone_resource_where_a_searchset_is_expected_is_read(answer: list[Json]) -> None:
    body = whole()
    lone = [each["resource"] for each in body["prefetch"]["conditions"]["entry"]]
    body["prefetch"]["conditions"] = lone[0]
    body["prefetch"]["more"] = searchset(lone[1:])
    assert Client(as_of(NAME)).cards(body) == answer


def test_a_patient_under_another_key_is_enough(answer: list[Json]) -> None:
    body = whole()
    body["prefetch"]["patientToGreet"] = body["prefetch"].pop("patient")
    assert Client(as_of(NAME)).cards(body) == answer


def test_a_value_that_is_no_fhir_is_not_taken_for_none() -> None:
    body = whole()
    body["prefetch"]["conditions"] = ["x"]
    issue(Client(as_of(NAME)).call(body), 412)
    body = whole()
    body["prefetch"]["device-uses"] = {"x": 1}
    assert "not FHIR" in data_card(Client(as_of(NAME)).cards(body))["detail"]


AFO = {
    "status": "active",
    "subject": {"reference": "Patient/pat-birch"},
    "bodySite": {"coding": [{"system": "http://snomed.info/sct", "code": "32153003"}]},
}
DEVICE = {
    "resourceType": "Device",
    "id": "afo-7",
    "type": {"coding": [{"system": "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", "code": "L1930"}]},
}


def orthosis_proposed(cards: list[Json]) -> bool:
    return any("Ankle-foot orthosis" in each["label"] for card in cards for each in card.get("suggestions", ()))


@pytest.mark.parametrize(
    "use",
    [
        {"resourceType": "DeviceUseStatement", "id": "u1", "device": {"reference": "Device/afo-7"}, **AFO},
        {
            "resourceType": "DeviceUseStatement",
            "id": "u1",
            "device": {"reference": "https://EHR.example:443/fhir/Device/afo-7"},
            **AFO,
        },
        {
            "resourceType": "DeviceUsage",
            "id": "u1",
            "device": {"reference": {"reference": f"{SERVER}/Device/afo-7"}},
            **AFO,
            "patient": {"reference": "Patient/pat-birch"},
        },
    ],
    ids=["R4", "R4, written otherwise", "R5"],
)
def test_a_device_that_is_only_linked_is_fetched(use: Json, answer: list[Json]) -> None:
    assert orthosis_proposed(answer)
    server = FakeServer([*record(NAME), DEVICE])
    body = with_server(whole())
    body["prefetch"]["device-uses"] = searchset([use])
    cards = Client(as_of(NAME), server).cards(body)
    assert not orthosis_proposed(cards)
    assert [str(request.url) for request in server.asked] == [f"{SERVER}/Device/afo-7"]


@pytest.mark.parametrize(
    ("link", "asked"),
    [("Device/afo-7", [f"{SERVER}/Device/afo-7"]), ("https://other.example/fhir/Device/afo-7", [])],
)
def test_a_device_that_is_only_linked_and_cannot_be_had_is_told(link: str, asked: list[str]) -> None:
    body = with_server(whole())
    use = {"resourceType": "DeviceUseStatement", "id": "u1", "device": {"reference": link}, **AFO}
    body["prefetch"]["device-uses"] = searchset([use])
    server = FakeServer(record(NAME))
    cards = Client(as_of(NAME), server).cards(body)
    assert "only linked" in data_card(cards)["detail"]
    assert [str(request.url) for request in server.asked] == asked


@pytest.mark.parametrize(
    "other",
    [DEVICE | {"id": "afo-8"}, DEVICE | {"resourceType": "Medication"}, {"resourceType": "Bundle", "id": "afo-7"}],
    ids=["another device", "another type", "a Bundle"],
)
def test_what_the_server_answers_is_not_taken_for_the_device_unless_it_is_that_one(other: Json) -> None:
    server = FakeServer(record(NAME), hook=lambda _: httpx.Response(200, json=other))
    use = {"resourceType": "DeviceUseStatement", "id": "u1", "device": {"reference": "Device/afo-7"}, **AFO}
    body = with_server(whole())
    body["prefetch"]["device-uses"] = searchset([use])
    cards = Client(as_of(NAME), server).cards(body)
    assert [str(request.url) for request in server.asked] == [f"{SERVER}/Device/afo-7"]
    assert "only linked" in data_card(cards)["detail"]
    assert orthosis_proposed(cards)


@pytest.mark.requirement("1.9-62", "1.4-27")
@pytest.mark.parametrize("scope", ["patient/Patient.read patient/Observation.read patient/Condition.read", "user/*.rs"])
def test_what_the_token_does_not_grant_is_not_asked_for(scope: str) -> None:
    server = FakeServer(record(NAME))
    body = with_server(call_of("patient-view", patient_of(record(NAME))), scope=scope)
    cards = Client(as_of(NAME), server).cards(body)
    kinds = server.kinds()
    if scope == "user/*.rs":
        assert len(kinds) == len(templates())
    else:
        assert kinds == {"Patient", "Observation", "Condition"}
        assert "does not grant it" in data_card(cards)["detail"]
