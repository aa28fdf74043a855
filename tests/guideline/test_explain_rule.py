"""A rule can be read as a page: what, when, why, on whose word, and which patients it is for."""

from __future__ import annotations

import pytest

from guideline.catalogue import statements
from guideline.contents import contents
from guideline.explain import RulePage, UnknownNameError, rule_page
from guideline.prose import contents_text, rule_text
from guideline.rule import Alert
from guideline.rulebook import rulebook, site_rulebook
from tests.support.numbers import another, site, words

BOOK = rulebook()
PAGES = {rule.id: rule_page(rule.id, BOOK) for rule in BOOK.rules}
ELIGIBLE = "peroneal-surgery-eligible"


def test_the_page_says_the_condition_in_words_and_as_cql() -> None:
    page = PAGES["FD-SUR-01"]
    said = [each.text for each in page.conditions]
    assert said[:2] == ["the peroneal nerve is taken for the cause", "recovery has not begun, or has come to a halt"]
    assert f"{words(ELIGIBLE)} after the start of the foot drop" in said[-1]
    assert '"referral-clock" + "peroneal-surgery-eligible"' in page.cql
    assert page.sentence.endswith("whichever came first.")


def test_the_page_quotes_its_statements_with_file_and_line() -> None:
    first = PAGES["FD-SUR-01"].statements[0]
    assert (first.id, first.text) == ("SUR-01", statements()["SUR-01"].text)
    assert (first.places[0].file, first.places[0].line) == ("000_59e4b34eabd5d7ae.txt", "L66")


def test_the_page_says_where_the_sources_differ_and_what_goes_beyond_them() -> None:
    page = PAGES["FD-SUR-01"]
    assert [each.id for each in page.conflicts] == ["C-01", "C-06", "C-30"]
    assert {each.id: each.evidence for each in page.beyond} == {"B-28": "[V]", "B-46": "[G]"}
    text = rule_text(page)
    assert text.index("THE SOURCES DIFFER HERE") < text.index("\n  C-01  ") < text.index("BEYOND THE SOURCES")
    assert "THE SOURCES DIFFER" not in rule_text(PAGES["FD-DEF-06"])


def test_the_page_gives_every_number_with_range_and_origin() -> None:
    numbers = {each.key: each for each in PAGES["FD-SUR-01"].parameters}
    assert set(numbers) == {ELIGIBLE, "surgery-due"}
    number = numbers[ELIGIBLE]
    assert (number.value, number.origin, number.override) == (words(ELIGIBLE), "source", None)
    assert number.range.startswith("2")


def test_a_number_that_a_site_changed_says_who_changed_it() -> None:
    theirs = another(ELIGIBLE)
    page = rule_page("FD-SUR-01", site_rulebook(site({ELIGIBLE: theirs})))
    changed = next(each for each in page.parameters if each.key == ELIGIBLE)
    assert changed.value == theirs
    assert changed.override == f"instead of {words(ELIGIBLE)} (Dr Hale, 2026-01-01)"
    assert f"{theirs} after the start of the foot drop" in page.sentence


def test_the_page_names_the_rules_that_read_its_conclusion() -> None:
    readers = {each.rule for each in PAGES["FD-DEF-11"].read_by}
    assert "FD-RED-01" in readers
    for page in PAGES.values():
        for reader in page.read_by:
            assert f'"{reader.conclusion}"' in PAGES[reader.rule].cql


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_every_rule_reads_well_as_a_page(page: RulePage) -> None:
    text = rule_text(page)
    assert max(map(len, text.splitlines())) <= 100
    assert page.fires_for
    assert page.not_for
    kinds = {each.kind for each in (*page.statements, *page.conflicts, *page.beyond, *page.decisions)}
    assert kinds <= {"statement", "conflict", "beyond", "decision"}
    assert "{" not in page.sentence + "".join(each.text or "" for each in page.says)
    assert all(name not in page.sentence for name in BOOK.numbers), "a number stands as its value, not as its key"


@pytest.mark.parametrize(("wrong", "meant"), [("FD-SUR-1", "FD-SUR-01"), ("FD-RED-1", "FD-RED-01")])
def test_an_unknown_rule_is_met_with_a_suggestion(wrong: str, meant: str) -> None:
    with pytest.raises(UnknownNameError, match=f"did you mean {meant}"):
        rule_page(wrong, BOOK)


def test_the_contents_list_every_rule_and_alert_once() -> None:
    found = contents(BOOK)
    assert sorted(rule.id for group in found.groups for rule in group.rules) == sorted(BOOK.by_id)
    alerts = {effect.key for rule in BOOK.rules for effect in rule.then if isinstance(effect, Alert)}
    assert {each.key for each in found.alerts} == alerts
    assert max(map(len, contents_text(found).splitlines())) <= 100


def test_the_contents_of_one_group_hold_that_group_only() -> None:
    (group,) = contents(BOOK, "red").groups
    assert group.group == "RED"
    assert all(rule.id.startswith("FD-RED-") for rule in group.rules)
    with pytest.raises(UnknownNameError, match="did you mean RED"):
        contents(BOOK, "REDD")
    with pytest.raises(UnknownNameError, match="there is no group 'ZZZ'; there are RED, DEF, LOC, IMG, EDX"):
        contents(BOOK, "ZZZ")
