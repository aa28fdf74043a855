"""Conditions: which keys they set, on which side, since when, and what "over" and "perhaps" mean."""

from __future__ import annotations

from typing import Any

import pytest

from cql_like import Date, DateTime
from guideline.rulebook import rulebook
from guideline.vocabulary import ICD10CM, SNOMED, diagnoses
from tests.fhir_adapters.test_read_samples import (
    concept,
    condition,
    observation,
    only_finding,
    only_problem,
    read,
    site,
    values,
)

RESOLVED = {"clinicalStatus": concept("x resolved")}
DAY = DateTime.parse("2026-03-01T09:00:00Z")


@pytest.mark.parametrize(
    ("codes", "keys"),
    [
        (["sct 230690007"], ["stroke"]),
        (["icd I63.9"], ["stroke"]),
        (["icd I6381"], ["stroke"]),
        (["icd i63.9"], ["stroke"]),
        (["urn:oid:2.16.840.1.113883.6.90 I63.9"], ["stroke"]),
        (["urn:oid:2.16.840.1.113883.6.96 230690007"], ["stroke"]),
        (["diagnosis stroke"], ["stroke"]),
        (["icd M51.16"], ["lumbar-disc-herniation", "lumbar-radiculopathy"]),
        (["icd G35.A"], ["multiple-sclerosis"]),
        (["icd G35"], ["multiple-sclerosis"]),
        (["icd C50.911"], ["cancer-history"]),
        (["icd C4A.9"], ["cancer-history"]),
        (["icd C71.9"], ["brain-tumour", "cancer-history"]),
        (["icd C72.0"], ["cancer-history", "spinal-tumour"]),
        (["icd C96.9"], ["cancer-history"]),
        (["icd C97"], []),
        (["icd Z85.3"], ["cancer-history"]),
        (["icd E11.42"], ["diabetes", "diabetic-neuropathy"]),
        (["icd G95.20"], ["spinal-cord-compression", "spinal-cord-disorder"]),
        (["icd R33.9"], ["bladder-dysfunction"]),
        (["icd Z79.01"], ["anticoagulant"]),
        (["icd Z95.0"], ["mri-unsafe-device"]),
        (["sct 71286001"], ["mri-cord-compression", "spinal-cord-compression"]),
        (["icd I10"], []),
        (["sct 38341003"], []),
        (["icd M54.1"], []),
    ],
)
def test_a_code_sets_exactly_the_keys_whose_rows_list_it(codes: list[str], keys: list[str]) -> None:
    assert [finding.key for finding in read(condition(*codes)).findings] == keys


@pytest.mark.parametrize(
    ("system", "code"),
    [
        ("http://snomed.info/sct/", "192970008"), ("https://snomed.info/sct", "192970008"),
        ("http://snomed.info/sct/900000000000207008", "192970008"),
        ("http://snomed.info/sct/731000124108/version/20240301", "192970008"),
        ("http://snomed.info/sct|http://snomed.info/sct/731000124108", "192970008"), (SNOMED, " 192970008 "),
        (f" {SNOMED}", "192970008"), ("https://hl7.org/fhir/sid/icd-10-cm", "G83.4"), (f"{ICD10CM}/", "G834"),
    ],
)  # fmt: skip
def test_a_system_is_known_in_whatever_harmless_way_it_is_spelt(system: str, code: str) -> None:
    assert only_finding(read(coded(system, code))).key == "cauda-equina-syndrome"


def coded(system: str | None, code: str) -> dict[str, Any]:
    return {**condition(), "code": {"coding": [{"system": system, "code": code}]}}


def test_a_side_is_known_in_whatever_harmless_way_its_system_is_spelt() -> None:
    left = {"coding": [{"system": f"{SNOMED}/", "code": "7771000 "}]}
    assert only_finding(read({**condition("sct 399081005"), "bodySite": [left]})).side == "left"


@pytest.mark.parametrize(
    "system",
    ["http://hl7.org/fhir/sid/icd-10", "http://snomed.info/id", "http://snomed.info/sct/x", "http://snomed.info/scti"],
)
def test_another_system_is_another_one(system: str) -> None:
    record = read(coded(system, "G83.4"), {**coded(system, "192970008"), "id": "c2"})
    assert (record.findings, record.problems) == ((), ())


