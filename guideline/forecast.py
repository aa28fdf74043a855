"""`forecast PATIENT`: the days on which the plan changes if nothing else does, and how.

The whole plan is made again for every day on which a rule turns or a window opens or ends, and compared with the day
before. What is recorded stays as it is; only the date moves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final, Literal

from cql_like import Date, Quantity
from cql_like.periods import add
from guideline import trend
from guideline.answers import limits
from guideline.assess import Consultation
from guideline.assessment import Priority, Proposal, Side, Strength
from guideline.citations import Shown
from guideline.difference import OrderChange, alert_changes, order_changes, rank
from guideline.findings import Record
from guideline.timeline import day_after, named, turn_words
from guideline.turning import HORIZON_DAYS, later_readings, python_day
from guideline.what_if import rehearse

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
    today = python_day(start.as_of).isoformat()
    days = {*_turning_days(start), *(day for order in start.orders for day in _window_days(order))}
    windows: Windows = {(order.key, order.side): order for order in start.orders}
    before, found = start, list[Turn]()
    last = (python_day(start.as_of) + timedelta(days=HORIZON_DAYS)).isoformat()
    while days := {day for day in days if today < day <= last}:
        today = min(days)
        now = rehearse(start, start.record, Date.parse(today))
        changes = order_changes(before.orders, now.orders)
        for change in changes:
            _follow(change, windows, days)
        turns = [*_order_turns(today, changes), *_window_turns(today, windows, now), *_alert_turns(today, before, now)]
        found.extend(_one_each(turns))
        before = now
    return found


def _known_now(record: Record, consultation: Consultation) -> Record:
    """The record without what lies after the day of assessment, which is not known to come."""
    end = trend.span(consultation.as_of)[1]
    return record._replace(findings=tuple(each for each in record.findings if trend.span(each.effective)[0] <= end))


def _turning_days(consultation: Consultation) -> Iterator[str]:
    for _, reading in consultation.readings:
        yield from (day for day, _ in later_readings(reading, consultation.as_of))
    born = consultation.record.birth_date
    for age in limits(consultation.book).get("age", ()) if born else ():
        birthday = born and add(born, Quantity(age, "years"))
        if isinstance(birthday, Date):
            yield birthday.low().to_python().isoformat()


def _window_days(order: Proposal) -> list[str]:
    ends = [order.latest, day_after(order.latest)] if order.latest else []
    return [day for day in (order.earliest, *ends) if day]


def _follow(change: OrderChange, windows: Windows, days: set[str]) -> None:
    """Keep the window with which an order came into the plan, or was last asked for otherwise."""
    if change.after is None:
        windows.pop((change.key, change.side), None)
    elif change.change != "changed" or (change.before is not None and change.before.status != change.after.status):
        windows[change.key, change.side] = change.after
        days.update(_window_days(change.after))


def _order_turns(day: str, changes: Sequence[OrderChange]) -> Iterator[Turn]:
    for each in changes:
        old, new, name = each.before, each.after, named(each.key, each.side)
        if new is None:
            yield from (_turn(day, "removed", gone, turn_words(name, rank(gone), None)) for gone in (old,) if gone)
        elif new.status == "new" and old is not None and old.status == "done":
            yield _turn(day, "added", new, turn_words(name, None, rank(new)))
        elif new.status == "new" and each.change != "changed":
            yield _turn(day, each.change, new, turn_words(name, rank(old) if old else None, rank(new)))


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
