"""The rulebook as formulas: every rule and conclusion as a Truth over the variables of one Case.

It is read off the same trees as the engine and the reference reading, layer by layer, and holds no rule of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import z3

from cql_like import Node, Quantity, convert, parse, spell_out, tree
from cql_like.text import to_text
from cql_like.tree import with_constants
from guideline.compile import chain
from guideline.rulebook import Rulebook
from tests.proof.calendar_days import Calendar
from tests.proof.moments import (
    Moment,
    Order,
    Shifted,
    UntranslatableError,
    counted,
    in_days,
    in_minutes,
    in_months,
    least,
    moved,
    to_the_minute,
)
from tests.proof.moments import ordered as in_order
from tests.proof.symbols import AS_OF, Amount, Answer, Symbol, Symbols, known
from tests.proof.three import FALSE, TRUE, UNKNOWN, Truth, certain, decided, every, some

_SWAPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}
_TIMING = {"<": "before", ">": "after", "<=": "on or before", ">=": "on or after", "=": "same as"}


class Reading:
    """What the rulebook says of a Case of variables: `rules` by id, and `env` with every conclusion as well."""

    def __init__(self, book: Rulebook, names: Symbols, calendar: Calendar) -> None:
        self.book, self.calendar = book, calendar
        self.env: dict[str, Symbol] = dict(names)
        self.rules: dict[str, Truth] = {}
        self._made: dict[Node, Truth] = {}
        for layer in book.layers:
            for entry in layer:
                self.rules[entry.rule.id] = self._of(entry.rule.id, entry.tree)
            for name in sorted({name for entry in layer for name in entry.settles}):
                makers = [
                    self.rules[maker.rule.id] for maker in book.by_conclusion[name] if maker.rule.id in self.rules
                ]
                self.env[name] = some(makers)

    def says(self, text: str) -> Truth:
        """A condition in the rulebook's own language."""
        return self._of(text, spell_out(parse(text)))

    def _of(self, where: str, node: Node) -> Truth:
        try:
            return self.truth(with_constants(node, self.book.numbers))
        except UntranslatableError as missing:
            raise UntranslatableError(f"{where}: {missing}") from missing

    def truth(self, node: Node) -> Truth:
        made = self._made.get(node)
        if made is None:
            made = self._made[node] = self._truth(node)
        return made

    def _truth(self, node: Node) -> Truth:  # noqa: PLR0911 - one return a kind of node
        match node:
            case tree.Literal(value=value):
                return TRUE if value is True else FALSE if value is False else UNKNOWN
            case tree.Name():
                return self._named(node)
            case tree.Not(operand):
                return self.truth(operand).turned()
            case tree.Logic():
                return self._logic(node)
            case tree.Is():
                return self._is(node)
            case tree.Compare(op, left, right):
                return self._compare(op, left, right)
            case tree.Between(operand, low, high):
                return every([self._compare(">=", operand, low), self._compare("<=", operand, high)])
            case tree.Timing(op, precision, left, right):
                return self._order(left, right, precision).truth(op)
            case tree.Call(function="Coalesce", arguments=arguments):
                return _coalesced([self.truth(each) for each in arguments])
        raise UntranslatableError(f"{to_text(node)} ({type(node).__name__}) is not a condition the proof can read")

    def _named(self, node: tree.Name) -> Truth:
        found = self.env[node.name]
        if not isinstance(found, Truth):
            raise UntranslatableError(f"{node.name} is not a condition")
        return found

    def _logic(self, node: tree.Logic) -> Truth:
        if node.op in ("and", "or"):
            return (every if node.op == "and" else some)([self.truth(each) for each in chain(node.op, node)])
        left, right = self.truth(node.left), self.truth(node.right)
        if node.op == "implies":
            return some([left.turned(), right])
        return some([every([left, right.turned()]), every([left.turned(), right])])

    def _is(self, node: tree.Is) -> Truth:
        if node.test == "null":
            found = self.env[node.operand.name] if isinstance(node.operand, tree.Name) else self.truth(node.operand)
            holds = z3.Not(known(found))
        else:
            inner = self.truth(node.operand)
            holds = inner.yes if node.test == "true" else inner.no
        return certain(z3.Not(holds) if node.negated else holds)

    def _compare(self, op: str, left: Node, right: Node) -> Truth:
        if isinstance(left, tree.Literal) and not isinstance(right, tree.Literal):
            left, right, op = right, left, _SWAPPED[op]
        if isinstance(left, tree.PeriodBetween):
            return self._counted(op, left, right)
        subject = self.env.get(left.name) if isinstance(left, tree.Name) else None
        if isinstance(subject, Amount):
            return _amounts(op, subject, self._amount(right, subject))
        if isinstance(subject, Answer) and isinstance(right, tree.Literal) and op in ("=", "!="):
            holds = subject.options.get(str(right.value), z3.BoolVal(False))
            found = decided(subject.known, holds)
            return found if op == "=" else found.turned()
        if isinstance(subject, Moment) or isinstance(left, tree.Arith):
            return self._order(left, right, None).truth(_TIMING[op])
        raise UntranslatableError(f"{to_text(tree.Compare(op, left, right))}")  # type: ignore[arg-type]

    def _counted(self, op: str, count: tree.PeriodBetween, number: Node) -> Truth:
        since, until = self._moment(count.low), self._moment(count.high)
        if isinstance(since, Moment) and isinstance(until, Moment) and isinstance(number, tree.Literal):
            value = number.value
            if isinstance(value, int) and op in _TIMING and op != "=":
                return counted(count.unit, since, until, op, value)
        raise UntranslatableError(f"{to_text(count)} {op} {to_text(number)}")

    def _amount(self, node: Node, beside: Amount) -> Amount:
        found = self.env.get(node.name) if isinstance(node, tree.Name) else None
        if isinstance(found, Amount) and found.unit == beside.unit:
            return found
        if isinstance(node, tree.Literal):
            return Amount(z3.BoolVal(True), _number(node.value, beside.unit))
        raise UntranslatableError(f"{to_text(node)} as a number")

    def _moment(self, node: Node) -> Moment | Shifted:
        found = self.env.get(node.name) if isinstance(node, tree.Name) else None
        if isinstance(found, Moment):
            return found
        if isinstance(node, tree.Arith) and node.op in ("+", "-") and isinstance(node.right, tree.Literal):
            base = self._moment(node.left)
            if isinstance(base, Moment) and isinstance(node.right.value, Quantity):
                return Shifted(base, node.right.value, 1 if node.op == "+" else -1)
        if isinstance(node, tree.Call) and node.function == "Min":
            listed = node.arguments[0]
            moments = [self._moment(each) for each in (listed.items if isinstance(listed, tree.ListOf) else ())]
            if moments and all(isinstance(each, Moment) for each in moments):
                return least([each for each in moments if isinstance(each, Moment)])
        raise UntranslatableError(f"{to_text(node)} as a date")

    def _order(self, left: Node, right: Node, precision: str | None) -> Order:
        a, b = self._moment(left), self._moment(right)
        if isinstance(a, Shifted) and _is_now(a.base):
            a = self._from_now(a)
        if isinstance(b, Shifted) and _is_now(b.base):
            b = self._from_now(b)
        if isinstance(a, Moment) and _is_now(a) and isinstance(b, Shifted):
            return self._now_beside(a, b, precision)
        if isinstance(b, Moment) and _is_now(b) and isinstance(a, Shifted):
            return self._now_beside(b, a, precision).flipped()
        if precision != "day":
            raise UntranslatableError(f"{to_text(left)} beside {to_text(right)} needs `day of`")
        return in_order(*(moved(each) if isinstance(each, Shifted) else each for each in (a, b)))

    def _from_now(self, shifted: Shifted) -> Moment:
        if shifted.sign > 0 and in_months(shifted.quantity) is not None:
            raise UntranslatableError(f"as-of plus {shifted.quantity}")
        days = z3.IntVal(0) + shifted.sign * self.calendar.limits(shifted.quantity)[2]
        return replace(shifted.base, name="now", low=days, high=days)

    def _now_beside(self, now: Moment, shifted: Shifted, precision: str | None) -> Order:
        """The as-of beside a date plus a quantity."""
        if shifted.sign < 0:
            raise UntranslatableError(f"{shifted.base.name} minus {shifted.quantity} beside as-of")
        if in_minutes(shifted.quantity) is not None:
            return to_the_minute(now, shifted)
        if precision != "day":
            raise UntranslatableError(f"{shifted.base.name} + {shifted.quantity} needs `day of`")
        base, (reached, passed, _) = shifted.base, self.calendar.limits(shifted.quantity)
        months = _whole_months(shifted.quantity)
        ago, units = -base.low, z3.If(base.year, z3.IntVal(_whole_years(shifted.quantity)), z3.IntVal(months))
        return Order(
            z3.And(base.known, z3.If(base.day, ago < reached, base.back < units)),
            z3.And(base.known, base.day, ago >= reached, ago < passed),
            z3.And(base.known, z3.If(base.day, ago >= passed, base.back > units)),
        )