@pytest.mark.parametrize("code", ["192970008", "G83.4", "T79.A22A", "S83.105A", "cauda-equina-syndrome", "fever"])
@pytest.mark.parametrize("system", [None, "", " "])
def test_a_code_of_the_tables_without_its_system_is_reported_and_never_guessed(system: str | None, code: str) -> None:
    record = read(coded(system, code))
    assert not record.findings
    assert only_problem(record).text == "Condition.code has no system, so nobody can tell what its code means"


def test_beside_a_code_without_its_system_the_same_with_it_counts() -> None:
    both = coded(None, "192970008")
    both["code"]["coding"].append({"system": SNOMED, "code": "192970008"})
    assert only_finding(read(both)).key == "cauda-equina-syndrome"
    assert not read(coded(None, "a word of the hospital's own")).problems


@pytest.mark.parametrize(
    ("own", "standard", "keys"),
    [
        ("diagnosis spinal-cord-disorder", "icd G95.20", ["spinal-cord-compression", "spinal-cord-disorder"]),
        ("diagnosis lumbar-radiculopathy", "icd M51.16", ["lumbar-disc-herniation", "lumbar-radiculopathy"]),
        ("finding back-pain", "icd R33.9", ["back-pain", "bladder-dysfunction"]),
        ("diagnosis stroke", "icd J45", ["stroke"]),
    ],
)
def test_our_own_code_never_hides_what_a_standard_code_beside_it_says(own: str, standard: str, keys: list[str]) -> None:
    assert [f.key for f in read(condition(own, standard)).findings] == keys
    assert [f.key for f in read(condition(standard, own)).findings] == keys


def test_a_diagnosis_is_a_history_of_its_own_and_a_finding_is_not() -> None:
    assert only_finding(read(condition("icd I63.9"))).history
    assert not only_finding(read(condition("icd R33.9"))).history


@pytest.mark.parametrize(
    ("code", "sides"),
    [
        ("icd M21.371", ["right"]), ("icd M21.372", ["left"]), ("icd M21372", ["left"]),
        ("icd G57.31", ["right"]), ("icd G57.32", ["left"]), ("icd G57.33", ["left", "right"]),
        ("urn:oid:2.16.840.1.113883.6.90 M21.371", ["right"]), ("urn:oid:2.16.840.1.113883.6.90 M21372", ["left"]),
        ("icd G57.01", ["right"]), ("icd S84.11XA", ["right"]), ("icd S84.12XD", ["left"]),
        ("icd S74.02XA", ["left"]), ("icd S83.104A", ["right"]), ("icd S83.105A", ["left"]),
        ("icd S73.004A", ["right"]), ("icd S82.832A", ["left"]), ("icd S82.401A", ["right"]),
        ("icd Z96.641", ["right"]), ("icd Z96.652", ["left"]), ("icd M79.A21", ["right"]),
        ("icd T79.A22A", ["left"]), ("icd M24.572", ["left"]), ("icd M24.574", ["right"]),
        ("icd M67.01", ["right"]), ("icd M54.31", ["right"]), ("icd M54.42", ["left"]),
        ("icd M21.379", []), ("icd G57.30", []), ("icd S84.10XA", []), ("icd S83.106A", []), ("icd M79.A29", []),
        ("icd M24.573", []), ("sct 6077001", []),
    ],
)  # fmt: skip
def test_the_side_an_icd_10_cm_code_carries(code: str, sides: list[str]) -> None:
    record = read(condition(code))
    assert sorted({finding.side for finding in record.findings if finding.side}) == sides
    assert bool(record.problems) is not bool(sides)


