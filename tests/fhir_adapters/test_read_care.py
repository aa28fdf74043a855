"""Care that exists: orders, procedures, reports, plans, devices and drugs, and what each of them proves."""

from __future__ import annotations

from typing import Any

import pytest

from guideline.findings import Existing, Record
from guideline.vocabulary import BASE
from tests.fhir_adapters.test_read_samples import (
    Json,
    concept,
    condition,
    observation,
    only_existing,
    only_finding,
    only_problem,
    read,
    request,
    resource,
    site,
    values,
)

OURS = {"identifier": [{"system": f"{BASE}/identifier/proposal", "value": "1"}]}


def states(record: Record) -> list[tuple[str, str | None, str]]:
    return [(one.key, one.side, one.state) for one in record.existing]


@pytest.mark.parametrize(
    ("code", "key"),
    [
        ("order mri-brain", "mri-brain"), ("loinc 30679-5", "mri-lumbar-spine"), ("cpt 72148", "mri-lumbar-spine"),
        ("urn:oid:2.16.840.1.113883.6.12 72148", "mri-lumbar-spine"),
        ("sct 308482002", "spine-surgery-consult"), ("hcpcs E0100", "walking-aid"),
        ("sct 185389009", "follow-up-visit"),
    ],
)  # fmt: skip
def test_an_order_is_known_by_our_code_and_by_every_code_of_its_row(code: str, key: str) -> None:
    assert only_existing(read(request(code))) == Existing(
        key, "order", None, "ordered", None, only_existing(read(request(code))).date, "ServiceRequest/s", started=True
    )


def test_an_mri_of_the_knee_is_the_other_way_to_image_the_nerve() -> None:
    knee = request("loinc 30691-0", bodySite=[site("left")])
    assert states(read(knee)) == [("imaging-fibular-head", "left", "ordered")]
    done = {**knee, "status": "completed"}
    assert states(read(done)) == [("imaging-fibular-head", "left", "done")]


def test_r5_links_the_code() -> None:
    linked = request("order mri-brain", code={"concept": concept("order mri-brain")})
    assert states(read(linked)) == [("mri-brain", None, "ordered")]


@pytest.mark.parametrize(
    ("more", "state"),
    [
        ({"status": "active"}, "ordered"),
        ({"status": "completed"}, "done"),
        ({"status": "on-hold"}, None),
        ({"status": "revoked"}, None),
        ({"status": "entered-in-error"}, None),
        ({"status": "unknown"}, None),
        ({"status": None}, None),
        ({"status": "draft"}, None),
        ({"status": "draft", "intent": "proposal"}, "ordered"),
        ({"status": "draft", **OURS}, "ordered"),
        ({"status": "active", "doNotPerform": True}, None),
        ({"authoredOn": "2026-03-02"}, None),
        ({"authoredOn": "2026-03-01"}, "ordered"),
    ],
)
def test_only_what_is_live_or_done_counts(more: Any, state: str | None) -> None:
    assert [one.state for one in read(request("order mri-brain", **more)).existing] == ([state] if state else [])


MRI = "loinc 30657-1"
OURS_TOO = {"instantiatesCanonical": [f"{BASE}/PlanDefinition/footdrop|0.1.0"]}


@pytest.mark.parametrize("status", ["active", "completed"])
@pytest.mark.parametrize("intent", ["proposal", "option"])
def test_what_somebody_else_proposed_or_offered_is_no_order(intent: str, status: str) -> None:
    given = {"intent": intent, "status": status, "priority": "stat"}
    elsewhere = {"instantiatesCanonical": ["urn:x"], "identifier": [{"system": "urn:x", "value": "1"}]}
    assert not read(request(MRI, **given, **elsewhere)).existing
    for made in (request(MRI, **given, **OURS), request(MRI, **given, **OURS_TOO), request("order mri-brain", **given)):
        assert only_existing(read(made)).proposal is (intent == "proposal")


