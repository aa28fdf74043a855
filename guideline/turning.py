"""The days on which the rulebook turns for a Case if nothing but the date changes.

Found by solving, not by stepping day by day: every comparison with the date of assessment names the day on which it
turns, and only the rules that hold such a comparison are read again on that day.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, NamedTuple

from cql_like import Date, DateTime, Node, Quantity, compile_expression, names, tree, walk
from cql_like.periods import add
from cql_like.tree import with_constants
from guideline.condition import Part
from guideline.parts import Parts, parts_of
from guideline.reader import Reading
from guideline.rereading import Rereading, places_naming
from guideline.rulebook import Rulebook, Run, of_book

HORIZON_DAYS: Final = 550  # eighteen months: as far as any window of the guideline reaches
_AGE: Final = frozenset(("age",))
_EITHER: Final = (0, 1)
_AFTER: Final = {  # how many days after X does `as-of op X` turn?
    "on or after": (0,), ">=": (0,), "before": (0,), "<": (0,),
    "after": (1,), ">": (1,), "on or before": (1,), "<=": (1,),
}  # fmt: skip
_TURNED_ROUND: Final = {
    "on or after": "on or before", "on or before": "on or after", "before": "after", "after": "before",
    ">=": "<=", "<=": ">=", "<": ">", ">": "<",
}  # fmt: skip


class _Comparison(NamedTuple):
    """`as-of op X` turns at X or on the next day, which is what `after` says in days; `Y op as-of - 28 days` turns at
    Y + 28 days (`shift`)."""

    other: Run
    shift: Quantity | None
    after: tuple[int, ...]
    rules: frozenset[str]


def later_readings(reading: Reading, as_of: Date | DateTime) -> Iterator[tuple[str, Reading]]:
    """Every day after `as_of`, within the horizon, on which a rule may turn, and the Case read on that day."""
    for day, places in turning_days(reading, as_of):
        again = Rereading(reading)
        again.change({"as-of": day}, places)
        reading = again.reading()
        yield str(day), reading


def turning_days(
    reading: Reading, as_of: Date | DateTime, rules: Container[str] | None = None
) -> list[tuple[Date, frozenset[int]]]:
    """Those days, and on each the conditions that may turn; of these rules only, if any are named."""
    dated = _dated(reading.book)
    found = _turning_rules(reading, as_of, dated if rules is None else rules)
    return [
        (Date.from_python(day), frozenset().union(*[dated[rule].conditions for rule in found[day]]))
        for day in sorted(found)
    ]


def birthdays(born: Date | None, as_of: Date | DateTime) -> Iterator[tuple[Date, int]]:
    """Those within the horizon, with the age reached, of whoever is known to be born on a day."""
    today = python_day(as_of)
    if born is None or _imprecise(born) or born.to_python() > today:
        return
    last = today + timedelta(days=HORIZON_DAYS)
    for age in range(today.year - born.to_python().year, last.year - born.to_python().year + 1):
        day = add(born, Quantity(Decimal(age), "years"), 1)
        if isinstance(day, Date) and today < day.to_python() <= last:
            yield day, age


def turning_birthdays(
    reading: Reading, born: Date | None, as_of: Date | DateTime
) -> Iterator[tuple[Date, int, frozenset[int]]]:
    """The birthdays that turn a condition, with the conditions that name the age."""
    places, runs, values = places_naming(reading.book, _AGE), reading.parts.runs, reading.values
    for day, age in birthdays(born, as_of):
        env = {**reading.env, "age": age}
        if any(runs[place](env) is not values[place] for place in places if place in runs):
            yield day, age, places


class _Dated(NamedTuple):
    """The conditions in a rule that the date of assessment takes part in; and what the rule cannot hold without, and no
    date can change."""

    conditions: frozenset[int]
    timeless: tuple[int, ...]


@lru_cache(maxsize=8)
def _dated(book: Rulebook) -> Mapping[str, _Dated]:
    """Every rule in which the date of assessment takes part."""
    parts = parts_of(book)
    conditions = places_naming(book, frozenset(("as-of",)))
    changing = set(conditions)
    for step in parts.steps:
        if not changing.isdisjoint(step.reads):
            changing.update(step.settles)
    return {
        step.rule: _Dated(step.reads & conditions, tuple(_timeless(step.part, parts, changing)))
        for step in parts.steps
        if step.reads & conditions
    }


def _timeless(part: Part, parts: Parts, changing: Container[int]) -> Iterator[int]:
    if part.kind == "and":
        for place in part.places:
            behind: int | None = place
            while behind is not None and behind not in changing:
                behind = parts.places[behind].of
            if behind is None:
                yield place


def may_turn(reading: Reading) -> set[str]:
    """The rules that are not false on every day for something else. A condition of one that is may turn even so."""
    values = reading.values
    return {
        rule
        for rule, (_, timeless) in _dated(reading.book).items()
        if False not in [values[place] for place in timeless]
    }


def _turning_rules(reading: Reading, as_of: Date | DateTime, wanted: Container[str]) -> Mapping[date, set[str]]:
    today = python_day(as_of)
    last = today + timedelta(days=HORIZON_DAYS)
    found: dict[date, set[str]] = {}
    for comparison in comparisons(reading.book):
        rules = [rule for rule in comparison.rules if rule in wanted]
        if not rules:
            continue
        moment = comparison.other(reading.env)
        if not isinstance(moment, Date | DateTime):
            continue
        # Imprecise dates turn from no to unknown at their earliest day and to yes after their latest.
        for bound in (moment.low(), moment.high()) if _imprecise(moment) else (moment,):
            turns = bound if comparison.shift is None else add(_as_date(bound), comparison.shift, 1)
            if not isinstance(turns, Date | DateTime):
                continue
            day = python_day(turns)
            # Compared with less or more than a day, a day is not wholly before or after.
            for later in comparison.after if len(moment.key) == 3 else _EITHER:
                candidate = day + timedelta(days=later)
                if today < candidate <= last:
                    found.setdefault(candidate, set()).update(rules)
    return found


@lru_cache(maxsize=8)
def comparisons(book: Rulebook) -> tuple[_Comparison, ...]:
    """Every comparison of the rulebook that the date of assessment takes part in, solved for that date."""
    solved = of_book(book, "turning", lambda: _solved(book))
    return tuple(_Comparison(compile_expression(other), shift, after, rules) for other, shift, after, rules in solved)


_Solved = tuple[Node, Quantity | None, tuple[int, ...], frozenset[str]]


def _solved(book: Rulebook) -> tuple[_Solved, ...]:
    found: dict[tuple[Node, Quantity | None, tuple[int, ...]], set[str]] = {}
    for entry in book.entries:
        if "as-of" not in entry.reads:
            continue
        for node in walk(with_constants(entry.tree, book.numbers)):
            if isinstance(node, tree.Timing | tree.Compare):
                for key in _solutions(node):
                    found.setdefault(key, set()).add(entry.rule.id)
    return tuple((*key, frozenset(rules)) for key, rules in found.items())


def _solutions(node: tree.Timing | tree.Compare) -> Iterator[tuple[Node, Quantity | None, tuple[int, ...]]]:
    """Of a comparison with the date of assessment: the other side, the shift, and how many days later it turns."""
    sides = (node.left, node.right, node.op), (node.right, node.left, _TURNED_ROUND.get(node.op, node.op))
    in_days = not isinstance(node, tree.Timing) or node.precision in (None, "day")
    for mine, other, op in sides:
        shift = _shift(mine)
        if shift is not False and "as-of" not in names(other):
            # A month taken off gives the same day for several days at its end.
            yield other, shift, _AFTER.get(op, _EITHER) if in_days and shift is None else _EITHER


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
