"""The dates on which the plan changes if nothing else does: what becomes eligible, due, overdue.

A date names an order once: what is overdue is not said to be due as well, and what a further rule asks for in the same
way is not news. An alert is told on the day it begins. Care that is recorded answers on a later day as it would in the
plan of that day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import timedelta
from itertools import pairwise
from typing import Final, NamedTuple

from cql_like import Date, DateTime
from guideline.assessment import PRIORITIES, Proposal, Side, TimelineEntry, unchecked
from guideline.care import CareSeen, Status
from guideline.case import Case
from guideline.later_care import LaterCare
from guideline.reader import Reading
from guideline.rereading import Rereading
from guideline.telling import Effects, Rank, Telling, telling_of
from guideline.turning import may_turn, python_day, turning_birthdays, turning_days
from guideline.wording import fill, titles

_made: Final = unchecked(TimelineEntry)
_ONE_DAY = timedelta(days=1)
_STRENGTH_WORDS: Final = ("an option", "worth considering", "recommended")
_NONE: Final = frozenset[str]()
_FIRST: Final = ("overdue", "due")  # said in place of anything else about the order on that date
_Now = Sequence[tuple[Case, Rereading]]
Where = tuple[str, Side | None]
_Turning = tuple[Rereading, Mapping[str, int], Set[int]]  # a leg, what changes beside the date, the conditions
Line = tuple[str, str, frozenset[str]]  # the kind of change, its words, and the rules behind it


class Standing(NamedTuple):
    """How an order is asked for by the rules that hold on a day, and what the record has for it."""

    rank: Rank
    rules: frozenset[str]
    status: Status


class _Day(NamedTuple):
    orders: Mapping[Where, Standing]
    alerts: Mapping[Where, frozenset[str]]


def timeline(
    readings: Sequence[tuple[Case, Reading]], orders: Sequence[Proposal], as_of: Date | DateTime, care: CareSeen
) -> list[TimelineEntry]:
    """Windows of the proposals, and what the rules come to ask for or to stop asking for; by date, then by words."""
    days = list(_days(readings, orders, as_of, care))
    today = days[0][0]
    lines: dict[tuple[str, Where | str], Line] = {}
    for order in orders:
        for day, kind, words in _window(order, today):
            if _is_asked_for(order, day, days):
                _put(lines, (day, (order.key, order.side)), (kind, words, frozenset(order.rules)))
    for (_, before), (day, now) in pairwise(days):
        for where, line in _turns(before, now):
            _put(lines, (day, where), line)
    made = [_made(date=day, change=words, rules=sorted(rules)) for (day, _), (_, words, rules) in lines.items()]
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


def _days(
    readings: Sequence[tuple[Case, Reading]], orders: Sequence[Proposal], as_of: Date | DateTime, care: CareSeen
) -> Iterator[tuple[str, _Day]]:
    """Today, and every day on which a rule comes to hold or ceases to, or care ceases to answer, with what is said of
    both legs then."""
    telling = telling_of(readings[0][1].book)
    later = LaterCare(care, telling.askers)
    now = [(case, Rereading(reading)) for case, reading in readings]
    statuses = {(order.key, order.side): order.status for order in orders}
    said = _Day(_orders(now, telling.effects, statuses), _alerts(now, telling, later))
    yield python_day(as_of).isoformat(), said
    turning: dict[Date, list[_Turning]] = {}
    for (_, reading), (_, leg) in zip(readings, now, strict=True):
        birthdays = list(turning_birthdays(reading, care.record.birth_date, as_of))
        for day, age, places in birthdays:
            turning.setdefault(day, []).append((leg, {"age": age}, places))
        # Who comes of age may have before him what was ruled out by his age.
        for day, places in turning_days(reading, as_of, None if birthdays else may_turn(reading)):
            turning.setdefault(day, []).append((leg, {}, places))
    ageing = later.ageing(readings, orders, as_of)
    for day in sorted({*turning, *ageing}, key=lambda each: each.key):
        turned = {rule for each in turning.get(day, ()) for rule in _turned(day, *each)}
        effects = [telling.effects[rule] for rule in turned if rule in telling.effects]
        aged = ageing.get(day, set())
        if effects or aged:
            for _, leg in now:
                leg.env["as-of"] = day
            said = _resaid(said, effects, aged, now, telling, later)
            yield str(day), said


def _turned(day: Date, leg: Rereading, changed: Mapping[str, int], places: Iterable[int]) -> list[str]:
    """The rules that come to hold on that day, or cease to."""
    turned = leg.change({"as-of": day, **changed}, places)
    return [rule for rule, before in turned.items() if before or leg.rules[rule]]


def _resaid(
    said: _Day, turned: Sequence[Effects], aged: Set[str], now: _Now, telling: Telling, later: LaterCare
) -> _Day:
    """What is said once some rules have turned, or care has aged: only what that tells of is said anew."""
    keys = {key for each in turned for key, _, _ in each.orders} | aged
    kept = {where: standing for where, standing in said.orders.items() if where[0] not in keys}
    rules = {rule: telling.effects[rule] for key in keys for rule in telling.askers[key]}
    alerting = any(each.alerts for each in turned) or not keys.isdisjoint(telling.ending)
    alerts = _alerts(now, telling, later) if alerting else said.alerts
    statuses = {at: status for key in keys if later.knows(key) for at, status in later.statuses(key, now).items()}
    return _Day(kept | {at: each for at, each in _orders(now, rules, statuses).items() if at[0] in keys}, alerts)


def _orders(now: _Now, rules: Mapping[str, Effects], statuses: Mapping[Where, Status]) -> dict[Where, Standing]:
    """How the orders of these rules are asked for."""
    found: dict[Where, list[tuple[Rank, str]]] = {}
    for case, reading in now:
        for rule, effects in rules.items():
            if reading.rules[rule]:
                for key, sided, rank in effects.orders:
                    found.setdefault((key, case.side if sided else None), []).append((rank, rule))
    return {where: _standing(asked, statuses.get(where, "new")) for where, asked in found.items()}


def _alerts(now: _Now, telling: Telling, later: LaterCare) -> dict[Where, frozenset[str]]:
    """The alerts by text and leg, without those that press for what is done."""
    found: dict[Where, list[str]] = {}
    for case, reading in now:
        for rule, effects in telling.alerts:
            if reading.rules[rule]:
                for text, sided, until_done in effects:
                    if until_done and later.knows(until_done) and later.ends(rule, until_done, case.side, now):
                        continue
                    words = fill(text, reading.book.parameters, case.values, lambda: "")
                    found.setdefault((words, case.side if sided else None), []).append(rule)
    return {where: frozenset(rules) for where, rules in found.items()}


def _standing(asked: Sequence[tuple[Rank, str]], status: Status) -> Standing:
    """As in the plan: the highest priority, and the strongest word of any rule."""
    if len(asked) == 1:
        return Standing(asked[0][0], frozenset((asked[0][1],)), status)
    rank = max([each[0] for each, _ in asked]), max([each[1] for each, _ in asked])
    return Standing(rank, frozenset([rule for _, rule in asked]), status)


def _turns(before: _Day, now: _Day) -> Iterator[tuple[Where | str, Line]]:
    """What differs between two days. What care answers is no news; once it ceases to answer, the order comes anew."""
    if before is now:
        return
    differing = {where for where, _ in before.orders.items() ^ now.orders.items()}
    for key, side in sorted(differing, key=lambda where: (where[0], where[1] or "")):
        old, new = before.orders.get((key, side)), now.orders.get((key, side))
        if new is not None and new.status != "new":
            continue
        rules = (new.rules if new else _NONE) ^ (old.rules if old else _NONE)
        if old and new and (old.status == "done" or (old.status == "already-ordered" and old.rank == new.rank)):
            rules, old = new.rules - old.rules or new.rules, None
        if old is None or new is None or old.rank != new.rank:
            yield (key, side), ("turn", turn_words(named(key, side), old and old.rank, new and new.rank), rules)
    for text, side in now.alerts:
        if (text, side) not in before.alerts:
            yield text, ("alert", text, now.alerts[text, side])


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
