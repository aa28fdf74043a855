"""Posting twice creates nothing twice, and what is really another proposal is never mistaken for the first."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from fhir_adapters.write import PROPOSAL, to_bundle
from guideline.assessment import Assessment, Guideline
from tests.fhir_adapters.test_write_samples import BLADDER, MRC, SAMPLES, alert, assessment, palsy, proposal

Json = dict[str, Any]


def identity(given: Assessment, kind: str = "ServiceRequest") -> str:
    [one] = [e["resource"] for e in to_bundle(given)["entry"] if e["resource"]["resourceType"] == kind]
    value: str = one["identifier"][0]["value"]
    return value


def ordering(key: str = "physiotherapy", **changed: Any) -> Assessment:
    return assessment(orders=[proposal(key, **{"side": "left", **changed})])


@pytest.mark.parametrize("name", SAMPLES)
def test_every_entry_is_created_only_if_its_identifier_is_not_there_yet(name: str) -> None:
    for entry in to_bundle(SAMPLES[name])["entry"]:
        resource, request = entry["resource"], entry["request"]
        assert (request["method"], request["url"]) == ("POST", resource["resourceType"])
        if resource["resourceType"] == "Provenance":  # has no identifier in R4
            assert "ifNoneExist" not in request
            continue
        [identifier] = resource["identifier"]
        assert identifier["system"] == PROPOSAL
        assert request["ifNoneExist"].split("&")[0] == f"identifier={PROPOSAL}|{identifier['value']}"
        assert entry["fullUrl"] == f"urn:uuid:{identifier['value']}"


@pytest.mark.parametrize(
    ("kind", "live"),
    [
        ("CarePlan", "&status=draft,active"),
        ("ServiceRequest", "&status=draft,active"),
        ("Goal", "&lifecycle-status=proposed,planned,accepted,active"),
        ("DetectedIssue", ""),
    ],
)
def test_only_a_live_proposal_stands_in_the_way_of_a_new_one(kind: str, live: str) -> None:
    requests = [one["request"] for one in to_bundle(palsy())["entry"] if one["request"]["url"] == kind]
    assert requests
    assert all(one["ifNoneExist"].partition("&")[2] == live.removeprefix("&") for one in requests)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_retry_has_the_same_bytes(name: str) -> None:
    assert orjson.dumps(to_bundle(SAMPLES[name])) == orjson.dumps(to_bundle(SAMPLES[name]))


def test_the_same_order_keeps_its_identity_on_another_day_and_with_other_words() -> None:
    first = identity(ordering())
    assert identity(ordering().model_copy(update={"as_of": "2026-03-02"})) == first
    assert identity(ordering(text="Said differently.")) == first


@pytest.mark.parametrize(
    "changed",
    [
        ordering(priority="urgent"),
        ordering(side="right"),
        ordering(side=None),
        ordering(rules=["FD-TST-09"]),
        ordering("gait-training"),
        ordering().model_copy(update={"patient": "Patient/other"}),
        ordering().model_copy(update={"guideline": Guideline(id="footdrop", version="1.0.1")}),
    ],
)
def test_another_priority_side_rule_patient_or_version_is_another_order(changed: Assessment) -> None:
    assert identity(changed) != identity(ordering())


def test_a_plan_with_other_parts_is_another_plan() -> None:
    more = assessment(orders=[proposal("physiotherapy", side="left"), proposal("hba1c")])
    assert identity(ordering(), "CarePlan") == identity(ordering(), "CarePlan")
    assert identity(more, "CarePlan") != identity(ordering(), "CarePlan")


def test_an_alert_on_new_evidence_is_another_alert() -> None:
    seen, again = (assessment(alerts=[alert("red-flag", because=[fact])]) for fact in (MRC, BLADDER))
    assert identity(seen, "DetectedIssue") != identity(again, "DetectedIssue")


def test_two_alerts_that_say_the_same_are_both_written() -> None:
    bundle = to_bundle(assessment(alerts=[alert("red-flag"), alert("red-flag")]))
    urls = [one["fullUrl"] for one in bundle["entry"]]
    assert len(set(urls)) == len(urls) == 4


def test_no_identifier_holds_the_patient() -> None:
    given = palsy().model_copy(update={"patient": "Patient/Jane-Doe-1970"})
    for entry in to_bundle(given)["entry"]:
        assert "Jane" not in entry["fullUrl"]
        assert "Jane" not in orjson.dumps(entry["resource"].get("identifier", [])).decode()
        assert "Jane" not in entry["request"].get("ifNoneExist", "")


def test_nothing_that_was_handed_out_is_shared_with_the_next_bundle() -> None:
    expected = orjson.dumps(to_bundle(palsy()))
    _spoil(to_bundle(palsy()))
    assert orjson.dumps(to_bundle(palsy())) == expected


def _spoil(node: Any) -> None:
    for value in list(node.values()) if isinstance(node, dict) else node:
        if isinstance(value, dict | list):
            _spoil(value)
    node.clear()
