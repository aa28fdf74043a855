"""Calendar arithmetic of the tests' own (decision D-10), so that the product's is not measured by itself."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta


def months_after(start: date, months: int) -> date:
    """The same day of a later month, or its last day if it has no such day."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def days_after(start: date, days: int) -> date:
    return start + timedelta(days=days)
