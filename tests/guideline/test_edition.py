"""The human edition is whole: every rule, every statement with its rules or the reason why none, and no dead link."""

import re
from pathlib import Path

import pytest

from guideline.appendix import KINDS, carriers, unruled
from guideline.catalogue import Statement, statements
from guideline.edition import edition, generated
from guideline.rule import Rule
from guideline.rulebook import rulebook
from guideline.topics import STAGES, topics

BOOK = rulebook()
PAGE = edition(BOOK)
DOCS = Path(__file__).resolve().parents[2] / "docs"
REASONS = {"weak sign, recorded", "knowledge only", "every output carries it", "data model", "definition"}
ROWS = [row for row in statements().values() if row.kind in KINDS]


@pytest.mark.parametrize("name", sorted(generated(BOOK)))
def test_what_is_committed_is_what_the_rulebook_gives(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == generated(BOOK)[name], "run `make docs`"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_statement_has_a_rule_or_a_stated_reason_and_never_both(row: Statement) -> None:
    carried, reason = row.id in carriers(BOOK), row.id in unruled()
    assert carried or reason, "no rule carries it: write one, or give the reason in guideline/data/unruled.toml"
    assert not (carried and reason), "a rule carries it: take its reason out of guideline/data/unruled.toml"


def test_reasons_are_few_and_said_in_a_sentence() -> None:
    assert {each.reason for each in unruled().values()} <= REASONS
    assert all(each.sentence.endswith(".") for each in unruled().values())
    assert unruled().keys() <= {row.id for row in ROWS}


@pytest.mark.parametrize("rule", BOOK.rules, ids=lambda rule: rule.id)
def test_a_rule_is_told_once_with_everything_it_is(rule: Rule) -> None:
    begin = PAGE.index(f'#### <a id="{rule.id}"></a>')
    end = PAGE.find("\n#### ", begin + 1)
    told = PAGE[begin:end]
    assert PAGE.count(f'<a id="{rule.id}"></a>') == 1
    assert f"**Strength** {rule.strength}" in told
    assert all(f"](#{each})" in told for each in rule.statements)
    shown = told.replace("\\", "")
    assert all(case.name in shown for case in rule.cases)
    assert all(" ".join(line.split()) in " ".join(told.split()) for line in rule.when.splitlines())


@pytest.mark.parametrize("kind", ["conflict", "beyond"])
def test_a_rule_says_where_the_sources_differ_and_what_goes_beyond_them(kind: str) -> None:
    said = {"conflict": "> **The sources differ here** · ", "beyond": "> **Beyond the sources** · "}[kind]
    named = sum(statements()[each].kind == kind for rule in BOOK.rules for each in rule.statements)
    assert PAGE.count(said) == named
    if kind == "beyond":
        assert all(re.search(r"\\\[(V|V2|G)\\\]", line) for line in PAGE.splitlines() if line.startswith(said))


def test_the_invariants_stand_in_the_index_with_the_statements_behind_them() -> None:
    begin = PAGE.index('<a id="invariants"></a>')
    table = PAGE[begin : PAGE.index('<a id="sources"></a>')]
    ours = [row for row in statements().values() if row.kind == "invariant"]
    lines = {row.id: next(line for line in table.splitlines() if f'<a id="{row.id}"></a>' in line) for row in ours}
    assert lines.keys() == {row.id for row in ours} != set()
    assert all(f"[{each}](#{each})" in lines[row.id] for row in ours for each in row.rows)
    assert "](#invariants)" in PAGE[:begin]


def test_who_reads_of_an_invariant_is_led_to_it() -> None:
    prose = re.sub(r'<a id="[^"]+"></a>SI-\d\d|\[SI-\d\d\]\(#SI-\d\d\)', "", PAGE)
    assert not re.findall(r"SI-\d\d", prose)


def test_every_link_inside_the_page_has_its_place() -> None:
    places = set(re.findall(r'<a id="([^"]+)"></a>', PAGE))
    assert set(re.findall(r"\]\(#([^)]+)\)", PAGE)) <= places


def test_the_contents_follow_the_stages_and_lead_to_every_rule() -> None:
    found = topics(BOOK)
    assert sorted(rule.id for topic in found for rule in topic.rules) == sorted(BOOK.by_id)
    places = [PAGE.index(f'### <a id="{topic.key}"></a>') for topic in found]
    assert places == sorted(places)
    assert {topic.stage for topic in found} == set(STAGES)