@pytest.mark.parametrize(
    ("body_site", "sides"),
    [
        (site("left"), ["left"]),
        ([site("right")], ["right"]),
        ([site("left"), site("right")], ["left", "right"]),
        (site("both"), ["left", "right"]),
        (concept("sct 7771000"), ["left"]),
        (concept("urn:oid:2.16.840.1.113883.6.96 7771000"), ["left"]),
        (concept("sct 344001", "sct 24028007"), ["right"]),
        (concept("sct 61685007"), []),
        ({"text": "left leg"}, []),
        (concept("x 7771000"), []),
    ],
)
def test_the_side_a_body_site_names(body_site: Any, sides: list[str]) -> None:
    record = read({**condition("sct 399081005"), "bodySite": body_site})
    assert [finding.side for finding in record.findings] == sides
    if not sides:
        assert only_problem(record).element == "Condition.bodySite"


@pytest.mark.parametrize("arm", ["53120007", "40983000", "368208006", "368209003"])
def test_an_arm_is_no_leg_whatever_side_is_named_beside_it(arm: str) -> None:
    spastic = observation("sct 765771006", valueInteger=2, bodySite=concept(f"sct {arm}", "sct 7771000"))
    record = read(spastic)
    assert not record.findings
    assert only_problem(record).element == "Observation.bodySite"
    pressure = observation("loinc 8480-6", valueQuantity={"value": 120, "code": "mm[Hg]"}, bodySite=spastic["bodySite"])
    assert not read(pressure).problems


def test_a_linked_body_structure_names_the_side_as_well() -> None:
    structures = [
        {"resourceType": "BodyStructure", "id": "b", "location": concept("sct 32153003")},
        {"resourceType": "BodyStructure", "id": "b", "includedStructure": [
            {"structure": concept("sct 344001"), "laterality": concept("sct 7771000")}]},
    ]  # fmt: skip
    for structure in structures:
        linked = condition("sct 399081005", bodyStructure={"reference": "#b"}, contained=[structure])
        assert only_finding(read(linked)).side == "left"


def test_a_link_to_anything_but_a_body_structure_names_no_side() -> None:
    """A specimen of the left leg does not say which foot drops."""
    specimen = {"resourceType": "Specimen", "id": "b", "location": concept("sct 32153003")}
    record = read(condition("sct 399081005", bodyStructure={"reference": "#b"}, contained=[specimen]))
    assert not record.findings
    assert only_problem(record).element == "Condition.bodySite"


@pytest.mark.parametrize(
    "body_site",
    [[site("left")], [site("both")], [concept("sct 7771000", "sct 24028007")]],
    ids=["other", "both", "two"],
)
def test_sides_that_contradict_each_other_are_reported_and_dropped(body_site: Any) -> None:
    record = read({**condition("icd M21.371"), "bodySite": body_site})
    assert not record.findings
    assert only_problem(record).code == "conflict"
    assert record.unsided_foot_drop == ("Condition/c",)


def test_a_foot_drop_without_a_side_is_remembered_and_reported() -> None:
    record = read(condition("sct 6077001"))
    assert record.unsided_foot_drop == ("Condition/c",)
    assert only_problem(record).code == "required"
    assert not read(condition("sct 6077001", **RESOLVED)).unsided_foot_drop
    assert read(observation("sct 6077001")).unsided_foot_drop == ("Observation/o",)


def test_skin_breakdown_without_a_side_applies_to_both_legs() -> None:
    found = values(read(condition("sct 225561003")), "skin-breakdown")
    assert [side for side, _, _ in found] == ["left", "right"]
    assert [s for s, _, _ in values(read(condition("sct 225561003", side="left")), "skin-breakdown")] == ["left"]


def test_an_unsided_finding_ignores_a_body_site() -> None:
    assert only_finding(read(condition("icd I63.9", side="left"))).side is None


@pytest.mark.parametrize("status", [None, "active", "recurrence", "relapse", "unknown"])
def test_present_unless_it_is_said_to_be_over(status: str | None) -> None:
    more = {"clinicalStatus": concept(f"x {status}")} if status else {}
    record = read(condition("icd G62.9", onsetDateTime="2020-05", **more))
    assert values(record, "polyneuropathy") == [(None, True, "2020-05")]