@pytest.mark.parametrize("intent", ["plan", "order", "directive", "filler-order", "instance-order"])
def test_what_somebody_else_planned_or_ordered_counts(intent: str) -> None:
    record = read(request(MRI, intent=intent))
    assert only_existing(record).state == "ordered"
    assert not record.problems


@pytest.mark.parametrize("intent", [None, "wish"])
def test_an_order_whose_intent_is_missing_or_none_counts_and_is_reported(intent: str | None) -> None:
    record = read(request(MRI, intent=intent))
    assert only_existing(record).state == "ordered"
    assert only_problem(record).element == "ServiceRequest.intent"
    assert not read(request(MRI, intent=intent, status="revoked")).problems


def test_an_activity_with_a_modifier_is_named_and_not_used() -> None:
    modifier = {"modifierExtension": [{"url": "urn:declined"}]}
    declined = plan(detail("activity education"), detail("activity foot-care"))
    declined["activity"][0] |= modifier
    record = read(declined)
    assert states(record) == [("foot-care", None, "ordered")]
    assert only_problem(record).element == "CarePlan.activity[0].modifierExtension"
    inside = read(plan(detail("activity education", **modifier)))
    assert only_problem(inside).element == "CarePlan.activity[0].detail.modifierExtension"
    assert not read(plan(detail("activity education"))).problems


def test_a_plan_that_somebody_else_proposed_orders_nothing() -> None:
    activity = detail("sct 308447003")
    drop = condition("icd M21.371")
    assert not read(plan(activity, intent="proposal"), drop).existing
    for ours in (OURS, OURS_TOO):
        assert only_existing(read(plan(activity, intent="proposal", **ours), drop)).proposal


@pytest.mark.parametrize(
    ("more", "element", "counts"),
    [
        ({"status": None}, "CarePlan.status", False),
        ({"status": "ACTIVE"}, "CarePlan.status", True),
        ({"intent": None}, "CarePlan.intent", True),
        ({"activity": [{"detail": {"code": concept("activity education")}}]}, "CarePlan.activity[0].detail.status",
         False),
    ],
)  # fmt: skip
def test_a_plan_without_a_status_or_an_intent_is_reported(more: Any, element: str, counts: bool) -> None:
    record = read({**plan(detail("activity education")), **more})
    assert bool(record.existing) is counts
    assert only_problem(record).element == element


def test_a_draft_that_somebody_else_proposed_does_not_count() -> None:
    assert not read(request("loinc 30657-1", status="draft", intent="proposal")).existing
    assert read(request("loinc 30657-1", status="draft", intent="proposal", **OURS)).existing


@pytest.mark.parametrize(
    ("canonical", "ours"),
    [
        (f"{BASE}/PlanDefinition/footdrop-guideline", True),
        ([None, f"{BASE}/PlanDefinition/footdrop-guideline"], True),
        ("https://example.org/PlanDefinition/other", False),
        ([None], False),
    ],
)
def test_a_canonical_that_stands_alone_is_read_as_the_list_it_should_be(canonical: Any, *, ours: bool) -> None:
    order = request("loinc 30657-1", instantiatesCanonical=canonical)
    assert read(order).existing
    assert not read(order).problems
    assert bool(read({**order, "status": "draft"}).existing) is ours


@pytest.mark.parametrize(
    ("more", "proposal", "started"),
    [
        ({"intent": "proposal"}, True, False),
        ({"intent": "order"}, False, True),
        ({"intent": "plan"}, False, True),
        ({"intent": "original-order"}, False, True),
        ({"intent": "option"}, False, False),
        ({"intent": "proposal", "status": "draft"}, True, False),
    ],
)
def test_a_proposal_of_ours_never_starts_care(more: Any, proposal: bool, started: bool) -> None:
    record = read(request("order physiotherapy", "left", **more))
    assert (only_existing(record).proposal, only_existing(record).started) == (proposal, started)
    assert bool(values(record, "conservative-care-start")) is started


