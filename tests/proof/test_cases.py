"""What the named cases of the rules are worth: each condition decided both ways, and small wrongs noticed."""

from __future__ import annotations

from collections import Counter

import pytest

from guideline.rulebook import rulebook
from tests.proof.coverage import gaps
from tests.proof.every_case import every_case
from tests.proof.mutants import verdict
from tests.proof.worth import always_fire, never_fire, never_settled

BOOK = rulebook()
SPACE = every_case(BOOK)
NOTICED = 0.95


def test_every_condition_of_every_rule_is_decided_both_ways_by_a_named_case() -> None:
    found = gaps(BOOK)
    assert not found, "\n".join(map(str, found))


def test_the_cases_notice_the_wrongs_that_a_hand_could_slip_into() -> None:
    found = verdict(BOOK, SPACE)
    if found.rate < NOTICED:
        shown = "\n".join(each.told(SPACE) for each in found.survivors[:20])
        rules = Counter(each.mutant.rule for each in found.survivors)
        pytest.fail(f"{found.rate:.1%} noticed; unnoticed by rule: {dict(rules)}; the first are\n{shown}")


def test_every_rule_can_fire_and_none_always_does() -> None:
    assert not never_fire(SPACE)
    assert not always_fire(SPACE)


def test_no_conclusion_is_a_constant() -> None:
    assert not never_settled(SPACE)
