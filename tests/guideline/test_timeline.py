"""The dates on which a plan changes, told with a rulebook of a few rules."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from cql_like import Date
from guideline.assess import assess_record
from guideline.findings import Existing, Record
from guideline.rule import Alert, Rule
from guideline.vocabulary import order_kinds
from guideline.wording import titles
from tests.support.numbers import amount
from tests.support.small_books import ALWAYS, AS_OF, NOTED, a_rule, ask, book_of, done, found, plan

ORDER = titles("orders")[NOTED].capitalize()


def dates(*rules: Rule) -> list[tuple[str, str]]:
    """What the timeline says of a foot drop: (date, words)."""
    return [(each.date, each.change) for each in plan(book_of(*rules)).timeline]


def test_the_order_of_these_tests_has_no_side() -> None:
    assert not order_kinds()[NOTED].sided


@pytest.mark.parametrize(
    ("latest", "said"),
    [
        ("2026-06-14", [("2026-06-15", "is overdue")]),
        ("2026-06-15", [("2026-06-15", "is due"), ("2026-06-16", "is overdue")]),
        ("2026-06-16", [("2026-06-16", "is due"), ("2026-06-17", "is overdue")]),
    ],
)
def test_what_must_be_done_by_today_is_due_today(latest: str, said: list[tuple[str, str]]) -> None:
    found = dates(a_rule(1, ALWAYS, ask(window=(None, f"@{latest}"))))
    assert found == [(day, f"{ORDER} {words}") for day, words in said]


@pytest.mark.parametrize(
    ("earliest", "said"), [("2026-06-15", []), ("2026-06-16", [("2026-06-16", "becomes eligible")])]
)
def test_what_may_be_done_from_today_on_does_not_become_eligible(earliest: str, said: list[tuple[str, str]]) -> None:
    found = dates(a_rule(1, ALWAYS, ask(window=(f"@{earliest}", None))))
    assert found == [(day, f"{ORDER} {words}") for day, words in said]


@pytest.mark.parametrize(("severity", "told"), [("info", False), ("warning", True), ("critical", True)])
def test_a_note_that_begins_later_is_no_date_of_the_plan(severity: str, told: bool) -> None:
    note = Alert(key="a-note", severity=severity, text="Mind the skin.")  # type: ignore[arg-type]
    found = dates(a_rule(1, f'{ALWAYS} and "as-of" on or after @2026-06-20', note))
    assert found == ([("2026-06-20", "Mind the skin.")] if told else [])


@pytest.mark.parametrize(
    ("until", "said"),
    [
        ("2026-06-20", [("2026-06-20", "is no longer proposed")]),
        ("2026-06-21", [("2026-06-20", "is due"), ("2026-06-21", "is no longer proposed")]),
        (
            "2026-06-22",
            [("2026-06-20", "is due"), ("2026-06-21", "is overdue"), ("2026-06-22", "is no longer proposed")],
        ),
    ],
)
def test_an_order_that_nobody_asks_for_any_more_falls_due_no_more(until: str, said: list[tuple[str, str]]) -> None:
    """Its window ends on the 20th; `until` is the first day on which no rule asks for it."""
    found = dates(a_rule(1, f'{ALWAYS} and "as-of" before @{until}', ask(window=(None, "@2026-06-20"))))
    assert found == [(day, f"{ORDER} {words}") for day, words in said]


PRESSING = Alert(key="pressing", severity="warning", text="Ask now.", until_done=NOTED)
FROM_20TH = f'{ALWAYS} and "as-of" on or after @2026-06-20'


@pytest.mark.parametrize("existing", [(), (done(NOTED, "2026-06-01"),)])
def test_an_alert_that_presses_for_what_is_done_does_not_begin(existing: tuple[Existing, ...]) -> None:
    book = book_of(a_rule(1, ALWAYS, ask()), a_rule(2, FROM_20TH, PRESSING))
    said = [(each.date, each.change) for each in plan(book, existing=existing).timeline]
    assert said == ([] if existing else [("2026-06-20", "Ask now.")])


def test_an_alert_begins_on_the_second_leg_though_it_is_given_on_the_first() -> None:
    alert = Alert(key="late", severity="critical", text="Too late.")
    book = book_of(a_rule(1, f'{ALWAYS} and "onset" on or before "as-of" - 45 days', alert))
    other = (
        found("mrc-ankle-dorsiflexion", 3, "2026-06-15", "right"),
        found("onset", Date(2026, 5, 10), "2026-05-10", "right"),
    )
    answer = plan(book, *other)
    assert [each.side for each in answer.alerts] == ["left"]
    assert [(each.date, each.change) for each in answer.timeline] == [("2026-06-24", "Too late.")]


def test_what_a_further_rule_asks_for_is_no_news_while_work_done_answers_it() -> None:
    book = book_of(a_rule(1, ALWAYS, ask()), a_rule(2, FROM_20TH, ask()))
    assert plan(book, existing=(done(NOTED, "2026-06-01"),)).timeline == []


def test_what_a_further_rule_asks_for_is_no_news_once_it_is_asked_anew() -> None:
    fresh = ask(fresh_from='"as-of" - 3 days')
    rules = a_rule(1, ALWAYS, ask()), a_rule(2, FROM_20TH, fresh), a_rule(3, FROM_20TH.replace("20", "25", 1), fresh)
    told = plan(book_of(*rules), existing=(done(NOTED, "2026-06-01"),)).timeline
    assert [(each.date, each.change, each.rules) for each in told] == [
        ("2026-06-20", f"{ORDER} becomes eligible", ["FD-XX-02"])
    ]


def test_work_that_grows_old_is_asked_anew_by_the_same_rule() -> None:
    book = book_of(a_rule(1, ALWAYS, ask(fresh_from='"as-of" - 14 days')))
    told = plan(book, existing=(done(NOTED, "2026-06-05"),)).timeline
    assert [(each.date, each.change, each.rules) for each in told] == [
        ("2026-06-20", f"{ORDER} becomes eligible", ["FD-XX-01"])
    ]


def test_an_order_left_open_until_it_answers_another_question_is_asked_anew() -> None:
    book = book_of(a_rule(1, ALWAYS, ask(priority="urgent", fresh_from='"as-of" - 14 days')))
    waiting = done(NOTED, "2026-05-20")._replace(state="ordered", priority="urgent")
    day = date(2026, 5, 20) + timedelta(days=14 + int(amount("open-order-age")) + 1)
    told = plan(book, existing=(waiting,)).timeline
    assert [(each.date, each.change) for each in told] == [(day.isoformat(), f"{ORDER} becomes eligible")]


def test_an_order_that_becomes_too_low_is_asked_for_as_urgent() -> None:
    book = book_of(a_rule(1, ALWAYS, ask()), a_rule(2, FROM_20TH, ask(priority="urgent")))
    ordered = done(NOTED, "2026-06-10")._replace(state="ordered", priority="routine")
    told = plan(book, existing=(ordered,)).timeline
    assert [(each.date, each.change) for each in told] == [("2026-06-20", f"{ORDER} is asked for as urgent")]


@pytest.mark.parametrize(("born", "said"), [(date(2008, 7, 1), True), (date(1970, 7, 1), False)])
def test_who_comes_of_age_is_asked_for_what_adults_are(born: date, said: bool) -> None:
    """What his age rules out, and a date would have brought, comes on the later of the two days."""
    adult = '"age" >= 18'
    book = book_of(a_rule(1, f"{ALWAYS} and {adult}", ask()), a_rule(2, f"{FROM_20TH} and {adult}", ask("podiatry")))
    record = Record(
        "Patient/p",
        findings=(found("mrc-ankle-dorsiflexion", 3, "2026-06-15", "left"),),
        birth_date=Date.from_python(born),
    )
    told = {(each.date, each.change) for each in assess_record(record, AS_OF, book).timeline}
    young = {("2026-07-01", f"{ORDER} becomes eligible"), ("2026-07-01", "Podiatry becomes eligible")}
    assert told == (young if said else {("2026-06-20", "Podiatry becomes eligible")})


def test_an_order_that_is_done_is_neither_due_nor_overdue() -> None:
    book = book_of(a_rule(1, ALWAYS, ask(window=("@2026-06-18", "@2026-06-20"))))
    assert plan(book, existing=(done(NOTED, str(AS_OF)),)).timeline == []
