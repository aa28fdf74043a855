"""Whatever the assessment, what is written is valid R4: held on generated assessments of every outcome."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as ET

import orjson
import pytest
from fhir.resources.R4B import get_fhir_model_class
from hypothesis import given, settings
from hypothesis import strategies as st

from fhir_adapters.write import to_bundle
from guideline import vocabulary
from guideline.assessment import (
    NOTICE,
    PRIORITIES,
    STRENGTHS,
    Alert,
    Assessment,
    Because,
    Differential,
    Goal,
    Guideline,
    Limb,
    Override,
    Prognosis,
    Proposal,
    Question,
    ReportedProblem,
    TimelineEntry,
)
from tests.fhir_adapters.test_write_samples import SAMPLES

Json = dict[str, Any]

TYPES = {
    "CarePlan",
    "Goal",
    "ServiceRequest",
    "ClinicalImpression",
    "DetectedIssue",
    "GuidanceResponse",
    "Provenance",
}

# Required bindings of R4: path -> codes.
REQUEST_STATUS = {"draft", "active", "on-hold", "revoked", "completed", "entered-in-error", "unknown"}
CODES = {
    "Bundle.type": {"transaction"},
    "Bundle.entry.request.method": {"POST"},
    "CarePlan.status": REQUEST_STATUS,
    "CarePlan.intent": {"proposal", "plan", "order", "option"},
    "CarePlan.activity.detail.status": {"not-started", "scheduled", "in-progress", "on-hold", "completed", "cancelled"},
    "Goal.lifecycleStatus": {"proposed", "planned", "accepted", "active", "on-hold", "completed", "cancelled"},
    "ServiceRequest.status": REQUEST_STATUS,
    "ServiceRequest.intent": {"proposal"},
    "ServiceRequest.priority": {"routine", "urgent", "asap", "stat"},
    "ClinicalImpression.status": {"in-progress", "completed", "entered-in-error"},
    "DetectedIssue.status": {"registered", "preliminary", "final", "amended"},
    "DetectedIssue.severity": {"high", "moderate", "low"},
    "GuidanceResponse.status": {"success", "data-requested", "data-required", "in-progress", "failure"},
    "Provenance.entity.role": {"derivation", "revision", "quotation", "source", "removal"},
    "OperationOutcome.issue.severity": {"fatal", "error", "warning", "information"},
}

REQUIRED = {
    "CarePlan": {"status", "intent", "subject"},
    "Goal": {"lifecycleStatus", "description", "subject"},
    "ServiceRequest": {"status", "intent", "subject", "code", "authoredOn", "instantiatesCanonical", "note"},
    "ClinicalImpression": {"status", "subject"},
    "DetectedIssue": {"status", "severity", "patient", "code", "detail"},
    "GuidanceResponse": {"moduleCanonical", "status", "subject", "requestIdentifier"},
    "Provenance": {"target", "recorded", "agent"},
}

REASON = {"Condition", "Observation", "DiagnosticReport", "DocumentReference"}
TARGETS = {
    "CarePlan.subject": {"Patient"},
    "CarePlan.author": {"Device"},
    "CarePlan.addresses": {"Condition"},
    "CarePlan.goal": {"Goal"},
    "CarePlan.activity.reference": {"ServiceRequest"},
    "CarePlan.activity.detail.reasonReference": REASON,
    "Goal.subject": {"Patient"},
    "ServiceRequest.subject": {"Patient"},
    "ServiceRequest.requester": {"Device"},
    "ServiceRequest.replaces": {"ServiceRequest"},
    "ServiceRequest.reasonReference": REASON,
    "ClinicalImpression.subject": {"Patient"},
    "ClinicalImpression.problem": {"Condition"},
    "DetectedIssue.patient": {"Patient"},
    "DetectedIssue.author": {"Device"},
    "GuidanceResponse.subject": {"Patient"},
    "GuidanceResponse.performer": {"Device"},
    "GuidanceResponse.result": {"CarePlan"},
    "GuidanceResponse.outputParameters": {"Parameters"},
    "GuidanceResponse.evaluationMessage": {"OperationOutcome"},
    "Provenance.agent.who": {"Device"},
}

_text = st.one_of(st.text(max_size=40), st.sampled_from(["<b>&", "a\x00b", "\u200b", "line\nline", "ä 測試 🦶", "]]>"]))
_side = st.sampled_from(["left", "right"])
_date = st.dates().map(lambda day: f"{day.year:04}-{day.month:02}-{day.day:02}")
_as_of = st.one_of(
    _date, st.sampled_from(["2026-03-01T14:00:00Z", "2026-03-01T14:00:00.250+05:30", "2026-03-01T14:00"])
)
_resource = st.one_of(
    st.none(),
    st.sampled_from(
        [
            "Observation/1",
            "Observation/2/_history/3",
            "Condition/c",
            "DiagnosticReport/d",
            "ServiceRequest/s",
            "Patient/example",
            "https://hospital.example/fhir/Condition/9",
            "urn:uuid:0b1c2d3e-0000-4000-8000-000000000001",
            "Foo/1",
            "Observation/not an id",
            "",
        ]
    ),
    _text,
)
_ids = st.lists(st.sampled_from(["FD-RED-01", "FD-SUR-02", "FD-PT-03"]), min_size=1, max_size=2, unique=True)
_statements = st.lists(st.sampled_from(["RED-01", "SUR-04", "C-12"]), min_size=1, max_size=2, unique=True)
_fact = st.sampled_from([*vocabulary.features(), *vocabulary.diagnoses(), "age"])
_value = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), _text)
_because = st.builds(Because, fact=_fact, side=st.none() | _side, value=_value, resource=_resource)
_basis = {"rules": _ids, "statements": _statements, "because": st.lists(_because, max_size=3)}


def _proposals(keys: list[str]) -> st.SearchStrategy[list[Proposal]]:
    one = st.builds(
        Proposal,
        key=st.sampled_from(keys),
        side=st.none() | _side,
        priority=st.sampled_from(PRIORITIES),
        strength=st.sampled_from(STRENGTHS),
        earliest=st.none() | _date,
        latest=st.none() | _date,
        status=st.sampled_from(["new", "already-ordered", "done"]),
        supersedes=_resource,
        text=_text,
        **_basis,
    )
    return st.lists(one, max_size=4)


_differential = st.builds(
    Differential,
    diagnosis=st.sampled_from(list(vocabulary.diagnoses())),
    certainty=st.sampled_from(["suspected", "probable", "confirmed"]),
    rules=_ids,
    statements=_statements,
)
_limb = st.builds(
    Limb,
    side=_side,
    foot_drop=st.none() | st.booleans(),
    severity=st.none() | st.sampled_from(["mild", "severe"]),
    course=st.none() | st.just("stable"),
    onset=st.none() | _date,
    differential=st.lists(_differential, max_size=2),
)
_alert = st.builds(
    Alert,
    severity=st.sampled_from(["critical", "warning", "info"]),
    key=st.sampled_from(["cauda-equina-suspected", "weak-sign"]),
    side=st.none() | _side,
    text=_text,
    **_basis,
)
_question = st.builds(
    Question,
    fact=_fact,
    side=st.none() | _side,
    text=_text,
    would_change=st.lists(st.sampled_from(list(vocabulary.order_kinds())), max_size=3),
    statements=_statements,
)
_override = st.builds(
    Override, parameter=_text, default=_text, value=_text, signed_by=_text, signed_on=st.just("2026-01-01")
)
ASSESSMENTS = st.builds(
    Assessment,
    outcome=st.sampled_from(["recommendations", "needs-data", "not-applicable", "nothing-new"]),
    notice=st.just(NOTICE),
    as_of=_as_of,
    guideline=st.builds(Guideline, id=st.just("footdrop"), version=st.sampled_from(["1.0.0", "2.0.0"])),
    patient=st.just("Patient/example"),
    limbs=st.lists(_limb, max_size=2),
    orders=_proposals(list(vocabulary.order_kinds())),
    activities=_proposals(list(vocabulary.ACTIVITY_KEYS)),
    goals=st.lists(st.builds(Goal, key=st.sampled_from(vocabulary.GOAL_KEYS), text=_text), max_size=3),
    alerts=st.lists(_alert, max_size=3),
    questions=st.lists(_question, max_size=3),
    prognosis=st.lists(st.builds(Prognosis, text=_text, side=st.none() | _side, statements=_statements), max_size=2),
    timeline=st.lists(st.builds(TimelineEntry, date=_date, change=_text, rules=_ids), max_size=2),
    problems=st.lists(
        st.builds(ReportedProblem, resource=_resource.map(lambda one: one or ""), element=_text, text=_text), max_size=2
    ),
    overrides=st.lists(_override, max_size=2),
)

anything = settings(max_examples=80, derandomize=True, deadline=None)


def leaves(node: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every value with its path, indexes left out; a resource in a resource starts its own path."""
    if isinstance(node, dict):
        path = node.get("resourceType", path)
        if not node:
            yield path, node
        for name, value in node.items():
            yield from leaves(value, f"{path}.{name}")
    elif isinstance(node, list):
        if not node:
            yield path, node
        for value in node:
            yield from leaves(value, path)
    else:
        yield path, node