@pytest.mark.parametrize("status", ["inactive", "resolved", "remission"])
def test_what_is_over_was_present_before(status: str) -> None:
    over = {"clinicalStatus": concept(f"x {status}"), "abatementDateTime": "2024-01-01"}
    record = read(condition("icd G62.9", onsetDateTime="2020-05", **over))
    assert values(record, "polyneuropathy") == [(None, True, "2020-05"), (None, False, "2024-01-01")]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, [(None, False, None)]),
        ({"recordedDate": "2021"}, [(None, False, None)]),
        ({"onsetDateTime": "2020"}, [(None, False, "2020")]),
        ({"onsetDateTime": "2020", "recordedDate": "2021"}, [(None, False, "2020")]),
        ({"onsetDateTime": "2021", "recordedDate": "2021-05"}, [(None, False, "2021")]),
        ({"onsetDateTime": "2020", "abatementDateTime": "2026-03-02"}, [(None, True, "2020")]),
        ({"onsetDateTime": "2020", "recordedDate": "2026-03-02"}, [(None, False, "2020")]),
    ],
)
def test_what_ended_nobody_knows_when_outdates_nothing_that_came_after_its_onset(more: Any, expected: Any) -> None:
    """When it was recorded is when it was written down, not when it ended."""
    found = values(read(condition("icd G62.9", **RESOLVED, **more)), "polyneuropathy")
    assert sorted(found, key=str) == sorted(expected, key=str)


def test_an_abatement_without_a_status_ends_it() -> None:
    record = read(condition("icd G62.9", abatementDateTime="2024-01-01"))
    assert values(record, "polyneuropathy") == [(None, False, "2024-01-01")]


@pytest.mark.parametrize("code", ["icd I63.9", "icd C50.911", "icd B91", "icd G35.A", "icd Z96.641", "icd S82.831A"])
def test_a_cause_that_leaves_its_mark_stays_true(code: str) -> None:
    record = read(condition(code, onsetDateTime="2020", abatementDateTime="2021", **RESOLVED))
    assert {finding.value for finding in record.findings} == {True}


@pytest.mark.parametrize(
    "key",
    [
        "stroke", "cancer-history", "hip-arthroplasty", "knee-arthroplasty", "poliomyelitis-sequelae",
        "fibular-fracture", "pelvic-fracture", "hip-dislocation", "knee-dislocation", "multiple-sclerosis",
        "cerebral-palsy", "motor-neuron-disease", "spinal-muscular-atrophy", "charcot-marie-tooth", "hnpp",
        "muscular-dystrophy",
    ],
)  # fmt: skip
def test_what_does_not_go_away_stays_true_when_it_is_resolved(key: str) -> None:
    kind = "diagnosis" if key in diagnoses() else "finding"
    told = condition(f"{kind} {key}", side="left", onsetDateTime="2020", abatementDateTime="2021", **RESOLVED)
    assert [(value, since) for _, value, since in values(read(told), key)] == [(True, "2020")]


def test_a_dislocated_knee_that_was_reduced_counts_by_its_date_alone() -> None:
    dated = read(condition("icd S83.104A", onsetDateTime="2026-02-20", **RESOLVED))
    assert values(dated, "knee-dislocation") == [("right", True, "2026-02-20")]
    undated = read(condition("icd S83.104A", **RESOLVED))
    assert values(undated, "knee-dislocation") == [("right", False, None)]


def test_an_ended_finding_does_not_hide_one_that_goes_on() -> None:
    ended = condition("icd R33.9", id="c1", abatementDateTime="2026-01-01", **RESOLVED)
    active = condition("icd R32", id="c2", onsetDateTime="2025-06")
    assert values(read(ended, active), "bladder-dysfunction") == [(None, True, "2025-06")]
    assert values(read(ended), "bladder-dysfunction") == [(None, False, "2026-01-01")]


@pytest.mark.parametrize("status", ["refuted", "entered-in-error"])
def test_a_refuted_diagnosis_is_ignored(status: str) -> None:
    record = read(condition("icd M21.371", verificationStatus=concept(f"x {status}")))
    assert not record.findings
    assert not record.problems


