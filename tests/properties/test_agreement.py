"""durable_rules and the reference reader say the same of every patient, and every rule is heard from.

FOOTDROP_AGREEMENT=100000 asks for more patients than the usual number.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import pytest

from cql_like import parse_moment
from fhir_adapters.read import read_record
from guideline.assess import engine_of
from guideline.case import build_cases
from guideline.engine import Engine
from guideline.findings import Record
from guideline.reader import read_case
from guideline.rulebook import rulebook
from guideline.truths import FALSE, TRUE, UNKNOWN
from tests.support.patients import Patient, any_patient
from tests.test_fixtures import NAMES, expected, record

PATIENTS = int(os.environ.get("FOOTDROP_AGREEMENT", "20000"))
SEED = 20260615
_CODE = {True: TRUE, False: FALSE, None: UNKNOWN}


@cache
def thorough() -> Engine:
    """The engine that is also asked of every conclusion whether it is unknown, though no rule may want to know."""
    return Engine(rulebook().program)


def disagreements(values: Mapping[str, Any], heard: Counter[str] | None = None) -> list[str]:
    """Rules that the engine and the reader see differently for one Case, and conclusions that the thorough one does."""
    book = rulebook()
    reading = read_case(book, values)
    atoms = {text: _CODE[run(values)] for text, run in book.atoms}
    outcome = thorough().run(atoms)
    assert engine_of(book).run(atoms).fired == outcome.fired
    fired = {rule for rule in outcome.fired if rule in book.by_id}
    if heard is not None:
        heard.update(fired)
    concluded = [name for name, value in outcome.conclusions.items() if value != _CODE[reading.env[name]]]
    return sorted(fired ^ set(reading.fired())) + concluded


def cases(found: Record, as_of: str) -> Iterable[Mapping[str, Any]]:
    return [case.values for case in build_cases(found, parse_moment(as_of), rulebook().numbers).values()]


def generated(count: int) -> Iterator[Patient]:
    numbers = random.Random(SEED)
    for _ in range(count):
        yield any_patient(numbers)


@pytest.mark.parametrize("name", NAMES)
def test_engine_and_reader_agree_on_every_fixture(name: str) -> None:
    as_of = expected(name)["as_of"]
    for values in cases(read_record(record(name), parse_moment(as_of)), as_of):
        assert disagreements(values) == []


@pytest.mark.slow
def test_engine_and_reader_agree_on_thousands_of_generated_patients() -> None:
    heard: Counter[str] = Counter()
    for patient in generated(PATIENTS):
        for values in cases(patient.record(), patient.as_of):
            differing = disagreements(values, heard)
            assert not differing, f"they differ on {differing} for\n{patient}"
    silent = {rule.id for rule in rulebook().rules} - heard.keys()
    assert len(silent) < len(rulebook().rules) / 20, f"never heard from: {sorted(silent)}"
