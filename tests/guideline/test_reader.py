"""The reference reading: its why, its open questions, and reading again after a change."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from cql_like import Date, names, parse
from guideline.examples import AS_OF, values_of
from guideline.reader import read_case, read_cases
from guideline.rereading import reread
from guideline.rows import bits_of, followed, truths
from guideline.rulebook import rulebook
from guideline.turning import later_readings
from tests.guideline.consultations import NAMES, fixture

BOOK = rulebook()
EXAMPLES = [example for rule in BOOK.rules for example in rule.cases if example.fires]


def reading(**values: Any) -> Any:
    return read_case(BOOK, {"as-of": AS_OF, **{key.replace("_", "-"): value for key, value in values.items()}})


def test_a_true_rule_names_the_facts_it_rests_on_through_every_conclusion() -> None:
    found = reading(mrc_ankle_dorsiflexion=3, bladder_dysfunction=True, toe_drag=True)
    assert found.rules["FD-RED-01"] is True
    assert found.because("FD-RED-01") >= {"bladder-dysfunction", "mrc-ankle-dorsiflexion"}
    assert "toe-drag" not in found.because("FD-RED-01")


def test_an_unknown_rule_names_what_nobody_recorded() -> None:
    found = reading(mrc_ankle_dorsiflexion=3)
    assert found.rules["FD-RED-03"] is None
    assert found.open_for("FD-RED-03") == {"pain-score", "severe-numbness"}


def test_a_fact_that_settles_a_rule_alone_is_told_from_one_that_needs_another() -> None:
    found = reading(mrc_ankle_dorsiflexion=3)
    assert found.alone_for("FD-RED-03") == frozenset()
    assert "bladder-dysfunction" in found.alone_for("FD-RED-01")
    with_pain = reading(mrc_ankle_dorsiflexion=3, severe_numbness=True)
    assert with_pain.alone_for("FD-RED-03") == {"pain-score"}


def test_a_true_rule_names_what_it_passed_over() -> None:
    found = reading(mrc_ankle_dorsiflexion=1, severity="severe", ambulatory=True)
    assert found.rules["FD-ORT-01"] is True
    assert {"afo-in-use", "afo-declined"} <= found.assumed_for("FD-ORT-01")


@pytest.mark.parametrize("changed", ["bladder-dysfunction", "spasticity", "stroke", "ambulatory", "mri-unsafe-device"])
@pytest.mark.parametrize("value", [True, False, None])
def test_reading_again_after_a_change_is_reading_anew(changed: str, value: bool | None) -> None:
    for example in EXAMPLES[::7]:
        values = values_of(example, BOOK)
        again = reread(read_case(BOOK, values), {changed: value})
        anew = read_case(BOOK, {**values, changed: value})
        assert again.rules == anew.rules, example.name


def test_cases_read_together_are_read_as_each_by_itself() -> None:
    cases = [values_of(example, BOOK) for example in EXAMPLES[::29]]
    for count in (1, 2, 5):
        for first in range(0, len(cases), count):
            some = cases[first : first + count]
            together, alone = read_cases(BOOK, some), [read_case(BOOK, values) for values in some]
            assert [(each.rules, each.env, each.values) for each in together] == [
                (each.rules, each.env, each.values) for each in alone
            ]


@pytest.mark.parametrize("answers", [*product((True, False, None), repeat=3)])
def test_what_a_table_makes_of_many_cases_it_makes_of_each(answers: tuple[bool | None, ...]) -> None:
    table = dict(zip((True, False, None), answers, strict=True))
    for cases in product((True, False, None), repeat=3):
        row = sum(bits_of(1 << case, len(cases))[value] for case, value in enumerate(cases))
        made = followed(table)(row, len(cases))
        assert [truths([made], case, len(cases)) for case in range(len(cases))] == [[table[each]] for each in cases]


@pytest.mark.parametrize("name", NAMES)
def test_whatever_a_date_turns_is_read_again_on_that_day_also_where_no_rule_comes_of_it(name: str) -> None:
    """Why-not says from when on a condition will hold, though its rule may have other reasons not to."""
    dated = [run for text, run in BOOK.atoms if "as-of" in names(parse(text)) and "ischaemia" not in text]
    consultation = fixture(name)
    today = consultation.as_of.date()
    for case, leg in consultation.readings:
        days = {day for day, _ in later_readings(leg, consultation.as_of)}
        before = [run({**case.values, "as-of": today}) for run in dated]
        for offset in range(1, 400):
            day = Date.from_python(today.to_python() + timedelta(days=offset))
            now = [run({**case.values, "as-of": day}) for run in dated]
            assert now == before or str(day) in days, (case.side, str(day))
            before = now


def test_the_forecast_reads_each_later_day_as_if_anew_and_misses_none() -> None:
    for example in EXAMPLES[::23]:
        _forecast_misses_no_day(values_of(example, BOOK))


@pytest.mark.parametrize(
    "known",
    [
        {"knee-dislocation": True, "knee-dislocation-since": Date(2026, 6)},
        {"foot-drop": True, "onset-tempo": "sudden", "onset": Date(2026, 6), "clock-start": Date(2026, 6)},
        {"foot-drop": True, "hip-arthroplasty": True, "hip-arthroplasty-since": Date(2026, 5)},
        {"foot-drop": True, "stroke": True, "ankle-clonus": True, "ankle-clonus-since": Date(2026, 5)},
        {"foot-drop": True, "inflammatory-neuropathy": True, "inflammatory-neuropathy-since": Date(2026)},
    ],
    ids=str,
)
def test_the_forecast_misses_no_day_where_only_a_month_or_a_year_is_known(known: dict[str, Any]) -> None:
    turning = _forecast_misses_no_day({"as-of": AS_OF, "foot-drop-unsided": False, **known})
    assert turning


def _forecast_misses_no_day(values: dict[str, Any]) -> set[str]:
    """Whole days only: how the hours of a limb's ischaemia run on is told by the clock, not by the calendar."""
    by_the_hour = {rule.id for rule in BOOK.rules if "ischaemia" in rule.when}
    today = read_case(BOOK, values)
    turning = {day: later.rules for day, later in later_readings(today, AS_OF)}
    rules = today.rules
    for offset in range(1, 120):
        day = Date.from_python(AS_OF.date().to_python() + timedelta(days=offset))
        rules = turning.get(str(day), rules)
        anew = read_case(BOOK, {**values, "as-of": day}).rules
        differing = {rule for rule in anew if anew[rule] is not rules[rule]} - by_the_hour
        assert not differing, (values, str(day))
    return set(turning)
