"""The consultations that the tests of the explanations ask: fixtures on their day, and invented patients."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from fhir_adapters.assessment import moment_of
from fhir_adapters.read import read_record
from guideline.ask import Ask, ask
from guideline.assess import Consultation, consult
from guideline.rulebook import rulebook_for
from tests.support.numbers import site

FIXTURES = Path(__file__).parents[2] / "fixtures"
NAMES = tuple(sorted(path.name.removesuffix(".json") for path in FIXTURES.glob("*.json")))
# More than four months after the onset of the palsy of leg crossing: whatever wait for a surgeon is chosen, it is over.
LATE = "2026-04-01"


@cache
def fixture(name: str, day: str | None = None, foot_drop_mrc: int | None = None) -> Consultation:
    """The consultation of a fixture, on the day its expectation names or on another; where the test rests on it, with a
    grade that counts as foot drop."""
    as_of = moment_of(day or day_of(name))
    book = rulebook_for(None if foot_drop_mrc is None else site({"foot-drop-mrc": foot_drop_mrc}))
    return consult(read_record((FIXTURES / f"{name}.json").read_bytes(), as_of), as_of, book)


@cache
def questions_of(name: str) -> list[Ask]:
    """What `ask` asks of a fixture."""
    return ask(fixture(name))


def day_of(name: str) -> str:
    found: str = tomllib.loads((FIXTURES / f"{name}.expected.toml").read_text("utf-8"))["as_of"]
    return found
