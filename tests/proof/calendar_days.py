"""How many days a calendar quantity is, for every day on which a patient may be assessed.

Months differ, so "as-of on or after onset + 3 months" has another limit in days on another as-of. The limits of all
quantities together depend only on where the as-of lies in the calendar; each combination that occurs is a row here.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import z3

from cql_like import Date, Quantity, tree
from cql_like.periods import add
from cql_like.tree import with_constants
from guideline.rulebook import Rulebook
from tests.proof.moments import in_days, in_months
from tests.proof.three import Bool

# Four years and what a left-out leap day (2100) makes of the next: every neighbourhood a quantity of 3 years can see.
_SPANS: Final = ((dt.date(2024, 1, 1), dt.date(2028, 3, 1)), (dt.date(2100, 1, 1), dt.date(2101, 3, 1)))


@dataclass(frozen=True, slots=True, order=True)
class Limits:
    """Of one quantity, as seen from one as-of, in days before it.

    `reached`: the latest day D with D + quantity on or before the as-of. `passed`: the same with before.
    `back`: as-of minus the quantity.
    """

    reached: int
    passed: int
    back: int


Row = tuple[Limits, ...]


@lru_cache(maxsize=8)
def rows(quantities: tuple[Quantity, ...]) -> dict[Row, dt.date]:
    """Every row of limits that occurs, with an as-of for which it does."""
    found: dict[Row, dt.date] = {}
    for first, end in _SPANS:
        day = first
        while day < end:
            row = tuple(limits(quantity, day) for quantity in quantities)
            found.setdefault(row, day)
            day += dt.timedelta(days=1)
    return found


def row_of(quantities: tuple[Quantity, ...], as_of: dt.date) -> Row:
    return tuple(limits(quantity, as_of) for quantity in quantities)


@lru_cache(maxsize=65536)
def limits(quantity: Quantity, as_of: dt.date) -> Limits:
    start = _moved(as_of, quantity, -1)
    guess = start + dt.timedelta(days=4)  # adding and taking away months differ by at most three days
    while _moved(guess, quantity, 1) > as_of:
        guess -= dt.timedelta(days=1)
    reached = guess
    while _moved(guess, quantity, 1) >= as_of:
        guess -= dt.timedelta(days=1)
    return Limits((as_of - reached).days, (as_of - guess).days, (as_of - start).days)


def _moved(day: dt.date, quantity: Quantity, sign: int) -> dt.date:
    moved = add(Date.from_python(day), quantity, sign)
    assert isinstance(moved, Date)
    return moved.to_python()


class Calendar:
    """The limits of the quantities of months that some rule adds, as variables that take the rows which occur."""

    def __init__(self, book: Rulebook) -> None:
        found: dict[str, Quantity] = {}
        for entry in book.entries:
            for node in tree.walk(with_constants(entry.tree, book.numbers)):
                if isinstance(node, tree.Arith) and isinstance(node.right, tree.Literal):
                    quantity = node.right.value
                    if isinstance(quantity, Quantity) and in_months(quantity) is not None:
                        found[str(quantity)] = quantity
        self.quantities = tuple(found[text] for text in sorted(found))
        self.rows = rows(self.quantities)

    def limits(self, quantity: Quantity) -> tuple[Any, Any, Any]:
        """Days before the as-of: reached, passed, back (see the head of this file)."""
        days = in_days(quantity)
        if days is not None:
            return days, days + 1, days
        name = f"calendar|{quantity}"
        return z3.Int(f"{name}|reached"), z3.Int(f"{name}|passed"), z3.Int(f"{name}|back")

    def constraint(self) -> Bool:
        return z3.Or(*(self.is_row(row) for row in sorted(self.rows))) if self.quantities else z3.BoolVal(True)

    def is_row(self, row: Row) -> Bool:
        return z3.And(
            *(
                z3.And(*(limit == days for limit, days in zip(self.limits(quantity), _days(one), strict=True)))
                for quantity, one in zip(self.quantities, row, strict=True)
            )
        )


def _days(limits: Limits) -> tuple[int, int, int]:
    return limits.reached, limits.passed, limits.back
