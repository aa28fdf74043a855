"""The dates on which the plan changes if nothing else does: what becomes eligible, due, overdue."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from cql_like import Date, DateTime
from guideline import vocabulary
from guideline.assessment import Proposal, Side, TimelineEntry
from guideline.case import Case
from guideline.reader import Reading
from guideline.rule import Alert, Order
from guideline.rulebook import Entry, Rulebook
from guideline.turning import later_readings, python_day
from guideline.wording import fill, titles

_ONE_DAY = timedelta(days=1)


def timeline(
    readings: Sequence[tuple[Case, Reading]], orders: Iterable[Proposal], as_of: Date | DateTime
) -> list[TimelineEntry]:
    """Windows of the proposals, then what new rules will ask for; by date."""
    today = python_day(as_of).isoformat()
    made: dict[tuple[str, str], TimelineEntry] = {}
    for order in orders:
        for day, change in _window(order, today):
            made[day, change] = TimelineEntry(date=day, change=change, rules=order.rules)
    for case, reading in readings:
        for day, change, rule in _forecast(case, reading, as_of):
            known = made.get((day, change))
            rules = sorted({*(known.rules if known else ()), rule})
            made[day, change] = TimelineEntry(date=day, change=change, rules=rules)
    return [made[key] for key in sorted(made)]


def _window(order: Proposal, today: str) -> Iterable[tuple[str, str]]:
    if order.status == "done":
        return
    name = named(order.key, order.side)
    if order.earliest and order.earliest > today:
        yield order.earliest, f"{name} becomes eligible"
    if order.latest:
        if order.latest >= today:
            yield order.latest, f"{name} is due"
        overdue = (Date.parse(order.latest).to_python() + _ONE_DAY).isoformat()
        yield overdue, f"{name} is overdue"


def named(key: str, side: Side | None) -> str:
    """ "Nerve surgeon's opinion (left)": an order as a line of a list names it."""
    title = titles("orders").get(key, key)
    return title[:1].upper() + title[1:] + (f" ({side})" if side else "")


def _forecast(case: Case, reading: Reading, as_of: Date | DateTime) -> Iterable[tuple[str, str, str]]:
    """What rules start to say on a later day, and on which."""
    before = {rule for rule, value in reading.rules.items() if value}
    for day, later in later_readings(reading, as_of):
        now = set(later.fired())
        for rule in sorted(now - before):
            for change in _says(reading.book.by_id[rule], case, reading.book):
                yield day, change, rule
        for rule in sorted(before - now):
            for change in _stops(reading.book.by_id[rule], case):
                yield day, change, rule
        before = now


def _says(entry: Entry, case: Case, book: Rulebook) -> Iterable[str]:
    for effect in entry.rule.then:
        if isinstance(effect, Order):
            yield f"{named(effect.key, _side(effect.key, case.side))} becomes eligible"
        elif isinstance(effect, Alert) and effect.severity != "info":
            yield fill(effect.text, book.parameters, case.values, lambda: "")


def _stops(entry: Entry, case: Case) -> Iterable[str]:
    for effect in entry.rule.then:
        if isinstance(effect, Order) and effect.priority != "routine":
            yield f"{named(effect.key, _side(effect.key, case.side))} is no longer asked for as {effect.priority}"


def _side(key: str, side: Side) -> Side | None:
    return side if vocabulary.order_kinds()[key].sided else None
