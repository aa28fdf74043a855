"""What an Observation may look like, what is read from it, and what is refused by name."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from cql_like import Quantity
from fhir_adapters.read import read_record
from guideline.findings import Record
from guideline.vocabulary import features
from tests.fhir_adapters.test_read_samples import (
    AS_OF,
    bundle,
    concept,
    condition,
    observation,
    only_finding,
    only_problem,
    read,
    values,
)

MRC = "finding mrc-ankle-dorsiflexion"
YES = {
    "boolean": {"valueBoolean": True},
    "present": {"valueCodeableConcept": concept("sct 52101004")},
    "yes": {"valueCodeableConcept": concept("sct 373066001")},
    "Y": {"valueCodeableConcept": concept("http://terminology.hl7.org/CodeSystem/v2-0136 Y")},
    "own answer": {"valueCodeableConcept": concept("answer yes")},
}
NO = {
    "boolean": {"valueBoolean": False},
    "absent": {"valueCodeableConcept": concept("sct 2667000")},
    "no": {"valueCodeableConcept": concept("sct 373067005")},
    "N": {"valueCodeableConcept": concept("http://terminology.hl7.org/CodeSystem/v2-0136 N")},
    "own answer": {"valueCodeableConcept": concept("answer absent")},
}


@pytest.mark.parametrize(
    ("value", "grade"),
    [
        ({"valueInteger": 0}, 0),
        ({"valueInteger": 5}, 5),
        ({"valueQuantity": {"value": 3, "code": "1"}}, 3),
        ({"valueQuantity": {"value": 3.0, "code": "{score}", "system": "http://unitsofmeasure.org"}}, 3),
        ({"valueQuantity": {"value": 3, "unit": "{score}"}}, 3),
        ({"valueQuantity": {"value": 3}}, 3),
        ({"valueString": "4-"}, 4),
        ({"valueString": "4"}, 4),
        ({"valueString": "4+"}, 4),
        ({"valueString": "3"}, 3),
        ({"valueString": "2+"}, 2),
    ],
)
def test_a_grade_of_strength_is_read_in_every_documented_form(value: Any, grade: int) -> None:
    record = read(observation(MRC, "left", **value))
    assert values(record, "mrc-ankle-dorsiflexion") == [("left", grade, "2026-01-05")]
    assert not record.problems


@pytest.mark.parametrize(
    ("value", "element"),
    [
        ({"valueInteger": 7}, "Observation.valueInteger"),
        ({"valueInteger": -1}, "Observation.valueInteger"),
        ({"valueInteger": "3"}, "Observation.valueInteger"),
        ({"valueInteger": 3.0}, "Observation.valueInteger"),
        ({"valueInteger": True}, "Observation.valueInteger"),
        ({"valueQuantity": {"value": 3.5}}, "Observation.valueQuantity.value"),
        ({"valueQuantity": {"value": "3"}}, "Observation.valueQuantity.value"),
        ({"valueQuantity": {"value": True}}, "Observation.valueQuantity.value"),
        ({"valueQuantity": {"value": float("nan")}}, "Observation.valueQuantity.value"),
        ({"valueQuantity": {}}, "Observation.valueQuantity.value"),
        ({"valueQuantity": {"value": 3, "code": "kg"}}, "Observation.valueQuantity.code"),
        ({"valueQuantity": {"value": 3, "comparator": "<"}}, "Observation.valueQuantity.comparator"),
        ({"valueString": "3/5"}, "Observation.valueString"),
        ({"valueString": "6"}, "Observation.valueString"),
        ({"valueString": "5-"}, "Observation.valueString"),
        ({"valueString": "four"}, "Observation.valueString"),
        ({"valueBoolean": True}, "Observation.valueBoolean"),
        ({"valueRange": {"low": {"value": 3}}}, "Observation.valueRange"),
        ({"valueInteger": 3, "valueString": "3"}, "Observation.value[x]"),
        ({"valueInteger": 3, "dataAbsentReason": concept("x unknown")}, "Observation.dataAbsentReason"),
        ({}, "Observation.value[x]"),
    ],
)
def test_a_grade_that_is_none_is_refused_by_element_and_the_rest_still_counts(value: Any, element: str) -> None:
    other = observation("finding mrc-knee-flexion", "left", id="o2", valueInteger=5)
    record = read(observation(MRC, "left", **value), other)
    assert (only_problem(record).resource, only_problem(record).element) == ("Observation/o", element)
    assert only_finding(record).key == "mrc-knee-flexion"


def test_a_value_that_is_known_to_be_absent_is_unknown_and_no_problem() -> None:
    record = read(observation(MRC, "left", dataAbsentReason=concept("x not-performed")))
    assert not record.findings
    assert not record.problems


@pytest.mark.parametrize("value", YES.values(), ids=YES)
@pytest.mark.parametrize("code", ["finding fever", "sct 386661006"])
def test_yes_in_every_form(code: str, value: Any) -> None:
    assert values(read(observation(code, **value)), "fever") == [(None, True, "2026-01-05")]


@pytest.mark.parametrize("value", NO.values(), ids=NO)
@pytest.mark.parametrize("code", ["finding fever", "sct 386661006"])
def test_no_in_every_form(code: str, value: Any) -> None:
    assert values(read(observation(code, **value)), "fever") == [(None, False, "2026-01-05")]


@pytest.mark.parametrize(
    "value",
    [
        {"valueCodeableConcept": {"text": "yes"}},
        {"valueCodeableConcept": {"coding": [{"code": "Y"}]}},
        {"valueCodeableConcept": concept("sct 52101004", "sct 2667000")},
        {"valueString": "yes"},
        {"valueInteger": 1},
        {"_valueBoolean": {"extension": []}},
        {"valueBoolean": None},
    ],
)
@pytest.mark.parametrize("code", ["finding fever", "sct 386661006"])
def test_what_is_no_clear_yes_or_no_is_a_problem_and_unknown(code: str, value: Any) -> None:
    record = read(observation(code, **value))
    assert not record.findings
    assert only_problem(record).element.startswith("Observation.value")


@pytest.mark.parametrize("reason", [{}, {"dataAbsentReason": concept("x unknown")}])
def test_our_own_yes_or_no_without_a_value_is_unknown_and_reported(reason: Any) -> None:
    record = read(observation("finding saddle-anaesthesia", **reason))
    assert not record.findings
    assert only_problem(record).code == "required"


def test_a_standard_finding_code_alone_means_present() -> None:
    assert values(read(observation("sct 386661006")), "fever") == [(None, True, "2026-01-05")]
    assert values(read(observation("icd R33.9")), "bladder-dysfunction") == [(None, True, "2026-01-05")]


def test_a_standard_finding_code_whose_value_is_said_to_be_absent_is_unknown() -> None:
    record = read(observation("sct 386661006", dataAbsentReason=concept("x unknown")))
    assert not record.findings
    assert not record.problems


def test_a_preliminary_finding_is_present_like_a_final_one() -> None:
    assert values(read(observation("sct 386661006", status="preliminary")), "fever") == [(None, True, "2026-01-05")]
    falls = read(observation("sct 279992002", status="preliminary"))
    assert values(falls, "falls-past-year") == [(None, 2, "2026-01-05")]


@pytest.mark.parametrize("status", ["registered", "specimen-in-process"])
def test_a_finding_that_nobody_has_found_yet_is_unknown_and_reported(status: str) -> None:
    record = read(observation("sct 386661006", status=status))
    assert not record.findings
    assert only_problem(record).element == "Observation.value[x]"


@pytest.mark.parametrize("status", ["registered", "specimen-in-process", "preliminary"])
def test_a_measurement_that_waits_for_its_value_is_unknown(status: str) -> None:
    record = read(observation("loinc 4548-4", status=status))
    assert not record.findings
    assert not record.problems


def test_a_loinc_code_is_a_question_and_means_nothing_without_an_answer() -> None:
    record = read(observation("loinc 32385-7", "left"))
    assert not record.findings
    assert only_problem(record).code == "required"


@pytest.mark.parametrize(
    ("names", "value", "read_as"),
    [
        (("loinc 28239-2", "sct 267064002"), {}, ("bladder-dysfunction", True)),
        (("loinc 28239-2", "sct 267064002"), {"valueBoolean": False}, ("bladder-dysfunction", False)),
        (("sct 221360009", "sct 765771006"), {"valueInteger": 2}, ("spasticity", True)),
        (("sct 161898004", "sct 279992002"), {}, ("falls-past-year", 2)),
    ],
)
def test_the_order_of_codings_says_nothing(names: tuple[str, str], value: Any, read_as: tuple[str, Any]) -> None:
    for codings in (names, names[::-1]):
        found = only_finding(read(observation(names[0], "left", **value) | {"code": concept(*codings)}))
        assert (found.key, found.value) == read_as


def test_the_answer_may_be_the_finding_itself() -> None:
    pregnant = observation("loinc 82810-3", valueCodeableConcept=concept("sct 77386006"))
    assert values(read(pregnant), "pregnant") == [(None, True, "2026-01-05")]


@pytest.mark.parametrize(
    ("code", "answer", "read_as"),
    [
        ("finding sensation-sole", "answer reduced", "reduced"),
        ("finding sensation-sole", "sct 2667000", "absent"),
        ("finding distal-pulses", "sct 52101004", "present"),
        ("finding edx-localisation", "answer l5-root", "l5-root"),
    ],
)
def test_a_coded_answer(code: str, answer: str, read_as: str) -> None:
    record = read(observation(code, "left", valueCodeableConcept=concept(answer)))
    assert only_finding(record).value == read_as


@pytest.mark.parametrize(
    "value",
    [
        {"valueCodeableConcept": concept("answer numb")},
        {"valueCodeableConcept": concept("sct 52101004")},
        {"valueCodeableConcept": concept("answer normal", "answer reduced")},
        {"valueCodeableConcept": {"text": "reduced"}},
        {"valueString": "reduced"},
        {"valueBoolean": True},
    ],
)
def test_an_answer_outside_the_list_is_a_problem(value: Any) -> None:
    record = read(observation("finding sensation-sole", "left", **value))
    assert not record.findings
    assert len(record.problems) == 1


@pytest.mark.parametrize(
    ("code", "quantity", "text"),
    [
        ("loinc 98979-8", {"value": 53, "code": "mL/min/{1.73_m2}"}, "53 'mL/min/{1.73_m2}'"),
        ("loinc 33914-3", {"value": 53, "unit": "mL/min/1.73m2"}, "53 'mL/min/{1.73_m2}'"),
        ("loinc 8480-6", {"value": 120.5, "code": "mm[Hg]"}, "120.5 'mm[Hg]'"),
        ("loinc 8480-6", {"value": 120, "unit": "mmHg"}, "120 'mm[Hg]'"),
        ("loinc 8480-6", {"value": 16, "code": "kPa"}, "120.00985"),
        ("loinc 4548-4", {"value": 7.2, "code": "%"}, "7.2 '%'"),
        ("loinc 4548-4", {"value": 53, "code": "mmol/mol"}, "7.00 '%'"),
        ("loinc 4548-4", {"value": 48, "code": "mmol/mol"}, "6.54 '%'"),
        ("loinc 4548-4", {"value": 23, "code": "mmol/mol"}, "4.26 '%'"),
        ("loinc 4548-4", {"value": 150, "code": "mmol/mol"}, "15.87 '%'"),
        ("loinc 2157-6", {"value": 900, "code": "U/L"}, "900 'U/L'"),
        ("finding post-void-residual", {"value": 0.25, "code": "L"}, "250"),
        ("loinc 4548-4", {"value": 7.2, "code": "%{Hb}"}, "7.2 '%'"),
        ("loinc 4548-4", {"value": 53, "code": "mmol/mol{Hb}"}, "7.00 '%'"),
        ("loinc 72514-3", {"value": 7, "code": "{score}"}, "7 '1'"),
        ("loinc 8480-6", {"value": 120, "unit": "anything", "code": "mm[Hg]"}, "120 'mm[Hg]'"),
        ("finding post-void-residual", {"value": 250, "unit": "mL", "code": "L", "system": "http://local"}, "250 'mL'"),
    ],
)
def test_quantities_are_kept_in_the_unit_of_their_row(code: str, quantity: Any, text: str) -> None:
    record = read(observation(code, valueQuantity=quantity))
    assert str(only_finding(record).value).startswith(text)


@pytest.mark.parametrize(
    ("code", "quantity", "element"),
    [
        ("loinc 8480-6", {"value": 120}, "code"),
        ("loinc 8480-6", {"value": 120, "code": "kg"}, "code"),
        ("loinc 8480-6", {"value": 120, "code": "furlong"}, "code"),
        ("loinc 8480-6", {"value": 120, "unit": "torrish"}, "unit"),
        ("finding post-void-residual", {"value": 250, "code": "mL", "system": "http://local"}, "code"),
        ("finding post-void-residual", {"value": 250, "unit": "cups", "code": "mL", "system": "http://local"}, "unit"),
        ("loinc 8480-6", {"value": -1, "code": "mm[Hg]"}, "value"),
        ("loinc 8478-0", {"value": 70, "code": "mm[Hg]", "comparator": "<"}, "comparator"),
        ("loinc 4548-4", {"value": 7, "code": "1"}, "code"),
        ("loinc 72514-3", {"value": 11, "code": "{score}"}, "value"),
        ("loinc 2157-6", {"value": 900, "code": "[iU]/L"}, "code"),
        ("loinc 2157-6", {"value": 1e300, "code": "U/L"}, "value"),
    ],
)
def test_a_quantity_that_cannot_be_told_in_that_unit_is_never_a_number(code: str, quantity: Any, element: str) -> None:
    record = read(observation(code, valueQuantity=quantity))
    assert not record.findings
    assert only_problem(record).element == f"Observation.valueQuantity.{element}"


@pytest.mark.parametrize(
    ("key", "value", "comparator", "read_as"),
    [
        ("post-void-residual", 999, ">", "999 'mL'"),
        ("post-void-residual", 999, ">=", "999 'mL'"),
        ("post-void-residual", 250, ">", None),  # a site may set the limit higher
        ("post-void-residual", 999, "<", None),
        ("post-void-residual", 50, ">", None),
        ("mean-arterial-pressure", 40, "<", "40 'mm[Hg]'"),
        ("mean-arterial-pressure", 120, ">", None),
        ("systolic-blood-pressure", 60, "<", "60 'mm[Hg]'"),
        ("egfr", 60, ">", None),
    ],
)
def test_a_bound_counts_only_where_it_is_certainly_beyond_a_limit(
    key: str, value: int, comparator: str, read_as: str | None
) -> None:
    quantity = {"value": value, "comparator": comparator, "unit": features()[key].unit}
    record = read(observation(f"finding {key}", valueQuantity=quantity))
    assert [each for _, each, _ in values(record, key)] == ([read_as] if read_as else [])
    assert [each.element for each in record.problems] == ["Observation.valueQuantity.comparator"] * (not read_as)


QUANTITIES = {key: row for key, row in features().items() if row.type == "quantity"}


@pytest.mark.parametrize("key", QUANTITIES)
def test_a_quantity_is_read_from_its_lowest_to_its_highest_value_and_no_step_beyond(key: str) -> None:
    row = QUANTITIES[key]
    low, high = row.low or 0, row.high
    read_, refused = ([low], [low - 0.01]) if high is None else ([low, high], [low - 0.01, high + 0.01])

    def told(value: float) -> Record:
        return read(observation(f"finding {key}", "left", valueQuantity={"value": value, "unit": row.unit}))

    assert [only_finding(told(value)).value for value in read_] == [
        Quantity(Decimal(value), row.unit or "1") for value in read_
    ]
    for value in refused:
        assert only_problem(told(value)).element == "Observation.valueQuantity.value"
        assert not told(value).findings


def test_only_a_score_has_a_highest_value() -> None:
    assert [key for key, row in QUANTITIES.items() if row.high is not None] == ["pain-score"]


def test_components_are_findings_of_their_own() -> None:
    panel = observation("loinc 85354-9", component=[
        {"code": concept("loinc 8480-6"), "valueQuantity": {"value": 120, "code": "mm[Hg]"}},
        {"code": concept("loinc 8462-4"), "valueQuantity": {"value": 75, "code": "mm[Hg]"}},
        {"code": concept("loinc 8478-0"), "valueQuantity": {"value": "x", "code": "mm[Hg]"}},
    ])  # fmt: skip
    record = read(panel)
    assert only_finding(record).key == "systolic-blood-pressure"
    assert only_problem(record).element == "Observation.component[2].valueQuantity.value"


@pytest.mark.parametrize(
    ("value", "spastic"),
    [
        ({"valueInteger": 0}, False),
        ({"valueInteger": 1}, True),
        ({"valueString": "1+"}, True),
        ({"valueInteger": 4}, True),
    ],
)
def test_modified_ashworth_means_spasticity_from_grade_one_on(value: Any, spastic: bool) -> None:
    assert only_finding(read(observation("sct 765771006", "left", **value))).value is spastic


def test_modified_ashworth_without_or_beyond_its_grades_is_a_problem() -> None:
    for value in ({}, {"valueInteger": 5}, {"valueBoolean": True}):
        record = read(observation("sct 765771006", "left", **value))
        assert not record.findings
        assert len(record.problems) == 1


@pytest.mark.parametrize(
    ("resource", "falls"),
    [
        (observation("loinc 75856-5", valueInteger=3), 3),
        (observation("loinc 75856-5", valueQuantity={"value": 0, "code": "{#}"}), 0),
        (observation("sct 161898004"), 1),
        (observation("sct 161898004", valueBoolean=False), 0),
        (observation("sct 279992002"), 2),
        (observation("sct 279992002", valueInteger=4), 4),
        (condition("sct 279992002"), 2),
    ],
)
def test_falls_are_counted(resource: Any, falls: int) -> None:
    assert only_finding(read(resource)).value == falls


def test_no_recurrent_falls_leaves_the_number_open() -> None:
    assert not read(observation("sct 279992002", valueBoolean=False)).findings


def test_a_component_with_a_modifier_is_named_and_not_used() -> None:
    low = {"code": concept("loinc 8478-0"), "valueQuantity": {"value": 60, "code": "mm[Hg]"}}
    high = {"code": concept("loinc 8480-6"), "valueQuantity": {"value": 90, "code": "mm[Hg]"}}
    other = {"code": concept("loinc 1-1"), "modifierExtension": [{"url": "urn:target"}]}
    modified = {**low, "modifierExtension": [{"url": "urn:target"}]}
    record = read(observation("loinc 85354-9", component=[other, modified, high]))
    assert [f.key for f in record.findings] == ["systolic-blood-pressure"]
    assert only_problem(record).element == "Observation.component[1].modifierExtension"
    assert [f.key for f in read(observation("loinc 85354-9", component=[low])).findings] == ["mean-arterial-pressure"]


def test_a_date_keeps_its_precision() -> None:
    for text in ("2025", "2025-12", "2025-12-01", "2025-12-01T10:00:00+01:00", "2025-12-01T10:00"):
        record = read(observation("finding onset", "left", valueDateTime=text))
        assert str(only_finding(record).value) == text


@pytest.mark.parametrize("text", ["2026-02-30", "yesterday", "", "2026-03-02", "2027"])
def test_a_date_that_does_not_exist_or_lies_ahead_is_a_problem(text: str) -> None:
    record = read(observation("finding onset", "left", valueDateTime=text))
    assert not record.findings
    assert only_problem(record).element == "Observation.valueDateTime"


@pytest.mark.parametrize("value", [True, False])
def test_a_standard_code_counts_beside_our_own(*, value: bool) -> None:
    for codes in (["sct 71286001"], ["finding mri-cord-compression", "sct 71286001"]):
        record = read(observation("sct 71286001", valueBoolean=value, code=concept(*codes)))
        assert [(f.key, f.value) for f in record.findings] == [
            ("mri-cord-compression", value), ("spinal-cord-compression", value),
        ]  # fmt: skip
        assert not record.problems


@pytest.mark.parametrize("beside", ["sct 71286001", "sct 161898004"])
def test_beside_a_question_of_ours_without_a_value_a_standard_code_says_nothing(beside: str) -> None:
    record = read(observation("sct 71286001", code=concept("finding mri-cord-compression", beside)))
    assert not record.findings
    assert "mri-cord-compression is unknown" in str(record.problems)


def test_a_code_of_ours_that_does_not_exist_is_a_mistake_of_the_mapping_and_reported() -> None:
    record = read(observation("finding mrc-ankle-dorsi", "left", valueInteger=3))
    assert only_problem(record).code == "code-invalid"


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled"])
def test_what_was_withdrawn_is_ignored(status: str) -> None:
    record = read(observation(MRC, "left", status=status, valueInteger=1))
    assert not record.findings
    assert not record.problems


def test_every_earlier_value_is_kept() -> None:
    days = ("2026-01-05", "2026-02-05", "2026-03-01")
    grades = [observation(MRC, "left", id=day, effectiveDateTime=day, valueInteger=2) for day in days]
    assert [when for _, _, when in values(read(*grades), "mrc-ankle-dorsiflexion")] == list(days)


@pytest.mark.parametrize(
    ("name", "odd"),
    [
        ("status", 5),
        ("code", [concept(MRC)]),
        ("code", {"coding": {"code": "x"}}),
        ("code", {"coding": [None]}),
        ("code", {"coding": [{"system": [], "code": {}}]}),
        ("bodySite", "left"),
        ("effectiveDateTime", 20260105),
        ("effectiveDateTime", "2026-13-05"),
        ("effectivePeriod", []),
        ("component", {}),
        ("component", [None]),
        ("valueQuantity", []),
        ("modifierExtension", [{"url": "https://example.org/not"}]),
        ("focus", [{"reference": "RelatedPerson/mother"}]),
    ],
)
def test_an_element_of_the_wrong_kind_costs_only_its_resource(name: str, odd: Any) -> None:
    good = observation("finding fever", id="good", valueBoolean=True)
    record = read({**observation(MRC, "left", valueInteger=3), name: odd}, good)
    assert only_finding(record).key == "fever"
    assert only_problem(record).resource == "Observation/o"
    assert name in only_problem(record).element


def test_what_has_no_id_is_named_by_its_full_url_or_its_place() -> None:
    nameless = observation(MRC, "left", valueInteger=7)
    del nameless["id"]
    assert only_problem(read(nameless)).resource == "Bundle.entry[1]"
    record = bundle(nameless)
    record["entry"][0]["fullUrl"] = "urn:uuid:1"
    assert only_problem(read_record(record, AS_OF)).resource == "urn:uuid:1"


@pytest.mark.parametrize(
    ("code", "quantity"),
    [
        ("finding mrc-ankle-dorsiflexion", {"value": 5, "unit": "/5"}),
        ("finding mrc-ankle-dorsiflexion", {"value": 5, "code": "/5", "system": "http://unitsofmeasure.org"}),
        ("finding mrc-ankle-dorsiflexion", {"value": 100, "code": "%"}),
        ("finding falls-past-year", {"value": 200, "code": "%"}),
        ("loinc 72514-3", {"value": 8, "unit": "/10"}),
        ("loinc 72514-3", {"value": 80, "code": "%"}),
    ],
)
def test_a_score_or_count_in_any_unit_is_a_problem_and_no_other_number(code: str, quantity: Any) -> None:
    """ "5 /5" is full strength, and never a fifth of five."""
    record = read(observation(code, "left", valueQuantity=quantity))
    assert not record.findings
    assert "a score or count has none" in only_problem(record).text


@pytest.mark.parametrize("unit", [{}, {"code": "1"}, {"code": "{score}"}, {"code": "1{score}"}, {"unit": "{MRC}"}])
def test_a_score_without_a_unit_is_its_number(unit: Any) -> None:
    record = read(observation("finding mrc-ankle-dorsiflexion", "left", valueQuantity={"value": 5, **unit}))
    assert only_finding(record).value == 5
