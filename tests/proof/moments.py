"""Dates for the solver: days counted from the as-of's (0; yesterday is -1), known to the day, the month or the year.

A date known only in part is an interval of days together with how many months (years) back it lies, because CQL adds
to such a date in its own unit. A moment with a time keeps the minute of its day as well. All is told in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import z3

from cql_like import Quantity
from tests.proof.three import Bool, Truth

Int = Any
DAY_MINUTES: Final = 1440
_DAYS: Final = {"days": 1, "weeks": 7, "d": 1, "wk": 7}
_MONTHS: Final = {"months": 1, "years": 12}
_MINUTES: Final = {"hours": 60, "h": 60, "minutes": 1, "min": 1}
_PARTS: Final = ("day", "year", "low", "high", "back", "timed", "minute", "exact", "second", "plain")


class UntranslatableError(Exception):
    """A rule says something that the solver's language does not have yet; the message names it."""


@dataclass(frozen=True, slots=True)
class Moment:
    """`day`: known to the day; else `year`: known to the year only, or to the month. `timed`: known to the minute,
    `exact` to the second. `plain`: a Date, and not a DateTime that lacks its time."""

    name: str
    known: Bool
    day: Bool
    year: Bool
    low: Int
    high: Int
    back: Int
    timed: Bool
    minute: Int
    exact: Bool
    second: Int
    plain: Bool

    @staticmethod
    def named(name: str) -> Moment:
        parts = {part: z3.Bool(f"{name}|{part}") for part in ("known", "day", "year", "timed", "exact", "plain")}
        parts |= {part: z3.Int(f"{name}|{part}") for part in ("low", "high", "back", "minute", "second")}
        return Moment(name, **parts)

    def shape(self) -> list[Bool]:
        """What holds of any date that is not certainly later than the as-of."""
        month = z3.And(z3.Not(self.day), z3.Not(self.year))
        now = z3.And(self.low <= 0, self.high >= 0)
        return [
            self.low <= 0,
            self.back >= 0,
            z3.Implies(self.day, z3.And(self.low == self.high, z3.Not(self.year))),
            z3.Implies(self.timed, z3.And(self.day, z3.Not(self.plain))),
            z3.Implies(self.exact, self.timed),
            z3.And(self.minute >= 0, self.minute < DAY_MINUTES, self.second >= 0, self.second < 60),
            z3.Implies(month, z3.And(self.high - self.low >= 27, self.high - self.low <= 30)),
            z3.Implies(month, _apart(self, now, 28, 31)),
            z3.Implies(self.year, z3.And(self.high - self.low >= 364, self.high - self.low <= 365)),
            z3.Implies(self.year, _apart(self, now, 365, 366)),
        ]

    def same_as(self, other: Moment) -> Bool:
        """Both known and the very same, or both unknown."""
        alike = [getattr(self, part) == getattr(other, part) for part in _PARTS]
        return z3.And(self.known == other.known, z3.Implies(self.known, z3.And(*alike)))


def _apart(moment: Moment, now: Bool, shortest: int, longest: int) -> Bool:
    """Between `back` units of `shortest` to `longest` days lie the end of the unit and the as-of."""
    ago, back = -moment.high, moment.back
    before = z3.And(back >= 1, ago >= shortest * (back - 1) + 1, ago <= longest * back)
    return z3.If(now, back == 0, before)


@dataclass(frozen=True, slots=True)
class Shifted:
    """A moment plus (sign -1: minus) a quantity of time."""

    base: Moment
    quantity: Quantity
    sign: int


@dataclass(frozen=True, slots=True)
class Order:
    """How two moments stand to each other; where none of the three holds, their precision does not tell."""

    before: Bool
    same: Bool
    after: Bool

    def flipped(self) -> Order:
        return Order(self.after, self.same, self.before)

    def truth(self, op: str) -> Truth:
        yes = {
            "before": [self.before],
            "after": [self.after],
            "same as": [self.same],
            "on or before": [self.before, self.same],
            "on or after": [self.after, self.same],
        }[op]
        no = [each for each in (self.before, self.same, self.after) if not any(each is one for one in yes)]
        return Truth(z3.Or(*yes), z3.Or(*no))


def in_months(quantity: Quantity) -> int | None:
    return int(quantity.value) * _MONTHS[quantity.unit] if quantity.unit in _MONTHS else None


def in_days(quantity: Quantity) -> int | None:
    return int(quantity.value) * _DAYS[quantity.unit] if quantity.unit in _DAYS else None


def in_minutes(quantity: Quantity) -> int | None:
    return int(int(quantity.value) * _MINUTES[quantity.unit]) if quantity.unit in _MINUTES else None


def ordered(a: Moment, b: Moment) -> Order:
    """Two moments compared to the day."""
    known = z3.And(a.known, b.known)
    return Order(
        z3.And(known, a.high < b.low),
        z3.And(known, a.day, b.day, a.low == b.low),
        z3.And(known, a.low > b.high),
    )