@pytest.mark.parametrize("status", ["provisional", "differential", "unconfirmed"])
@pytest.mark.parametrize(
    "key",
    [
        "stroke", "multiple-sclerosis", "cerebral-palsy", "spinal-cord-disorder", "syringomyelia-or-chiari",
        "motor-neuron-disease", "charcot-marie-tooth", "polyneuropathy", "diabetic-neuropathy", "muscular-dystrophy",
        "myositis", "myopathy", "spinal-cord-injury", "brain-tumour", "hnpp", "spinal-muscular-atrophy",
        "poliomyelitis-sequelae", "diabetic-radiculoplexus-neuropathy",
    ],
)  # fmt: skip
def test_a_suspicion_that_would_explain_signs_or_take_an_operation_away_is_reported_and_not_used(
    key: str, status: str
) -> None:
    record = read(condition(f"diagnosis {key}", verificationStatus=concept(f"x {status}")))
    assert not record.findings
    assert only_problem(record).code == "informational"


def test_whatever_the_rules_take_for_an_explanation_of_signs_is_not_used_on_suspicion() -> None:
    """But for an acute neuropathy, which explains nothing before its weeks are over, and is an emergency until then."""
    explaining = {"central-diagnosis", "bilateral-explained"}
    reads = {
        name for conclusion in explaining for entry in rulebook().by_conclusion[conclusion] for name in entry.reads
    }
    for key in sorted((reads & diagnoses().keys()) - {"inflammatory-neuropathy"}):
        assert not read(condition(f"diagnosis {key}", verificationStatus=concept("x provisional"))).findings, key


@pytest.mark.parametrize("status", ["provisional", "differential", "unconfirmed"])
@pytest.mark.parametrize(
    "code",
    ["sct 448765001", "sct 386661006", "icd C34.90", "icd Z79.01", "sct 31996006", "sct 202735001", "sct 25604001",
     "sct 279039007"],
)  # fmt: skip
def test_whatever_else_is_suspected_counts_like_a_diagnosis(code: str, status: str) -> None:
    record = read(condition(code, side="left", verificationStatus=concept(f"x {status}")))
    assert record.findings == read(condition(code, side="left")).findings
    assert record.findings
    assert not record.problems


@pytest.mark.parametrize("status", ["provisional", "differential", "unconfirmed"])
@pytest.mark.parametrize(
    "code",
    ["icd M21.371", "icd G83.4", "sct 71286001", "icd M79.A21", "icd S83.104A", "icd R33.9", "icd Z95.0",
     "icd G06.1", "icd C79.51", "icd G61.0", "finding saddle-anaesthesia", "finding anal-tone-reduced"],
)  # fmt: skip
def test_an_alarm_counts_before_it_is_confirmed(code: str, status: str) -> None:
    assert read(condition(code, verificationStatus=concept(f"x {status}"))).findings


@pytest.mark.parametrize("status", ["provisional", "differential", "unconfirmed"])
@pytest.mark.parametrize(
    "code",
    [
        "diagnosis foot-drop", "diagnosis cauda-equina-syndrome", "diagnosis spinal-cord-compression",
        "diagnosis spinal-infection", "diagnosis spinal-tumour", "diagnosis inflammatory-neuropathy",
        "diagnosis compartment-syndrome", "finding compartment-syndrome-suspected", "diagnosis knee-dislocation",
        "finding bladder-dysfunction", "finding bowel-dysfunction", "finding saddle-anaesthesia",
        "finding anal-tone-reduced", "finding mri-unsafe-device", "finding pregnant",
    ],
)  # fmt: skip
def test_no_alarm_waits_for_confirmation(code: str, status: str) -> None:
    record = read(condition(code, side="left", verificationStatus=concept(f"x {status}")))
    assert [one.value for one in record.findings if one.key == code.split()[1]] == [True]
    assert not record.problems


@pytest.mark.parametrize("code", ["icd M79.A21", "diagnosis compartment-syndrome"])
def test_compartment_syndrome_is_a_diagnosis_and_the_finding(code: str) -> None:
    record = read(condition(code, side="right"))
    assert [f.key for f in record.findings] == ["compartment-syndrome", "compartment-syndrome-suspected"]