@pytest.mark.parametrize("code", ["order physiotherapy", "hcpcs L1930"])
def test_real_physiotherapy_and_orthoses_start_conservative_care(code: str) -> None:
    record = read(request(code, "both"))
    dates = [("left", "2026-01-10", "2026-01-10"), ("right", "2026-01-10", "2026-01-10")]
    assert values(record, "conservative-care-start") == dates
    assert not values(read(request("order fes-assessment", "left")), "conservative-care-start")


def test_an_order_that_needs_a_side_and_has_none_is_reported_and_not_counted() -> None:
    record = read(request("order physiotherapy"))
    assert not record.existing
    assert not record.findings
    assert only_problem(record).element == "ServiceRequest.bodySite"


def test_both_sides_are_two_orders() -> None:
    both = [("physiotherapy", "left", "ordered"), ("physiotherapy", "right", "ordered")]
    assert states(read(request("order physiotherapy", "both"))) == both


def test_a_shared_code_never_counts_as_the_emergency() -> None:
    assert states(read(request("sct 308481009", "left"))) == [("foot-ankle-surgery-consult", "left", "ordered")]
    exact = request("sct 308481009", "left", code=concept("sct 308481009", "order fasciotomy-consult"))
    assert states(read(exact)) == [("fasciotomy-consult", "left", "ordered")]


def test_the_priority_is_kept_and_a_word_that_is_none_is_a_problem() -> None:
    assert only_existing(read(request("order mri-brain", priority="asap"))).priority == "asap"
    assert only_problem(read(request("order mri-brain", priority="soon"))).element == "ServiceRequest.priority"


def test_what_was_done_is_dated_when_it_happened() -> None:
    done = request("order mri-brain", status="completed", occurrenceDateTime="2026-02-03")
    assert str(only_existing(read(done)).date) == "2026-02-03"


def test_what_was_done_did_not_happen_after_today_and_then_has_the_date_of_its_order() -> None:
    done = request("order mri-brain", status="completed", occurrenceDateTime="2026-03-02")
    assert str(only_existing(read(done)).date) == "2026-01-10"


def test_a_code_of_ours_that_is_no_order_is_reported() -> None:
    assert only_problem(read(request("order mri-of-the-soul"))).code == "code-invalid"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"status": "completed", "performedDateTime": "2026-01-20"}, ("done", "2026-01-20")),
        (
            {"status": "completed", "performedPeriod": {"start": "2026-01-20", "end": "2026-01-22"}},
            ("done", "2026-01-22"),
        ),
        ({"status": "completed", "occurrenceDateTime": "2026-01-20"}, ("done", "2026-01-20")),
        ({"status": "in-progress"}, ("ordered", "None")),
        ({"status": "preparation"}, ("ordered", "None")),
        ({"status": "completed", "performedDateTime": "2026-03-20"}, None),
        ({"status": "not-done"}, None),
        ({"status": "entered-in-error"}, None),
    ],
)
def test_a_procedure(more: Any, expected: Any) -> None:
    record = read(resource("Procedure", "p1", code=concept("sct 42803009"), bodySite=[site("left")], **more))
    assert [(one.state, str(one.date)) for one in record.existing] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("status", "begun"), [("preparation", []), ("in-progress", ["2026-01-20"]), ("completed", ["2026-01-20"])]
)
def test_a_procedure_that_is_only_prepared_does_not_start_conservative_care(status: str, begun: list[str]) -> None:
    fitted = resource("Procedure", "p1", status=status, code=concept("sct 308455005"), bodySite=[site("left")])
    record = read({**fitted, "performedDateTime": "2026-01-20"})
    assert [key for key, _, _ in states(record)] == ["ankle-foot-orthosis"]
    assert [str(value) for _, value, _ in values(record, "conservative-care-start")] == begun


def report(code: str, **more: Any) -> Json:
    given = {"status": "final", "effectiveDateTime": "2026-01-20", **more}
    return resource("DiagnosticReport", "d", code=concept(code), **given)


