"""The strict static check: what type an expression has, or where it can never make sense.

It refuses what CQL refuses, and also what CQL would quietly answer with null or always with the same word: a string
that is not among a Choice's values, a number outside a range, units that do not convert, a value that may
be unknown in a list or as the closed end of an interval.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, Final

from cql_like import kinds, tree
from cql_like.errors import CqlTypeError, UnitError
from cql_like.kinds import ANY, BOOLEAN, DATE, DATETIME, DECIMAL, INTEGER, MOMENTS, TIME, IntervalType, ListType, Type
from cql_like.quantity import Quantity, known_unit
from cql_like.results import result_of, type_of_call
from cql_like.temporal import Date, DateTime, Time
from cql_like.text import to_text
from cql_like.tree import Node, names

_CLOCK: Final = frozenset(("hour", "minute", "second", "millisecond"))


def check(node: Node, types: Mapping[str, Type]) -> Type:
    """The type of `node`, where each name has the type `types` gives it. CqlTypeError names the expression at fault."""
    return _Check(types).type_of(node)


class _Check:
    def __init__(self, types: Mapping[str, Type]) -> None:
        self.types = types

    def type_of(self, node: Node) -> Type:
        return _RULES[type(node)](self, node)

    def fail(self, node: Node, message: str) -> CqlTypeError:
        return CqlTypeError(message, to_text(node), node.span.start, node.span.end)

    def must_be(self, node: Node, wanted: str, accepts: Callable[[Type], bool]) -> Type:
        kind = self.type_of(node)
        if kind != ANY and not accepts(kind):
            raise self.fail(node, f"expected {wanted}, not {kind}")
        return kind

    def truth(self, *nodes: Node) -> Type:
        for node in nodes:
            self.must_be(node, "a Boolean", lambda kind: kind == BOOLEAN)
        return BOOLEAN

    def moment(self, node: Node) -> Type:
        return self.must_be(node, "a Date or DateTime", lambda kind: kind in MOMENTS)

    def alike(self, node: Node, left: Type, right: Type) -> None:
        clash = kinds.clash(left, right)
        if clash:
            raise self.fail(node, clash)

    def joined(self, node: Node, found: list[Type]) -> Type:
        result: Type = ANY
        for kind in found:
            both = kinds.join(result, kind)
            if both is None:
                raise self.fail(node, f"{result} and {kind} do not go together")
            result = both
        return result

    def literal(self, node: tree.Literal) -> Type:
        value = node.value
        if isinstance(value, bool) or value is None:
            return ANY if value is None else BOOLEAN
        if isinstance(value, int):
            return kinds.Ranged(value, value)
        if isinstance(value, str):
            return kinds.Choice(value)
        if isinstance(value, Quantity):
            try:
                known_unit(value.unit)
            except UnitError as error:
                raise self.fail(node, str(error)) from error
            return kinds.Quantities(value.unit)
        return {Decimal: DECIMAL, Date: DATE, DateTime: DATETIME, Time: TIME}[type(value)]

    def name(self, node: tree.Name) -> Type:
        found = self.types.get(node.name)
        if found is None:
            close = get_close_matches(node.name, self.types, 1, 0.7)
            raise self.fail(node, f"unknown name {node.name!r}" + (f" (did you mean {close[0]!r}?)" if close else ""))
        return found

    def is_test(self, node: tree.Is) -> Type:
        if node.test == "null":
            self.type_of(node.operand)
        else:
            self.truth(node.operand)
        return BOOLEAN

    def compare(self, node: tree.Compare) -> Type:
        left, right = self.type_of(node.left), self.type_of(node.right)
        if node.op in _ORDERS:
            self.ordered(node, node.op, left, right)
        else:
            self.alike(node, left, right)
        return BOOLEAN

    def ordered(self, node: Node, op: str, left: Type, right: Type) -> None:
        self.alike(node, kinds.loose(left), kinds.loose(right))
        for kind in (left, right):
            if not kinds.is_ordered(kind):
                raise self.fail(node, f"{kind} has no order")
        always = kinds.foregone(op, left, right)
        if always is not None:
            raise self.fail(node, f"always {str(always).lower()}: {left} {op} {right}")

    def between(self, node: tree.Between) -> Type:
        point = self.type_of(node.operand)
        for op, bound in ((">=", node.low), ("<=", node.high)):
            kind = self.type_of(bound)
            self.ordered(node, op, point, kind)
        return BOOLEAN

    def membership(self, node: tree.Membership) -> Type:
        point, holder = (node.left, node.right) if node.op == "in" else (node.right, node.left)
        kind = self.must_be(holder, "a list or an Interval", lambda kind: isinstance(kind, ListType | IntervalType))
        left = self.type_of(point)
        for item in holder.items if isinstance(holder, tree.ListOf) else ():
            self.alike(item, left, self.type_of(item))
        if isinstance(kind, ListType):
            self.alike(node, left, kind.of)
            if not isinstance(point, tree.Literal):
                raise self.fail(node, "null in a list is false, not unknown: use spell_out, or write x = a or x = b")
        elif isinstance(kind, IntervalType):
            self.alike(node, kinds.loose(left), kinds.loose(kind.of))
            self.bounded(holder)
        self.precise(node, node.precision, isinstance(kind, IntervalType), left, kind)
        return BOOLEAN

    def bounded(self, holder: Node) -> None:
        """An unknown closed end would quietly let everything in."""
        if isinstance(holder, tree.IntervalOf):
            for end, closed in ((holder.low, holder.low_closed), (holder.high, holder.high_closed)):
                if closed and names(end):
                    raise self.fail(end, "an end that may be unknown is no end at all: use `between`, or an open end")

    def precise(self, node: Node, precision: str | None, possible: bool, *found: Type) -> None:
        of = [kind.of if isinstance(kind, IntervalType) else kind for kind in found]
        if precision and not (possible and all(kind in (DATE, DATETIME, TIME, ANY) for kind in of)):
            raise self.fail(node, f"'{precision} of' needs dates or moments")
        if precision in _CLOCK and DATE in of and not {DATETIME, TIME} & set(of):
            raise self.fail(node, f"a Date has no {precision}")

    def timing(self, node: tree.Timing) -> Type:
        found = [self.must_be(each, "a Date, a DateTime or an Interval of them", _is_timed) for each in _sides(node)]
        left, right = (kind.of if isinstance(kind, IntervalType) else kind for kind in found)
        self.alike(node, left, right)
        self.precise(node, node.precision, True, left, right)
        return BOOLEAN

    def period(self, node: tree.PeriodBetween | tree.DifferenceBetween) -> Type:
        self.countable(node, node.unit, {self.moment(node.low), self.moment(node.high)})
        return INTEGER

    def length(self, node: tree.DurationOf | tree.DifferenceOf) -> Type:
        self.countable(node, node.unit, {self.inner(node.operand, "an Interval of dates or moments", MOMENTS)})
        return INTEGER

    def countable(self, node: Node, unit: str, found: set[Type]) -> None:
        if unit[:-1] in _CLOCK and found == {DATE}:
            raise self.fail(node, f"a Date has no {unit}")

    def boundary(self, node: tree.Boundary) -> Type:
        return self.inner(node.operand, "an Interval", None)

    def inner(self, node: Node, wanted: str, of: frozenset[Type] | None) -> Type:
        def accepts(kind: Type) -> bool:
            return isinstance(kind, IntervalType) and (of is None or kind.of in of)

        kind = self.must_be(node, wanted, accepts)
        return kind.of if isinstance(kind, IntervalType) else ANY

    def component(self, node: tree.Component) -> Type:
        kind = self.must_be(node.operand, "a date or moment", lambda kind: kind in (DATE, DATETIME, TIME))
        if (node.part in _CLOCK and kind == DATE) or (node.part not in _CLOCK and kind == TIME):
            raise self.fail(node, f"a {kind} has no {node.part}")
        return DATE if node.part == "date" else INTEGER

    def arith(self, node: tree.Arith) -> Type:
        left, right = self.type_of(node.left), self.type_of(node.right)
        found = result_of(node.op, left, right)
        if isinstance(found, str):
            raise self.fail(node, found)
        return found

    def negate(self, node: tree.Negate) -> Type:
        kind = self.must_be(node.operand, "a number or an amount", kinds.is_amount)
        return kinds.Ranged(-kind.high, -kind.low) if isinstance(kind, kinds.RangedType) else kind

    def choice(self, node: tree.If) -> Type:
        self.truth(node.condition)
        return self.joined(node, [self.type_of(node.then), self.type_of(node.otherwise)])

    def case(self, node: tree.Case) -> Type:
        comparand = None if node.comparand is None else self.type_of(node.comparand)
        for branch in node.branches:
            if comparand is None:
                self.truth(branch.condition)
            else:
                self.alike(branch.condition, comparand, self.type_of(branch.condition))
        return self.joined(node, [self.type_of(each) for each in (*(b.then for b in node.branches), node.otherwise)])

    def call(self, node: tree.Call) -> Type:
        found = type_of_call(node.function, [self.type_of(each) for each in node.arguments])
        if isinstance(found, str):
            raise self.fail(node, found)
        return found

    def exists(self, node: tree.Exists) -> Type:
        self.must_be(node.operand, "a list", lambda kind: isinstance(kind, ListType))
        return BOOLEAN

    def list_of(self, node: tree.ListOf) -> Type:
        return kinds.Lists(self.joined(node, [self.type_of(each) for each in node.items]))

    def interval_of(self, node: tree.IntervalOf) -> Type:
        found = [self.type_of(node.low), self.type_of(node.high)]
        kind = kinds.loose(self.joined(node, found))
        if not kinds.is_ordered(kind):
            raise self.fail(node, f"{kind} has no order")
        if kinds.foregone(">", *found):
            raise self.fail(node, "the interval is empty")
        return kinds.Intervals(kind)


def _is_timed(kind: Type) -> bool:
    return (kind.of if isinstance(kind, IntervalType) else kind) in (DATE, DATETIME, TIME)


def _sides(node: tree.Timing) -> tuple[Node, Node]:
    return node.left, node.right


_ORDERS: Final = frozenset(("<", ">", "<=", ">="))
_RULES: Final[dict[type[Node], Callable[[_Check, Any], Type]]] = {
    tree.Literal: _Check.literal, tree.Name: _Check.name, tree.Is: _Check.is_test, tree.Compare: _Check.compare,
    tree.Not: lambda self, node: self.truth(node.operand),
    tree.Logic: lambda self, node: self.truth(node.left, node.right),
    tree.Between: _Check.between, tree.Membership: _Check.membership, tree.Timing: _Check.timing,
    tree.PeriodBetween: _Check.period, tree.DifferenceBetween: _Check.period,
    tree.DurationOf: _Check.length, tree.DifferenceOf: _Check.length, tree.Boundary: _Check.boundary,
    tree.Component: _Check.component, tree.Arith: _Check.arith, tree.Negate: _Check.negate, tree.If: _Check.choice,
    tree.Case: _Check.case, tree.Call: _Check.call, tree.Exists: _Check.exists, tree.ListOf: _Check.list_of,
    tree.IntervalOf: _Check.interval_of,
}  # fmt: skip
