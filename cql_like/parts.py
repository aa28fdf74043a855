"""The parts of dates and times: tuples of numbers, year first, checked, filled in, put in UTC, and written out."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from typing import Final

Parts = tuple[int, ...]
LOW: Final = (1, 1, 1, 0, 0, 0, 0)
HIGH: Final = (9999, 12, 31, 23, 59, 59, 999)
DATE: Final = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
TIME: Final = re.compile(r"(\d\d)(?::(\d\d)(?::(\d\d)(?:\.(\d+))?)?)?", re.ASCII)
_DAYS: Final = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_DAY_FORMS: Final = ("%04d", "%04d-%02d", "%04d-%02d-%02d")
_CLOCK_FORMS: Final = ("%02d", "%02d:%02d", "%02d:%02d:%02d", "%02d:%02d:%02d.%03d")
_OFFSET: Final = re.compile(r"([+-])(\d\d):(\d\d)", re.ASCII)


def known(parts: tuple[int | None, ...]) -> Parts:
    """The parts up to the first that is missing; ValueError if one is missing before another."""
    known = tuple(part for part in parts if part is not None)
    if any(part is None for part in parts[: len(known)]):
        raise ValueError(f"a part is missing in the middle of {parts}")
    return known


def check_day(parts: Parts) -> None:
    """ValueError if there is no such year, month or day."""
    if not 1 <= parts[0] <= 9999 or (len(parts) > 1 and not 1 <= parts[1] <= 12):
        raise ValueError(f"there is no {date_text(parts[:2])}")
    if len(parts) > 2 and not 1 <= parts[2] <= last_day(parts[0], parts[1]):
        raise ValueError(f"there is no {date_text(parts[:3])}")


def check_time(parts: Parts) -> None:
    """ValueError if there is no such time of day."""
    if any(not 0 <= part <= most for part, most in zip(parts, HIGH[3:], strict=False)):
        raise ValueError(f"there is no time {time_text(parts)}")


def last_day(year: int, month: int) -> int:
    """How many days the month has."""
    return 29 if month == 2 and calendar.isleap(year) else _DAYS[month]


def filled(parts: Parts, rest: Parts) -> Parts:
    """All seven parts, the missing ones from `rest`; a day beyond the month's last is that last day."""
    full = parts + rest[len(parts) :]
    return full if len(parts) >= 3 else (*full[:2], min(full[2], last_day(full[0], full[1])), *full[3:])


def joined(parts: Parts, seconds: int) -> Parts:
    """Seconds (the part at that index) and milliseconds as one number."""
    if len(parts) <= seconds:
        return parts
    milli = parts[seconds + 1] if len(parts) > seconds + 1 else 0
    return (*parts[:seconds], parts[seconds] * 1000 + milli)


def in_utc(parts: Parts, offset: int) -> Parts:
    """The parts of a moment, known to the minute, moved by its offset. ValueError outside the years 1 to 9999."""
    try:
        year, month, day, hour, minute = parts[:5]
        shifted = dt.datetime(year, month, day, hour, minute, tzinfo=dt.UTC) - dt.timedelta(minutes=offset)
    except OverflowError as error:
        raise ValueError("the moment lies outside the years 1 to 9999 in UTC") from error
    return (shifted.year, shifted.month, shifted.day, shifted.hour, shifted.minute, *parts[5:])


def date_text(parts: Parts) -> str:
    """YYYY-MM-DD, as far as known."""
    return _DAY_FORMS[min(len(parts), 3) - 1] % parts[:3]


def time_text(parts: Parts) -> str:
    """hh:mm:ss.fff, as far as known."""
    return _CLOCK_FORMS[len(parts) - 1] % parts


def time_parts(found: re.Match[str]) -> list[int]:
    """The parts of a match of TIME; what is finer than a millisecond is dropped."""
    parts = [int(part) for part in found.groups()[:3] if part]
    return parts if found[4] is None else [*parts, int(found[4][:3].ljust(3, "0"))]


def split_offset(text: str) -> tuple[str, int | None]:
    """The text without its offset, and the offset in minutes; None if it has none."""
    if text.endswith("Z"):
        return text[:-1], 0
    found = _OFFSET.fullmatch(text[-6:])
    if not found:
        return text, None
    minutes = int(found[2]) * 60 + int(found[3])
    return text[:-6], -minutes if found[1] == "-" else minutes