def _is_now(moment: Moment) -> bool:
    return moment.name == AS_OF


def _whole_months(quantity: Quantity) -> int:
    months = in_months(quantity)
    return months if months is not None else (in_days(quantity) or 0) // 30


def _whole_years(quantity: Quantity) -> int:
    months = in_months(quantity)
    return months // 12 if months is not None else (in_days(quantity) or 0) // 365


def _amounts(op: str, a: Amount, b: Amount) -> Truth:
    x, y = a.value, b.value
    holds = {"<": x < y, "<=": x <= y, ">": x > y, ">=": x >= y, "=": x == y, "!=": x != y}[op]
    return decided(z3.And(a.known, b.known), holds)


def _number(value: object, unit: str | None) -> Any:
    if isinstance(value, Quantity):
        value = convert(value, unit or "1").value
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise UntranslatableError(f"{value!r} as a number")
    return z3.RealVal(str(value)) if unit is not None or isinstance(value, Decimal) else z3.IntVal(value)


def _coalesced(parts: list[Truth]) -> Truth:
    result = parts[-1]
    for part in reversed(parts[:-1]):
        result = Truth(
            z3.Or(part.yes, z3.And(part.unknown, result.yes)), z3.Or(part.no, z3.And(part.unknown, result.no))
        )
    return result


def features_read(book: Rulebook, also: Iterable[str] = ()) -> Mapping[str, None]:
    """The features that some rule reads, and `also`; in order of name."""
    read = {name for entry in book.entries for name in entry.reads if name not in book.by_conclusion}
    return dict.fromkeys(sorted(read | set(also)))
