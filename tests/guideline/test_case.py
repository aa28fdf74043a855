"""What a Case holds: every feature of a limb, derived ones included, and the findings behind each."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cql_like import (
    BOOLEAN,
    DATE,
    DATETIME,
    INTEGER,
    Choice,
    Date,
    DateTime,
    Quantities,
    Quantity,
    Ranged,
    parse_moment,
)
from guideline.case import DERIVED, Case, Support, ask_for, build_cases, case_types
from guideline.errors import RulebookError
from guideline.findings import SIDES, Existing, Finding, Moment, Record, Side, Value
from guideline.vocabulary import diagnoses, features
from tests.support.patients import is_sided

DF = "mrc-ankle-dorsiflexion"
NUMBERS: dict[str, Value] = {
    "foot-drop-mrc": 4,
    "severe-mrc": 2,
    "moderate-mrc": 3,
    "improvement-gain": 1,
    "worsening-loss": 1,
    "rapid-loss": 2,
    "rapid-window": Quantity(Decimal(14), "days"),
    "plateau-window": Quantity(Decimal(6), "weeks"),
    "knee-dislocation-window": Quantity(Decimal(14), "days"),
    "pregnancy-longest": Quantity(Decimal(10), "months"),
    "episode-slack": Quantity(Decimal(14), "days"),
    "care-before-onset": Quantity(Decimal(2), "months"),
    "reinnervation-counts": Quantity(Decimal(12), "months"),
}
AS_OF = Date(2026, 6, 30)
Told = tuple[str, Value, str | None]


def finding(key: str, value: Value, when: str | None, side: Side | None = "left", resource: str = "") -> Finding:
    return Finding(key, side, value, parse_moment(when) if when else None, resource or f"o/{key}/{value}/{when}")


UNSIDED = dict.fromkeys(
    ("foot-drop-unsided", "foot-drop-unread", "gait-sign-unsided", "umn-sign-unsided", "limb-emergency-unsided"), False
)


def cases(*findings: Finding, as_of: Moment = AS_OF, **record: Any) -> dict[Side, Case]:
    return build_cases(Record("p/1", findings=findings, **record), as_of, NUMBERS)


def left(*told: Told, **numbers: Value) -> dict[str, Value]:
    used = NUMBERS | {name.replace("_", "-"): value for name, value in numbers.items()}
    return build_cases(Record("p/1", findings=tuple(finding(*each) for each in told)), AS_OF, used)["left"].values


def test_an_empty_record_still_gives_two_limbs_of_which_almost_all_is_unknown() -> None:
    assert {side: case.values for side, case in cases().items()} == {
        side: {"as-of": AS_OF, **UNSIDED, "baseline-recorded": False} for side in SIDES
    }


def test_what_has_no_side_is_known_of_both_limbs_and_the_rest_of_one_and_of_the_other_as_opposite() -> None:
    found = cases(finding("back-pain", True, "2026-01-05", None), finding("toe-drag", True, "2026-01-06", "right"))
    assert (
        found["left"].values.items()
        >= {
            "back-pain": True,
            "back-pain-since": Date(2026, 1, 5),
            "opposite-toe-drag": True,
            "opposite-toe-drag-since": Date(2026, 1, 6),
        }.items()
    )
    assert found["right"].values.items() >= {"back-pain": True, "toe-drag": True}.items()
    assert not {"toe-drag", "toe-drag-since"} & found["left"].values.keys()
    assert not {"opposite-toe-drag", "opposite-back-pain"} & found["right"].values.keys()


def test_findings_that_cannot_be_placed_are_left_out() -> None:
    assert (
        cases(finding("severe-numbness", True, "2026-01-05", None), finding("no-such-key", True, "2026-01-05"))
        == cases()
    )


@pytest.mark.parametrize(
    ("told", "known"),
    [
        ((DF, 4, "2026-06-29"), "foot-drop-unsided"),
        ((DF, 5, "2026-06-29"), None),
        (("foot-drop", True, "2026-06-29"), "foot-drop-unsided"),
        (("foot-drop", False, "2026-06-29"), None),
        (("spasticity", True, "2026-06-29"), "umn-sign-unsided"),
        (("ankle-clonus", False, "2026-06-29"), None),
        (("toe-drag", True, "2026-06-29"), "gait-sign-unsided"),
        (("heel-walk-impaired", True, "2026-06-29"), "gait-sign-unsided"),
        (("steppage-gait", True, "2026-06-29"), "gait-sign-unsided"),
        (("foot-slap", True, "2026-06-29"), "gait-sign-unsided"),
        (("circumduction-gait", True, "2026-06-29"), "gait-sign-unsided"),
        (("toe-drag", False, "2026-06-29"), None),
        (("compartment-syndrome-suspected", True, "2020-01-01"), "limb-emergency-unsided"),
        (("knee-dislocation", True, "2026-06-16"), "limb-emergency-unsided"),
        (("knee-dislocation", True, "2026-06"), "limb-emergency-unsided"),
        (("knee-dislocation", True, None), "limb-emergency-unsided"),
        (("knee-dislocation", True, "2026-06-15"), None),
    ],
)
def test_what_tells_of_a_weak_foot_or_a_limb_in_danger_is_known_without_its_side(told: Told, known: str | None) -> None:
    for case in cases(finding(*told, side=None)).values():
        assert {name: case.values[name] for name in UNSIDED} == UNSIDED | ({known: True} if known else {})
        assert told[0] not in case.values
        assert [one.side for name in UNSIDED for one in case.support[name]] == ([None] if known else [])


@pytest.mark.parametrize("drop", [("foot-drop", True, None), (DF, 4, "2026-01-05")])
def test_a_weak_foot_without_its_side_is_that_of_the_leg_that_is_known_to_drop(drop: Told) -> None:
    found = cases(finding(*drop), finding(DF, 2, "2026-06-29", None), finding("toe-drag", True, "2026-06-29", None))
    assert all(case.values.items() >= UNSIDED.items() for case in found.values())


@pytest.mark.parametrize(
    ("key", "name", "well"),
    [
        ("foot-drop", "foot-drop-unsided", (DF, 5)),
        ("toe-drag", "gait-sign-unsided", ("foot-drop", False)),
        ("ankle-clonus", "umn-sign-unsided", ("ankle-clonus", False)),
        ("compartment-syndrome", "limb-emergency-unsided", ("compartment-syndrome", False)),
    ],
)
def test_what_lacks_its_side_ends_where_both_legs_are_well_that_day_or_later(
    key: str, name: str, well: tuple[str, Value]
) -> None:
    for day, sides, ended in (
        ("2026-06-01", SIDES, True),
        ("2026-05-31", SIDES, False),
        ("2026-06-02", SIDES[:1], False),
        (None, SIDES, False),
    ):
        found = cases(finding(key, True, "2026-06-01", None), *(finding(*well, day, side) for side in sides))
        assert found["left"].values[name] is not ended, (day, sides)


@pytest.mark.parametrize("key", ["ankle-clonus", "compartment-syndrome", "knee-dislocation"])
def test_what_lacks_its_side_is_that_of_the_leg_that_is_known_to_have_it(key: str) -> None:
    found = cases(finding(key, True, "2026-06-29", None), finding(key, True, "2026-06-29", "right"))
    assert all(case.values.items() >= UNSIDED.items() for case in found.values())


def test_a_drop_without_its_side_was_that_of_the_leg_that_dropped_and_is_well_again() -> None:
    told = finding("foot-drop", True, "2026-01-10", None), finding(DF, 2, "2026-01-10"), finding(DF, 5, "2026-06-01")
    assert cases(*told)["right"].values["foot-drop-unsided"] is False
    assert cases(*told[:1], *told[2:])["right"].values["foot-drop-unsided"] is True


def test_a_compartment_syndrome_is_excluded_by_either_of_its_names() -> None:
    told = [finding("compartment-syndrome-suspected", False, "2026-06-02", side) for side in SIDES]
    found = cases(finding("compartment-syndrome", True, "2026-06-01", None), *told)
    assert found["left"].values["limb-emergency-unsided"] is False


@pytest.mark.parametrize(
    ("place", "kept"), [("motor-neuron", True), ("polyneuropathy", True), ("myopathy", True), ("peroneal", False)]
)
def test_a_general_disease_that_edx_found_does_not_end_with_a_drop(place: str, kept: bool) -> None:
    values = left(("onset", Date(2026, 4, 30), "2026-05-01"), ("edx-localisation", place, "2025-12-01"))
    assert ("edx-localisation" in values) is kept


def test_a_sign_without_its_side_is_known_since_its_unbroken_run_began() -> None:
    told = [finding("spasticity", True, day, None, day) for day in ("2026-01-05", "2026-06-01")]
    assert cases(*told)["left"].values["umn-sign-unsided-since"] == Date(2026, 1, 5)
    assert "umn-sign-unsided-since" not in cases(finding("spasticity", True, None, None))["left"].values


def test_what_may_happen_again_is_as_old_as_the_last_time() -> None:
    again = ("2015-01-01", "2026-06-20")
    old = [Finding("knee-dislocation", "left", True, parse_moment(day), day, history=True) for day in again]
    assert cases(*old)["left"].values["knee-dislocation-since"] == Date(2026, 6, 20)
    again_noted = [old[0], old[1]._replace(noted=True)]
    assert cases(*again_noted)["left"].values["knee-dislocation-since"] == Date(2026, 6, 20)  # it may be an emergency
    hip = [each._replace(key="hip-arthroplasty") for each in again_noted]
    assert cases(*hip)["left"].values["hip-arthroplasty-since"] == Date(2015, 1, 1)
    noted = [each._replace(noted=True) for each in hip]
    assert cases(*noted)["left"].values["hip-arthroplasty-since"] == Date(2015, 1, 1)
    lasting = [Finding("multiple-sclerosis", None, True, parse_moment(day), day, history=True) for day in again]
    assert cases(*lasting)["left"].values["multiple-sclerosis-since"] == Date(2015, 1, 1)


@pytest.mark.parametrize(
    "key",
    [
        "knee-dislocation", "hip-dislocation", "knee-arthroplasty", "hip-arthroplasty", "fibular-fracture",
        "pelvic-fracture", "inflammatory-neuropathy",
    ],
)  # fmt: skip
def test_every_event_that_may_happen_again_is_as_old_as_the_last_time(key: str) -> None:
    side: Side | None = "left" if is_sided(key) else None
    twice = [
        Finding(key, side, True, parse_moment(day), f"c/{day}", history=True) for day in ("2015-01-01", "2026-06-20")
    ]
    assert cases(*twice)["left"].values[f"{key}-since"] == Date(2026, 6, 20)


def test_an_event_without_a_date_leaves_that_of_the_record_of_the_next() -> None:
    """An operation nobody dated, revised and taken out again; the joint of today was only written down."""
    told = [
        Finding("hip-arthroplasty", "left", True, None, "c/1"),
        Finding("hip-arthroplasty", "left", False, Date(2014), "c/2"),
        Finding("hip-arthroplasty", "left", True, Date(2015), "c/3", noted=True),
    ]
    assert cases(*told)["left"].values["hip-arthroplasty-since"] == Date(2015)


@pytest.mark.parametrize(("as_of", "counts"), [("2026-03-01T02:00:00+05:00", True), ("2026-03-01T02:00:00-05:00", True),
                                               ("2026-02-28T23:00:00+05:00", False)])  # fmt: skip
def test_a_bare_date_of_today_is_not_to_come_east_of_greenwich(as_of: str, counts: bool) -> None:
    found = cases(finding("toe-drag", True, "2026-03-01"), as_of=parse_moment(as_of))
    assert ("toe-drag" in found["left"].values) is counts


def test_of_an_onset_known_to_the_year_no_window_is_over_before_it_must_be() -> None:
    for year, month in ((2025, 12), (2026, 6)):
        values = left(("onset", Date(year), "2026-06-01"))
        assert (values["clock-start"], values["referral-clock"]) == (Date(year, month), Date(year, month))
        assert values["clock-start-uncertain"] is True
        assert values["onset"] == Date(year)
    graded = left(("onset", Date(2026), "2026-06-01"), (DF, 2, "2026-02-05"))
    assert (graded["clock-start"], graded["clock-start-uncertain"]) == (Date(2026, 2, 5), True)


def test_care_long_before_the_onset_was_for_something_else() -> None:
    for day, counts in ((Date(2026, 2, 10), True), (Date(2026, 2, 9), False)):
        values = left(("onset", Date(2026, 4, 10), "2026-05-01"), ("conservative-care-start", day, str(day)))
        assert values.get("conservative-care-start") == (day if counts else None)
        assert values["referral-clock"] == (day if counts else Date(2026, 4, 10))


def test_reinnervation_counts_for_a_time() -> None:
    for day, counts in (("2025-06-30", True), ("2025-06-29", False), (None, True)):
        grades = ((DF, 2, "2025-01-10"), (DF, 2, "2026-06-20"))
        values = left(*grades, ("edx-reinnervation", True, day))
        assert values.get("edx-reinnervation") is (True if counts else None)
        assert values["improvement"] == ("partial" if counts else "none")


def test_a_moment_as_of_counts_what_was_found_until_then() -> None:
    moment = "2026-01-05T10:00:00Z"
    for when, counts in ((moment, True), ("2026-01-05T10:00:01Z", False), ("2026-01-05", True), ("2026-01-06", False)):
        found = cases(finding("toe-drag", True, when), as_of=parse_moment(moment))
        assert ("toe-drag" in found["left"].values) is counts


def test_a_finding_of_the_patient_that_names_a_leg_is_still_the_patients() -> None:
    found = cases(finding("lumbar-radiculopathy", True, "2026-01-05", "right"))
    assert found["left"].values["lumbar-radiculopathy"] is found["right"].values["lumbar-radiculopathy"] is True


@pytest.mark.parametrize(
    ("born", "as_of", "age"),
    [
        ("1970-06-30", "2026-06-30", 56),
        ("1970-07-01", "2026-06-30", 55),
        ("1970-07-01", "2026-06-30T23:00:00-02:00", 56),
        ("2008-02-29", "2026-02-28", 17),
        ("2008-02-29", "2026-03-01", 18),
        ("2026-01-01", "2026-06-30", 0),
        ("1970-05", "2026-06-30", 56),
        ("1970-06", "2026-06-29", None),
        ("1970", "2026-06-30", None),
        ("2030-01-01", "2026-06-30", None),
    ],
)
def test_age_is_in_completed_years_if_it_is_certain(born: str, as_of: str, age: int | None) -> None:
    case = cases(as_of=parse_moment(as_of), birth_date=Date.parse(born))["left"]
    assert case.values.get("age") == age
    assert case.values["as-of"] == parse_moment(as_of)


@pytest.mark.parametrize(
    ("told", "since"),
    [
        ([("foot-drop", True, "2026-01-05")], "2026-01-05"),
        ([(DF, 4, "2026-01-05")], "2026-01-05"),
        ([(DF, 5, "2026-01-05")], None),
        ([("foot-drop", False, "2026-01-05")], None),
        ([("foot-drop", True, "2026-01-05"), (DF, 3, "2026-01-02")], "2026-01-02"),
        ([("foot-drop", True, None), (DF, 3, "2026-01-02")], "2026-01-02"),
        ([("foot-drop", True, None)], None),
        ([(DF, 3, "2020-01-01"), (DF, 5, "2021-01-01"), (DF, 3, "2026-01-02")], "2026-01-02"),
        ([("foot-drop", True, "2019-01-01"), (DF, 5, "2021-01-01"), (DF, 3, "2026-01-02")], "2019-01-01"),
        ([(DF, 3, "2020-01-01"), (DF, 5, "2021-01-01")], None),
    ],
)
def test_a_drop_began_when_it_was_first_documented_without_a_break(told: list[Told], since: str | None) -> None:
    values = left(*told)
    assert values.get("drop-since") == (Date.parse(since) if since else None)
    assert values.get("clock-start-uncertain") is (True if since else None)


def test_the_drop_limit_is_a_parameter() -> None:
    assert "drop-since" in left((DF, 4, "2026-01-05"))
    assert "drop-since" not in left((DF, 4, "2026-01-05"), foot_drop_mrc=3)


DROP = (DF, 3, "2026-03-01")
RECOVERED = (DF, 5, "2026-01-15")


@pytest.mark.parametrize(
    ("told", "start", "uncertain", "referral"),
    [
        ([DROP], "2026-03-01", True, "2026-03-01"),
        ([DROP, ("onset", Date(2026, 2, 20), "2026-03-01")], "2026-02-20", False, "2026-02-20"),
        ([DROP, ("onset", DateTime.parse("2026-02-20T10:00:00Z"), None)], "2026-02-20T10:00:00Z", False, None),
        (
            [DROP, ("onset", Date(2026, 2, 1), "2026-03-01"), ("onset", Date(2026, 2, 20), "2026-04-01")],
            "2026-02-20", False, "2026-02-20",
        ),
        ([DROP, ("conservative-care-start", Date(2026, 2, 28), "2026-03-01")], "2026-03-01", True, "2026-02-28"),
        ([DROP, ("conservative-care-start", Date(2026, 3, 2), "2026-03-02")], "2026-03-01", True, "2026-03-01"),
        (
            [("conservative-care-start", Date(2026, 3, day), f"2026-03-0{day}") for day in (3, 2)],
            None, None, "2026-03-02",
        ),
        ([DROP, RECOVERED, ("onset", Date(2026, 1, 1), "2026-01-14")], "2026-03-01", True, "2026-03-01"),
        ([DROP, RECOVERED, ("onset", Date(2026, 1, 1), "2026-01-15")], "2026-01-01", False, "2026-01-01"),
        (
            [DROP, (DF, 5, "2026-01-15T10:00:00Z"), ("onset", Date(2026, 1, 1), "2026-01-15T10:00:00Z")],
            "2026-01-01", False, "2026-01-01",
        ),
        ([DROP, RECOVERED, ("onset", Date(2026, 1, 15), None)], "2026-01-15", False, "2026-01-15"),
        (
            [DROP, RECOVERED, ("conservative-care-start", Date(2026, 1, 14), "2026-01-14")],
            "2026-03-01", True, "2026-03-01",
        ),
    ],
)  # fmt: skip
def test_the_clock_starts_at_onset_else_at_the_first_record(
    told: list[Told], start: str | None, uncertain: bool | None, referral: str | None
) -> None:
    values = left(*told)
    assert values.get("clock-start") == (parse_moment(start) if start else None)
    assert values.get("clock-start-uncertain") is uncertain
    assert values.get("referral-clock") == (parse_moment(referral or start or "") if referral or start else None)
    assert ("onset" in values) is (uncertain is False)


def test_care_that_is_only_ordered_starts_no_clock() -> None:
    care = Existing("physiotherapy", "order", "left", "ordered", None, Date(2026, 1, 1), "s/1", started=True)
    assert "conservative-care-start" not in cases(existing=(care,))["left"].values


@pytest.mark.parametrize(
    ("told", "severity"),
    [
        ([(DF, 2, "2026-01-05")], "severe"),
        ([(DF, 3, "2026-01-05")], "moderate"),
        ([(DF, 4, "2026-01-05")], "mild"),
        ([(DF, 5, "2026-01-05")], None),
        ([(DF, 4, "2026-01-05"), ("severity", "severe", "2026-01-04")], "severe"),
        ([(DF, 2, "2026-01-05"), ("severity", "mild", "2026-01-05")], "mild"),
        ([(DF, 2, "2026-01-05"), ("severity", "mild", "2026-01-04")], "severe"),
        ([(DF, 5, "2026-01-05"), ("severity", "mild", "2026-01-04")], "mild"),
        ([("severity", "mild", None)], "mild"),
    ],
)
def test_severity_is_the_clinicians_unless_the_foot_was_graded_worse_later(
    told: list[Told], severity: str | None
) -> None:
    assert left(*told).get("severity") == severity


def test_the_limits_of_severity_are_parameters() -> None:
    assert left((DF, 2, "2026-01-05"), severe_mrc=1)["severity"] == "moderate"
    assert left((DF, 3, "2026-01-05"), moderate_mrc=2)["severity"] == "mild"
    assert "severity" not in left((DF, 4, "2026-01-05"), foot_drop_mrc=3)


def test_a_baseline_is_any_grade_and_the_last_one_has_a_day() -> None:
    values = left((DF, 3, "2026-01-05T10:00:00Z"), (DF, 3, None))
    assert (values["baseline-recorded"], values["last-mrc-on"]) == (True, Date(2026, 1, 5))
    values = left((DF, 3, None))
    assert values["baseline-recorded"] is True
    assert "last-mrc-on" not in values


def test_a_drop_without_a_side_is_known_of_the_patient() -> None:
    for case in cases(unsided_foot_drop=("c/2", "c/1")).values():
        assert case.values["foot-drop-unsided"] is True
        assert [support.resource for support in case.support["foot-drop-unsided"]] == ["c/1", "c/2"]


@pytest.mark.parametrize("drop", [("foot-drop", True, None), (DF, 4, "2026-01-05")])
def test_a_diagnosis_without_its_side_is_that_of_the_leg_that_is_known_to_drop(drop: Told) -> None:
    for case in cases(finding(*drop), unsided_foot_drop=("c/1",)).values():
        assert case.values["foot-drop-unsided"] is False
        assert case.support["foot-drop-unsided"] == ()


def test_every_value_names_the_findings_it_rests_on() -> None:
    found = cases(
        finding("foot-drop", True, "2026-01-05", resource="c/1"),
        finding(DF, 4, "2026-02-01", resource="o/1"),
        finding(DF, 3, "2026-03-01", resource="o/2"),
        birth_date=Date(1970, 1, 1),
    )
    support = {name: [each.resource for each in found["left"].support[name]] for name in found["left"].values}
    assert support == {
        "as-of": [],
        "age": ["p/1"],
        **{name: [] for name in UNSIDED},
        "foot-drop": ["c/1"],
        "foot-drop-since": ["c/1"],
        "drop-since": ["c/1"],
        "clock-start": ["c/1"],
        "clock-start-uncertain": ["c/1"],
        "referral-clock": ["c/1"],
        DF: ["o/2"],
        "baseline-recorded": ["o/2"],
        "last-mrc-on": ["o/2"],
        "severity": ["o/2"],
        "course": ["o/2", "o/1"],
        "improvement": ["o/1", "o/2"],
    }
    assert found["right"].support[f"opposite-{DF}"] == (Support(DF, "left", 3, "o/2", Date(2026, 3, 1)),)


@pytest.mark.parametrize(
    ("cleared", "injured", "counts"),
    [
        ("2019-03-01", "2026-05-01", False),
        (None, "2026-05-01", False),
        ("2026-04-30", "2026-05-01", False),
        ("2026-05-01", "2026-05-01", True),
        ("2026-05", "2026-05-10", True),
        ("2026-05-01T08:00:00Z", "2026-05-01T15:00:00Z", False),
        ("2026-05-01T15:00:00Z", "2026-05-01T08:00:00Z", True),
        ("2026-05-20", "2026", False),
        ("2026-06-01", "2026-05", True),
        ("2026-05-20", "2026-05", False),
        ("2019-03-01", None, True),
    ],
)
def test_a_spine_that_was_cleared_before_its_last_injury_is_not_cleared(
    cleared: str | None, injured: str | None, counts: bool
) -> None:
    found = left(("spine-cleared", True, cleared), ("acute-spinal-trauma", True, injured))
    assert ("spine-cleared" in found) is counts


def test_a_pregnancy_is_over_after_its_longest_time() -> None:
    for day, counts in (("2025-08-30", True), ("2025-08-29", False), ("2025-08", True), (None, True), ("2023", False)):
        assert ("pregnant" in left(("pregnant", True, day))) is counts, day
    assert left(("pregnant", True, "2023-01-01"), ("pregnant", True, "2026-01-01"))["pregnant"] is True


OF_ONE_DROP: tuple[tuple[str, Value], ...] = (
    ("course", "stable"), ("severity", "mild"), ("onset-tempo", "sudden"), ("edx-localisation", "peroneal"),
    ("edx-severity", "neurapraxia"), ("edx-reinnervation", True), ("mri-explains-deficit", True),
    ("recovery-chance", "none"), ("permanent-nerve-damage", True),
)  # fmt: skip


@pytest.mark.parametrize(("key", "value"), OF_ONE_DROP)
def test_what_was_said_before_this_drop_began_is_not_about_it(key: str, value: Value) -> None:
    onset: Told = ("onset", Date(2026, 4, 30), "2026-05-01")
    for day, counts in (("2026-04-15", False), ("2026-04-16", True), ("2026-04", True), (None, True)):
        assert (left(onset, (key, value, day)).get(key) == value) is counts, day
    graded: Told = (DF, 3, "2026-01-10")
    assert left(onset, graded, (key, value, "2026-01-10"))[key] == value


@pytest.mark.parametrize(
    ("grades", "counted"),
    [
        (((DF, 3, "2026-02-01"),), ["2026-02-25", "2026-05-10"]),
        (((DF, 3, "2026-02-01"), (DF, 5, "2026-02-20")), ["2026-05-10"]),
        (((DF, 3, None),), ["2026-05-10"]),
    ],
    ids=["weak since", "strong again", "weak nobody knows when"],
)
def test_weakness_before_the_recorded_onset_is_this_drops_if_it_is_dated_and_lasts(
    grades: tuple[Told, ...], counted: list[str]
) -> None:
    told: tuple[Told, ...] = (("onset", Date(2026, 4, 30), "2026-05-01"), *grades)
    for day in ("2026-02-25", "2026-05-10"):
        assert (left(*told, ("course", "fluctuating", day)).get("course") == "fluctuating") is (day in counted), day


@pytest.mark.parametrize(("key", "value"), OF_ONE_DROP)
def test_what_was_said_of_a_drop_that_got_well_is_not_about_the_next(key: str, value: Value) -> None:
    well: tuple[Told, ...] = (("foot-drop", True, "2025-10-01"), ("foot-drop", False, "2025-12-01"))
    for day, counts in (("2025-11-16", False), ("2025-11-17", True)):
        assert (left(*well, ("foot-drop", True, "2026-05-01"), (key, value, day)).get(key) == value) is counts, day


def test_the_vocabulary_is_typed() -> None:
    types = case_types()
    assert types[DF] == types[f"opposite-{DF}"] == Ranged(0, 5)
    assert types["falls-past-year"] == types["age"] == INTEGER
    assert types["sensation-sole"] == Choice("normal", "reduced", "absent")
    assert types["post-void-residual"] == Quantities("mL")
    assert types["onset"] == types["as-of"] == types["clock-start"] == DATETIME
    assert types["stroke-since"] == types["opposite-drop-since"] == types["mri-lumbar-done-since"] == DATE
    assert types["stroke"] == types["opposite-foot-drop"] == BOOLEAN
    assert not {"opposite-stroke", "onset-since", "opposite-age", "edx-done-since"} & types.keys()


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        (DF, [(DF, "same")]),
        (f"opposite-{DF}", [(DF, "opposite")]),
        ("stroke", [("stroke", None)]),
        ("stroke-since", [("stroke", None)]),
        ("opposite-spasticity-since", [("spasticity", "opposite")]),
        ("clock-start", [("onset", "same")]),
        ("opposite-drop-since", [("foot-drop", "opposite"), (DF, "opposite")]),
        ("improvement", [(DF, "same"), ("course", "same")]),
        ("severity", [(DF, "same")]),
        ("age", []),
    ],
)
def test_what_to_ask_for(name: str, asked: list[tuple[str, str | None]]) -> None:
    assert list(ask_for(name)) == asked


def test_whatever_is_asked_for_can_be_recorded_and_no_other_name_can() -> None:
    recordable = features().keys() | diagnoses().keys()
    assert {key for name in case_types() for key, _ in ask_for(name)} <= recordable
    assert DERIVED.keys() <= case_types().keys()
    with pytest.raises(RulebookError, match="'no-such-key' is no feature"):
        ask_for("no-such-key")


MOMENTS = st.sampled_from([None, "2026", "2026-01", "2026-01-05", "2026-01-05T10:00:00Z", "2026-02-01", "2026-03-10"])
KEYS = (DF, "mrc-great-toe-extension", "foot-drop", "onset", "course", "severity", "spasticity", "back-pain", "stroke")


@st.composite
def some_finding(draw: st.DrawFn) -> Finding:
    key = draw(st.sampled_from(KEYS))
    values: dict[str, list[Value]] = {
        "onset": [Date(2026), Date(2026, 1, 5), Date(2025, 12, 1)],
        "course": ["improving", "stable", "worsening"],
        "severity": ["mild", "severe"],
    }
    usual: list[Value] = [0, 2, 3, 4, 5] if key.startswith("mrc") else [True, False]
    sides: list[Side | None] = [None] if key in ("back-pain", "stroke") else ["left", "right"]
    when, resource = draw(MOMENTS), f"r/{draw(st.integers(1, 3))}"
    value, side = draw(st.sampled_from(values.get(key, usual))), draw(st.sampled_from(sides))
    history = key in ("foot-drop", "stroke") and draw(st.booleans())
    return Finding(key, side, value, parse_moment(when) if when else None, resource, history)


FINDINGS = st.lists(some_finding(), max_size=14)


@given(FINDINGS, st.data())
def test_the_order_of_findings_changes_nothing(findings: list[Finding], data: st.DataObject) -> None:
    assert cases(*data.draw(st.permutations(findings))) == cases(*findings)


@given(FINDINGS)
def test_swapping_the_sides_swaps_the_cases(findings: list[Finding]) -> None:
    other: dict[Side | None, Side | None] = {"left": "right", "right": "left", None: None}
    mirrored = [Finding(f.key, other[f.side], f.value, f.effective, f.resource, f.history) for f in findings]
    here, there = cases(*findings), cases(*mirrored)
    assert here["left"].values == there["right"].values
    assert here["right"].values == there["left"].values


@given(FINDINGS)
def test_a_case_holds_only_known_names_each_with_its_support(findings: list[Finding]) -> None:
    for case in cases(*findings).values():
        assert case.values.keys() == case.support.keys() <= case_types().keys()
        since = {name.removesuffix("-since") for name in case.values if name.endswith("-since")} - {"drop"}
        assert all(case.values[name] is True for name in since if name != "opposite-drop")


def test_a_long_record_costs_no_more_for_each_finding() -> None:
    def seconds(count: int) -> float:
        days = [f"20{n // 336:02}-{n // 28 % 12 + 1:02}-{n % 28 + 1:02}" for n in range(count)]
        told = [(day, {DF: n % 2 + 3, "foot-drop": n % 2 == 0}) for n, day in enumerate(days)]
        record = [finding(key, value, day) for day, both in told for key, value in both.items()]
        started = time.process_time()
        cases(*record)
        return time.process_time() - started

    assert min(seconds(4000) for _ in range(3)) < 9 * min(seconds(1000) for _ in range(3))
