"""One limb's Case as variables of the solver: every feature of `case_types()`, known or not, and what ties them.

A tie is what `guideline.case.build_cases` guarantees whatever is recorded: a KEY-since needs a yes, the clock starts at
the onset or else at the first record of the drop, a graded drop has a severity. A tie too many would make a proof
worthless, so tests hold every generated record to all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import z3

from cql_like import BOOLEAN, DATE, DATETIME, Date, DateTime, Quantity, convert
from cql_like.kinds import ChoiceType, QuantityType, RangedType, Type, is_integer
from tests.proof.moments import Moment, UntranslatableError
from tests.proof.three import Bool, Truth, either

AS_OF = "as-of"


@dataclass(frozen=True, slots=True)
class Answer:
    """A coded answer: one Boolean for each, at most one of them true."""

    options: Mapping[str, Bool]

    @property
    def known(self) -> Bool:
        return either([self.options[word] for word in sorted(self.options)])


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with or without unit; `low` and `high` bound it."""

    known: Bool
    value: Any
    unit: str | None = None
    low: int | None = None
    high: int | None = None


Symbol = Truth | Answer | Amount | Moment
Symbols = Mapping[str, Symbol]


def symbol(name: str, kind: Type) -> Symbol:
    """A fresh variable for a feature; equal names are the same variable."""
    if kind == BOOLEAN:
        return Truth(z3.Bool(f"{name}|yes"), z3.Bool(f"{name}|no"))
    if isinstance(kind, ChoiceType):
        return Answer({word: z3.Bool(f"{name}|{word}") for word in sorted(kind.values)})
    if isinstance(kind, RangedType):
        return Amount(z3.Bool(f"{name}|known"), z3.Int(f"{name}|value"), None, kind.low, kind.high)
    if is_integer(kind):
        return Amount(z3.Bool(f"{name}|known"), z3.Int(f"{name}|value"), None, 0, None)
    if isinstance(kind, QuantityType):
        return Amount(z3.Bool(f"{name}|known"), z3.Real(f"{name}|value"), kind.unit, 0, None)
    if kind in (DATE, DATETIME):
        return Moment.named(name)
    raise UntranslatableError(f"{name} is {kind}")


def known(each: Symbol) -> Bool:
    return z3.Or(each.yes, each.no) if isinstance(each, Truth) else each.known


def shape(each: Symbol) -> list[Bool]:
    """What the type alone says."""
    if isinstance(each, Truth):
        return [z3.Not(z3.And(each.yes, each.no))]
    if isinstance(each, Answer):
        words = sorted(each.options)
        return [z3.AtMost(*(each.options[word] for word in words), 1)] if len(words) > 1 else []
    if isinstance(each, Moment):
        return each.shape()
    bounds = [each.value >= each.low] if each.low is not None else []
    return bounds + ([each.value <= each.high] if each.high is not None else [])


def ties(names: Symbols, kinds: Mapping[str, Type], numbers: Mapping[str, Any]) -> Iterator[Bool]:
    """What `build_cases` guarantees between features; only ties between features that are there."""
    as_of = names[AS_OF]
    assert isinstance(as_of, Moment)
    yield z3.And(as_of.known, as_of.day, as_of.low == 0, as_of.back == 0)
    for name, each in names.items():
        run = names.get(name.removesuffix("-since"))
        if name.endswith("-since") and isinstance(run, Truth) and isinstance(each, Moment):
            yield z3.Implies(each.known, run.yes)
        if kinds[name] == DATE and isinstance(each, Moment):
            yield each.plain
    yield from _clock_ties(names)
    yield from _grade_ties(names, numbers)


