"""Each new order is one ServiceRequest proposal that says what, when, why, how sure, and on whose word."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_adapters.write import to_bundle
from guideline import vocabulary
from guideline.assessment import Assessment, Because, Limb, Proposal, Question
from tests.fhir_adapters.test_write_samples import BLADDER, MRC, ONSET, PALSY, assessment, palsy, proposal

Json = dict[str, Any]

LEFT_DROP = Limb(side="left", foot_drop=True, severity=None, course=None, onset=None, differential=[])


def requests(given: Assessment, *, cpt: bool = False) -> list[Json]:
    entries = to_bundle(given, cpt=cpt)["entry"]
    return [one["resource"] for one in entries if one["resource"]["resourceType"] == "ServiceRequest"]


def request(order: Proposal, **given: Any) -> Json:
    [one] = requests(assessment(orders=[order], **given))
    return one


def question(side: Any, *would_change: str) -> Question:
    return Question(fact="onset", side=side, text="When?", would_change=list(would_change), statements=["LOC-01"])


def test_the_local_key_comes_first_and_then_the_published_codes() -> None:
    codings = request(proposal("mri-lumbar-spine"))["code"]["coding"]
    assert [(one["system"], one["code"]) for one in codings] == [
        (vocabulary.ORDER_SYSTEM, "mri-lumbar-spine"),
        (vocabulary.LOINC, "30679-5"),
        (vocabulary.SNOMED, "394451000119106"),
    ]


def test_cpt_is_added_only_when_it_is_asked_for() -> None:
    given = assessment(orders=[proposal("mri-lumbar-spine")])
    systems = [[one["system"] for one in requests(given, cpt=cpt)[0]["code"]["coding"]] for cpt in (False, True)]
    assert vocabulary.CPT not in systems[0]
    assert systems[1][-1] == vocabulary.CPT


@pytest.mark.parametrize("key", vocabulary.order_kinds())
def test_every_order_of_the_vocabulary_can_be_written(key: str) -> None:
    one = request(proposal(key))
    assert one["code"]["coding"][0] == {"system": vocabulary.ORDER_SYSTEM, "code": key}
    assert one["category"][0]["text"] == vocabulary.order_kinds()[key].category


def test_no_order_is_coded_as_an_operation() -> None:
    surgical_procedure = "387713003"
    for key in vocabulary.order_kinds():
        codes = [coding["code"] for one in request(proposal(key))["category"] for coding in one.get("coding", [])]
        assert surgical_procedure not in codes


@pytest.mark.parametrize(("side", "code"), [("left", "32153003"), ("right", "62175007")])
def test_the_leg_is_the_body_site(side: Any, code: str) -> None:
    [site] = request(proposal("physiotherapy", side=side))["bodySite"]
    assert site["coding"] == [{"system": vocabulary.SNOMED, "code": code}]


def test_an_order_without_a_side_has_no_body_site() -> None:
    assert "bodySite" not in request(proposal("hba1c"))


def test_an_order_is_active_when_nothing_is_missing_for_it() -> None:
    assert request(proposal("hba1c"), questions=[question(None, "physiotherapy")])["status"] == "active"


def test_an_order_that_an_open_question_could_change_is_a_draft() -> None:
    assert request(proposal("hba1c"), questions=[question(None, "hba1c")])["status"] == "draft"


@pytest.mark.parametrize(("asked", "status"), [("left", "draft"), (None, "draft"), ("right", "active")])
def test_a_question_about_the_other_leg_makes_no_draft(asked: Any, status: str) -> None:
    order = proposal("physiotherapy", side="left")
    assert request(order, questions=[question(asked, "physiotherapy")])["status"] == status


def test_a_question_about_one_leg_makes_an_order_without_a_side_a_draft() -> None:
    assert request(proposal("mri-brain"), questions=[question("right", "mri-brain")])["status"] == "draft"


@pytest.mark.parametrize(
    ("earliest", "latest", "period"),
    [
        ("2026-04-05", "2026-07-05", {"start": "2026-04-05", "end": "2026-07-05"}),
        ("2026-04-05", None, {"start": "2026-04-05"}),
        (None, "2026-07-05", {"end": "2026-07-05"}),
        ("2026-07-05", "2026-04-05", {"end": "2026-04-05"}),
        (None, None, None),
    ],
)
def test_the_window_is_the_occurrence_period_and_never_runs_backwards(earliest: Any, latest: Any, period: Any) -> None:
    assert request(proposal("hba1c", earliest=earliest, latest=latest)).get("occurrencePeriod") == period


def test_the_diagnoses_it_rests_on_are_the_reason() -> None:
    one = request(proposal("physiotherapy", side="left", because=[MRC, PALSY, ONSET]), limbs=[LEFT_DROP])
    assert one["reasonReference"] == [{"reference": "Condition/palsy"}]
    assert "reasonCode" not in one


def test_without_a_diagnosis_the_recorded_foot_drop_is_the_reason() -> None:
    one = request(proposal("physiotherapy", side="left"), limbs=[LEFT_DROP])
    assert {"system": vocabulary.SNOMED, "code": "6077001"} in one["reasonCode"][0]["coding"]


def test_an_emergency_without_a_foot_drop_does_not_claim_one() -> None:
    one = request(proposal("emergency-assessment", because=[BLADDER]))
    coding = {"system": vocabulary.FINDING_SYSTEM, "code": "bladder-dysfunction"}
    assert [reason["coding"] for reason in one["reasonCode"]] == [[coding]]


def test_supporting_info_names_every_fact_and_each_resource_once() -> None:
    one = request(proposal("physiotherapy", because=[MRC, PALSY, ONSET, MRC]))
    assert one["supportingInfo"] == [
        {"reference": "Observation/mrc-left", "display": "mrc-ankle-dorsiflexion left: 2"},
        {"reference": "Condition/palsy", "display": "peroneal-neuropathy left: yes; onset left: 2026-01-05"},
    ]


@pytest.mark.parametrize(
    ("patient", "subject"),
    [
        ("Patient/1", {"reference": "Patient/1"}),
        ("Patient/a_b", {"reference": "Patient/a_b"}),
        (
            "urn:uuid:0b1c2d3e-0000-4000-8000-000000000001",
            {
                "type": "Patient",
                "identifier": {
                    "system": "urn:ietf:rfc:3986",
                    "value": "urn:uuid:0b1c2d3e-0000-4000-8000-000000000001",
                },
            },
        ),
        ("Patient", {"type": "Patient", "display": "The patient of the record"}),
    ],
)
def test_no_reference_to_the_patient_dangles(patient: str, subject: Json) -> None:
    written = to_bundle(palsy().model_copy(update={"patient": patient}))
    resources = [entry["resource"] for entry in written["entry"]]
    subjects = [one.get("subject") or one.get("patient") for one in resources if one["resourceType"] != "Provenance"]
    assert subjects == [subject] * len(subjects)
    assert len(subjects) > 3


def test_a_urn_of_the_record_read_becomes_an_identifier_and_not_a_broken_link() -> None:
    urn = "urn:uuid:0b1c2d3e-0000-4000-8000-000000000001"
    fact = Because(fact="toe-drag", side=None, value=True, resource=urn)
    [info] = request(proposal("physiotherapy", because=[fact]))["supportingInfo"]
    assert info == {"identifier": {"system": "urn:ietf:rfc:3986", "value": urn}, "display": "toe-drag: yes"}


@pytest.mark.parametrize("resource", ["Foo/1", "Observation/", "see the notes", "observation/1", "Observation/a b"])
def test_what_is_no_reference_is_kept_as_words(resource: str) -> None:
    fact = Because(fact="toe-drag", side=None, value=False, resource=resource)
    [info] = request(proposal("physiotherapy", because=[fact]))["supportingInfo"]
    assert info == {"display": f"toe-drag: no ({resource})"}


def test_a_higher_priority_names_the_request_it_replaces() -> None:
    one = request(proposal("mri-lumbar-spine", priority="stat", supersedes="ServiceRequest/old"))
    assert one["replaces"] == [{"reference": "ServiceRequest/old"}]
    assert any("Supersedes ServiceRequest/old." in note["text"] for note in one["note"])


def test_what_is_superseded_and_no_service_request_is_told_in_the_note_only() -> None:
    one = request(proposal("ankle-foot-orthosis", supersedes="DeviceRequest/old"))
    assert "replaces" not in one
    assert any("Supersedes DeviceRequest/old." in note["text"] for note in one["note"])


def test_strength_rules_and_statements_can_be_read_on_the_request() -> None:
    one = request(proposal("hba1c", strength="consider", rules=["FD-LAB-01"], statements=["LAB-01", "C-12"]))
    words = " ".join(note["text"] for note in one["note"])
    assert "Why hba1c is proposed." in words
    assert "consider" in words
    assert "LAB-01, C-12" in words
    assert one["instantiatesUri"] == [f"{vocabulary.BASE}/PlanDefinition/footdrop#FD-LAB-01"]
    assert one["instantiatesCanonical"] == [f"{vocabulary.BASE}/PlanDefinition/footdrop|1.0.0"]


def test_orders_that_exist_are_not_requested_again() -> None:
    written = [one["code"]["coding"][0]["code"] for one in requests(palsy())]
    assert "physiotherapy" not in written


def test_the_request_is_dated_as_of_and_signed_by_the_guideline() -> None:
    one = request(proposal("hba1c"), as_of="2026-03-01T14:00:00Z")
    assert one["authoredOn"] == "2026-03-01T14:00:00Z"
    assert one["requester"]["type"] == "Device"
    assert "reference" not in one["requester"]
