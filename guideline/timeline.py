"""The dates on which the plan changes if nothing else does: what becomes eligible, due, overdue.

Found by solving, not by stepping day by day: every comparison with the date of assessment names the day on which it
turns, and the rulebook is read again for just those days.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from cql_like import Date, DateTime, Node, Quantity, evaluate, tree, walk
from guideline import vocabulary
from guideline.assessment import Proposal, Side, TimelineEntry
from guideline.case import Case
from guideline.compile import with_constants
from guideline.reader import Reading, read_case
from guideline.rule import Alert, Order
from guideline.rulebook import Entry, Rulebook
from guideline.wording import fill, titles

HORIZON_DAYS = 550  # eighteen months: as far as any window of the guideline reaches
_ONE_DAY = timedelta(days=1)


def timeline(
    readings: Sequence[tuple[Case, Reading]], orders: Iterable[Proposal], as_of: Date | DateTime
) -> list[TimelineEntry]:
    """Windows of the proposals, then what new rules will ask for; by date."""
    today = _iso(as_of)
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
    for day in turning_days(reading, as_of):
        later = read_case(reading.book, {**case.values, "as-of": Date.parse(day)})
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


def turning_days(reading: Reading, as_of: Date | DateTime) -> list[str]:
    """The days after `as_of`, within the horizon, on which some comparison with the date of assessment turns."""
    today = _python(as_of)
    found = set()
    for other, shift in _comparisons(reading.book):
        moment = evaluate(other, reading.env)
        if isinstance(moment, Date | DateTime) and shift is not None:
            moment = evaluate(tree.Arith("+", tree.Literal(_as_date(moment)), tree.Literal(shift)), {})
        if not isinstance(moment, Date | DateTime):
            continue
        day = _python(moment.low())
        for candidate in (day, day + _ONE_DAY):
            if today < candidate <= today + timedelta(days=HORIZON_DAYS):
                found.add(candidate.isoformat())
    return sorted(found)


def _as_date(moment: Date | DateTime) -> Date:
    return moment.date() if isinstance(moment, DateTime) else moment


@lru_cache(maxsize=8)
def _comparisons(book: Rulebook) -> tuple[tuple[Node, Quantity | None], ...]:
    """Every comparison of the rulebook that the date of assessment takes part in, solved for that date.

    `as-of op X` turns at X; `Y op as-of - 28 days` turns at Y + 28 days.
    """
    found: dict[tuple[Node, Quantity | None], None] = {}
    for entry in book.entries:
        for node in walk(with_constants(entry.tree, book.numbers)):
            if isinstance(node, tree.Timing | tree.Compare):
                for mine, other in ((node.left, node.right), (node.right, node.left)):
                    shift = _shift(mine)
                    if shift is not False:
                        found[other, shift] = None
    return tuple(found)


def _shift(node: Node) -> Any:
    """None for the date of assessment itself, a Quantity for it less that much, False for anything else."""
    if isinstance(node, tree.Name) and node.name == "as-of":
        return None
    if (
        isinstance(node, tree.Arith)
        and node.op == "-"
        and isinstance(node.left, tree.Name)
        and node.left.name == "as-of"
        and isinstance(node.right, tree.Literal)
        and isinstance(node.right.value, Quantity)
    ):
        return node.right.value
    return False


def _iso(moment: Date | DateTime) -> str:
    return _python(moment).isoformat()


def _python(moment: Date | DateTime) -> date:
    day = moment.date() if isinstance(moment, DateTime) else moment
    return Date.parse(str(day.low())).to_python()