def _clock_ties(names: Symbols) -> Iterator[Bool]:
    onset, drop, start, referral, care, uncertain = (
        names.get(name)
        for name in ("onset", "drop-since", "clock-start", "referral-clock", "conservative-care-start",
                     "clock-start-uncertain")
    )  # fmt: skip
    if isinstance(start, Moment) and isinstance(onset, Moment) and isinstance(drop, Moment):
        yield z3.If(onset.known, start.same_as(onset), start.same_as(drop))
        if isinstance(uncertain, Truth):
            yield uncertain.yes == z3.And(start.known, z3.Not(onset.known))
            yield uncertain.no == onset.known
    if isinstance(referral, Moment) and isinstance(start, Moment) and isinstance(care, Moment):
        yield z3.Or(referral.same_as(start), referral.same_as(care))
        yield z3.Implies(z3.Or(start.known, care.known), referral.known)
        for each in (start, care):
            yield z3.Implies(each.known, referral.low <= each.low)
    for name in (
        "foot-drop-unsided",
        "foot-drop-unread",
        "gait-sign-unsided",
        "umn-sign-unsided",
        "limb-emergency-unsided",
    ):
        unsided = names.get(name)
        if isinstance(unsided, Truth):
            yield known(unsided)


def _grade_ties(names: Symbols, numbers: Mapping[str, Any]) -> Iterator[Bool]:
    grade, severity, improvement = (names.get(name) for name in ("mrc-ankle-dorsiflexion", "severity", "improvement"))
    if isinstance(grade, Amount):
        baseline, last, drop = names.get("baseline-recorded"), names.get("last-mrc-on"), names.get("drop-since")
        if isinstance(baseline, Truth):
            yield z3.And(baseline.yes == grade.known, baseline.no == z3.Not(grade.known))
        if isinstance(last, Moment):
            yield z3.Implies(last.known, grade.known)
        if isinstance(severity, Answer):
            yield z3.Implies(z3.And(grade.known, grade.value <= numbers["foot-drop-mrc"]), severity.known)
        if isinstance(improvement, Answer):
            yield z3.Implies(improvement.options["full"], z3.And(grade.known, grade.value == 5))
            if isinstance(last, Moment):
                yield z3.Implies(z3.Or(improvement.options["full"], improvement.options["plateau"]), last.known)
        recorded = names.get("foot-drop")
        if isinstance(drop, Moment) and isinstance(recorded, Truth):
            graded = z3.And(grade.known, grade.value <= numbers["foot-drop-mrc"])
            yield z3.Implies(drop.known, z3.Or(recorded.yes, graded))
    reinnervated = names.get("edx-reinnervation")
    if isinstance(improvement, Answer) and isinstance(reinnervated, Truth):
        yield z3.Implies(reinnervated.yes, z3.And(improvement.known, z3.Not(improvement.options["none"])))


def fixed(each: Symbol, value: Any, as_of: Date | DateTime) -> Bool:
    """The variable has exactly this value of a Case (None: unknown)."""
    if isinstance(each, Truth):
        return z3.And(each.yes == (value is True), each.no == (value is False))
    if isinstance(each, Answer):
        return z3.And(*(option == (word == value) for word, option in each.options.items()))
    if value is None:
        return z3.Not(each.known)
    if isinstance(each, Moment):
        return z3.And(each.known, *_fixed_moment(each, value, as_of))
    number = convert(value, each.unit or "1").value if isinstance(value, Quantity) else value
    return z3.And(each.known, each.value == (z3.RealVal(str(number)) if each.unit else number))


def _fixed_moment(each: Moment, value: Date | DateTime, as_of: Date | DateTime) -> list[Bool]:
    key, today = value.key, Date(*as_of.key[:3]).to_python()
    low, high = (Date(*edge.key[:3]).to_python() for edge in (value.low(), value.high()))
    back = {1: today.year - key[0], 2: (today.year - key[0]) * 12 + today.month - key[-1]}.get(len(key), 0)
    minute, second = (key[3] * 60 + key[4] if len(key) > 4 else 0), (key[5] // 1000 if len(key) > 5 else 0)
    return [
        each.day == (len(key) >= 3),
        each.year == (len(key) == 1),
        each.low == (low - today).days,
        each.high == (high - today).days,
        each.back == back,
        each.timed == (len(key) > 4),
        each.minute == minute,
        each.exact == (len(key) > 5),
        each.second == second,
        each.plain == isinstance(value, Date),
    ]
