"""Every Case the vocabulary allows, as one question for the solver: is there one of which this holds?

space = EveryCase(rulebook())
found = space.find(condition)      -> None: proved, there is none; else a Found with the values of such a Case
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

import z3

from cql_like import DATE, Date, DateTime, Quantity
from guideline.rulebook import Rulebook, rulebook
from tests.proof import calendar_days
from tests.proof.calendar_days import Calendar
from tests.proof.formulas import Reading, features_read
from tests.proof.moments import Moment
from tests.proof.symbols import AS_OF, Amount, Answer, Symbol, Symbols, fixed, known, shape, symbol, ties
from tests.proof.three import Bool, Truth, both

# Features that tie others together, whether or not a rule reads them.
TYING: Final = (
    "as-of", "onset", "drop-since", "clock-start", "clock-start-uncertain", "referral-clock", "conservative-care-start",
    "foot-drop", "foot-drop-unsided", "mrc-ankle-dorsiflexion", "severity", "course", "improvement",
    "baseline-recorded", "last-mrc-on", "edx-reinnervation",
)  # fmt: skip


class NotProvedError(Exception):
    """The solver gave up."""


@dataclass(frozen=True)
class Found:
    """A Case of which the condition holds: its values by name, what is unknown left out."""

    values: Mapping[str, Any]

    def __str__(self) -> str:
        return ", ".join(f"{name} = {_words(value)}" for name, value in sorted(self.values.items()))


class EveryCase:
    """The variables of one Case, what ties them, and the rulebook's reading of it."""

    def __init__(self, book: Rulebook, also: Iterable[str] = ()) -> None:
        self.book, self.calendar = book, Calendar(book)
        self.names: dict[str, Symbol] = {
            name: symbol(name, book.types[name]) for name in features_read(book, (*TYING, *also))
        }
        self.reading = Reading(book, self.names, self.calendar)
        self._solver = z3.SolverFor("QF_LIRA")
        self._solver.set("timeout", 120_000)
        self._solver.set("random_seed", 1)
        self._solver.add(self.calendar.constraint(), *self.rules_of(self.names))
        # Most patients' dates are whole days; they are looked for first, because they are easier to read.
        moments = [each for each in self.names.values() if isinstance(each, Moment)]
        self._to_the_day = [z3.Implies(each.known, each.day) for each in moments]

    def rules_of(self, names: Symbols) -> list[Bool]:
        """What holds of any Case of these variables."""
        return [
            *(each for one in names.values() for each in shape(one)),
            *ties(names, self.book.types, self.book.numbers),
        ]

    def variant(self, changed: Symbols) -> tuple[Reading, list[Bool]]:
        """A second Case that differs in the changed features only, and what must hold of it."""
        names = {**self.names, **changed}
        return Reading(self.book, names, self.calendar), self.rules_of(names)

    def find(self, *conditions: Bool, simplest: bool = False) -> Found | None:
        """A Case of which all conditions hold, or None: there is none. `simplest` leaves unknown what can be."""
        self._solver.push()
        try:
            self._solver.add(*conditions)
            if not self._possible():
                return None
            if self._possible(*self._to_the_day):
                self._solver.add(*self._to_the_day)
            self._possible()
            if simplest:
                self._simplify()
            return self.found(self._solver.model())
        finally:
            self._solver.pop()

    def never(self, *conditions: Bool) -> bool:
        """Whether there is no Case of which all conditions hold."""
        self._solver.push()
        try:
            self._solver.add(*conditions)
            return not self._possible()
        finally:
            self._solver.pop()

    def _possible(self, *assumed: Bool) -> bool:
        answer = self._solver.check(*assumed)
        if answer == z3.unknown:
            raise NotProvedError(self._solver.reason_unknown())
        return bool(answer == z3.sat)

    def _simplify(self) -> None:
        """Leaves unknown what need not be known (dates last, the onset after them), and no what need not be yes."""
        order = sorted(self.names, key=lambda each: (each == "onset", self.book.types[each] == DATE, each))
        self._forget([z3.Not(known(self.names[name])) for name in order])
        now = self.names[AS_OF]
        assert isinstance(now, Moment)
        said = [each.no for each in self.names.values() if isinstance(each, Truth)]
        self._forget([z3.Not(now.timed), now.plain, *said])
        self._possible()

    def _forget(self, wanted: list[Bool]) -> None:
        """As many of these as can hold together, the first before the last; halves first, because most can."""
        if self._possible(*wanted):
            self._solver.add(*wanted)
        elif len(wanted) > 1:
            middle = len(wanted) // 2
            self._forget(wanted[:middle])
            self._forget(wanted[middle:])

    def reads_through(self, rule: str) -> frozenset[str]:
        """The features that decide a rule, through the conclusions it reads."""
        found: set[str] = set()
        wanted = [rule]
        for each in wanted:
            for name in self.book.by_id[each].reads - found:
                found.add(name)
                wanted.extend(maker.rule.id for maker in self.book.by_conclusion.get(name, ()))
        return frozenset(found)

    def given(self, values: Mapping[str, Any]) -> Bool:
        """Exactly this Case; features that no rule reads do not count."""
        as_of = values[AS_OF]
        today = Date(*as_of.key[:3]).to_python()
        row = calendar_days.row_of(self.calendar.quantities, today)
        calendar = self.calendar.is_row(row) if self.calendar.quantities else z3.BoolVal(True)
        return both([calendar, *(fixed(each, values.get(name), as_of) for name, each in self.names.items())])

    def read(self, values: Mapping[str, Any]) -> dict[str, bool | None] | None:
        """What the formulas say of each rule for this Case; None if the ties exclude it."""
        self._solver.push()
        try:
            self._solver.add(self.given(values))
            if not self._possible():
                return None
            model = self._solver.model()
            return {rule: _value(model, truth) for rule, truth in self.reading.rules.items()}
        finally:
            self._solver.pop()

    def found(self, model: Any) -> Found:
        """The Case of a model."""
        as_of = self._as_of(model)
        values: dict[str, Any] = {AS_OF: as_of}
        for name, each in sorted(self.names.items()):
            if name != AS_OF and _holds(model, known(each)):
                values[name] = self._told(model, each, as_of)
        return Found(values)

    def _as_of(self, model: Any) -> DateTime | Date:
        day = next(day for row, day in self.calendar.rows.items() if _holds(model, self.calendar.is_row(row)))
        now = self.names[AS_OF]
        assert isinstance(now, Moment)
        return _on(model, now, day)

    def _told(self, model: Any, each: Symbol, as_of: DateTime | Date) -> Any:
        if isinstance(each, Truth):
            return _holds(model, each.yes)
        if isinstance(each, Answer):
            return next(word for word, option in sorted(each.options.items()) if _holds(model, option))
        if isinstance(each, Amount):
            number = model.eval(each.value, model_completion=True)
            amount = Decimal(number.numerator_as_long()) / Decimal(number.denominator_as_long()) if each.unit else None
            return number.as_long() if amount is None else Quantity(amount, each.unit or "1")
        return _date(model, each, as_of)


