"""The guideline's numbers as a test needs them: read from the parameters, so that a changed number moves its tests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from guideline.parameters import amount_words, default_parameters
from tests.support.calendar_months import months_after

DAYS_IN: Final = {"days": 1, "weeks": 7}


def amount(key: str) -> Decimal:
    """The bare number: a grade, a count, or how many of its unit."""
    return default_parameters()[key].number


def words(key: str) -> str:
    """The number as a sentence shows it: "3 months"."""
    return default_parameters()[key].words()


def days_of(key: str) -> int:
    """A time that is a certain number of days; one in months is not, and is a KeyError."""
    return int(amount(key)) * DAYS_IN[default_parameters()[key].unit]


def after(start: date, key: str) -> date:
    """The day that lies the number's time after another, by the calendar of the tests' own."""
    if default_parameters()[key].unit == "months":
        return months_after(start, int(amount(key)))
    return start + timedelta(days=days_of(key))


def about(key: str) -> tuple[int, int, int]:
    """So many days that the time is certainly not over, roughly its length, and so many that it certainly is."""
    if default_parameters()[key].unit == "months":
        length = int(amount(key) * Decimal("30.44"))
        return length - 2, length, length + 2
    return days_of(key) - 1, days_of(key), days_of(key) + 1


def another(key: str) -> str:
    """A value that a site may choose instead, in words: an end of the range that is not the default."""
    number = default_parameters()[key]
    return amount_words(*next(end for end in (number.high, number.low) if end != (number.number, number.unit)))


def ends(end: str) -> dict[str, str | int]:
    """Every number at the "low" or the "high" end of its range, as a file writes it."""
    return {key: _written(*getattr(number, end)) for key, number in default_parameters().items()}


def _written(number: Decimal, unit: str) -> str | int:
    return int(number) if unit == "1" else f"{number} {unit}"


def site(numbers: Mapping[str, str | int]) -> str:
    """A site's file with these numbers, each as the file writes it."""
    lines = (f"{key} = {json.dumps(value)}\n" for key, value in numbers.items())
    return f'signed_by = "Dr Hale"\nsigned_on = "2026-01-01"\n[parameters]\n{"".join(lines)}'
