"""One walk over all rules asks for the same facts as each rule asked by itself."""

from __future__ import annotations

import random

from cql_like import parse_moment
from guideline.case import build_cases
from guideline.loading import load_rulebook
from guideline.marks import Marks
from guideline.parameters import default_parameters
from guideline.reader import Reading, read_case
from guideline.rule import Conclude, Rule
from guideline.rulebook import Rulebook, rulebook
from tests.support.patients import any_patient

PATIENTS = 40
FACTS = ("foot-drop", "bladder-dysfunction", "bowel-dysfunction", "stroke", "spasticity", "ambulatory", "toe-drag")


def readings() -> list[Reading]:
    numbers, book = random.Random(20260301), rulebook()
    found = []
    for patient in (any_patient(numbers) for _ in range(PATIENTS)):
        cases = build_cases(patient.record(), parse_moment(patient.as_of), book.numbers)
        found += [read_case(book, case.values) for case in cases.values()]
    return found


def by_fact(reading: Reading) -> dict[str, set[tuple[str, str]]]:
    """Every fact with the rules it matters to and how, found by asking each rule."""
    found: dict[str, set[tuple[str, str]]] = {}
    for rule, value in reading.rules.items():
        helping = reading.assumed_for(rule) if value else reading.open_for(rule) if value is None else frozenset()
        alone = reading.alone_for(rule) if value is None else frozenset()
        for how, names in (("helps", helping), ("alone", alone)):
            for name in names:
                found.setdefault(name, set()).add((how, rule))
    return found


def marked(reading: Reading) -> dict[str, set[tuple[str, str]]]:
    """The same from one walk, each rule having two bits of its own."""
    pairs = [(how, rule) for rule in reading.rules for how in ("helps", "alone")]
    bits = {pair: 1 << number for number, pair in enumerate(pairs)}
    helping = sum(bits["helps", rule] for rule in reading.rules)
    spread = Marks(reading, helping).spread({rule: bits["helps", rule] | bits["alone", rule] for rule in reading.rules})
    return {reading.parts.names[fact]: {pair for pair in pairs if mark & bits[pair]} for fact, mark in spread.items()}


def test_every_fact_bears_the_marks_of_exactly_the_rules_that_ask_for_it() -> None:
    told = 0
    for reading in readings():
        assert marked(reading) == by_fact(reading)
        told += len(by_fact(reading))
    assert told > 100 * PATIENTS


def condition(numbers: random.Random, names: list[str], depth: int = 3) -> str:
    """Any condition over yes-or-no names: with denials and tests in every place where the language allows them."""
    if depth == 0 or numbers.random() < 0.2:
        return f'"{numbers.choice(names)}"'
    form = numbers.choice(["{} and {}", "{} or {}", "{} and {} and {}", "not {}", "{} is not true", "{} is null"])
    return "(" + form.format(*[condition(numbers, names, depth - 1) for _ in range(form.count("{}"))]) + ")"


def made_up(numbers: random.Random) -> Rulebook:
    """A rulebook of rules that rest on one another's conclusions, two rules to each conclusion."""
    names, rules = list(FACTS), list[Rule]()
    for number in range(12):
        if number % 2 == 0 and number:
            names.append(f"made-up-{number // 2 - 1}")
        rules.append(
            Rule(
                id=f"FD-XX-{number:02}",
                title="A rule under test",
                why="It is under test.",
                statements=("RED-01",),
                strength="recommend",
                population="everyone",
                when=condition(numbers, names),
                then=(Conclude(name=f"made-up-{number // 2}"),),
            )
        )
    return load_rulebook(rules, default_parameters())


def test_the_same_holds_of_conditions_that_the_rulebook_does_not_use() -> None:
    numbers, told = random.Random(20260302), 0
    for book in (made_up(numbers) for _ in range(20)):
        for _ in range(8):
            reading = read_case(book, {name: numbers.choice([True, False, None, None]) for name in FACTS})
            assert marked(reading) == by_fact(reading)
            told += len(by_fact(reading))
    assert told > 150


def test_a_rule_without_a_mark_leaves_no_trace() -> None:
    assert Marks(readings()[0], -1).spread({}) == {}