def moved(shifted: Shifted) -> Moment:
    """A moment plus days as a moment. Only days may be added to a date that is not compared with the as-of."""
    base, days = shifted.base, in_days(shifted.quantity)
    if days is None:
        raise UntranslatableError(f"{shifted.quantity} added to {base.name}")
    sign = shifted.sign

    def end(edge: Int, months: tuple[int, int], years: tuple[int, int], which: int) -> Int:
        count, whole_years = days // 30, days // 365
        partly = z3.If(base.year, edge + sign * whole_years * years[which], edge + sign * count * months[which])
        return z3.If(base.day, edge + sign * days, partly)

    # For a date known in part the end is told a few days too wide, never too narrow: more is unknown, nothing is lost.
    low = end(base.low, (28, 31), (365, 366), 0 if sign > 0 else 1)
    high = end(base.high, (28, 31), (365, 366), 1 if sign > 0 else 0)
    return replace(base, low=low, high=high)


def least(moments: list[Moment]) -> Moment:
    """CQL's Min: nulls do not count; where two cannot be told apart the answer is null."""
    name = f"Min({', '.join(each.name for each in moments)})"
    best, lost = moments[0], z3.BoolVal(False)
    for each in moments[1:]:
        equal = z3.And(each.low == best.low, each.high == best.high)
        earlier = each.high < best.low
        apart = z3.Or(earlier, each.low > best.high, equal)
        lost = z3.Or(lost, z3.And(best.known, each.known, z3.Not(apart)))
        take = z3.And(each.known, z3.Or(z3.Not(best.known), earlier))
        best = _chosen(name, take, each, best)
    return replace(best, name=name, known=z3.And(best.known, z3.Not(lost)))


def _chosen(name: str, take: Bool, one: Moment, other: Moment) -> Moment:
    picked = {part: z3.If(take, getattr(one, part), getattr(other, part)) for part in _PARTS}
    return Moment(name, z3.Or(one.known, other.known), **picked)


_MILLISECONDS: Final = {"hours": 3_600_000, "minutes": 60_000}


def counted(unit: str, since: Moment, until: Moment, op: str, number: int) -> Truth:
    """Whole hours (minutes) between two moments beside a number; decided if all that it may be agree."""
    if unit not in _MILLISECONDS:
        raise UntranslatableError(f"{unit} between {since.name} and {until.name}")
    (first, last), (start, end) = _edges(since), _edges(until)
    known, size = z3.And(since.known, until.known), _MILLISECONDS[unit]

    def least(edge: Int, count: int) -> Bool:
        """Whether `edge` milliseconds, told in whole units toward zero, are `count` or more."""
        return edge >= count * size if count > 0 else edge > (count - 1) * size

    fewest, most = start - last, end - first
    above = {">=": number, "<": number, ">": number + 1, "<=": number + 1}[op]
    reached = Truth(z3.And(known, least(fewest, above)), z3.And(known, z3.Not(least(most, above))))
    return reached if op in (">=", ">") else reached.turned()


def _edges(moment: Moment) -> tuple[Int, Int]:
    """The earliest and the latest millisecond, from the beginning of the as-of's day."""
    day = DAY_MINUTES * 60_000
    minute = moment.low * day + moment.minute * 60_000
    low = z3.If(moment.timed, z3.If(moment.exact, minute + moment.second * 1000, minute), moment.low * day)
    timed = z3.If(moment.exact, minute + moment.second * 1000, minute + 59_999)
    return low, z3.If(moment.timed, timed, moment.high * day + day - 1)


def to_the_minute(now: Moment, shifted: Shifted) -> Order:
    """With a time on both sides the minutes count; else only what is certain by the day, months and years unshifted."""
    base, minutes = shifted.base, in_minutes(shifted.quantity) or 0
    if minutes >= DAY_MINUTES:
        raise UntranslatableError(f"{shifted.base.name} + {shifted.quantity}: a day or more told in hours")
    timed, exact = z3.And(now.timed, base.timed), z3.And(now.exact, base.exact)
    at = base.low * DAY_MINUTES + base.minute + minutes
    apart = z3.If(exact, (now.minute - at) * 60 + now.second - base.second, now.minute - at)
    day = z3.If(base.timed, z3.If(base.minute + minutes >= DAY_MINUTES, base.low + 1, base.low), base.low)
    end = z3.If(base.day, day, base.high)
    same_day = z3.And(base.day, day == 0, z3.Not(now.timed), z3.Not(base.timed))
    return Order(
        z3.And(base.known, z3.If(timed, apart < 0, day > 0)),
        z3.And(base.known, z3.If(timed, z3.And(now.exact == base.exact, apart == 0), same_day)),
        z3.And(base.known, z3.If(timed, apart > 0, end < 0)),
    )
