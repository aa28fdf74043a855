"""The CarePlan holds the proposals together; what is around it says what was seen, what is missing and why."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_adapters.write import to_bundle
from guideline import vocabulary
from guideline.assessment import NOTICE, Assessment, Question
from tests.fhir_adapters.test_write_samples import (
    MRC,
    SAMPLES,
    alert,
    assessment,
    emergency,
    needs_data,
    not_applicable,
    nothing_new,
    palsy,
    proposal,
)

Json = dict[str, Any]


def written(given: Assessment, kind: str) -> list[Json]:
    return [one["resource"] for one in to_bundle(given)["entry"] if one["resource"]["resourceType"] == kind]


def only(given: Assessment, kind: str) -> Json:
    [one] = written(given, kind)
    return one


def words(resource: Json) -> str:
    return "\n".join(note["text"] for note in resource["note"])


def test_the_plan_is_a_proposal_for_the_patient_from_as_of_on() -> None:
    plan = only(palsy(), "CarePlan")
    assert plan["intent"] == "proposal"
    assert plan["subject"] == {"reference": "Patient/example"}
    assert plan["period"] == {"start": "2026-03-01"}
    assert plan["category"][0]["coding"] == [{"system": vocabulary.SNOMED, "code": "734163000"}]


def test_the_plan_is_a_draft_while_one_of_its_orders_is() -> None:
    assert only(palsy(), "CarePlan")["status"] == "draft"
    assert only(palsy().model_copy(update={"questions": []}), "CarePlan")["status"] == "active"


def test_a_plan_without_orders_is_a_draft_as_long_as_more_has_to_be_known() -> None:
    waiting = needs_data().model_copy(update={"activities": [proposal("education")]})
    assert only(waiting, "CarePlan")["status"] == "draft"
    settled = assessment(outcome="nothing-new", activities=[proposal("education")])
    assert only(settled, "CarePlan")["status"] == "active"


@pytest.mark.parametrize(
    ("resource", "named"),
    [
        ("Condition/1", True),
        ("Observation/1", True),
        ("DiagnosticReport/1", True),
        ("DocumentReference/1", True),
        ("Procedure/1", False),
        ("urn:uuid:00000000-0000-4000-8000-000000000000", False),
    ],
)
def test_an_activity_names_its_reasons_of_every_type_that_fhir_takes_there(resource: str, named: bool) -> None:
    because = [MRC.model_copy(update={"resource": resource})]
    given = assessment(outcome="nothing-new", activities=[proposal("education", because=because)])
    detail = only(given, "CarePlan")["activity"][0]["detail"]
    assert detail.get("reasonReference", []) == ([{"reference": resource}] if named else [])


def test_activities_without_an_order_stand_in_the_plan_itself() -> None:
    details = [one["detail"] for one in only(palsy(), "CarePlan")["activity"] if "detail" in one]
    said = [(one["code"]["coding"][0]["code"], one["status"]) for one in details]
    assert said == [("education", "not-started"), ("home-toe-taps", "not-started"), ("skin-inspection", "scheduled")]
    assert details[1]["scheduledPeriod"] == {"start": "2026-03-01"}
    assert details[1]["description"].startswith("Left leg: Why home-toe-taps is proposed.")
    assert details[1]["reasonReference"] == [{"reference": "Observation/mrc-left"}, {"reference": "Condition/palsy"}]


def test_goals_are_proposed_and_the_plan_refers_to_them() -> None:
    goals = written(palsy(), "Goal")
    assert [one["description"]["coding"][0]["code"] for one in goals] == ["fall-prevention", "mobility"]
    assert {one["lifecycleStatus"] for one in goals} == {"proposed"}
    assert len(only(palsy(), "CarePlan")["goal"]) == len(goals)


def test_care_that_exists_and_the_timeline_are_noted_in_the_plan() -> None:
    said = words(only(palsy(), "CarePlan"))
    assert "already-ordered: Left leg: Physiotherapy" in said
    assert "2026-04-05: Nerve surgery opinion is eligible (FD-SUR-01)" in said


@pytest.mark.parametrize("kind", ["CarePlan", "GuidanceResponse"])
def test_a_sites_override_is_visible_with_its_signature(kind: str) -> None:
    said = words(only(palsy(), kind))
    assert "Peroneal surgery eligible is 4 months here instead of 3 months" in said
    assert "Neurology board" in said


@pytest.mark.parametrize("given", [needs_data(), nothing_new(), not_applicable()])
def test_without_anything_new_there_is_no_plan(given: Assessment) -> None:
    assert written(given, "CarePlan") == []
    assert "result" not in only(given, "GuidanceResponse")


def test_an_activity_alone_makes_a_plan() -> None:
    given = assessment(outcome="nothing-new", activities=[proposal("education")])
    assert only(given, "CarePlan")["activity"][0]["detail"]["status"] == "not-started"


@pytest.mark.parametrize("name", SAMPLES)
def test_the_notice_is_in_every_response(name: str) -> None:
    assert NOTICE in words(only(SAMPLES[name], "GuidanceResponse"))


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (palsy(), "data-requested"),
        (emergency(), "success"),
        (needs_data(), "data-required"),
        (nothing_new(), "success"),
        (not_applicable(), "success"),
    ],
)
def test_the_response_says_how_it_came_out(given: Assessment, status: str) -> None:
    response = only(given, "GuidanceResponse")
    assert response["status"] == status
    parameters = {one["name"]: one for one in response["contained"][0]["parameter"]}
    assert parameters["outcome"]["valueCode"] == given.outcome


def test_every_question_is_a_data_requirement_by_its_local_code() -> None:
    asked = ["mrc-ankle-inversion", "hba1c", "stroke"]
    questions = [Question(fact=one, side=None, text="?", would_change=[], statements=["LOC-01"]) for one in asked]
    response = only(assessment(outcome="needs-data", questions=questions), "GuidanceResponse")
    found = [(one["type"], one["codeFilter"][0]["code"]) for one in response["dataRequirement"]]
    assert [kind for kind, _ in found] == ["Observation", "Observation", "Condition"]
    assert [codes[0]["code"] for _, codes in found] == asked
    assert {"system": vocabulary.LOINC, "code": "4548-4"} in found[1][1]
    assert "It could change: ankle-foot-orthosis." in words(only(needs_data(), "GuidanceResponse"))


def test_data_that_could_not_be_used_is_reported_inside_the_response() -> None:
    response = only(palsy(), "GuidanceResponse")
    [issue] = response["contained"][1]["issue"]
    assert issue["severity"] == "warning"
    assert issue["expression"] == ["Observation.valueInteger"]
    assert response["evaluationMessage"] == [{"reference": "#problems"}]


def test_the_impression_gives_the_differential_by_leg_and_the_prognosis() -> None:
    impression = only(palsy(), "ClinicalImpression")
    items = [one["itemCodeableConcept"] for one in impression["finding"]]
    assert [one["coding"][0]["code"] for one in items] == ["foot-drop", "peroneal-neuropathy", "lumbar-radiculopathy"]
    assert items[1]["text"] == "Left leg: peroneal neuropathy (probable)"
    assert "LOC-10" in impression["finding"][1]["basis"]
    assert impression["prognosisCodeableConcept"] == [{"text": "Left leg: Most recover within months."}]
    assert "Right leg: no foot drop." in impression["summary"]


@pytest.mark.parametrize(("severity", "code"), [("critical", "high"), ("warning", "moderate"), ("info", "low")])
def test_an_alert_is_a_detected_issue_of_its_severity(severity: str, code: str) -> None:
    issue = only(assessment(alerts=[alert("red-flag", severity=severity, side="left")]), "DetectedIssue")
    assert issue["severity"] == code
    assert issue["code"]["coding"] == [{"system": vocabulary.ALERT_SYSTEM, "code": "red-flag"}]
    assert issue["detail"].startswith("Left leg: Mind red-flag.")
    assert issue["evidence"][0]["detail"][0]["reference"] == "Observation/mrc-left"


def test_an_alert_is_written_even_when_nothing_is_proposed() -> None:
    given = assessment(alerts=[alert("red-flag")])
    assert written(given, "CarePlan") == []
    assert len(written(given, "DetectedIssue")) == 1


def test_text_with_markup_is_escaped_in_the_narrative() -> None:
    given = assessment(alerts=[alert("red-flag", text="MRC < 3 & <script>falls</script>")])
    assert "MRC &lt; 3 &amp; &lt;script&gt;falls&lt;/script&gt;" in only(given, "DetectedIssue")["text"]["div"]


def test_provenance_covers_everything_and_names_rules_statements_and_inputs() -> None:
    bundle = to_bundle(palsy())
    provenance = bundle["entry"][-1]["resource"]
    assert [one["reference"] for one in provenance["target"]] == [one["fullUrl"] for one in bundle["entry"][:-1]]
    assert f"{vocabulary.BASE}/PlanDefinition/footdrop#FD-LOC-01" in provenance["policy"]
    inputs = [one["what"].get("reference") for one in provenance["entity"] if one["role"] == "derivation"]
    assert set(inputs) == {"Condition/palsy", "Observation/mrc-left", "Observation/sensation"}
    sources = [one["what"]["identifier"]["value"] for one in provenance["entity"] if one["role"] == "source"]
    assert sources == sorted({"CON-01", "LOC-10", "LOC-11", "LOC-13", "PIT-01", "PRG-01"})


@pytest.mark.parametrize(
    ("as_of", "instant"),
    [
        ("2026-03-01", "2026-03-01T00:00:00Z"),
        ("2026-03-01T14:00:00Z", "2026-03-01T14:00:00Z"),
        ("2026-03-01T14:00:00+05:30", "2026-03-01T14:00:00+05:30"),
        ("2026-03-01T14:00Z", "2026-03-01T14:00:00Z"),
    ],
)
def test_as_of_is_the_only_clock(as_of: str, instant: str) -> None:
    given = palsy().model_copy(update={"as_of": as_of})
    assert only(given, "Provenance")["recorded"] == instant
    assert to_bundle(given)["timestamp"] == instant
