"""The dates on which the plan changes if nothing else does: what becomes eligible, due, overdue.

A date names an order once: what is overdue is not said to be due as well, and what a further rule asks for in the same
way is not news. An alert is told on the day it begins.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import lru_cache
from itertools import groupby, pairwise
from typing import Final, NamedTuple

from cql_like import Date, DateTime
from guideline import vocabulary
from guideline.assessment import PRIORITIES, STRENGTHS, Proposal, Side, TimelineEntry, unchecked
from guideline.case import Case
from guideline.reader import Reading
from guideline.rereading import Rereading
from guideline.rule import Alert, Order, Rule
from guideline.rulebook import Rulebook
from guideline.turning import may_turn, python_day, turning_days
from guideline.wording import fill, titles

_made: Final = unchecked(TimelineEntry)
_ONE_DAY = timedelta(days=1)
_STRENGTH_WORDS: Final = ("an option", "worth considering", "recommended")
_FIRST: Final = ("overdue", "due")  # said in place of anything else about the order on that date
Rank = tuple[int, int]
_Now = Sequence[tuple[Case, Rereading]]
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
    today = days[0][0]
    lines: dict[tuple[str, Where | str], Line] = {}
    done = {(order.key, order.side) for order in orders if order.status == "done"}
    for order in orders:
        for day, kind, words in _window(order, today):
            if _is_asked_for(order, day, days):
                _put(lines, (day, (order.key, order.side)), (kind, words, frozenset(order.rules)))
    for (_, before), (day, now) in pairwise(days):
        for where, line in _turns(before, now, done):
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


def _days(readings: Sequence[tuple[Case, Reading]], as_of: Date | DateTime) -> Iterator[tuple[str, _Day]]:
    """Today, and every day on which a rule comes to hold or ceases to, with what the rules say of both legs then."""
    telling = _telling(readings[0][1].book)
    now = [(case, Rereading(reading)) for case, reading in readings]
    said = _Day(_orders(now, telling.effects), _alerts(now, telling))
    yield python_day(as_of).isoformat(), said
    turning = [
        (day, leg, places)
        for leg, (_, each) in enumerate(readings)
        for day, places in turning_days(each, as_of, may_turn(each))
    ]
    for day, legs in groupby(sorted(turning, key=lambda each: each[0].key), key=lambda each: each[0]):
        turned = {rule for _, leg, places in legs for rule in _turned(now[leg][1], day, places)}
        effects = [telling.effects[rule] for rule in turned if rule in telling.effects]
        if effects:
            said = _resaid(said, effects, now, telling)
            yield str(day), said


def _turned(leg: Rereading, day: Date, places: Iterable[int]) -> list[str]:
    """The rules that come to hold on that day, or cease to."""
    return [rule for rule, before in leg.change({"as-of": day}, places).items() if before or leg.rules[rule]]


def _resaid(said: _Day, turned: Sequence[_Effects], now: _Now, telling: _Telling) -> _Day:
    """What is said once some rules have turned: only what they tell of is said anew."""
    keys = {key for each in turned for key, _, _ in each.orders}
    kept = {where: standing for where, standing in said.orders.items() if where[0] not in keys}
    rules = {rule: telling.effects[rule] for key in keys for rule in telling.askers[key]}
    alerts = _alerts(now, telling) if any(each.alerts for each in turned) else said.alerts
    return _Day(kept | {at: each for at, each in _orders(now, rules).items() if at[0] in keys}, alerts)


def _orders(now: _Now, rules: Mapping[str, _Effects]) -> dict[Where, Standing]:
    """How the orders of these rules are asked for."""
    found: dict[Where, list[tuple[Rank, str]]] = {}
    for case, reading in now:
        for rule, effects in rules.items():
            if reading.rules[rule]:
                for key, sided, rank in effects.orders:
                    found.setdefault((key, case.side if sided else None), []).append((rank, rule))
    return {where: _standing(asked) for where, asked in found.items()}


def _alerts(now: _Now, telling: _Telling) -> dict[str, frozenset[str]]:
    found: dict[str, list[str]] = {}
    for case, reading in now:
        for rule, text in telling.alerts:
            if reading.rules[rule]:
                words = fill(text, reading.book.parameters, case.values, lambda: "")
                found.setdefault(words, []).append(rule)
    return {words: frozenset(rules) for words, rules in found.items()}


def _standing(asked: Sequence[tuple[Rank, str]]) -> Standing:
    """As in the plan: the highest priority, and the strongest word of any rule."""
    if len(asked) == 1:
        return Standing(asked[0][0], frozenset((asked[0][1],)))
    rank = max([each[0] for each, _ in asked]), max([each[1] for each, _ in asked])
    return Standing(rank, frozenset([rule for _, rule in asked]))


class _Effects(NamedTuple):
    orders: tuple[tuple[str, bool, Rank], ...]
    alerts: tuple[str, ...]


class _Telling(NamedTuple):
    """What the rules of a book tell of: by rule; the rules that ask for an order; and each alert with its rule."""

    effects: Mapping[str, _Effects]
    askers: Mapping[str, Sequence[str]]
    alerts: Sequence[tuple[str, str]]


@lru_cache(maxsize=8)
def _telling(book: Rulebook) -> _Telling:
    effects = {rule.id: each for rule in book.rules if any(each := _effects(rule))}
    askers: dict[str, list[str]] = {}
    for rule, each in effects.items():
        for key in dict.fromkeys(key for key, _, _ in each.orders):
            askers.setdefault(key, []).append(rule)
    return _Telling(effects, askers, [(rule, text) for rule, each in effects.items() for text in each.alerts])


def _effects(rule: Rule) -> _Effects:
    """The orders of a rule, and the texts of its alerts that are graver than a note."""
    strength = STRENGTHS.index(rule.strength)
    orders = tuple(
        (each.key, vocabulary.order_kinds()[each.key].sided, (PRIORITIES.index(each.priority), strength))
        for each in rule.then
        if isinstance(each, Order)
    )
    return _Effects(
        orders, tuple(each.text for each in rule.then if isinstance(each, Alert) and each.severity != "info")
    )


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