@lru_cache(maxsize=2)
def every_case(book: Rulebook | None = None) -> EveryCase:
    """Every Case of the rulebook as published, with all features of the vocabulary that some rule reads."""
    return EveryCase(book or rulebook())


def _date(model: Any, each: Moment, as_of: DateTime | Date) -> Date | DateTime:
    today = Date(*as_of.key[:3]).to_python()
    back = _whole(model, each.back)
    kind = Date if _holds(model, each.plain) else DateTime
    if _holds(model, each.year):
        return kind(today.year - back)
    if not _holds(model, each.day):
        month = today.year * 12 + today.month - 1 - back
        return kind(month // 12, month % 12 + 1)
    return _on(model, each, today + dt.timedelta(days=_whole(model, each.low)))


def _on(model: Any, each: Moment, day: dt.date) -> Date | DateTime:
    """A date known to the day, with its time if there is one."""
    if not _holds(model, each.timed):
        return (Date if _holds(model, each.plain) else DateTime)(day.year, day.month, day.day)
    minute = _whole(model, each.minute)
    second = _whole(model, each.second) if _holds(model, each.exact) else None
    return DateTime(day.year, day.month, day.day, minute // 60, minute % 60, second, offset=0)


def _holds(model: Any, condition: Bool) -> bool:
    return bool(z3.is_true(model.eval(condition, model_completion=True)))


def _whole(model: Any, number: Any) -> int:
    return int(model.eval(number, model_completion=True).as_long())


def _value(model: Any, truth: Truth) -> bool | None:
    return True if _holds(model, truth.yes) else False if _holds(model, truth.no) else None


def _words(value: object) -> str:
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
