"""What the care in the record still answers on a later day: asked as the plan asks it today, where there is any care.

Work that is done grows old, and so does an order that was left open: the plan then asks anew although no rule has
turned.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from cql_like import Date, DateTime
from cql_like.periods import add
from guideline.assessment import Proposal, Side
from guideline.care import CareSeen, Status
from guideline.case import Case
from guideline.claims import claims
from guideline.plan import pressed_in_vain, statuses
from guideline.reader import Reading
from guideline.rereading import Rereading
from guideline.rulebook import Run
from guideline.turning import HORIZON_DAYS, python_day

Where = tuple[str, Side | None]
Moment = Date | DateTime


@dataclass(frozen=True, slots=True)
class LaterCare:
    """The care of the record, and the rules that ask for each order."""

    care: CareSeen
    askers: Mapping[str, Sequence[str]]

    def knows(self, key: str) -> bool:
        return self.care.knows("order", key)

    def ends(self, rule: str, key: str, side: Side, now: Sequence[tuple[Case, Rereading]]) -> bool:
        """Whether a rule's alert presses for an order that is done."""
        readings = [(case, each.reading()) for case, each in now if case.side == side]
        done = {where for where, status in self.statuses(key, now).items() if status == "done"}
        return bool(pressed_in_vain(claims(readings, {side: [rule]}), done, self.care))

    def statuses(self, key: str, now: Sequence[tuple[Case, Rereading]]) -> Mapping[Where, Status]:
        """Whether the order, where it is asked for, is new, ordered or done."""
        readings = [(case, each.reading()) for case, each in now]
        fired = {case.side: [rule for rule in self.askers.get(key, ()) if each.rules[rule]] for case, each in readings}
        return statuses([claim for claim in claims(readings, fired) if claim.made.key == key], self.care)

    def ageing(
        self, readings: Sequence[tuple[Case, Reading]], orders: Sequence[Proposal], as_of: Moment
    ) -> Mapping[Date, set[str]]:
        """The days on which care that answers an order today may cease to by its age alone, with those orders."""
        found: dict[Date, set[str]] = {}
        for order in orders:
            for _, reading in readings if order.status != "new" else ():
                for day in self._ageing(order, reading, as_of):
                    found.setdefault(day, set()).add(order.key)
        return found

    def _ageing(self, order: Proposal, reading: Reading, as_of: Moment) -> Iterator[Date]:
        today, book = python_day(as_of), reading.book
        runs = [
            run
            for rule in order.rules
            if reading.rules[rule]
            for position, run in book.by_id[rule].fresh.items()
            if getattr(book.by_id[rule].rule.then[position], "key", None) == order.key
        ]
        if not runs:
            return
        for moment in self._dates(order):
            for run in runs:
                if (day := _first_day_after(run, dict(reading.env), moment, today)) is not None:
                    yield day

    def _dates(self, order: Proposal) -> Iterator[Moment]:
        """When it was done; of an open order, the end of the time for which it may have been waiting."""
        yield from (moment for moment in self.care.done("order", order.key, order.side) if moment is not None)
        for each in self.care.record.existing:
            if each.state == "ordered" and each.key == order.key and each.date is not None:
                waited = add(Date.from_python(python_day(each.date.high())), self.care.order_age, 1)
                if isinstance(waited, Date):
                    yield waited


def _first_day_after(fresh_from: Run, env: dict[str, Any], last: Moment, today: date) -> Date | None:
    """The first day ahead on which only later work counts. What gives that day rests on the date of assessment alone,
    and never goes back.
    """

    def too_old(ahead: int) -> bool:
        env["as-of"] = Date.from_python(today + timedelta(days=ahead))
        moment = fresh_from(env)
        return moment is not None and python_day(moment.high()) > python_day(last.high())

    ahead = bisect(range(HORIZON_DAYS + 1), False, key=too_old)
    return Date.from_python(today + timedelta(days=ahead)) if 0 < ahead <= HORIZON_DAYS else None