@pytest.mark.parametrize(
    ("onset", "read_as"),
    [
        ({"onsetDateTime": "2025-12-01T08:00:00+01:00"}, "2025-12-01T08:00:00+01:00"),
        ({"onsetDateTime": "2025"}, "2025"),
        ({"onsetPeriod": {"start": "2025-12", "end": "2026-01"}}, "2025-12"),
        ({"onsetAge": {"value": 55, "unit": "years", "code": "a"}}, "2025"),
    ],
)
def test_a_foot_drop_tells_its_onset(onset: Any, read_as: str) -> None:
    record = read(condition("icd M21.371", **onset))
    assert values(record, "onset") == [("right", read_as, read_as)]
    assert values(record, "foot-drop") == [("right", True, read_as)]


def test_the_onset_is_known_since_it_was_recorded() -> None:
    record = read(condition("icd M21.371", onsetDateTime="2025-12", recordedDate="2026-01-15"))
    assert values(record, "onset") == [("right", "2025-12", "2026-01-15")]
    later = read(condition("icd M21.371", onsetDateTime="2025-12", recordedDate="2026-03-02"))
    assert values(later, "onset") == [("right", "2025-12", "2025-12")]


@pytest.mark.parametrize("more", [{"recordedDate": "2025-12"}, {**RESOLVED, "onsetDateTime": "2019"}])
def test_no_onset_from_a_recorded_date_alone_nor_from_an_episode_that_is_over(more: Any) -> None:
    assert not values(read(condition("icd M21.371", **more)), "onset")


@pytest.mark.parametrize(
    ("onset", "element"),
    [
        ({"onsetString": "last year"}, "Condition.onsetString"),
        ({"onsetRange": {"low": {"value": 3}}}, "Condition.onsetRange"),
        ({"onsetDateTime": "2025-31-12"}, "Condition.onsetDateTime"),
        ({"onsetAge": {"value": 55, "code": "mo"}}, "Condition.onsetAge"),
        ({"onsetAge": {"value": -1, "code": "a"}}, "Condition.onsetAge.value"),
        ({"onsetAge": {"value": "x", "code": "a"}}, "Condition.onsetAge"),
    ],
)
def test_an_onset_that_cannot_be_read_costs_the_date_and_not_the_diagnosis(onset: Any, element: str) -> None:
    record = read(condition("icd M21.371", recordedDate="2025-12", **onset))
    assert values(record, "foot-drop") == [("right", True, "2025-12")]
    assert not values(record, "onset")
    assert only_problem(record).element == element


def test_an_age_at_onset_needs_a_birth_date() -> None:
    record = read(
        condition("icd I63.9", onsetAge={"value": 50, "code": "a"}), patient={"resourceType": "Patient", "id": "p"}
    )
    assert only_problem(record).element == "Condition.onsetAge"


@pytest.mark.parametrize(("years", "onset"), [(0, "1870"), (150, "2020"), (151, None)])
def test_nobody_is_older_than_a_hundred_and_fifty(years: int, onset: str | None) -> None:
    stroke = condition("icd I63.9", onsetAge={"value": years, "code": "a"})
    record = read(stroke, patient={"resourceType": "Patient", "id": "p", "birthDate": "1870-05-05"})
    assert values(record, "stroke") == [(None, True, onset)]
    assert [each.element for each in record.problems] == ([] if onset else ["Condition.onsetAge.value"])


def test_an_onset_in_the_future_is_named_and_what_was_recorded_by_then_counts() -> None:
    ahead = condition("icd M21.371", onsetDateTime="2026-03-02", recordedDate="2026-02-01")
    record = read(ahead)
    assert values(record, "foot-drop") == [("right", True, "2026-02-01")]
    assert not values(record, "onset")
    assert only_problem(record).element == "Condition.onsetDateTime"
    assert "future" in only_problem(record).text
    assert not read({**ahead, "recordedDate": None}).findings


