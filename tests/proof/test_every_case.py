"""The formulas say of a Case what the reference reader says, and the solver's Cases are those that records make."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

from cql_like import parse_moment
from guideline.case import build_cases
from guideline.reader import read_case
from guideline.rulebook import rulebook
from tests.proof.every_case import every_case
from tests.proof.patient_of import told
from tests.support.patients import any_patient

BOOK = rulebook()
BATCHES = range(4)


def recorded(batch: int) -> Iterator[dict[str, Any]]:
    """The Cases of both legs of some generated patients."""
    numbers = random.Random(batch)
    for _ in range(40):
        patient = any_patient(numbers)
        yield from (
            case.values for case in build_cases(patient.record(), parse_moment(patient.as_of), BOOK.numbers).values()
        )


@pytest.mark.parametrize("batch", BATCHES)
def test_no_record_makes_a_case_that_the_proof_leaves_out(batch: int) -> None:
    for values in recorded(batch):
        assert every_case(BOOK).read(values) is not None, values


@pytest.mark.parametrize("batch", BATCHES)
def test_the_formulas_say_of_every_rule_what_the_reference_reader_says(batch: int) -> None:
    for values in recorded(batch + 100):
        assert every_case(BOOK).read(values) == read_case(BOOK, values).rules, values


@pytest.mark.parametrize("layer", range(len(BOOK.layers)))
def test_the_solvers_patient_for_a_rule_fires_it_when_read(layer: int) -> None:
    space = every_case(BOOK)
    for entry in BOOK.layers[layer]:
        found = space.find(space.reading.rules[entry.rule.id].yes)
        assert found is not None, f"{entry.rule.id} can never fire"
        read = read_case(BOOK, found.values).rules
        assert read[entry.rule.id] is True, f"{entry.rule.id}: {found}"
        assert space.read(found.values) == read, f"{entry.rule.id}: {found}"


def test_a_case_of_the_solver_becomes_a_record_that_is_read_back_as_it_was() -> None:
    space = every_case(BOOK)
    flail = space.find(space.reading.rules["FD-RED-02"].yes, simplest=True)
    assert flail is not None
    assert not told(BOOK, flail.values).differs
    assert told(BOOK, flail.values).breaks(space, space.reading.rules["FD-RED-02"].yes)
