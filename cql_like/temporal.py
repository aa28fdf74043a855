"""Dates, moments and times of day that may be known only in part: "2026", "2026-01", "2026-01-05T10:00Z".

Comparison is CQL's: true, false, or unknown where the precision does not suffice. So there is no `<` on these classes;
`compare` answers -1, 0, 1 or None. A moment without an offset is read as UTC, and moments are compared in UTC. Seconds
and milliseconds are one precision (CQL 1.5): a moment known to the second is fully known. `==` is identity of what was
written (10:00Z and 11:00+01:00 differ), for sets and dictionaries; `compare` is equality in time.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Final, NoReturn, Self

from cql_like.parts import (
    DATE,
    HIGH,
    LOW,
    TIME,
    check_day,
    check_time,
    date_text,
    filled,
    in_utc,
    joined,
    known,
    split_offset,
    time_parts,
    time_text,
)

PRECISIONS: Final = ("year", "month", "day", "hour", "minute", "second", "millisecond")
_LEVEL: Final = {name: index + 1 for index, name in enumerate(PRECISIONS)}
_set = object.__setattr__


class Temporal:
    """What Date, DateTime and Time share. `parts` is what was written, `key` what is compared."""

    __slots__ = ("key", "offset", "parts")
    parts: tuple[int, ...]
    key: tuple[int, ...]
    offset: int | None

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} cannot be changed")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.parts == other.parts and self.offset == other.offset

    def __hash__(self) -> int:
        return hash((type(self).__name__, self.parts, self.offset))

    def __repr__(self) -> str:
        return f"{type(self).__name__}.parse({str(self)!r})"

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return type(self).parse, (str(self),)

    @classmethod
    def parse(cls, text: str) -> Self:
        raise NotImplementedError

    @classmethod
    def trusted(cls, parts: tuple[int, ...], offset: int | None = None) -> Self:
        """Made of parts that are known to exist, unchecked."""
        made = object.__new__(cls)
        made._keep(parts, offset)
        return made

    def _keep(self, parts: tuple[int, ...], offset: int | None = None) -> None:
        _set(self, "parts", parts)
        _set(self, "offset", offset)
        _set(self, "key", self.key_of(parts, offset))

    @staticmethod
    def key_of(parts: tuple[int, ...], offset: int | None, /) -> tuple[int, ...]:
        """What is compared: in UTC, seconds and milliseconds as one."""
        raise NotImplementedError


class Date(Temporal):
    """A calendar date known to the year, the month or the day. Raises ValueError for a date that does not exist."""

    __slots__ = ()

    def __init__(self, year: int, month: int | None = None, day: int | None = None) -> None:
        parts = known((year, month, day))
        check_day(parts)
        self._keep(parts)

    @staticmethod
    def key_of(parts: tuple[int, ...], _: int | None, /) -> tuple[int, ...]:
        return parts

    @property
    def year(self) -> int:
        return self.parts[0]

    @property
    def month(self) -> int | None:
        return self.parts[1] if len(self.parts) > 1 else None

    @property
    def day(self) -> int | None:
        return self.parts[2] if len(self.parts) > 2 else None

    def __str__(self) -> str:
        return date_text(self.parts)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "2026", "2026-01" or "2026-01-05"; ValueError otherwise."""
        found = DATE.fullmatch(text)
        if not found:
            raise ValueError(f"{text!r} is not a date (YYYY, YYYY-MM or YYYY-MM-DD)")
        return cls(*(int(part) for part in found.groups() if part))

    def low(self) -> Date:
        """The earliest day this may be."""
        return self if len(self.parts) == 3 else Date(*filled(self.parts, LOW)[:3])

    def high(self) -> Date:
        """The latest day this may be."""
        return self if len(self.parts) == 3 else Date(*filled(self.parts, HIGH)[:3])

    def date(self) -> Date:
        return self

    @classmethod
    def from_python(cls, value: dt.date) -> Self:
        return cls.trusted((value.year, value.month, value.day))

    def to_python(self) -> dt.date:
        """ValueError unless the day is known."""
        if len(self.parts) < 3:
            raise ValueError(f"{self} is not known to the day")
        return dt.date(*self.parts)


