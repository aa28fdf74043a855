"""What is already ordered or done, and what that means for a new proposal (decision D-13)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, Literal, cast

from cql_like import Date, DateTime, Quantity
from cql_like.periods import add
from guideline.assessment import PRIORITIES, Priority, Side
from guideline.case import Case, Support
from guideline.findings import Existing, Record, Value

Kind = Literal["order", "activity"]
Status = Literal["new", "already-ordered", "done"]
Moment = Date | DateTime

# What was given and is said later not to be in use is not there any more.
_GIVEN: Final = {"ankle-foot-orthosis": "afo-in-use"}
# A finding that says a study was done stands for the study, even where no order or report is in the record.
DONE_BY: Final = {
    "mri-lumbar-spine": "mri-lumbar-done",
    "imaging-fibular-head": "knee-imaging-done",
    "electrodiagnostic-study": "edx-done",
}


@dataclass(frozen=True, slots=True)
class CareSeen:
    """The record's existing care, by key."""

    record: Record
    cases: dict[Side, Case]
    numbers: Mapping[str, Value]
    _by_key: dict[tuple[str, str], list[Existing]] = field(default_factory=dict)

    @classmethod
    def of(cls, record: Record, cases: dict[Side, Case], numbers: Mapping[str, Value]) -> CareSeen:
        seen = cls(record, cases, numbers)
        for care in record.existing:
            seen._by_key.setdefault((care.kind, care.key), []).append(care)
        return seen

    @property
    def as_of(self) -> Moment:
        """The moment of the assessment."""
        return cast(Moment, self.cases["left"].values["as-of"])

    @property
    def order_age(self) -> Quantity:
        """How long before a question an open order may have been placed, and still answer it."""
        return cast(Quantity, self.numbers["open-order-age"])

    def knows(self, kind: Kind, key: str) -> bool:
        """Whether the record says anything of such care, of either leg. Where it does not, all of it is new."""
        return (kind, key) in self._by_key or (key in DONE_BY and bool(self._reported(key, None)))

    def status(
        self,
        *,
        kind: Kind,
        key: str,
        side: Side | None,
        priority: Priority,
        fresh_from: list[Moment],
        latest: str | None = None,
    ) -> tuple[Status, str | None]:
        """Whether a proposal is new, and which lower order it would supersede.

        An activity that names no side serves either leg. An order that is too low is superseded, and so is one that was
        left open since long before this drop began or an urgent question arose, or is planned for after the `latest`
        day; work that was done before the question arose does not count.
        """
        matching = [care for care in self._by_key.get((kind, key), ()) if self._serves(care, side)]
        ordered = sorted(
            (care for care in matching if care.state == "ordered"),
            key=lambda care: (-_rank(care), care.resource),
        )
        arose = fresh_from if priority != "routine" else self._began(side)
        in_time = [care for care in ordered if not self._planned_after(care, latest, priority)]
        answers = [care for care in in_time if not self._left_open(care, arose)]
        if answers and (kind == "activity" or _rank(answers[0]) >= PRIORITIES.index(priority)):
            return "already-ordered", None
        if self.answers(kind, key, side, priority=priority, fresh_from=fresh_from):
            return "done", None
        return "new", ordered[0].resource if ordered else None

    def answers(self, kind: Kind, key: str, side: Side | None, *, priority: Priority, fresh_from: list[Moment]) -> bool:
        """Whether work that is done already answers what one or more rules ask for."""
        return any(_answers(date, fresh_from, priority) for date in self.done(kind, key, side))

    def done(self, kind: Kind, key: str, side: Side | None) -> list[Moment | None]:
        """When such work was done; None where it is undated."""
        matching = [care for care in self._by_key.get((kind, key), ()) if self._serves(care, side)]
        dates = [care.date for care in matching if care.state == "done"]
        return [date for date in dates if not self._is_gone(key, side, date)] + self._reported(key, side)

    def _is_gone(self, key: str, side: Side | None, date: Moment | None) -> bool:
        """Whether it was said after that date that what was given is not in use."""
        case, name = self.cases.get(side or "left"), _GIVEN.get(key, "")
        if not side or case is None or case.values.get(name) is not False:
            return False
        said = case.support[name][0].effective
        return said is not None and (date is None or _day(date) < _day(said))

    def found_since(self, case: Case, name: str) -> Moment | None:
        """Since when a finding that is no yes or no has been as it is: of a course told from grades, the first day on
        which less strength was found. Work from before that day may not have seen the loss."""
        support = case.support.get(name, ())
        dated = [each for each in support if each.effective is not None]
        if not dated or dated[0].fact != name:
            return min(self._lost(dated), key=_day, default=None)
        now, since = dated[0], dated[0].effective
        told = ((each.effective, each) for each in self.record.findings if (each.key, each.side) == (name, now.side))
        same = [(_day(when), each) for when, each in told if when]
        for _, each in sorted(same, key=lambda one: one[0], reverse=True):
            if each.value != now.value and not self._as_bad(each.value, name):
                break
            since = each.effective
        return since

    def _lost(self, grades: list[Support]) -> Iterator[Moment]:
        """The days of the grades below the one that a course was told from, and after it."""
        if len(grades) < 2:
            return
        now, before = grades[0], grades[-1]
        since, strength = _day(cast(Moment, before.effective)), cast(int, before.value)
        for each in self.record.findings:
            value, when = each.value, each.effective
            if (each.key, each.side) != (now.fact, now.side) or when is None or not isinstance(value, int):
                continue
            if value < strength and _day(when) >= since:
                yield when

    def _as_bad(self, value: Value, name: str) -> bool:
        """Whether pain of another score is as much of an alarm."""
        limit = self.numbers["severe-pain-score"]
        amount = value.value if isinstance(value, Quantity) else value
        least = limit.value if isinstance(limit, Quantity) else limit
        return name == "pain-score" and isinstance(amount, int | Decimal) and amount >= cast(int, least)

    def _left_open(self, care: Existing, fresh_from: list[Moment]) -> bool:
        """Whether it was placed so long before any of those days that it was placed for another question."""
        begins = [add(Date.trusted(_day(moment)), self.order_age, -1) for moment in fresh_from]
        return care.date is not None and any(begin is not None and _day(care.date) < begin.parts for begin in begins)

    def _began(self, side: Side | None) -> list[Moment]:
        """When the drop began (of two, the first), if that is certain: what was ordered for another one long before it
        does not answer a routine question either."""
        cases = [self.cases[side]] if side else list(self.cases.values())
        drops = [case.values for case in cases if "drop-since" in case.values]
        if any(values.get("clock-start-uncertain") is not False for values in drops):
            return []
        return sorted([cast(Moment, values["clock-start"]) for values in drops], key=_day)[:1]

    def _planned_after(self, care: Existing, latest: str | None, priority: Priority) -> bool:
        """Whether it is planned for after the last day. Where that day is over, no plan can keep it, and any counts.
        What is due at once is never done by an order for a later day."""
        if care.planned is None:
            return False
        planned, today = first_day(care.planned), first_day(self.as_of)
        if priority == "stat" or (priority == "asap" and latest is None):
            return planned > today
        return latest is not None and today <= latest < planned

    def _serves(self, care: Existing, side: Side | None) -> bool:
        return side is None or care.side == side or (care.kind == "activity" and care.side is None)

    def _reported(self, key: str, side: Side | None) -> list[Moment | None]:
        feature = DONE_BY.get(key)
        if feature is None:
            return []
        cases = [self.cases[side]] if side else list(self.cases.values())
        return [
            fact.value if isinstance(fact.value, Date | DateTime) else fact.effective
            for case in cases
            if case.values.get(feature) not in (None, False)
            for fact in case.support.get(feature, ())
        ]


def first_day(moment: Moment) -> str:
    """A whole day. Where only the month is known, its first day: an order may come early, never late."""
    year, month, day, *_ = (*moment.parts, 1, 1)
    return f"{year:04}-{month:02}-{day:02}"


def _rank(care: Existing) -> int:
    return PRIORITIES.index(care.priority or "routine")


def _answers(date: Moment | None, fresh_from: list[Moment], priority: Priority) -> bool:
    """Done on or after every one of those days. Undated work answers a routine question only."""
    if date is None:
        return priority == "routine"
    day = _day(date)
    return all(day >= _day(moment) for moment in fresh_from)


def _day(moment: Moment) -> tuple[int, int, int]:
    """The latest day it can have been, so that imprecise work counts as done when it may have been."""
    last = moment.high()
    day = last.date() if isinstance(last, DateTime) else last
    return day.year, day.month or 12, day.day or 31
