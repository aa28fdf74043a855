"""The dates on which a plan changes, told with a rulebook of a few rules."""

from __future__ import annotations

import pytest

from guideline.rule import Alert, Rule
from guideline.vocabulary import order_kinds
from guideline.wording import titles
from tests.support.small_books import ALWAYS, AS_OF, NOTED, a_rule, ask, book_of, done, plan

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


def test_an_order_that_is_done_is_neither_due_nor_overdue() -> None:
    book = book_of(a_rule(1, ALWAYS, ask(window=("@2026-06-18", "@2026-06-20"))))
    assert plan(book, existing=(done(NOTED, str(AS_OF)),)).timeline == []
