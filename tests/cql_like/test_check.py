"""The static check: what can never make sense is an error that names the place."""

from __future__ import annotations

import pytest

from cql_like import (
    ANY,
    BOOLEAN,
    DATE,
    DATETIME,
    DECIMAL,
    INTEGER,
    STRING,
    TIME,
    Choice,
    CqlTypeError,
    Intervals,
    Lists,
    Quantities,
    Ranged,
    Type,
    check,
    parse,
)

TYPES: dict[str, Type] = {
    "grade": Ranged(0, 5), "count": INTEGER, "ratio": DECIMAL, "able": BOOLEAN, "site": Choice("knee", "hip"),
    "free": STRING, "onset": DATE, "seen": DATETIME, "at": TIME,
    "volume": Quantities("mL"), "wait": Quantities("months"),
    "dates": Lists(DATE), "span": Intervals(DATE), "unsure": ANY,
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("grade <= 2 and able is not false", BOOLEAN),
        ("site = 'hip' or site = 'knee'", BOOLEAN),
        ("site = free", BOOLEAN),
        ("onset before seen", BOOLEAN),
        ("onset + wait", DATE),
        ("seen - 28 days", DATETIME),
        ("volume > 0.2 'L'", BOOLEAN),
        ("2 * volume + 1 'L'", Quantities("mL")),
        ("volume / 2 'L'", Quantities("1")),
        ("count + 1", INTEGER),
        ("count / 2", DECIMAL),
        ("count + ratio", DECIMAL),
        ("grade > ratio", BOOLEAN),
        ("months between onset and seen", INTEGER),
        ("duration in days of span", INTEGER),
        ("start of span", DATE),
        ("onset in span", BOOLEAN),
        ("year from onset", INTEGER),
        ("date from seen", DATE),
        ("Last(dates)", DATE),
        ("exists dates", BOOLEAN),
        ("Coalesce(able, false)", BOOLEAN),
        ("if able then 1 else 2.5", DECIMAL),
        ("case site when 'hip' then onset else seen end", DATETIME),
        ("{onset, seen}", Lists(DATETIME)),
        ("Interval[1, ratio]", Intervals(DECIMAL)),
        ("unsure = 3 and unsure before onset", BOOLEAN),
        ("onset = null", BOOLEAN),
        ("grade = -0", BOOLEAN),
        ("'a' & free", STRING),
        ("at before @T10:00", BOOLEAN),
        ("Max({onset, @2026-01-01})", DATE),
    ],
)
def test_a_sound_expression_has_a_type(text: str, kind: Type) -> None:
    assert check(parse(text), TYPES) == kind


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("able and grad = 2", "unknown name 'grad' (did you mean 'grade'?)", "grad"),
        ("able and site = 'hipp'", "'hipp' is not one of 'hip', 'knee'", "site = 'hipp'"),
        ("able and case site when 'toe' then true else false end", "'toe' is not one of 'hip', 'knee'", "'toe'"),
        ("grade = 6", "Integer from 0 to 5 is never 6", "grade = 6"),
        ("able or grade <= 5", "always true: Integer from 0 to 5 <= 5", "grade <= 5"),
        ("grade < 0", "always false: Integer from 0 to 5 < 0", "grade < 0"),
        ("site = 3", "one of 'hip', 'knee' cannot be compared with 3", "site = 3"),
        ("site < 'knee'", "one of 'hip', 'knee' has no order", "site < 'knee'"),
        ("able < true", "Boolean has no order", "able < true"),
        ("volume > 3 'kg'", "'mL' cannot be told in 'kg'", "volume > 3 'kg'"),
        ("volume > 3 'blurb'", "'blurb' is not a UCUM unit", "3 'blurb'"),
        ("volume = 3", "Quantity in 'mL' cannot be compared with 3", "volume = 3"),
        ("onset + 3 'mo'", "'mo' is not a unit of calendar time (such as months or days)", "onset + 3 'mo'"),
        ("onset + volume", "'mL' is not a unit of calendar time (such as months or days)", "onset + volume"),
        ("onset + 3", "only calendar time can be added to a Date, not 3", "onset + 3"),
        ("wait = 90 days", "'months' cannot be told in 'days'", "wait = 90 days"),
        ("not grade", "expected a Boolean, not Integer from 0 to 5", "grade"),
        ("able and count", "expected a Boolean, not Integer", "count"),
        ("count is true", "expected a Boolean, not Integer", "count"),
        ("hours between onset and onset", "a Date has no hours", "hours between onset and onset"),
        ("onset same hour as onset", "a Date has no hour", "onset same hour as onset"),
        ("onset before grade", "expected a Date, a DateTime or an Interval of them, not Integer from 0 to 5", "grade"),
        ("count in day of {1}", "null in a list", "count in day of {1}"),
        ("site in {'hip', 'toe'}", "'toe' is not one of 'hip', 'knee'", "'toe'"),
        ("site in {'hip'}", "null in a list is false, not unknown", "site in {'hip'}"),
        ("onset in Interval[onset, seen)", "an end that may be unknown is no end at all", "onset"),
        ("count in 3", "expected a list or an Interval, not 3", "3"),
        ("1 + 'a'", "1 + one of 'a' means nothing", "1 + 'a'"),
        ("volume * volume", "means nothing here", "volume * volume"),
        ("{1, 'a'}", "1 and one of 'a' do not go together", "{1, 'a'}"),
        ("if able then 1 else 'a'", "1 and one of 'a' do not go together", "if able then 1 else 'a'"),
        ("Interval[3, 2]", "the interval is empty", "Interval[3, 2]"),
        ("exists able", "expected a list, not Boolean", "able"),
        ("Frist(dates)", "unknown function Frist", "Frist(dates)"),
        ("First(dates, 1)", "First takes 1 arguments", "First(dates, 1)"),
        ("Max({able})", "Max takes a ordered list, not List<Boolean>", "Max({able})"),
    ],
)
def test_what_can_never_make_sense_is_refused_at_its_place(text: str, message: str, place: str) -> None:
    with pytest.raises(CqlTypeError) as refused:
        check(parse(text), TYPES)
    assert message in refused.value.message
    assert text[refused.value.start : refused.value.end] == place
