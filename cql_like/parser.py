"""Tokens to tree, by precedence climbing over CQL 1.5's own grammar.

The levels run from loose to tight as the grammar's alternatives do; TERM and above is its `expressionTerm`. `not` binds
more tightly than any comparison, and `is` more tightly than `not`: `not a = b` is `(not a) = b`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

from cql_like import tree
from cql_like.cursor import PLURAL_UNITS, UNIT_WORDS, Cursor
from cql_like.temporal import PRECISIONS
from cql_like.tokens import NUMBER, QUOTED, STRING, TEMPORAL
from cql_like.tree import Node

Read = TypeVar("Read")
IMPLIES, OR, AND, MEMBER, EQUAL, TIMING, ORDER, BETWEEN, EXISTS, NOT, IS = range(1, 12)
TERM = ADD = 12
MULTIPLY, POWER, SIGN, PRIMARY = range(13, 17)

LOGIC: Final = {"implies": IMPLIES, "or": OR, "xor": OR, "and": AND}
COMPARE: Final = {"=": EQUAL, "!=": EQUAL, "~": EQUAL, "!~": EQUAL, "<": ORDER, "<=": ORDER, ">": ORDER, ">=": ORDER}
ARITH: Final = {**dict.fromkeys("+-&", ADD), **dict.fromkeys(("*", "/", "div", "mod"), MULTIPLY), "^": POWER}
_TWO_SIDED: Final[dict[str, type[tree.Logic] | type[tree.Compare] | type[tree.Arith]]] = {
    **dict.fromkeys(LOGIC, tree.Logic), **dict.fromkeys(COMPARE, tree.Compare), **dict.fromkeys(ARITH, tree.Arith)
}  # fmt: skip
_COMPONENTS: Final = frozenset(PRECISIONS) | {"date"}
_RESERVED: Final = frozenset(
    """
    after and as asc before between by case cast collapse contains context convert define desc difference
    distinct div duration during else end ends except exists expand false flatten from if implies in include
    included includes intersect is let library maximum meets minimum mod not null occurs of on or overlaps
    parameter point predecessor private properly public return same singleton sort start starts successor such
    then timezoneoffset to true union using when where width with within without xor
    """.split()  # noqa: SIM905 - a list of words reads best as words
)


def parse(text: str) -> Node:
    """One expression. CqlSyntaxError gives line, column and what was expected."""
    return Parser(text).guarded(Parser.whole)


class Parser(Cursor):
    """`expression` reads what binds at least as tightly as `least`; the others read one form each."""

    def guarded(self, read: Callable[[Any], Read]) -> Read:
        """What `read` reads; nesting beyond Python's own limit is a syntax error as well."""
        try:
            return read(self)
        except RecursionError as error:
            raise self.error("nested too deeply") from error

    def whole(self) -> Node:
        node = self.expression()
        self.finish()
        return node

    def expression(self, least: int = IMPLIES) -> Node:
        start = self.tokens[self.at][2]
        node = self.head(start)
        while (level := _LEVELS.get(self.kind, 0)) >= least:
            build = _TWO_SIDED.get(self.kind)
            if build is None:
                node = _PHRASES[self.kind](self, node, start)
            else:
                op = self.step()[1]
                right = self.expression(level + 1)
                node = build(cast(Any, op), node, right, span=self.span(start))
        return node

    def head(self, start: int) -> Node:
        """An operand, with the operators that stand in front of it."""
        kind = self.kind
        if kind == QUOTED:
            return tree.Name(self.step()[1], span=self.span(start))
        read = _HEADS.get(kind)
        if read is not None:
            return read(self, start)
        if kind in _RESERVED or kind in UNIT_WORDS or not (kind[0].isalpha() or kind[0] == "_"):
            raise self.error("expected an expression")
        word = self.step()[1]
        if self.take("("):
            arguments = self.items(")")
            return tree.Call(word, arguments, span=self.span(start))
        return tree.Name(word, span=self.span(start))

    def items(self, close: str) -> tuple[Node, ...]:
        """Expressions between commas, and the closing bracket."""
        if self.take(close):
            return ()
        found = [self.expression()]
        while self.take(","):
            found.append(self.expression())
        self.need(close)
        return tuple(found)

    # What follows an operand.

    def is_test(self, left: Node, start: int) -> Node:
        self.need("is")
        negated = self.take("not")
        test = self.one_of("null", "true", "false")
        return tree.Is(left, cast(Any, test), negated, span=self.span(start))

    def between(self, left: Node, start: int) -> Node:
        self.need("between")
        low = self.expression(TERM)
        self.need("and")
        high = self.expression(TERM)
        return tree.Between(left, low, high, span=self.span(start))

    def membership(self, left: Node, start: int) -> Node:
        op, precision = self.step()[1], self.precision_of()
        right = self.expression(MEMBER + 1)
        return tree.Membership(cast(Any, op), left, right, precision, span=self.span(start))

    def during(self, left: Node, start: int) -> Node:
        if self.step()[1] == "included":
            self.need("in")
        precision = self.precision_of()
        right = self.expression(TIMING + 1)
        return tree.Membership("in", left, right, precision, span=self.span(start))

    def timing(self, left: Node, start: int) -> Node:
        op, precision = self.same() if self.take("same") else self.before_or_after()
        right = self.expression(TIMING + 1)
        return tree.Timing(cast(Any, op), precision, left, right, span=self.span(start))

    def same(self) -> tuple[str, str | None]:
        precision = self.step()[1] if self.kind in PRECISIONS else None
        if self.one_of("as", "or") == "as":
            return "same as", precision
        return "on or " + self.one_of("before", "after"), precision

    def before_or_after(self) -> tuple[str, str | None]:
        prefix = "on or " if self.take("on") else ""
        if prefix:
            self.need("or")
        op = self.one_of("before", "after")
        if not prefix and self.kind == "or" and self.follows("on"):
            self.need("or", "on")
            prefix = "on or "
        return prefix + op, self.precision_of()

    # What stands in front of an operand, or is one.

    def literal(self, start: int) -> Node:
        value = self.constant()
        return tree.Literal(value, span=self.span(start))

    def in_front(self, start: int) -> Node:
        build, level = _IN_FRONT[self.step()[1]]
        operand = self.expression(level)
        return build(operand, span=self.span(start))

    def plus(self, _: int) -> Node:
        self.need("+")
        return self.expression(SIGN)

    def group(self, _: int) -> Node:
        self.need("(")
        node = self.expression()
        self.need(")")
        return node

    def list_of(self, start: int) -> Node:
        self.need("{")
        items = self.items("}")
        return tree.ListOf(items, span=self.span(start))

    def interval(self, start: int) -> Node:
        self.need("Interval")
        low_closed = self.one_of("[", "(") == "["
        low = self.expression()
        self.need(",")
        high = self.expression()
        high_closed = self.one_of("]", ")") == "]"
        return tree.IntervalOf(low, high, low_closed, high_closed, span=self.span(start))

    def condition(self, start: int) -> Node:
        self.need("if")
        test = self.expression()
        self.need("then")
        then = self.expression()
        self.need("else")
        otherwise = self.expression()
        return tree.If(test, then, otherwise, span=self.span(start))

    def case(self, start: int) -> Node:
        self.need("case")
        comparand = None if self.kind == "when" else self.expression()
        branches = [self.branch()]
        while self.kind == "when":
            branches.append(self.branch())
        self.need("else")
        otherwise = self.expression()
        self.need("end")
        return tree.Case(comparand, tuple(branches), otherwise, span=self.span(start))

    def branch(self) -> tree.When:
        start = self.start
        self.need("when")
        test = self.expression()
        self.need("then")
        then = self.expression()
        return tree.When(test, then, span=self.span(start))

    def boundary(self, start: int) -> Node:
        which = self.one_of("start", "end")
        self.need("of")
        operand = self.expression(SIGN)
        return tree.Boundary(cast(Any, which), operand, span=self.span(start))

    def component(self, start: int) -> Node:
        part = self.step()[1]
        self.need("from")
        operand = self.expression(SIGN)
        return tree.Component(part, operand, span=self.span(start))

    def period(self, start: int) -> Node:
        """`months between`, `duration in months between`, `duration in months of`, and the same with `difference`."""
        form = "" if self.kind in PLURAL_UNITS else self.one_of("duration", "difference")
        if form:
            self.need("in")
        unit = self.unit()
        if form and self.take("of"):
            operand = self.expression(SIGN)
            single = tree.DifferenceOf if form == "difference" else tree.DurationOf
            return single(unit, operand, span=self.span(start))
        self.need("between")
        low = self.expression(TERM)
        self.need("and")
        high = self.expression(TERM)
        double = tree.DifferenceBetween if form == "difference" else tree.PeriodBetween
        return double(unit, low, high, span=self.span(start))


