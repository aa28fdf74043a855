"""Which finding counts, since when it holds, and what the grades say of course and improvement."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cql_like import Date, Quantity, parse_moment
from guideline.case import Case, build_cases
from guideline.findings import Finding, Record, Side, Value

DF, EVERSION, TOE = "mrc-ankle-dorsiflexion", "mrc-ankle-eversion", "mrc-great-toe-extension"
NUMBERS: dict[str, Value] = {
    "foot-drop-mrc": 4,
    "severe-mrc": 2,
    "moderate-mrc": 3,
    "improvement-gain": 1,
    "worsening-loss": 1,
    "rapid-loss": 2,
    "rapid-window": Quantity(Decimal(14), "days"),
    "plateau-window": Quantity(Decimal(6), "weeks"),
    "episode-slack": Quantity(Decimal(14), "days"),
    "reinnervation-counts": Quantity(Decimal(12), "months"),
}
CALF, HIP = "mrc-ankle-plantarflexion", "mrc-hip-abduction"
SIDED = {
    DF, EVERSION, TOE, CALF, HIP, "course", "onset", "onset-tempo", "spasticity", "edx-reinnervation", "sensation-sole",
}  # fmt: skip
Told = tuple[str, Value, str | None]


def left(*told: Told, as_of: str = "2026-06-30", **numbers: Value) -> Case:
    """The left limb of (key, value, date) findings; a resource after "@" in the key makes it a history."""
    findings = []
    for number, (name, value, when) in enumerate(told):
        key, _, resource = name.partition("@")
        effective = None if when is None else parse_moment(when)
        side: Side | None = "left" if key in SIDED else None
        findings.append(Finding(key, side, value, effective, resource or f"o/{number}", history=bool(resource)))
    used = NUMBERS | {name.replace("_", "-"): value for name, value in numbers.items()}
    return build_cases(Record("p", findings=tuple(findings)), parse_moment(as_of), used)["left"]


def grades(*series: tuple[str, int], muscle: str = DF) -> tuple[Told, ...]:
    return tuple((muscle, grade, f"2026-{day}") for day, grade in series)


@pytest.mark.parametrize(
    ("told", "counts"),
    [
        pytest.param([(DF, 2, "2026-01-01"), (DF, 4, "2026-01-02")], 4, id="the later"),
        pytest.param([(DF, 2, None), (DF, 4, "1990")], 4, id="any date is later than none"),
        pytest.param([(DF, 2, "2026-06-30T23:59:59Z"), (DF, 4, "2026-01-01")], 2, id="the last second of as_of"),
        pytest.param([(DF, 2, "2026-07-01"), (DF, 4, "2026-01-01")], 4, id="not what is after as_of"),
        pytest.param([(DF, 2, "2026-07-01T01:00:00+02:00"), (DF, 4, "2026-01-01")], 2, id="days are UTC's"),
        pytest.param([(DF, 2, "2026-06"), (DF, 4, "2026-05-31")], 2, id="a month that is not over"),
        pytest.param([(DF, 4, "2026-03-10"), (DF, 2, "2026-03-10")], 2, id="the lower of one day"),
        pytest.param([(DF, 2, "2026-03-10T08:00:00Z"), (DF, 4, "2026-03-10T09:00:00Z")], 4, id="an hour later"),
        pytest.param([(DF, 4, "2026-03-10"), (DF, 2, "2026-03")], 2, id="the worse where the order is not certain"),
        pytest.param([(DF, 4, "2026-03-10"), (DF, 2, "2026-02")], 4, id="a month that is certainly earlier"),
        pytest.param([(DF, 1, "2026-01"), (DF, 2, "2026-03"), (DF, 4, "2026-03-10")], 2, id="only of the last ones"),
    ],
)
def test_the_latest_counts_and_of_equals_the_worse(told: list[Told], counts: int) -> None:
    assert left(*told).values[DF] == counts


@pytest.mark.parametrize(
    ("key", "worse", "milder"),
    [
        ("spasticity", True, False),
        ("spine-cleared", False, True),
        ("edx-reinnervation", False, True),
        ("can-stand-safely", False, True),
        ("sensation-sole", "absent", "reduced"),
        ("onset-tempo", "sudden", "acute"),
        ("course", "worsening", "fluctuating"),
        ("onset", Date(2026, 1, 1), Date(2026, 1, 2)),
        ("falls-past-year", 2, 1),
        ("post-void-residual", Quantity(Decimal(201), "mL"), Quantity(Decimal(200), "mL")),
        ("pain-score", Quantity(Decimal(8), "1"), Quantity(Decimal(7), "1")),
        ("hba1c", Quantity(Decimal("8.1"), "%"), Quantity(Decimal("8.0"), "%")),
        ("creatine-kinase", Quantity(Decimal(1200), "U/L"), Quantity(Decimal(90), "U/L")),
        ("egfr", Quantity(Decimal(53), "mL/min/{1.73_m2}"), Quantity(Decimal(54), "mL/min/{1.73_m2}")),
        ("mean-arterial-pressure", Quantity(Decimal(69), "mm[Hg]"), Quantity(Decimal(70), "mm[Hg]")),
    ],
)
@pytest.mark.parametrize("when", ["2026-01-05", "2026-01-05T10:00:00Z", None])
def test_of_one_time_the_worse_counts(key: str, worse: Value, milder: Value, when: str | None) -> None:
    for first, second in ((worse, milder), (milder, worse)):
        assert left((key, first, when), (key, second, when)).values[key] == worse


@pytest.mark.parametrize(
    ("told", "since"),
    [
        ([("spasticity", True, "2026-01-05")], "2026-01-05"),
        ([("spasticity", True, "2026-01-05T23:30:00-05:00")], "2026-01-06"),
        ([("spasticity", True, "2026-01")], "2026-01"),
        ([("spasticity", True, None)], None),
        ([("spasticity", True, None), ("spasticity", True, "2026-01-05")], None),
        ([("spasticity", False, "2026-01-05")], None),
        ([("spasticity", True, "2026-01-05"), ("spasticity", True, "2026-02-05")], "2026-01-05"),
        (
            [("spasticity", True, "2026-01-05"), ("spasticity", False, "2026-02-01"), ("spasticity", True, "2026-03")],
            "2026-03",
        ),
        ([("multiple-sclerosis@c/1", True, "2020"), ("multiple-sclerosis@c/2", True, "2022")], "2020"),
        (
            [
                ("multiple-sclerosis@c/1", True, "2020"),
                ("multiple-sclerosis@c/2", True, "2022"),
                ("multiple-sclerosis@c/1", False, "2023"),
            ],
            "2020",
        ),
        (
            [
                ("multiple-sclerosis@c/1", True, "2020"),
                ("multiple-sclerosis@c/1", False, "2021"),
                ("multiple-sclerosis@c/2", True, "2022"),
            ],
            "2022",
        ),
    ],
)
def test_since_is_the_start_of_the_unbroken_run(told: list[Told], since: str | None) -> None:
    found = left(*told).values.get(f"{told[0][0].partition('@')[0]}-since")
    assert found == (None if since is None else Date.parse(since))


@pytest.mark.parametrize(
    ("told", "present"),
    [
        ([("stroke@c/1", True, "2020"), ("stroke@c/2", True, "2021"), ("stroke@c/2", False, "2022")], True),
        ([("stroke@c/1", True, "2020"), ("stroke@c/1", False, "2022")], False),
        ([("stroke@c/1", True, "2020"), ("stroke", False, "2022")], False),
        ([("stroke@c/1", True, "2023"), ("stroke", False, "2022")], True),
        ([("stroke@c/1", False, "2023"), ("stroke", True, "2022")], False),
        ([("stroke@c/1", False, "2021"), ("stroke", True, "2022")], True),
    ],
)
def test_a_diagnosis_is_present_while_any_history_of_it_is(told: list[Told], present: bool) -> None:
    assert left(*told).values["stroke"] is present


@pytest.mark.parametrize(
    ("series", "course"),
    [
        ([("01-01", 3)], None),
        ([("01-01", 3), ("02-01", 3)], "stable"),
        ([("01-01", 3), ("02-01", 4)], "improving"),
        ([("01-01", 3), ("02-01", 2)], "worsening"),
        ([("01-01", 4), ("01-15", 2)], "rapidly-worsening"),
        ([("01-01", 4), ("01-16", 2)], "worsening"),
        ([("01-01", 4), ("01-10", 3)], "worsening"),
        ([("01-01", 4), ("01-08", 3), ("01-15", 2)], "rapidly-worsening"),
        ([("01-01", 4), ("01-09", 3), ("01-16", 2)], "worsening"),
        ([("01-01", 4), ("01-08", 2), ("01-15", 2)], "rapidly-worsening"),
        ([("01-01", 4), ("01-08", 2), ("01-16", 2)], "stable"),
        ([("01-01", 4), ("01-05", 1), ("01-10", 2)], "rapidly-worsening"),
        ([("01-01", 4), ("01-05", 2), ("01-10", 3)], "improving"),
        ([("01-01T08:00:00Z", 4), ("01-01T20:00:00Z", 3)], "worsening"),
        ([("01-01T08:00:00Z", 3), ("01-01T20:00:00Z", 4)], None),
        ([("01-01", 3), ("02-01T08:00:00Z", 2), ("02-01T20:00:00Z", 2)], "worsening"),
        ([("01-01", 3), ("02-01T08:00:00Z", 2), ("02-01T20:00:00Z", 3)], "stable"),
        ([("01-01", 3), ("01-01", 4)], None),
    ],
)
def test_course_compares_the_newest_grade_with_the_one_before(series: list[tuple[str, int]], course: str) -> None:
    assert left(*grades(*series)).values.get("course") == course


def test_the_numbers_of_course_are_parameters() -> None:
    lost = grades(("01-01", 4), ("01-22", 3))
    assert left(*lost).values["course"] == "worsening"
    assert left(*lost, rapid_loss=1).values["course"] == "worsening"
    assert left(*lost, rapid_loss=1, rapid_window=Quantity(Decimal(21), "days")).values["course"] == "rapidly-worsening"
    assert left(*lost, rapid_loss=1, rapid_window=Quantity(Decimal(20), "days")).values["course"] == "worsening"


LOSS, GAIN = grades(("03-01", 4), ("04-01", 3)), grades(("03-01", 3), ("04-01", 4))


@pytest.mark.parametrize(
    ("series", "said", "when", "course"),
    [
        (LOSS, "improving", "2026-03-31", "worsening"),
        (LOSS, "stable", "2026-03-31", "worsening"),
        (LOSS, "rapidly-worsening", "2026-03-31", "worsening"),
        (LOSS, "rapidly-worsening", "2026-04-01", "rapidly-worsening"),
        (LOSS, "stable", "2026-04-01", "worsening"),
        (LOSS, "stable", "2026-04-02", "stable"),
        (LOSS, "fluctuating", "2026-04-02", "fluctuating"),
        (LOSS, "improving", "2026-04-02", "worsening"),
        (LOSS, "stable", "2026-04", "worsening"),
        (GAIN, "worsening", "2026-03-31", "improving"),
        (GAIN, "worsening", "2026-04-01T23:00:00Z", "worsening"),
        (GAIN, "stable", "2026-04-02", "stable"),
        (GAIN, "worsening", None, "improving"),
        (grades(("04-01", 3)), "worsening", "2026-03-01", "worsening"),
        ((), "fluctuating", None, "fluctuating"),
    ],
)
def test_course_weighs_the_clinicians_statement(
    series: tuple[Told, ...], said: str, when: str | None, course: str
) -> None:
    assert left(*series, ("course", said, when)).values["course"] == course


@pytest.mark.parametrize(
    ("told", "course"),
    [
        ((*GAIN, *grades(("03-01", 3), ("04-01", 3), muscle=TOE)), "improving"),
        ((*GAIN, *grades(("03-01", 3), ("04-15", 3), muscle=TOE)), "improving"),
        ((*GAIN, *grades(("03-01", 3), ("04-01", 2), muscle=EVERSION)), "worsening"),
        ((*GAIN, *grades(("02-01", 3), ("03-01", 2), muscle=EVERSION)), "improving"),
        ((*LOSS, *grades(("03-01", 3), ("04-15", 4), muscle=EVERSION)), "worsening"),
        (grades(("03-01", 3), ("04-01", 3)) + grades(("03-01", 3), ("04-01", 4), muscle=EVERSION), "improving"),
        (grades(("03-01", 3), ("04-01", 3), muscle=TOE), None),
        (grades(("03-01", 4), ("03-15", 2), muscle=TOE), "rapidly-worsening"),
    ],
)
def test_eversion_and_great_toe_add_a_loss_or_a_gain_but_never_hold_back(
    told: tuple[Told, ...], course: str | None
) -> None:
    assert left(*told).values.get("course") == course


@pytest.mark.parametrize(
    ("told", "course"),
    [
        ((*GAIN, *grades(("03-01", 5), ("04-01", 4), muscle=CALF)), "worsening"),
        ((*GAIN, *grades(("03-25", 5), ("04-01", 2), muscle=HIP)), "worsening"),
        (
            (*GAIN, *grades(("03-25", 5), ("04-01", 2), muscle=HIP), *grades(("03-25", 5), ("04-01", 4), muscle=CALF)),
            "rapidly-worsening",
        ),
        ((*LOSS, *grades(("03-25", 5), ("04-01", 2), muscle=HIP)), "worsening"),
        (
            grades(("03-25", 5), ("04-01", 2), muscle=HIP) + grades(("03-01", 5), ("03-17", 4), muscle=CALF),
            "worsening",
        ),
        (
            grades(("03-25", 5), ("04-01", 2), muscle=HIP) + grades(("03-01", 5), ("03-18", 4), muscle=CALF),
            "rapidly-worsening",
        ),
        (
            (("course", "rapidly-worsening", "2026-03-20"), *grades(("03-25", 5), ("04-01", 2), muscle=HIP)),
            "rapidly-worsening",
        ),
        ((("course", "stable", "2026-03-20"), *grades(("03-25", 5), ("04-01", 2), muscle=HIP)), "worsening"),
        ((("course", "stable", "2026-04-02"), *grades(("03-25", 5), ("04-01", 2), muscle=HIP)), "stable"),
        (grades(("03-10", 5), ("03-17", 2), muscle=HIP) + grades(("04-01", 3)), None),
        (grades(("03-10", 5), ("03-18", 2), muscle=HIP) + grades(("04-01", 3)), "worsening"),
        (grades(("03-20", 5), ("04-01", 2), muscle=HIP) + grades(("04-01", 3)), "worsening"),
        ((("onset", Date(2026, 4, 9), "2026-04-10"), *grades(("03-20", 5), ("03-25", 2), muscle=HIP)), None),
        ((("onset", Date(2026, 4, 8), "2026-04-10"), *grades(("03-20", 5), ("03-25", 2), muscle=HIP)), "worsening"),
        ((*GAIN, *grades(("03-01", 5), ("03-17", 2), muscle=HIP)), "improving"),
        ((*GAIN, *grades(("03-01", 5), ("03-18", 2), muscle=HIP)), "worsening"),
        ((*LOSS, *grades(("03-01", 3), ("04-15", 5), muscle=CALF)), "worsening"),
        (grades(("03-01", 3), ("04-01", 3)) + grades(("03-01", 3), ("04-01", 5), muscle=CALF), "stable"),
        (grades(("03-01", 5), ("04-01", 4), muscle=CALF), "worsening"),
        (grades(("03-01", 4), ("04-01", 5), muscle=CALF), None),
        (grades(("03-01", 5), ("04-01", 5), muscle=CALF), None),
    ],
)
def test_weakness_that_spreads_is_worse_and_strength_elsewhere_is_no_gain(
    told: tuple[Told, ...], course: str | None
) -> None:
    assert left(*told).values.get("course") == course


@pytest.mark.parametrize(
    ("told", "improvement"),
    [
        (grades(("01-01", 3)), None),
        (grades(("01-01", 3), ("02-01", 3)), "none"),
        (grades(("01-01", 3), ("02-01", 2)), "none"),
        (grades(("01-01", 3), ("02-01", 4)), "partial"),
        (grades(("01-01", 3), ("02-01", 4), ("03-01", 3)), "none"),
        (grades(("01-01", 3), ("02-01", 5)), "full"),
        (grades(("01-01", 2), ("02-01", 3), ("03-14", 3)), "partial"),
        (grades(("01-01", 2), ("02-01", 3), ("03-15", 3)), "plateau"),
        (grades(("01-01", 2), ("02-01", 3), ("03-15", 4)), "partial"),
        (grades(("01-01", 3), ("02-01", 3)) + grades(("01-01", 3), ("02-01", 3), muscle=TOE), "none"),
        (grades(("01-01", 3), ("02-01", 4)) + grades(("01-01", 0), ("02-01", 0), muscle=TOE), "partial"),
        (grades(("01-01", 3), ("02-01", 3)) + grades(("01-01", 3), ("02-01", 4), muscle=EVERSION), "partial"),
        (grades(("01-01", 3), ("03-15", 3)) + grades(("01-01", 3), ("02-01", 4), muscle=EVERSION), "plateau"),
        (grades(("01-01", 3)) + grades(("01-01", 3), ("02-01", 3), muscle=TOE), None),
        (grades(("01-01", 5), ("02-01", 5)), None),
        ((("onset", Date(2026, 1, 10), "2026-01-10"), *grades(("01-01", 5), ("01-12", 2), ("02-12", 3))), "partial"),
        ((("onset", Date(2026, 1, 12), "2026-01-10"), *grades(("01-12", 3), ("02-12", 3))), "none"),
        ((("onset", Date(2026, 1, 13), "2026-01-10"), *grades(("01-12", 3), ("02-12", 3))), None),
        ((*grades(("01-01", 3), ("02-01", 3)), ("edx-reinnervation", True, "2026-02-01")), "partial"),
        ((*grades(("01-01", 3), ("02-01", 3)), ("edx-reinnervation", False, "2026-02-01")), "none"),
        ((("edx-reinnervation", True, "2026-02-01"),), "partial"),
        ((*grades(("01-01", 3)), ("course", "improving", "2026-02-01")), "partial"),
        ((*grades(("01-01", 3)), ("course", "stable", "2026-02-01")), "none"),
        ((*grades(("01-01", 3)), ("course", "rapidly-worsening", "2026-02-01")), "none"),
        ((*grades(("01-01", 3)), ("course", "fluctuating", "2026-02-01")), None),
        ((*grades(("01-10", 3)), ("course", "stable", "2026-01-09")), None),
        ((*grades(("01-10", 3)), ("course", "stable", "2026-01-10")), "none"),
        ((*grades(("01-10", 3)), ("course", "stable", None)), "none"),
    ],
)
def test_improvement_is_against_the_first_grade_of_this_drop(told: tuple[Told, ...], improvement: str | None) -> None:
    assert left(*told).values.get("improvement") == improvement


def test_the_numbers_of_improvement_are_parameters() -> None:
    gained = grades(("01-01", 2), ("02-01", 3), ("03-01", 3))
    assert left(*gained).values["improvement"] == "partial"
    assert left(*gained, improvement_gain=2).values["improvement"] == "none"
    assert left(*gained, plateau_window=Quantity(Decimal(4), "weeks")).values["improvement"] == "plateau"
