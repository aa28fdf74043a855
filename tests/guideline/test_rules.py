"""Every rule fires for the patients it names and for no patient it excludes, read by the engine and by the reader."""

import pytest

from guideline.assess import engine_of
from guideline.examples import values_of
from guideline.reader import read_case
from guideline.rule import Example, Rule
from guideline.rulebook import rulebook
from guideline.truths import FALSE, TRUE, UNKNOWN

_CODE = {True: TRUE, False: FALSE, None: UNKNOWN}
CASES = [
    pytest.param(rule, example, id=f"{rule.id}: {'fires for' if example.fires else 'not for'} {example.name}")
    for rule in rulebook().rules
    for example in rule.cases
]


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_the_rule_fires_for_whom_it_names(rule: Rule, example: Example) -> None:
    book = rulebook()
    values = values_of(example, book)
    assert (read_case(book, values).rules[rule.id] is True) is example.fires
    outcome = engine_of(book).run({text: _CODE[run(values)] for text, run in book.atoms})
    assert (rule.id in outcome.fired) is example.fires


@pytest.mark.parametrize("rule", rulebook().rules, ids=lambda rule: rule.id)
def test_every_rule_has_a_patient_on_each_side(rule: Rule) -> None:
    assert {example.fires for example in rule.cases} == {True, False}
    names = [example.name for example in rule.cases]
    assert len(names) == len(set(names)), "two cases of one rule have the same name"