def references(node: Any, path: str) -> Iterator[tuple[str, Json]]:
    """Every Reference with its path."""
    if isinstance(node, dict):
        path = node.get("resourceType", path)
        if isinstance(node.get("reference"), str) or set(node) <= {"type", "identifier", "display"}:
            yield path, node
        for name, value in node.items():
            yield from references(value, f"{path}.{name}")
    elif isinstance(node, list):
        for value in node:
            yield from references(value, path)


def resources(bundle: Json) -> list[Json]:
    return [entry["resource"] for entry in bundle["entry"]]


@anything
@given(ASSESSMENTS)
def test_every_resource_is_read_by_fhir_resources_and_given_back_unchanged(assessment: Assessment) -> None:
    for resource in resources(orjson.loads(orjson.dumps(to_bundle(assessment)))):
        read = get_fhir_model_class(resource["resourceType"]).model_validate(resource)
        assert orjson.loads(read.model_dump_json()) == resource


@anything
@given(ASSESSMENTS)
def test_nothing_is_null_or_empty_and_no_control_character_is_left(assessment: Assessment) -> None:
    for path, value in leaves(to_bundle(assessment), ""):
        assert value not in (None, "", [], {}), path
        if isinstance(value, str):
            assert value == value.strip(), path
            assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", value), path