_IN_FRONT: Final = {"not": (tree.Not, NOT), "exists": (tree.Exists, EXISTS), "-": (tree.Negate, SIGN)}
_PHRASES: Final = {
    "is": Parser.is_test, "between": Parser.between, "in": Parser.membership, "contains": Parser.membership,
    "during": Parser.during, "included": Parser.during,
    "same": Parser.timing, "before": Parser.timing, "after": Parser.timing, "on": Parser.timing,
}  # fmt: skip
_LEVELS: Final = {
    **LOGIC, **COMPARE, **ARITH, **dict.fromkeys(_PHRASES, TIMING),
    "is": IS, "between": BETWEEN, "in": MEMBER, "contains": MEMBER,
}  # fmt: skip
_HEADS: Final = {
    **dict.fromkeys((NUMBER, STRING, TEMPORAL, "true", "false", "null"), Parser.literal),
    **dict.fromkeys(_IN_FRONT, Parser.in_front), "+": Parser.plus, "(": Parser.group, "{": Parser.list_of,
    "Interval": Parser.interval, "if": Parser.condition, "case": Parser.case,
    "start": Parser.boundary, "end": Parser.boundary, **dict.fromkeys(_COMPONENTS, Parser.component),
    **dict.fromkeys((*PLURAL_UNITS, "duration", "difference"), Parser.period),
}  # fmt: skip