@pytest.mark.parametrize("code", ["loinc 30679-5", "loinc 24968-0", "loinc 24967-2"])
def test_a_final_report_shows_that_the_lumbar_mri_is_done(code: str) -> None:
    assert values(read(report(code)), "mri-lumbar-done") == [(None, True, "2026-01-20")]


@pytest.mark.parametrize(
    ("status", "done", "state"),
    [
        ("final", True, "done"),
        ("amended", True, "done"),
        ("corrected", True, "done"),
        ("appended", True, "done"),
        ("modified", False, "ordered"),
        ("partial", False, "ordered"),
        ("preliminary", False, "ordered"),
        ("registered", False, "ordered"),
        ("cancelled", False, None),
        ("entered-in-error", False, None),
    ],
)
def test_only_a_final_report_is_a_finding(status: str, done: bool, state: str | None) -> None:
    record = read(report("loinc 30679-5", status=status))
    assert bool(record.findings) is done
    assert [one.state for one in record.existing] == ([state] if state else [])


def test_a_later_report_is_not_known_yet() -> None:
    record = read(report("loinc 30679-5", effectiveDateTime="2026-03-05"))
    assert not record.findings
    assert not record.existing


def test_the_side_of_a_report_is_that_of_its_observations() -> None:
    linked = report("loinc 18749-2", result=[{"reference": "Observation/n"}])
    listed = observation("loinc 98713-1", "left", id="n")
    assert values(read(linked, listed), "edx-done") == [("left", "2026-01-20", "2026-01-20")]
    contained = report("loinc 18749-2", result=[{"reference": "#n"}], contained=[listed])
    assert values(read(contained, condition("icd M21.371")), "edx-done") == [("left", "2026-01-20", "2026-01-20")]


def test_else_it_is_the_only_limb_with_a_foot_drop_else_a_problem() -> None:
    knee = report("loinc 30691-0")
    assert values(read(knee, condition("icd M21.371")), "knee-imaging-done") == [("right", True, "2026-01-20")]
    nobody = read(knee)
    assert not nobody.findings
    assert only_problem(nobody).element == "DiagnosticReport.result"
    two = read(knee, condition("icd M21.371"), condition("icd M21.372", id="c2"))
    assert not values(two, "knee-imaging-done")
    assert len(two.problems) == 1


def test_the_finding_and_the_order_of_one_report() -> None:
    record = read(report("loinc 30709-0"), condition("icd M21.371"))
    assert values(record, "knee-imaging-done") == [("right", True, "2026-01-20")]
    assert states(record) == [("imaging-fibular-head", "right", "done")]


def test_a_report_without_a_date_cannot_say_when_the_study_was() -> None:
    record = read(report("loinc 18749-2", effectiveDateTime=None), condition("icd M21.371"))
    assert not values(record, "edx-done")
    assert only_problem(record).element == "DiagnosticReport.effective[x]"


def plan(*details: Json, **more: Any) -> Json:
    given: Json = {"status": "active", "intent": "plan", "created": "2026-01-12", **more}
    return resource("CarePlan", "k", activity=[{"detail": one} for one in details], **given)


def detail(code: str, status: str = "in-progress", **more: Any) -> Json:
    return {"code": concept(code), "status": status, **more}


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("not-started", "ordered"), ("scheduled", "ordered"), ("in-progress", "ordered"), ("completed", "done"),
        ("on-hold", None), ("cancelled", None), ("stopped", None), ("unknown", None), ("entered-in-error", None),
    ],
)  # fmt: skip
def test_an_activity_of_a_plan(status: str, state: str | None) -> None:
    record = read(plan(detail("activity range-of-motion", status)))
    assert [(one.kind, one.state) for one in record.existing] == ([("activity", state)] if state else [])


@pytest.mark.parametrize(
    ("more", "counts"),
    [
        ({"status": "completed"}, False),
        ({"status": "revoked"}, False),
        ({"status": "on-hold"}, False),
        ({"status": "draft"}, False),
        ({"status": "draft", "intent": "proposal"}, True),
        ({"created": "2026-03-05"}, False),
        ({"period": {"start": "2026-03-05"}}, False),
    ],
)
def test_an_activity_counts_as_its_plan_does(more: Any, counts: bool) -> None:
    assert bool(read(plan(detail("activity range-of-motion"), **more)).existing) is counts


