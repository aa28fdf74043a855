"""The published Library says what the rules say: read as text alone, it comes to the same for every named patient."""

import re
from pathlib import Path
from typing import Any

import pytest

from cql_like import compile_expression, names, parse_library
from guideline.examples import values_of
from guideline.library import cql_library, dates_of, features_read
from guideline.reader import read_case
from guideline.rule import Example, Rule
from guideline.rulebook import rulebook, site_rulebook
from tests.support.numbers import another, site, words

BOOK = rulebook()
TEXT = cql_library(BOOK)
LIBRARY = parse_library(TEXT)
DEFINES = [(define.name, compile_expression(define.expression)) for define in LIBRARY.defines]
PATIENTS = [
    pytest.param(rule, example, id=f"{rule.id}: {example.name}")
    for rule in BOOK.rules
    for example in (
        next(each for each in rule.cases if each.fires),
        next(each for each in rule.cases if not each.fires),
    )
]


def run(given: dict[str, Any]) -> dict[str, Any]:
    """What every define comes to, from the text's own defaults and the given features."""
    env: dict[str, Any] = {}
    for parameter in LIBRARY.parameters:
        assert parameter.default is not None
        env[parameter.name] = compile_expression(parameter.default)({})
    env.update(given)
    for name, work_out in DEFINES:
        env[name] = work_out(env)
    return env


def test_the_committed_library_is_what_the_rulebook_gives() -> None:
    committed = Path(__file__).resolve().parents[2] / "docs" / "foot-drop.cql"
    assert committed.read_text(encoding="utf-8") == TEXT, "run `make docs`"


@pytest.mark.parametrize(("rule", "example"), PATIENTS)
def test_rules_conclusions_and_dates_are_those_of_the_reader(rule: Rule, example: Example) -> None:
    given = values_of(example, BOOK)
    reading, library = read_case(BOOK, given), run(given)
    assert {each: library[each] for each in BOOK.by_id} == reading.rules
    assert all(library[name] is reading.env[name] for name in BOOK.by_conclusion)
    dated = [name for name, _ in dates_of(rule)]
    assert dated == [define.name for define in LIBRARY.defines if define.name.startswith(f"{rule.id} ")]


def test_no_define_needs_one_that_comes_later() -> None:
    known = {parameter.name for parameter in LIBRARY.parameters}
    for define in LIBRARY.defines:
        assert names(define.expression) <= known, define.name
        known.add(define.name)


def test_every_rule_and_every_conclusion_is_defined() -> None:
    defined = {define.name for define in LIBRARY.defines}
    assert BOOK.by_id.keys() | BOOK.by_conclusion.keys() <= defined


def test_every_parameter_is_a_number_or_a_feature_that_something_reads() -> None:
    expected = BOOK.parameters.keys() | set(features_read(BOOK))
    assert {parameter.name for parameter in LIBRARY.parameters} == expected


def test_a_number_stands_once_with_its_range_and_a_sites_value_moves_it() -> None:
    key = "peroneal-surgery-eligible"
    alike = sum(each.words() == words(key) for each in BOOK.parameters.values())
    assert TEXT.count(f"default {words(key)}\n") == alike
    theirs = cql_library(site_rulebook(site({key: another(key)})))
    assert f'"{key}" Quantity default {another(key)}\n' in theirs


def test_each_rules_comment_names_its_title_and_its_statements() -> None:
    told = " ".join(re.sub(r"(?m)^// ", "", TEXT).split())
    for rule in BOOK.rules:
        assert f'{rule.title}. [{rule.strength}] {", ".join(rule.statements)} define "{rule.id}":' in told
