"""Adding and counting calendar time, as CQL 1.5 does, with dates known only in part.

Adding: years and months keep the day, or fall back to the last day of the month (31 January + 1 month is 28 or 29
February). A fraction of a unit above seconds is dropped. What is finer than the date is first told in the date's own
unit, a month as 30 days and a year as 365, and the rest is dropped: 2026-01 + 45 days is 2026-02.

Counting: `whole_periods` counts those that fit in between, `boundaries` those crossed (weeks begin on Sunday). Where a
date is known only in part the answer is Uncertain: the smallest and the largest count it may be. A Date beside a
moment is a day whose time nobody knows; beside another Date it is simply a day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

from cql_like.parts import last_day
from cql_like.quantity import Quantity, calendar_unit
from cql_like.temporal import Date, Temporal, Time

_MILLI: Final = {
    "weeks": 604_800_000, "days": 86_400_000, "hours": 3_600_000, "minutes": 60_000, "seconds": 1000, "milliseconds": 1
}  # fmt: skip
_DAY: Final = _MILLI["days"]
_IN_MONTHS: Final = {"years": 12, "months": 1}
_DATE_UNITS: Final = frozenset(("years", "months", "weeks", "days"))
_LOW: Final = (1, 1, 1, 0, 0, 0)
_LAST_DAY: Final = (9999, 12, 31, 0, 0, 0)
_HIGH: Final = (9999, 12, 31, 23, 59, 59_999)
_LEVEL: Final = (365 * _DAY, 30 * _DAY, _DAY, 3_600_000, 60_000, 1000, 1)
_Point = tuple[int, int, int, int]  # year, month, day, milliseconds of the day


@dataclass(frozen=True, slots=True)
class Uncertain:
    """A whole number between `low` and `high`, both possible."""

    low: int
    high: int


def add(moment: Temporal, quantity: Quantity, sign: int = 1) -> Temporal | None:
    """`moment` plus (with sign -1: minus) calendar time. None for other units and outside the years 1 to 9999."""
    step = _step(quantity.value, quantity.unit, len(moment.parts))
    if step is None or isinstance(moment, Time):
        return None
    months, count = step
    shifted = (_add_months if months else _add_milliseconds)(moment.parts, count * sign)
    try:
        return None if shifted is None else moment.trusted(shifted, moment.offset)
    except ValueError:  # outside those years in UTC
        return None


@lru_cache(maxsize=1024)
def _step(amount: Decimal, unit: str, known: int) -> tuple[bool, int] | None:
    """What to add to a moment of which so many parts are known: whether in months (else in milliseconds), and how many.

    A guideline adds the same few amounts all day long.
    """
    calendar = calendar_unit(unit)
    if calendar is None:
        return None
    if calendar in _IN_MONTHS:
        months = int(amount) * _IN_MONTHS[calendar]
        return True, months - months % (12 if months > 0 else -12) if known == 1 else months
    level = _LEVEL[known - 1]
    value = amount if calendar == "seconds" else Decimal(int(amount))
    count = int(value * _MILLI[calendar] / level)
    return (True, count * (12 if known == 1 else 1)) if known <= 2 else (False, count * level)


def whole_periods(unit: str, low: Temporal, high: Temporal) -> int | Uncertain:
    """How many whole `unit`s (plural) fit from `low` to `high`; negative if `high` is earlier."""
    return _count(_whole, unit, low, high)


def boundaries(unit: str, low: Temporal, high: Temporal) -> int | Uncertain:
    """How many boundaries of `unit` (plural) lie between `low` and `high`; negative if `high` is earlier."""
    return _count(_crossed, unit, low, high)


def _count(count: Callable[[str, _Point, _Point], int], unit: str, low: Temporal, high: Temporal) -> int | Uncertain:
    dates = unit in _DATE_UNITS and isinstance(low, Date) and isinstance(high, Date)
    full = 3 if dates else 6
    if len(low.key) == full and len(high.key) == full:
        return count(unit, _point(low.key, _LOW), _point(high.key, _LOW))
    end = _LAST_DAY if dates else _HIGH
    least = count(unit, _point(low.key, end), _point(high.key, _LOW))
    most = count(unit, _point(low.key, _LOW), _point(high.key, end))
    return least if least == most else Uncertain(least, most)


def _point(key: tuple[int, ...], rest: tuple[int, ...]) -> _Point:
    year, month, day, hour, minute, milli = key + rest[len(key) :]
    if len(key) < 3:
        day = min(day, last_day(year, month))
    return year, month, day, hour * 3_600_000 + minute * 60_000 + milli


def _whole(unit: str, a: _Point, b: _Point) -> int:
    if unit not in _IN_MONTHS:
        return _toward_zero((_ordinal(b) - _ordinal(a)) * _DAY + b[3] - a[3], _MILLI[unit])
    months = (b[0] - a[0]) * 12 + b[1] - a[1]
    if months > 0 and b[2:] < a[2:]:
        months -= 1
    elif months < 0 and b[2:] > a[2:]:
        months += 1
    return _toward_zero(months, _IN_MONTHS[unit])


def _crossed(unit: str, a: _Point, b: _Point) -> int:
    if unit == "years":
        return b[0] - a[0]
    if unit == "months":
        return (b[0] - a[0]) * 12 + b[1] - a[1]
    if unit == "weeks":
        return _ordinal(b) // 7 - _ordinal(a) // 7  # ordinal 7 is the first Sunday
    size = _MILLI[unit]
    return (_ordinal(b) * _DAY + b[3]) // size - (_ordinal(a) * _DAY + a[3]) // size


def _ordinal(point: _Point) -> int:
    return dt.date(*point[:3]).toordinal()


def _toward_zero(number: int, size: int) -> int:
    return number // size if number >= 0 else -(-number // size)


def _add_months(parts: tuple[int, ...], months: int) -> tuple[int, ...] | None:
    total = parts[0] * 12 + (parts[1] - 1 if len(parts) > 1 else 0) + months
    year, month = total // 12, total % 12 + 1
    if not 1 <= year <= 9999:
        return None
    if len(parts) < 3:
        return (year, month)[: len(parts)]
    day = parts[2]
    if day > 28:
        day = min(day, last_day(year, month))
    return (year, month, day, *parts[3:])


def _add_milliseconds(parts: tuple[int, ...], milliseconds: int) -> tuple[int, ...] | None:
    try:
        if len(parts) == 3:
            day = dt.date.fromordinal(dt.date(*parts).toordinal() + milliseconds // _DAY)
            return (day.year, day.month, day.day)
        year, month, day_of, hour, minute, second, milli = parts + (1, 1, 1, 0, 0, 0, 0)[len(parts) :]
        moment = dt.datetime(year, month, day_of, hour, minute, second, milli * 1000, dt.UTC)
        moment += dt.timedelta(milliseconds=milliseconds)
        clock = (moment.hour, moment.minute, moment.second, moment.microsecond // 1000)
        return (moment.year, moment.month, moment.day, *clock)[: len(parts)]
    except (OverflowError, ValueError):
        return None
