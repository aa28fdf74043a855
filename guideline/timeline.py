"""The dates on which the plan changes if nothing else does: what becomes eligible, due, overdue.

A date names an order once: what is overdue is not said to be due as well, and what a further rule asks for in the same
way is not news. An alert is told on the day it begins.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from cql_like import Date, DateTime
from guideline import vocabulary
from guideline.assessment import PRIORITIES, STRENGTHS, Proposal, Side, TimelineEntry
from guideline.case import Case
from guideline.reader import Reading
from guideline.rule import Alert, Order
from guideline.rulebook import Rulebook
from guideline.turning import later_readings, python_day
from guideline.wording import fill, titles

_ONE_DAY = timedelta(days=1)
_STRENGTH_WORDS: Final = ("an option", "worth considering", "recommended")
_FIRST: Final = ("overdue", "due")  # said in place of anything else about the order on that date
Rank = tuple[int, int]
Where = tuple[str, Side | None]
Line = tuple[str, str, frozenset[str]]  # the kind of change, its words, and the rules behind it


class Standing(NamedTuple):
    """How an order is asked for by the rules that hold on a day."""

    rank: Rank
    rules: frozenset[str]


class _Day(NamedTuple):
    orders: Mapping[Where, Standing]
    alerts: Mapping[str, frozenset[str]]


def timeline(
    readings: Sequence[tuple[Case, Reading]], orders: Sequence[Proposal], as_of: Date | DateTime
) -> list[TimelineEntry]:
    """Windows of the proposals, and what the rules come to ask for or to stop asking for; by date, then by words."""
    days = list(_days(readings, as_of))
    lines: dict[tuple[str, Where | str], Line] = {}
    done = {(order.key, order.side) for order in orders if order.status == "done"}
    for order in orders:
        for day, kind, words in _window(order, python_day(as_of).isoformat()):
            if _is_asked_for(order, day, days):
                _put(lines, (day, (order.key, order.side)), (kind, words, frozenset(order.rules)))
    for (_, before), (day, now) in pairwise(days):
        for where, line in _turns(before, now, done):
            _put(lines, (day, where), line)
    made = [TimelineEntry(date=day, change=words, rules=sorted(rules)) for (day, _), (_, words, rules) in lines.items()]
    return sorted(made, key=lambda each: (each.date, each.change))


def _put(lines: dict[tuple[str, Where | str], Line], at: tuple[str, Where | str], line: Line) -> None:
    known = lines.get(at)
    if known is None:
        lines[at] = line
        return
    kind, words, _ = known if known[0] in _FIRST else line
    lines[at] = (kind, words, known[2] | line[2])


def _window(order: Proposal, today: str) -> Iterator[tuple[str, str, str]]:
    if order.status == "done":
        return
    name = named(order.key, order.side)
    if order.earliest and order.earliest > today:
        yield order.earliest, "eligible", f"{name} becomes eligible"
    if order.latest:
        if order.latest >= today:
            yield order.latest, "due", f"{name} is due"
        yield day_after(order.latest), "overdue", f"{name} is overdue"


def day_after(day: str) -> str:
    return (Date.parse(day).to_python() + _ONE_DAY).isoformat()


def named(key: str, side: Side | None) -> str:
    """ "Nerve surgeon's opinion (left)": an order as a line of a list names it."""
    title = titles("orders").get(key, key)
    return title[:1].upper() + title[1:] + (f" ({side})" if side else "")


def _is_asked_for(order: Proposal, day: str, days: Sequence[tuple[str, _Day]]) -> bool:
    """Whether the rules still ask for the order on that day."""
    latest = [found for date, found in days if date <= day] or [days[0][1]]
    return (order.key, order.side) in latest[-1].orders


def _days(readings: Sequence[tuple[Case, Reading]], as_of: Date | DateTime) -> Iterator[tuple[str, _Day]]:
    """Today, and every day on which a rule turns, with what the rules say of both legs then."""
    now = dict(enumerate(readings))
    said = _said(now.values())
    yield python_day(as_of).isoformat(), said
    turns: dict[str, list[tuple[int, Reading]]] = {}
    for position, (_, reading) in now.items():
        for day, later in later_readings(reading, as_of):
            turns.setdefault(day, []).append((position, later))
    for day in sorted(turns):
        if any(later.rules is not now[position][1].rules for position, later in turns[day]):
            now.update((position, (now[position][0], later)) for position, later in turns[day])
            said = _said(now.values())
        yield day, said


def _said(readings: Iterable[tuple[Case, Reading]]) -> _Day:
    orders: dict[Where, Standing] = {}
    alerts: dict[str, frozenset[str]] = {}
    for case, reading in readings:
        rules = reading.rules
        for rule, effects in _effects(reading.book).items():
            if not rules[rule]:
                continue
            for key, sided, rank in effects.orders:
                where = key, case.side if sided else None
                told = orders.get(where)
                orders[where] = _stronger(told, rank, rule) if told else Standing(rank, frozenset((rule,)))
            for text in effects.alerts:
                words = fill(text, reading.book.parameters, case.values, lambda: "")
                alerts[words] = alerts.get(words, frozenset()) | {rule}
    return _Day(orders, alerts)


def _stronger(told: Standing, rank: Rank, rule: str) -> Standing:
    """As in the plan: the highest priority, and the strongest word of any rule."""
    return Standing((max(told.rank[0], rank[0]), max(told.rank[1], rank[1])), told.rules | {rule})


class _Effects(NamedTuple):
    orders: tuple[tuple[str, bool, Rank], ...]
    alerts: tuple[str, ...]


@lru_cache(maxsize=8)
def _effects(book: Rulebook) -> Mapping[str, _Effects]:
    """The orders of each rule, and the texts of its alerts that are graver than a note."""
    found = {}
    for rule in book.rules:
        strength = STRENGTHS.index(rule.strength)
        orders = tuple(
            (each.key, vocabulary.order_kinds()[each.key].sided, (PRIORITIES.index(each.priority), strength))
            for each in rule.then
            if isinstance(each, Order)
        )
        alerts = tuple(each.text for each in rule.then if isinstance(each, Alert) and each.severity != "info")
        if orders or alerts:
            found[rule.id] = _Effects(orders, alerts)
    return found


def _turns(before: _Day, now: _Day, done: Container[Where]) -> Iterator[tuple[Where | str, Line]]:
    """What differs between two days. Of work that is done, a further rule asks anew."""
    if before is now:
        return
    differing = {where for where, _ in before.orders.items() ^ now.orders.items()}
    for key, side in sorted(differing, key=lambda where: (where[0], where[1] or "")):
        old, new = before.orders.get((key, side)), now.orders.get((key, side))
        if old is None or new is None or old.rank != new.rank:
            rules = (new.rules if new else frozenset()) ^ (old.rules if old else frozenset())
            words = turn_words(named(key, side), old and old.rank, new and new.rank)
            yield (key, side), ("turn", words, rules)
        elif (key, side) in done and new.rules > old.rules:
            yield (key, side), ("turn", turn_words(named(key, side), None, new.rank), new.rules - old.rules)
    for text in now.alerts:
        if text not in before.alerts:
            yield text, ("alert", text, now.alerts[text])


def turn_words(name: str, old: Rank | None, new: Rank | None) -> str:
    """How an order is asked for from a day on, in words: (priority, strength) before and after, None for not at all."""
    if old is None:
        return f"{name} becomes eligible"
    if new is None:
        return f"{name} is no longer proposed"
    if new[0] > old[0]:
        return f"{name} is asked for as {PRIORITIES[new[0]]}"
    if new[0] < old[0]:
        return f"{name} is no longer asked for as {PRIORITIES[old[0]]}"
    return f"{name} is {'only ' if new[1] < old[1] else ''}{_STRENGTH_WORDS[new[1]]}"