def test_a_plan_of_ours_is_a_proposal_and_starts_nothing() -> None:
    record = read(plan(detail("order physiotherapy"), intent="proposal"), condition("icd M21.371"))
    assert only_existing(record).proposal
    assert not values(record, "conservative-care-start")


def test_a_plan_has_no_side_so_the_only_limb_with_a_foot_drop_has_it() -> None:
    record = read(plan(detail("sct 308447003")), condition("icd M21.371"))
    assert states(record) == [("physiotherapy", "right", "ordered")]
    assert values(record, "conservative-care-start") == [("right", "2026-01-12", "2026-01-12")]
    assert len(read(plan(detail("sct 308447003"))).problems) > 0


@pytest.mark.parametrize(
    ("status", "plan_status", "begun"),
    [
        ("not-started", "draft", False),
        ("scheduled", "draft", False),
        ("in-progress", "draft", True),
        ("completed", "draft", True),
        ("not-started", "active", True),
    ],
)
def test_of_a_plan_that_is_a_draft_only_what_is_under_way_has_begun(status: str, plan_status: str, begun: bool) -> None:
    ours = plan(detail("sct 308447003", status), status=plan_status, **OURS)
    record = read(ours, condition("icd M21.371"))
    assert only_existing(record).started is begun
    assert bool(values(record, "conservative-care-start")) is begun


@pytest.mark.parametrize(
    ("scheduled", "since"),
    [("2026-02-01", "2026-02-01"), ("2026-03-01", "2026-03-01"), ("2026-03-02", "2026-01-12"), (None, "2026-01-12")],
)
def test_an_activity_that_is_planned_for_later_is_ordered_since_the_plan_began(
    scheduled: str | None, since: str
) -> None:
    when = {"scheduledPeriod": {"start": scheduled}} if scheduled else {}
    record = read(plan(detail("sct 308447003", "scheduled", **when)), condition("icd M21.371"))
    assert str(only_existing(record).date) == since
    assert values(record, "conservative-care-start") == [("right", since, since)]


def test_what_a_plan_links_or_forbids_is_not_read_from_the_plan() -> None:
    linked = plan(detail("activity education", doNotPerform=True))
    linked["activity"] += [{"reference": {"reference": "ServiceRequest/s"}},
                           {"plannedActivityReference": {"reference": "ServiceRequest/s"}}]  # fmt: skip
    assert not read(linked).existing


AFO = {"device": {"reference": "Device/v"}}
DEVICES: list[tuple[str, Json, list[Json]]] = [
    ("DeviceUseStatement", AFO, [{"resourceType": "Device", "id": "v", "type": concept("hcpcs L1932")}]),
    ("DeviceUseStatement", AFO, [{"resourceType": "Device", "id": "v", "type": [concept("sct 183161001")]}]),
    ("DeviceUseStatement", {"device": {"reference": "#v"},
     "contained": [{"resourceType": "Device", "id": "v", "type": concept("sct 183160000")}]}, []),
    ("DeviceUsage", {"device": {"concept": concept("hcpcs L1960")}}, []),
    ("DeviceUsage", {"device": {"reference": {"reference": "Device/v"}}},
     [{"resourceType": "Device", "id": "v", "type": [concept("hcpcs l1932")]}]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "device", "others"), DEVICES)