class DateTime(Temporal):
    """A moment known to the year or finer, up to the millisecond. `offset` is minutes east of UTC; None is read as UTC.

    Raises ValueError for a moment that does not exist, and for an offset on a moment that is not known to the minute.
    """

    __slots__ = ()

    def __init__(
        self,
        year: int,
        month: int | None = None,
        day: int | None = None,
        hour: int | None = None,
        minute: int | None = None,
        second: int | None = None,
        millisecond: int | None = None,
        offset: int | None = None,
    ) -> None:
        parts = known((year, month, day, hour, minute, second, millisecond))
        check_day(parts)
        check_time(parts[3:])
        if offset is not None and (len(parts) < 5 or not -14 * 60 <= offset <= 14 * 60):
            raise ValueError("an offset lies within 14 hours of UTC and needs a moment known to the minute")
        self._keep(parts, offset)

    @staticmethod
    def key_of(parts: tuple[int, ...], offset: int | None, /) -> tuple[int, ...]:
        return joined(in_utc(parts, offset) if offset else parts, 5)

    @property
    def year(self) -> int:
        return self.parts[0]

    def __str__(self) -> str:
        text = date_text(self.parts)
        if len(self.parts) > 3:
            text += "T" + time_text(self.parts[3:])
        if self.offset is None:
            return text
        sign, minutes = "+-"[self.offset < 0], abs(self.offset)
        return text + (f"{sign}{minutes // 60:02}:{minutes % 60:02}" if minutes else "Z")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "2026-01-05T10:00:00.000Z" and anything shorter, with or without an offset; ValueError otherwise."""
        day, _, rest = text.partition("T")
        found = DATE.fullmatch(day)
        clock, offset = split_offset(rest)
        time = TIME.fullmatch(clock) if clock else None
        if not found or (rest and not time) or (time and not found[3]):
            raise ValueError(f"{text!r} is not a date and time (such as 2026-01-05T10:00:00Z)")
        parts = [int(part) for part in found.groups() if part]
        return cls(*parts, *(time_parts(time) if time else ()), offset=offset)  # type: ignore[misc]

    def low(self) -> DateTime:
        """The earliest moment this may be, to the millisecond."""
        return self._full(LOW)

    def high(self) -> DateTime:
        """The latest moment this may be, to the millisecond (a moment known to the second is itself)."""
        return self._full(LOW if len(self.parts) >= 6 else HIGH)

    def _full(self, rest: tuple[int, ...]) -> DateTime:
        return DateTime.trusted(filled(self.parts, rest), self.offset)

    def date(self) -> Date:
        """The date as it was written, in the moment's own offset."""
        return Date.trusted(self.parts[:3])

    @classmethod
    def from_python(cls, value: dt.datetime) -> Self:
        shift = value.utcoffset()
        offset = None if shift is None else int(shift.total_seconds() // 60)
        clock = (value.hour, value.minute, value.second, value.microsecond // 1000)
        return cls(value.year, value.month, value.day, *clock, offset=offset)

    def to_python(self) -> dt.datetime:
        """Aware where an offset is written; ValueError unless known to the second."""
        if len(self.parts) < 6:
            raise ValueError(f"{self} is not known to the second")
        zone = None if self.offset is None else dt.timezone(dt.timedelta(minutes=self.offset))
        year, month, day, hour, minute, second, milli = filled(self.parts, LOW)
        return dt.datetime(year, month, day, hour, minute, second, milli * 1000, zone)


class Time(Temporal):
    """A time of day known to the hour or finer."""

    __slots__ = ()

    def __init__(
        self, hour: int, minute: int | None = None, second: int | None = None, millisecond: int | None = None
    ) -> None:
        parts = known((hour, minute, second, millisecond))
        check_time(parts)
        self._keep(parts)

    @staticmethod
    def key_of(parts: tuple[int, ...], _: int | None, /) -> tuple[int, ...]:
        return joined(parts, 2)

    def __str__(self) -> str:
        return time_text(self.parts)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "10", "10:30", "10:30:15" or "10:30:15.250"; ValueError otherwise."""
        found = TIME.fullmatch(text)
        if not found:
            raise ValueError(f"{text!r} is not a time of day (hh:mm:ss)")
        return cls(*time_parts(found))


@lru_cache(maxsize=2048)  # the days of one record repeat; what it gives is frozen
def parse_moment(text: str) -> Date | DateTime:
    """Read a FHIR date or dateTime; a text without a time is a Date. ValueError says what is wrong."""
    if text.endswith("T"):
        raise ValueError(f"{text!r} lacks a time after the T")
    return DateTime.parse(text) if "T" in text else Date.parse(text)


def compare(left: Temporal, right: Temporal, precision: str | None = None) -> int | None:
    """-1 if `left` is earlier, 0 if equal, 1 if later, None if their precision does not tell.

    With a `precision` ("day"), only that much of both is looked at. A Date is a moment whose time nobody knows.
    """
    a, b = left.key, right.key
    if precision is not None:
        return _compare_to(a, b, precision, isinstance(left, Time))
    if a == b:
        return 0
    if len(a) != len(b):
        known = min(len(a), len(b))
        a, b = a[:known], b[:known]
        if a == b:
            return None
    return -1 if a < b else 1


def _compare_to(a: tuple[int, ...], b: tuple[int, ...], precision: str, is_time: bool) -> int | None:
    level = _LEVEL[precision] - (3 if is_time else 0)
    seconds = 3 if is_time else 6
    if level == seconds:
        a, b = ((*k[:-1], k[-1] // 1000) if len(k) == seconds else k for k in (a, b))
    level = min(level, seconds)
    known = min(len(a), len(b), level)
    a, b = a[:known], b[:known]
    if a == b:
        return 0 if known == level else None
    return -1 if a < b else 1
