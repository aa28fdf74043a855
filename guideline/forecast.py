"""`forecast PATIENT`: the days on which the plan changes if nothing else does, and how.

The whole plan is made again for every day on which a rule turns or a window opens or ends, and for a few more, and
compared with the one before. Where it has changed between two of these days, because something recorded has grown too
old to count, the day is searched for. What is recorded stays as it is; only the date moves.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final, Literal

from cql_like import Date
from guideline import trend
from guideline.assess import Consultation
from guideline.assessment import Priority, Proposal, Side, Strength
from guideline.citations import Shown
from guideline.difference import OrderChange, alert_changes, order_changes, rank
from guideline.findings import Record
from guideline.timeline import day_after, named, turn_words
from guideline.turning import HORIZON_DAYS, birthdays, python_day, turning_days
from guideline.what_if import rehearse

_EVERY: Final = 14
Kind = Literal["eligible", "due", "overdue", "added", "removed", "raised", "lowered", "alert"]
# Of several things to say about one order on one day, the first of these is said.
_FIRST: Final[tuple[Kind, ...]] = ("removed", "raised", "lowered", "overdue", "due", "added", "eligible", "alert")
Windows = dict[tuple[str, Side | None], Proposal]


class Turn(Shown):
    """What changes on one date: an order comes into the plan or goes, is asked for otherwise, may begin, is due or
    overdue; or an alert begins. `change` is a sentence without a full stop, `text` what the order or alert says."""

    date: str
    kind: Kind
    key: str
    side: Side | None
    change: str
    text: str
    priority: Priority | None
    strength: Strength | None
    latest: str | None
    rules: list[str]


def forecast(consultation: Consultation) -> list[Turn]:
    """Every turn within eighteen months, by date: at most one for each order, and one for each alert that begins."""
    if not consultation.concerned:
        return []
    start = replace(consultation, record=_known_now(consultation.record, consultation))
    today = python_day(start.as_of)
    last = today + timedelta(days=HORIZON_DAYS)
    days = {
        *_turning_days(start),
        *_regular_days(today),
        *(day for order in start.orders for day in _window_days(order)),
    }
    windows: Windows = {(order.key, order.side): order for order in start.orders}
    before, found = start, list[Turn]()
    while days := {day for day in days if today < day <= last}:
        today, now = _next(start, before, today, min(days))
        changes = order_changes(before.orders, now.orders)
        for change in changes:
            _follow(change, windows, days)
        date = today.isoformat()
        turns = [*_order_turns(date, changes), *_window_turns(date, windows, now), *_alert_turns(date, before, now)]
        found.extend(_one_each(turns))
        before = now
    return found


def _next(start: Consultation, before: Consultation, today: date, day: date) -> tuple[date, Consultation]:
    """The next day on which the plan is another one, and that plan; `day` if it is none before."""
    plans: dict[date, Consultation] = {}

    def differs(ahead: int) -> bool:
        then = today + timedelta(days=ahead)
        plans[then] = rehearse(start, start.record, Date.from_python(then))
        return _differs(before, plans[then])

    eve = (day - today).days - 1
    if eve and differs(eve):
        day = today + timedelta(days=bisect(range(1, eve), False, key=differs) + 1)
    return day, plans.get(day) or rehearse(start, start.record, Date.from_python(day))


def _differs(before: Consultation, now: Consultation) -> bool:
    """Whether there is anything to tell, beside windows that move with the date."""
    return any(_is_news(change) for change in order_changes(before.orders, now.orders)) or any(
        _alert_turns("", before, now)
    )


def _is_news(change: OrderChange) -> bool:
    return change.change != "changed" or bool(
        change.before and change.after and change.before.status != change.after.status
    )


def _known_now(record: Record, consultation: Consultation) -> Record:
    """The record without what lies after the day of assessment, which is not known to come."""
    end = trend.span(consultation.as_of)[1]
    return record._replace(findings=tuple(each for each in record.findings if trend.span(each.effective)[0] <= end))


def _turning_days(consultation: Consultation) -> Iterator[date]:
    for _, reading in consultation.readings:
        yield from (day.to_python() for day, _ in turning_days(reading, consultation.as_of))
    yield from (day.to_python() for day, _ in birthdays(consultation.record.birth_date, consultation.as_of))


def _regular_days(today: date) -> Iterator[date]:
    """So that nothing is missed that comes between two turning days and goes."""
    yield from (today + timedelta(days=ahead) for ahead in range(_EVERY, HORIZON_DAYS + 1, _EVERY))


def _window_days(order: Proposal) -> list[date]:
    ends = [order.latest, day_after(order.latest)] if order.latest else []
    return [date.fromisoformat(day) for day in (order.earliest, *ends) if day]


def _follow(change: OrderChange, windows: Windows, days: set[date]) -> None:
    """Keep the window with which an order came into the plan, or was last asked for otherwise."""
    if change.after is None:
        windows.pop((change.key, change.side), None)
    elif _is_news(change):
        windows[change.key, change.side] = change.after
        days.update(_window_days(change.after))


def _order_turns(day: str, changes: Sequence[OrderChange]) -> Iterator[Turn]:
    for each in changes:
        old, new, name = each.before, each.after, named(each.key, each.side)
        if new is None:
            yield from (_turn(day, "removed", gone, turn_words(name, rank(gone), None)) for gone in (old,) if gone)
        elif new.status == "new" and old is not None and _was_answered(old, each):
            yield _turn(day, "added", new, turn_words(name, None, rank(new)))
        elif new.status == "new" and each.change != "changed":
            yield _turn(day, each.change, new, turn_words(name, rank(old) if old else None, rank(new)))


def _was_answered(old: Proposal, change: OrderChange) -> bool:
    """Whether the record had what was asked for, and has it no more; an order that is too low now is raised."""
    return old.status == "done" or (old.status == "already-ordered" and change.change == "changed")


def _window_turns(day: str, windows: Windows, now: Consultation) -> Iterator[Turn]:
    """What may begin, is due or is overdue on that day, if the plan still asks for it and it is not done."""
    live = {(order.key, order.side) for order in now.orders if order.status != "done"}
    for where, order in windows.items():
        if where not in live:
            continue
        name = named(order.key, order.side)
        if order.latest and day == day_after(order.latest):
            yield _turn(day, "overdue", order, f"{name} is overdue")
        elif day == order.latest:
            yield _turn(day, "due", order, f"{name} is due")
        elif day == order.earliest:
            yield _turn(day, "eligible", order, f"{name} becomes eligible")


def _turn(day: str, kind: Kind, order: Proposal, words: str) -> Turn:
    return Turn(
        date=day,
        kind=kind,
        key=order.key,
        side=order.side,
        change=words,
        text=order.text,
        priority=order.priority,
        strength=order.strength,
        latest=order.latest,
        rules=order.rules,
    )


def _alert_turns(day: str, before: Consultation, now: Consultation) -> Iterator[Turn]:
    """Alerts that begin, or become graver; notes are left out."""
    for each in alert_changes(before.alerts(), now.alerts()):
        alert = each.after
        if alert is not None and alert.severity != "info" and each.change in ("added", "raised"):
            words = alert.text.rstrip(".")
            yield Turn(
                date=day,
                kind="alert",
                key=alert.key,
                side=alert.side,
                change=words,
                text=alert.text,
                priority=None,
                strength=None,
                latest=None,
                rules=alert.rules,
            )


def _one_each(turns: Sequence[Turn]) -> list[Turn]:
    """At most one turn for each order and alert, in the order of their words."""
    kept: dict[tuple[bool, str, Side | None], Turn] = {}
    for turn in sorted(turns, key=lambda each: _FIRST.index(each.kind)):
        kept.setdefault((turn.kind == "alert", turn.key, turn.side), turn)
    return sorted(kept.values(), key=lambda each: (each.change, each.key))
