"""The days on which the rulebook turns for a Case if nothing but the date changes.

Found by solving, not by stepping day by day: every comparison with the date of assessment names the day on which it
turns, and only the rules that hold such a comparison are read again on that day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple

from cql_like import Date, DateTime, Node, Quantity, compile_expression, names, tree, walk
from cql_like.periods import add
from cql_like.tree import with_constants
from guideline.parts import parts_of
from guideline.reader import Reading, Rereading, places_naming
from guideline.rulebook import Rulebook, Run, of_book

HORIZON_DAYS: Final = 550  # eighteen months: as far as any window of the guideline reaches
_ONE_DAY: Final = timedelta(days=1)


class _Comparison(NamedTuple):
    """`as-of op X` turns at X; `Y op as-of - 28 days` turns at Y + 28 days (`shift`)."""

    other: Run
    shift: Quantity | None
    rules: frozenset[str]


def later_readings(reading: Reading, as_of: Date | DateTime) -> Iterator[tuple[str, Reading]]:
    """Every day after `as_of`, within the horizon, on which a rule may turn, and the Case read on that day."""
    for day, places in turning_days(reading, as_of):
        again = Rereading(reading)
        again.change({"as-of": day}, places)
        reading = again.reading()
        yield str(day), reading


def turning_days(reading: Reading, as_of: Date | DateTime) -> list[tuple[Date, frozenset[int]]]:
    """Those days, and on each the conditions that may turn."""
    dated, found = _dated(reading.book), _turning_rules(reading, as_of)
    return [(Date.from_python(day), frozenset().union(*[dated[rule] for rule in found[day]])) for day in sorted(found)]


@lru_cache(maxsize=8)
def _dated(book: Rulebook) -> Mapping[str, frozenset[int]]:
    """For each rule the conditions in it that the date of assessment takes part in."""
    dated = places_naming(book, frozenset(("as-of",)))
    return {step.rule: step.reads & dated for step in parts_of(book).steps}


def _turning_rules(reading: Reading, as_of: Date | DateTime) -> Mapping[date, set[str]]:
    today = python_day(as_of)
    last = today + timedelta(days=HORIZON_DAYS)
    found: dict[date, set[str]] = {}
    for comparison in comparisons(reading.book):
        moment = comparison.other(reading.env)
        if isinstance(moment, Date | DateTime) and comparison.shift is not None:
            moment = add(_as_date(moment), comparison.shift, 1)
        if not isinstance(moment, Date | DateTime):
            continue
        # Imprecise dates turn from no to unknown at their earliest day and to yes after their latest.
        for bound in (moment.low(), moment.high()) if _imprecise(moment) else (moment,):
            day = python_day(bound)
            for candidate in (day, day + _ONE_DAY):
                if today < candidate <= last:
                    found.setdefault(candidate, set()).update(comparison.rules)
    return found


@lru_cache(maxsize=8)
def comparisons(book: Rulebook) -> tuple[_Comparison, ...]:
    """Every comparison of the rulebook that the date of assessment takes part in, solved for that date."""
    solved = of_book(book, "turning", lambda: _solved(book))
    return tuple(_Comparison(compile_expression(other), shift, rules) for other, shift, rules in solved)


def _solved(book: Rulebook) -> tuple[tuple[Node, Quantity | None, frozenset[str]], ...]:
    found: dict[tuple[Node, Quantity | None], set[str]] = {}
    for entry in book.entries:
        if "as-of" not in entry.reads:
            continue
        for node in walk(with_constants(entry.tree, book.numbers)):
            if isinstance(node, tree.Timing | tree.Compare):
                for mine, other in ((node.left, node.right), (node.right, node.left)):
                    shift = _shift(mine)
                    if shift is not False and "as-of" not in names(other):
                        found.setdefault((other, shift), set()).add(entry.rule.id)
    return tuple((other, shift, frozenset(rules)) for (other, shift), rules in found.items())


def _shift(node: Node) -> Any:
    """None for the date of assessment itself, a Quantity for it less that much, False for anything else."""
    if isinstance(node, tree.Name) and node.name == "as-of":
        return None
    if isinstance(node, tree.Arith) and node.op == "-" and node.left == tree.Name("as-of"):
        taken = node.right
        if isinstance(taken, tree.Literal) and isinstance(taken.value, Quantity):
            return taken.value
    return False


def _imprecise(moment: Date | DateTime) -> bool:
    return len(moment.key) < 3


def _as_date(moment: Date | DateTime) -> Date:
    return moment.date() if isinstance(moment, DateTime) else moment


def python_day(moment: Date | DateTime) -> date:
    """The day of a moment; the first possible one if it is imprecise."""
    year, month, day = moment.low().key[:3]
    return date(year, month, day)
