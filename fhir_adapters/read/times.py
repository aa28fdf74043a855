"""When something was true, seen from `as_of`, and never later.

A moment counts unless it is certainly after `as_of`: "2026-03" counts on 15 March 2026. A date means that whole day in
UTC, and a moment without an offset is read as UTC (decision D-01).
"""

from __future__ import annotations

from typing import NamedTuple

from cql_like import Date, DateTime, parse_moment
from cql_like.temporal import compare
from fhir_adapters.read.errors import Unreadable
from fhir_adapters.read.models import Period, Quantity, Timing
from guideline.findings import Moment


def moment(text: str | None, element: str) -> Moment | None:
    """Read a FHIR date, dateTime or instant, also without seconds or offset. Unreadable if it is none."""
    if text is None:
        return None
    try:
        return parse_moment(text)
    except ValueError as error:
        raise Unreadable(element, "is not a date or time that exists") from error


def after(when: Moment | None, as_of: Moment) -> bool:
    """Whether it is certainly later than `as_of`. A bare date is a day of where `as_of` was written."""
    if when is None or compare(when, as_of) != 1:
        return False
    return not (isinstance(when, Date) and isinstance(as_of, DateTime)) or compare(when, as_of.date()) == 1


def before(first: Moment | None, second: Moment | None) -> bool:
    """Whether the first is certainly earlier; an undated one is older than any dated one."""
    if first is None or second is None:
        return first is None and second is not None
    return compare(first, second) == -1


def latest_of(*whens: Moment | None) -> Moment | None:
    """The latest of those that are known; of two that cannot be told apart, the more precise."""
    return max((when for when in whens if when is not None), key=lambda when: when.key, default=None)


class Span(NamedTuple):
    start: Moment | None
    end: Moment | None


def span(period: Period | None, element: str) -> Span:
    """Both ends of a Period; Unreadable names the end that cannot be read."""
    if period is None:
        return Span(None, None)
    return Span(moment(period.start, f"{element}.start"), moment(period.end, f"{element}.end"))


def spread(period: Period | None, timing: Timing | None, element: str, as_of: Moment) -> Span:
    """A Period or a Timing: `element` is the name that they share ("Observation.effective"). Of a Timing count the
    latest event by `as_of` (the first, if all are later), else its bounds; how often something happens is no date."""
    if timing is None:
        return span(period, f"{element}Period")
    path = f"{element}Timing"
    events = [when for i, text in enumerate(timing.event or ()) if (when := moment(text, f"{path}.event[{i}]"))]
    if events:
        by_then = latest_of(*(when for when in events if not after(when, as_of)))
        return Span(by_then or min(events, key=lambda when: when.key), None)
    return span(timing.repeat.bounds_period if timing.repeat else None, f"{path}.repeat.boundsPeriod")


def at_age(age: Quantity | None, element: str, birth: Date | None) -> Date | None:
    """The year in which somebody of that birth date was that old."""
    if age is None:
        return None
    if birth is None:
        raise Unreadable(element, "needs the patient's birth date", "required")
    years = age.value
    if isinstance(years, bool) or not isinstance(years, int | float) or (age.code or age.unit) not in ("a", "years"):
        raise Unreadable(element, "is not an age in years", "not-supported")
    if not 0 <= years <= 150:
        raise Unreadable(f"{element}.value", "is not an age in years")
    try:
        return Date(birth.year + int(years))
    except ValueError as error:
        raise Unreadable(element, "ends in a year that does not exist") from error


def undated(kind: str, **forms: object) -> None:
    """Unreadable for a form of a time that tells none, such as onsetString."""
    for element, given in forms.items():
        if given is not None:
            raise Unreadable(f"{kind}.{element}", "tells no date", "not-supported")


def point(period: Span, as_of: Moment) -> Moment | None:
    """When a result of a period counts: at its end, or at its start while it still runs."""
    return period.start if period.end is None or after(period.end, as_of) else period.end


def course(
    span: Span, recorded: Moment | None, as_of: Moment, *, over: bool, said: Moment | None = None
) -> list[tuple[bool, Moment | None]]:
    """What a state that begins and may end was at `as_of`: [(present, since when)], oldest first, [] if not begun.

    `over` is what its status says now, `said` when that was said. When it was written down is not when it ended: with
    no end known, it is known only to have ended after it began, so its end stands at its beginning and outdates nothing
    that was found later. Its presence is told only where it lies certainly before the end, so that the two cannot tie.
    """
    began = span.start or recorded
    if after(began, as_of):
        return []
    if not over or after(span.end, as_of):
        return [(True, began)]
    ended = span.end or latest_of(span.start, None if after(said, as_of) else said)
    return [(True, began), (False, ended)] if before(began, ended) and began else [(False, ended)]