@pytest.mark.parametrize("recorded", ["2026-03-02", "2027"])
def test_what_was_recorded_later_is_not_known_yet(recorded: str) -> None:
    for onset in ({}, {"onsetDateTime": recorded}):
        record = read(condition("icd M21.371", recordedDate=recorded, **onset))
        assert not record.findings
        assert not record.problems
        assert not record.unsided_foot_drop


@pytest.mark.parametrize(
    ("effective", "as_of", "counts"),
    [
        ("2026-03-01", Date.parse("2026-03-01"), True),
        ("2026-03-01T23:59:59Z", Date.parse("2026-03-01"), True),
        ("2026-03-02T00:30:00+01:00", Date.parse("2026-03-01"), True),
        ("2026-03-01T23:30:00-01:00", Date.parse("2026-03-01"), False),
        ("2026-03-02", Date.parse("2026-03-01"), False),
        ("2026-03", Date.parse("2026-03-01"), True),
        ("2026", Date.parse("2026-03-01"), True),
        ("2026-04", Date.parse("2026-03-01"), False),
        ("2026-03-01", DAY, True),
        ("2026-03-01", DateTime.parse("2026-03-01T02:00:00+05:00"), True),
        ("2026-03-02", DateTime.parse("2026-03-01T02:00:00+05:00"), False),
        ("2026-03-01T00:00:00Z", DateTime.parse("2026-03-01T02:00:00+05:00"), False),
        ("2026-03-01T09:00:00Z", DAY, True),
        ("2026-03-01T09:00:01Z", DAY, False),
        ("2026-03-01T10:00:00+01:00", DAY, True),
        ("2026-03-01T08:59", DAY, True),
        ("2026-03-01T09:01", DAY, False),
    ],
)
def test_nothing_certainly_later_than_as_of_counts_and_the_rest_does(effective: str, as_of: Any, counts: bool) -> None:
    record = read(observation("sct 386661006", effectiveDateTime=effective), as_of=as_of)
    assert bool(record.findings) is counts
    assert not record.problems


@pytest.mark.parametrize(
    ("times", "when"),
    [
        ({"effectivePeriod": {"start": "2026-01-01", "end": "2026-01-03"}}, "2026-01-03"),
        ({"effectivePeriod": {"start": "2026-01-01", "end": "2026-04-01"}}, "2026-01-01"),
        ({"effectivePeriod": {"start": "2026-01-01"}}, "2026-01-01"),
        ({"effectiveInstant": "2026-01-01T10:00:00Z"}, "2026-01-01T10:00:00Z"),
        ({"issued": "2026-01-01T10:00:00Z"}, "2026-01-01T10:00:00Z"),
        ({}, None),
    ],
)
def test_the_time_of_an_observation(times: Any, when: str | None) -> None:
    timeless = observation("sct 386661006")
    del timeless["effectiveDateTime"]
    assert values(read({**timeless, **times}), "fever") == [(None, True, when)]


def test_a_period_that_begins_later_does_not_count_whenever_it_was_issued() -> None:
    later = observation("sct 386661006", issued="2026-01-01T10:00:00Z", effectivePeriod={"start": "2026-05-01"})
    del later["effectiveDateTime"]
    assert not read(later).findings


@pytest.mark.parametrize("code", ["finding onset", "loinc 11368-8"])
def test_a_date_of_onset_needs_its_side(code: str) -> None:
    """It may be the onset of any illness, and the windows count from it."""
    record = read(observation(code, valueDateTime="2025-12-01"), condition("icd M21.371"))
    assert not values(record, "onset")
    assert only_problem(record).element == "Observation.bodySite"
    sided = read(observation(code, "right", valueDateTime="2025-12-01"), condition("icd M21.371"))
    assert values(sided, "onset") == [("right", "2025-12-01", "2026-01-05")]


def test_a_diagnosis_that_was_only_written_down_says_so() -> None:
    told = condition("icd Z96.642", onsetDateTime="2012-01-01", recordedDate="2026-01-01")
    noted = condition("icd Z96.642", id="again", recordedDate="2026-01-01")
    assert [one.noted for one in read(told).findings] == [False]
    assert [one.noted for one in read(noted).findings] == [True]