def test_an_orthosis_in_use(kind: str, device: Json, others: list[Json]) -> None:
    use = resource(kind, "u", status="active", bodySite=site("left"), timingPeriod={"start": "2026-01-15"}, **device)
    assert values(read(use, *others), "afo-in-use") == [("left", True, "2026-01-15")]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"status": "active"}, [("left", True, None)]),
        ({"status": "active", "recordedOn": "2026-01-01"}, [("left", True, "2026-01-01")]),
        ({"status": "completed", "recordedOn": "2026-01-01"}, [("left", False, "2026-01-01")]),
        ({"status": "stopped"}, [("left", False, None)]),
        ({"status": "ended"}, [("left", False, None)]),
        ({"status": "ended", "timingPeriod": {"start": "2026-01-01"}}, [("left", False, "2026-01-01")]),
        (
            {"status": "completed", "timingPeriod": {"start": "2025-01-01", "end": "2025-06-01"}},
            [("left", False, "2025-06-01"), ("left", True, "2025-01-01")],
        ),
        ({"status": "active", "timingPeriod": {"end": "2025-06-01"}}, [("left", False, "2025-06-01")]),
        ({"status": "active", "timingPeriod": {"start": "2026-05-01"}}, []),
        ({"status": "intended"}, []),
        ({"status": "on-hold"}, []),
        ({"status": "entered-in-error"}, []),
    ],
)
def test_a_device_is_in_use_from_its_start_to_its_end(more: Any, expected: Any) -> None:
    use = resource("DeviceUsage", "u", device={"concept": concept("hcpcs E0770")}, bodySite=site("left"), **more)
    assert sorted(values(read(use), "fes-in-use"), key=str) == sorted(expected, key=str)


def test_an_orthosis_without_a_side_is_reported() -> None:
    use = resource("DeviceUsage", "u", status="active", device={"concept": concept("hcpcs L1932")})
    assert only_problem(read(use)).element == "DeviceUsage.bodySite"


def test_an_implanted_device_makes_mri_unsafe() -> None:
    pacemaker = {
        "resourceType": "Device",
        "id": "v",
        "type": concept("sct 14106009"),
        "patient": {"reference": "Patient/p"},
    }
    assert values(read(pacemaker), "mri-unsafe-device") == [(None, True, None)]
    assert not read({**pacemaker, "status": "inactive"}).findings
    unlinked = {**pacemaker}
    del unlinked["patient"]
    assert only_problem(read(unlinked)).element == "Device.patient"
    use = resource("DeviceUseStatement", "u", status="active", device={"reference": "Device/v"})
    assert values(read(unlinked, use), "mri-unsafe-device") == [(None, True, None)]


@pytest.mark.parametrize("kind", ["MedicationStatement", "MedicationUsage", "MedicationRequest"])
@pytest.mark.parametrize(
    "drug",
    [
        {"medicationCodeableConcept": concept("rxnorm 11289")},
        {"medication": {"concept": concept("rxnorm 1364430")}},
        {"medicationReference": {"reference": "#m"},
         "contained": [{"resourceType": "Medication", "id": "m", "code": concept("rxnorm 67108")}]},
        {"medication": {"reference": {"reference": "Medication/far"}}},
    ],
)  # fmt: skip
def test_an_anticoagulant_in_use(kind: str, drug: Json) -> None:
    far = {"resourceType": "Medication", "id": "far", "code": concept("rxnorm 1114195")}
    use = resource(kind, "m1", status="active", intent="order", **drug)
    assert only_finding(read(use, far)).value is True
    assert only_finding(read({**use, "status": "stopped"}, far)).value is False
    assert not read({**use, "status": "entered-in-error"}, far).findings


def test_a_renewed_prescription_is_not_hidden_by_the_one_that_ended() -> None:
    old = resource("MedicationRequest", "m1", status="completed", intent="order", authoredOn="2026-02-01",
                   medicationCodeableConcept=concept("rxnorm 11289"))  # fmt: skip
    new = {**old, "id": "m2", "status": "active", "authoredOn": "2026-01-01"}
    assert values(read(old, new), "anticoagulant") == [(None, True, "2026-01-01")]


@pytest.mark.parametrize(
    ("intent", "taken"),
    [("proposal", False), ("plan", False), ("option", False), ("order", True), ("instance-order", True)],
)
def test_a_prescription_that_nobody_has_to_follow_is_no_drug_that_is_taken(intent: str, taken: bool) -> None:
    wish = resource("MedicationRequest", "m1", status="active", intent=intent,
                    medicationCodeableConcept=concept("rxnorm 11289"))  # fmt: skip
    assert [value for _, value, _ in values(read(wish), "anticoagulant")] == [True] * taken