@anything
@given(ASSESSMENTS)
def test_required_elements_are_there_and_required_codes_are_of_their_value_set(assessment: Assessment) -> None:
    bundle = to_bundle(assessment)
    for resource in resources(bundle):
        assert REQUIRED[resource["resourceType"]] <= set(resource)
    for path, value in leaves(bundle, ""):
        assert value in CODES.get(path, {value}), path


@anything
@given(ASSESSMENTS)
def test_every_reference_leads_to_a_resource_of_an_allowed_type(assessment: Assessment) -> None:
    bundle = to_bundle(assessment)
    written = {entry["fullUrl"]: entry["resource"]["resourceType"] for entry in bundle["entry"]}
    for resource in resources(bundle):
        contained = {f"#{one['id']}": one["resourceType"] for one in resource.get("contained", [])}
        for path, reference in references(resource, ""):
            target = reference.get("reference")
            if target is None:
                kind = reference.get("type")
                assert path in TARGETS or kind is None
            elif target.startswith(("urn:", "#")):
                kind = {**written, **contained}[target]
            else:
                kind = re.sub(r"/_history/.*", "", target).split("/")[-2]
            assert kind is None or kind in TARGETS.get(path, {kind}), path


@anything
@given(ASSESSMENTS)
def test_invariants_of_r4_hold(assessment: Assessment) -> None:
    bundle = to_bundle(assessment)
    urls = [entry["fullUrl"] for entry in bundle["entry"]]
    assert len(set(urls)) == len(urls), "bdl-7"
    for resource in resources(bundle):
        for activity in resource.get("activity", []) if resource["resourceType"] == "CarePlan" else []:
            assert ("detail" in activity) != ("reference" in activity), "cpl-3"
        periods = [resource.get("occurrencePeriod"), resource.get("period")]
        periods += [one["detail"].get("scheduledPeriod") for one in _details(resource)]
        for period in filter(None, periods):
            assert period.get("start", "") <= period.get("end", "9999"), "per-1"
        for requirement in resource.get("dataRequirement", []):
            assert all(("path" in one) != ("searchParam" in one) for one in requirement["codeFilter"]), "drq-1"
        for one in resource.get("contained", []):
            assert f'"#{one["id"]}"' in orjson.dumps(resource).decode(), "dom-3"
            assert not {"contained", "meta", "text"} & set(one), "dom-2, dom-4"
        for parameter in [p for one in resource.get("contained", []) for p in one.get("parameter", [])]:
            assert ("part" in parameter) != any(name.startswith("value") for name in parameter), "inv-1"


def _details(resource: Json) -> list[Json]:
    return [one for one in resource.get("activity", []) if isinstance(one, dict) and "detail" in one]


@anything
@given(ASSESSMENTS)
def test_only_the_seven_types_are_written_and_never_a_medication(assessment: Assessment) -> None:
    for resource in resources(to_bundle(assessment)):
        assert resource["resourceType"] in TYPES
        assert resource.get("intent", "proposal") == "proposal"


@anything
@given(ASSESSMENTS)
def test_every_new_order_becomes_one_request_that_the_plan_holds(assessment: Assessment) -> None:
    bundle = to_bundle(assessment)
    requests = [entry["fullUrl"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == "ServiceRequest"]
    assert len(requests) == sum(order.status == "new" for order in assessment.orders)
    held = [one["reference"]["reference"] for plan in _plans(bundle) for one in plan["activity"] if "reference" in one]
    assert held == requests


@anything
@given(ASSESSMENTS)
def test_every_narrative_is_well_formed_and_the_notice_is_in_what_a_person_reads(assessment: Assessment) -> None:
    for resource in resources(to_bundle(assessment)):
        assert "".join(ET.fromstring(resource["text"]["div"]).itertext()).strip()
        if resource["resourceType"] in {"CarePlan", "GuidanceResponse", "ClinicalImpression"}:
            assert NOTICE in [note["text"] for note in resource["note"]]


@anything
@given(ASSESSMENTS)
def test_equal_assessments_give_equal_bytes(assessment: Assessment) -> None:
    again = Assessment.model_validate(assessment.model_dump())
    assert orjson.dumps(to_bundle(assessment)) == orjson.dumps(to_bundle(again))


def _plans(bundle: Json) -> list[Json]:
    return [one for one in resources(bundle) if one["resourceType"] == "CarePlan"]


@pytest.mark.parametrize("name", SAMPLES)
def test_the_whole_bundle_is_read_by_fhir_resources_and_given_back_unchanged(name: str) -> None:
    bundle = orjson.loads(orjson.dumps(to_bundle(SAMPLES[name], cpt=True)))
    read = get_fhir_model_class("Bundle").model_validate(bundle)
    assert orjson.loads(read.model_dump_json()) == bundle
