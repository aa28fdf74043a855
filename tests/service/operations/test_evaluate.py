"""`$evaluate`: any record in, its proposals out; of a batch, each patient gets an outcome of its own."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from fhir.resources.R4B.bundle import Bundle

from fhir_adapters import assess
from fhir_adapters.service.advice import Advisor
from fhir_adapters.service.operations import evaluate
from tests.service.asking import RECORDS, Json, as_of, ask, bundle, outcome, parameters, shared
from tests.service.support import MemoryJournal, app, fixture

TWO = bundle(fixture("peroneal-leg-crossing")), bundle(fixture("cauda-equina"))
NOT_A_PATIENT = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": {"resourceType": "Device"}}]}


def batch(*records: Any) -> Json:
    return {"resourceType": "Bundle", "type": "batch", "entry": [{"resource": record} for record in records]}


@pytest.mark.requirement("4.2")
@pytest.mark.parametrize("name", RECORDS)
def test_a_record_of_any_form_becomes_the_transaction_of_its_proposals(name: str) -> None:
    record = fixture(name)
    kind = "application/fhir+ndjson" if b'"Bundle"' not in record[:200] else "application/fhir+json"
    answer = ask(shared(), "POST", f"/$evaluate?evaluatedAt={as_of(name)}", record, content_type=kind)
    assert answer.json() == assess(record, as_of=as_of(name)).to_fhir()


@pytest.mark.parametrize("kind", ["batch", "transaction", "searchset", "collection", "history", "batch-response"])
def test_the_record_of_one_patient_may_lie_in_a_bundle_of_any_type(kind: str) -> None:
    record = {**TWO[0], "type": kind}
    if kind == "history":
        record["entry"] = [e | {"request": {"method": "PUT", "url": "x"}} for e in record["entry"]]
    answer = ask(shared(), "POST", "/$evaluate?evaluatedAt=2026-03-01", record)
    assert answer.json()["type"] == "transaction"


def test_an_offset_in_the_address_need_not_be_escaped() -> None:
    given = ask(shared(), "POST", "/$evaluate?evaluatedAt=2026-03-01T10:00:00+01:00", TWO[0])
    assert given.json()["timestamp"] == "2026-03-01T10:00:00+01:00"


@pytest.mark.requirement("4.2")
def test_a_batch_gets_an_answer_for_each_in_its_order() -> None:
    answer = ask(shared(), "POST", "/$evaluate?evaluatedAt=2026-07-03", batch(*TWO))
    found = answer.json()
    Bundle.model_validate(found)
    assert (answer.status_code, found["type"]) == (200, "batch-response")
    for entry, record in zip(found["entry"], TWO, strict=True):
        assert entry["response"]["status"] == "200 OK"
        assert entry["response"]["outcome"]["issue"][0]["details"]["text"] == "recommendations"
        assert entry["resource"] == assess(record, as_of="2026-07-03").to_fhir()


def request_identifiers(value: Any) -> list[Json]:
    """The requestIdentifier of every GuidanceResponse within a value."""
    if isinstance(value, list):
        return [found for each in value for found in request_identifiers(each)]
    if not isinstance(value, dict):
        return []
    own = [value["requestIdentifier"]] if value.get("resourceType") == "GuidanceResponse" else []
    return own + [found for each in value.values() for found in request_identifiers(each)]


@pytest.mark.requirement("4.2")
@pytest.mark.parametrize(
    ("path", "body", "answers"),
    [
        ("/$evaluate", TWO[0], 1),
        ("/$evaluate", batch(*TWO), 2),
        ("/PlanDefinition/footdrop/$apply", parameters(TWO[0], "2026-03-01"), 1),
        ("/PlanDefinition/footdrop/$apply", parameters(TWO[0], "2026-03-01", form="bundle"), 1),
    ],
)
def test_the_answer_names_the_request_by_the_id_that_its_sender_gave_it(path: str, body: Json, answers: int) -> None:
    journal = MemoryJournal()
    service = app(journal)
    named = ask(service, "POST", path, body, x_request_id="MSG-00017")
    assert request_identifiers(named.json()) == [{"value": "MSG-00017"}] * answers
    assert "MSG-00017" not in str(journal.assessments)
    for given in ({}, {"x_request_id": "two words"}):
        own = request_identifiers(ask(service, "POST", path, body, **given).json())
        assert [each["system"].rpartition("/")[2] for each in own] == ["request"] * answers


def test_data_that_could_not_be_used_are_named_in_the_outcome() -> None:
    found = ask(shared(), "POST", "/$evaluate?evaluatedAt=2026-03-01", batch(TWO[0])).json()
    issues = found["entry"][0]["response"]["outcome"]["issue"]
    assert [(each["severity"], each.get("expression")) for each in issues[1:]] == [
        ("warning", ["Observation.value[x]"])
    ]


def test_one_bad_patient_never_costs_the_others() -> None:
    bad = [NOT_A_PATIENT, {"resourceType": "Patient"}, None, "text", {"resourceType": "Bundle", "entry": "x"}]
    found = ask(shared(), "POST", "/$evaluate?evaluatedAt=2026-03-01", batch(TWO[0], *bad, TWO[1])).json()
    assert [entry["response"]["status"][:3] for entry in found["entry"]] == [
        "200",
        "422",
        "400",
        "400",
        "400",
        "422",
        "200",
    ]
    for entry in found["entry"][1:-1]:
        assert entry["response"]["outcome"]["issue"][0]["severity"] in ("error", "fatal")
        assert "resource" not in entry


def test_an_error_of_our_own_in_one_patient_costs_only_that_one(monkeypatch: pytest.MonkeyPatch) -> None:
    advise = Advisor.advise_now

    def breaks(self: Advisor, record: Any, as_of: Any) -> Any:
        if record == TWO[0]:
            raise RuntimeError("Jane Doe")
        return advise(self, record, as_of)

    monkeypatch.setattr(Advisor, "advise_now", breaks)
    found = ask(app(), "POST", "/$evaluate?evaluatedAt=2026-03-01", batch(*TWO))
    assert [entry["response"]["status"][:3] for entry in found.json()["entry"]] == ["500", "200"]
    assert "Jane" not in found.text


def test_patients_that_are_not_reached_in_time_are_told_so_and_the_others_keep_their_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seconds = iter([0.0, 17.0, 18.5])  # the limit is 20
    monkeypatch.setattr(evaluate, "_now", lambda: next(seconds))
    found = ask(app(), "POST", "/$evaluate?evaluatedAt=2026-03-01", batch(*TWO)).json()
    assert [entry["response"]["status"] for entry in found["entry"]] == ["200 OK", "503 Service Unavailable"]
    assert found["entry"][1]["response"]["outcome"]["issue"][0]["code"] == "timeout"


@pytest.mark.parametrize("empty", [{"entry": []}, {}])
def test_an_empty_batch_gets_an_empty_answer(empty: Json) -> None:
    journal = MemoryJournal()
    answer = ask(app(journal), "POST", "/$evaluate", {"resourceType": "Bundle", "type": "batch", **empty})
    assert (answer.status_code, answer.json()) == (200, {"resourceType": "Bundle", "type": "batch-response"})
    assert not journal.assessments


@pytest.mark.requirement("4.2")
def test_each_call_of_apply_in_a_batch_is_told_that_it_is_in_the_wrong_place() -> None:
    calls = [parameters(record, "2026-03-01") for record in TWO]
    answer = ask(shared(), "POST", "/$evaluate", batch(*calls))
    found = answer.json()
    Bundle.model_validate(found)
    assert (answer.status_code, [each["response"]["status"] for each in found["entry"]]) == (
        200,
        ["400 Bad Request"] * 2,
    )
    issues = [each["response"]["outcome"]["issue"][0] for each in found["entry"]]
    assert [each["expression"] for each in issues] == [["Bundle.entry[0].resource"], ["Bundle.entry[1].resource"]]


def test_each_patient_of_a_batch_is_kept() -> None:
    journal = MemoryJournal()
    ask(app(journal), "POST", "/$evaluate", batch(TWO[0], NOT_A_PATIENT, TWO[1]), x_request_id="night-run")
    assert len({each.id for each in journal.assessments}) == 2
    assert {each.face for each in journal.assessments} == {"evaluate"}


def test_a_batch_that_is_too_long_is_refused_whole() -> None:
    journal = MemoryJournal()
    answer = ask(app(journal, max_batch=2), "POST", "/$evaluate", batch(*TWO, TWO[0]))
    assert (answer.status_code, outcome(answer)["expression"]) == (413, ["Bundle.entry"])
    assert not journal.assessments


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "structure"),
        (b"{", 400, "structure"),
        (b"[]", 400, "structure"),
        (b'{"type": "batch", "entry": []}', 400, "structure"),
        (orjson.dumps(NOT_A_PATIENT), 422, "required"),
        (orjson.dumps(batch(NOT_A_PATIENT["entry"][0]["resource"])), 422, "required"),  # type: ignore[index]
    ],
)
def test_what_is_no_fhir_is_a_400_and_what_is_no_patient_a_422(body: bytes, status: int, code: str) -> None:
    answer = ask(shared(), "POST", "/$evaluate", body)
    assert (answer.status_code, outcome(answer)["code"]) == (status, code)


def test_two_patients_in_one_record_are_refused() -> None:
    both = {"resourceType": "Bundle", "type": "collection", "entry": TWO[0]["entry"] + TWO[1]["entry"]}
    answer = ask(shared(), "POST", "/$evaluate", both)
    assert (answer.status_code, outcome(answer)["code"]) == (422, "multiple-matches")