def test_a_drug_that_must_not_be_given_is_not_taken() -> None:
    stop = resource("MedicationRequest", "m1", status="active", intent="order", doNotPerform=True,
                    medicationCodeableConcept=concept("rxnorm 11289"))  # fmt: skip
    assert not read(stop).findings
    assert [value for _, value, _ in values(read({**stop, "doNotPerform": False}), "anticoagulant")] == [True]


def test_other_drugs_mean_nothing() -> None:
    assert not read(
        resource("MedicationStatement", "m", status="active", medicationCodeableConcept=concept("rxnorm 1"))
    ).findings


@pytest.mark.parametrize(
    ("when", "planned"),
    [
        ({"occurrenceDateTime": "2026-03-01"}, "2026-03-01"),
        ({"occurrencePeriod": {"start": "2026-03-01", "end": "2026-04-01"}}, "2026-03-01"),
        ({"occurrencePeriod": {"end": "2026-04-01"}}, None),
        ({}, None),
    ],
)
def test_an_open_order_keeps_the_day_for_which_it_is_planned(when: Json, planned: str | None) -> None:
    for status, kept in (("active", planned), ("completed", None)):
        one = only_existing(read(request("order follow-up-visit", status=status, **when)))
        assert (str(one.planned) if one.planned else None) == kept


@pytest.mark.parametrize(("status", "worn"), [("active", True), ("inactive", False), ("entered-in-error", False)])
def test_a_device_that_is_not_there_is_not_in_use(status: str, worn: bool) -> None:
    device = {"resourceType": "Device", "id": "v", "status": status, "type": concept("hcpcs L1930")}
    use = resource("DeviceUseStatement", "u", status="active", device={"reference": "Device/v"}, bodySite=site("left"))
    record = read(use, device)
    assert [value for _, value, _ in values(record, "afo-in-use")] == [True] * worn
    assert [problem.element for problem in record.problems] == ["Device.status"] * (not worn)


@pytest.mark.parametrize(("status", "counts"), [("inactive", True), ("entered-in-error", False)])
def test_a_danger_that_is_linked_counts_unless_it_was_an_error(status: str, counts: bool) -> None:
    """What is not sold any more may still be in the patient."""
    pacemaker = {"resourceType": "Device", "id": "v", "status": status, "type": concept("sct 14106009")}
    warfarin = {"resourceType": "Medication", "id": "m", "status": status, "code": concept("rxnorm 11289")}
    use = resource("DeviceUseStatement", "u", status="active", device={"reference": "Device/v"})
    drug = resource("MedicationStatement", "s", status="active", medicationReference={"reference": "Medication/m"})
    record = read(use, pacemaker, drug, warfarin)
    assert [one.key for one in record.findings] == ["anticoagulant", "mri-unsafe-device"] * counts
    assert len(record.problems) == 2 * (not counts)


@pytest.mark.parametrize(
    "system",
    [
        "http://terminology.hl7.org/CodeSystem/HCPCS-all-codes",
        "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
        "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets/",
    ],
)
def test_an_orthosis_is_known_by_every_name_of_its_code_system(system: str) -> None:
    device = {"resourceType": "Device", "id": "v", "type": concept(f"{system} L1930")}
    use = resource("DeviceUseStatement", "u", status="active", device={"reference": "Device/v"}, bodySite=site("left"))
    assert [value for _, value, _ in values(read(use, device), "afo-in-use")] == [True]


def test_a_device_whose_code_has_no_system_is_reported() -> None:
    device = {"resourceType": "Device", "id": "v", "type": {"coding": [{"code": "14106009"}]}}
    use = resource("DeviceUseStatement", "u", status="active", device={"reference": "Device/v"})
    record = read(use, device)
    assert not record.findings
    assert only_problem(record).element == "DeviceUseStatement"
