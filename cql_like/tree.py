"""The tree of an expression. Every node knows its place in the text; two trees are equal if they say the same.

A negative number is Negate of a literal, as in CQL. `value` of a Literal is compared together with its type, so 1, 1.0
and true are three different literals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from operator import is_
from typing import Any
from typing import Literal as OneOf

from cql_like.frozen import NOWHERE, Frozen, Span, aside, replace
from cql_like.quantity import Quantity
from cql_like.temporal import Date, DateTime, Time

Constant = bool | int | Decimal | str | Date | DateTime | Time | Quantity | None
LogicOp = OneOf["and", "or", "xor", "implies"]
CompareOp = OneOf["=", "!=", "<", ">", "<=", ">=", "~", "!~"]
ArithOp = OneOf["+", "-", "*", "/", "div", "mod", "^", "&"]
TimingOp = OneOf["same as", "before", "after", "on or before", "on or after"]


class Node(Frozen):
    """Base of all nodes."""

    span: Span = aside(default=NOWHERE, kw_only=True)


class Literal(Node):
    value: Constant

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Literal) and type(self.value) is type(other.value) and self.value == other.value

    def __hash__(self) -> int:
        return hash((type(self.value).__name__, self.value))


class Name(Node):
    name: str


class Not(Node):
    operand: Node


class Negate(Node):
    operand: Node


class Exists(Node):
    operand: Node


class Logic(Node):
    op: LogicOp
    left: Node
    right: Node


class Is(Node):
    operand: Node
    test: OneOf["null", "true", "false"]
    negated: bool = False


class Compare(Node):
    op: CompareOp
    left: Node
    right: Node


class Arith(Node):
    op: ArithOp
    left: Node
    right: Node


class Between(Node):
    """`operand` between `low` and `high`, both included."""

    operand: Node
    low: Node
    high: Node


class Membership(Node):
    """`in`: left is a point, right a list or interval; `contains`: the other way round."""

    op: OneOf["in", "contains"]
    left: Node
    right: Node
    precision: str | None = None


class Timing(Node):
    """Comparison in time, to a precision ("day") if one is given. `same day or after` is "on or after" day."""

    op: TimingOp
    precision: str | None
    left: Node
    right: Node


class PeriodBetween(Node):
    """Whole periods, `months between low and high`. `unit` is plural."""

    unit: str
    low: Node
    high: Node


class DifferenceBetween(Node):
    """Boundaries crossed, `difference in months between low and high`."""

    unit: str
    low: Node
    high: Node


class DurationOf(Node):
    """`duration in days of` an interval."""

    unit: str
    operand: Node


class DifferenceOf(Node):
    """`difference in days of` an interval."""

    unit: str
    operand: Node


class Boundary(Node):
    """`start of` or `end of` an interval."""

    which: OneOf["start", "end"]
    operand: Node


class Component(Node):
    """`year from`, `month from`, …, `date from` a date or moment."""

    part: str
    operand: Node


class If(Node):
    condition: Node
    then: Node
    otherwise: Node


class When(Node):
    """One branch of a Case."""

    condition: Node
    then: Node


class Case(Node):
    """`case comparand when … then … else … end`; without a comparand each condition is a Boolean."""

    comparand: Node | None
    branches: tuple[When, ...]
    otherwise: Node


class Call(Node):
    function: str
    arguments: tuple[Node, ...]


class ListOf(Node):
    items: tuple[Node, ...]


class IntervalOf(Node):
    low: Node
    high: Node
    low_closed: bool = True
    high_closed: bool = True


_PARTS: dict[type[Node], tuple[str, ...]] = {
    Literal: (), Name: (), Not: ("operand",), Negate: ("operand",), Exists: ("operand",), Is: ("operand",),
    Between: ("operand", "low", "high"), DurationOf: ("operand",), DifferenceOf: ("operand",), Boundary: ("operand",),
    PeriodBetween: ("low", "high"), DifferenceBetween: ("low", "high"), IntervalOf: ("low", "high"),
    Component: ("operand",), If: ("condition", "then", "otherwise"), When: ("condition", "then"),
}  # fmt: skip
_SIDES = ("left", "right")


_ITEMS: dict[type[Node], str] = {Call: "arguments", ListOf: "items"}


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below, in the order they are written."""
    kind = type(node)
    if kind in _ITEMS:
        items: tuple[Node, ...] = getattr(node, _ITEMS[kind])
        return items
    if isinstance(node, Case):
        return (*(() if node.comparand is None else (node.comparand,)), *node.branches, node.otherwise)
    return tuple([getattr(node, part) for part in _PARTS.get(kind, _SIDES)])


def rebuilt(node: Node, change: Callable[[Node], Node]) -> Node:
    """The node with `change` made to each of the nodes directly below; the node itself if none of them differs."""
    below = children(node)
    changed: tuple[Any, ...] = tuple([change(each) for each in below])
    if all(map(is_, changed, below)):
        return node
    kind = type(node)
    parts: dict[str, Any] = dict(zip(_PARTS.get(kind, _SIDES), changed, strict=False))
    if kind in _ITEMS:
        parts = {_ITEMS[kind]: changed}
    elif isinstance(node, Case):
        first = node.comparand is not None
        parts = {"comparand": changed[0] if first else None, "branches": changed[first:-1], "otherwise": changed[-1]}
    return replace(node, **parts)


def with_constants(node: Node, constants: Mapping[str, Any]) -> Node:
    """The tree with every name that has a constant replaced by it, so that it is worked out once."""
    if isinstance(node, Name):
        return Literal(constants[node.name]) if node.name in constants else node
    return rebuilt(node, lambda below: with_constants(below, constants))


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, top down, left to right."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        yield here
        waiting.extend(reversed(children(here)))


def names(node: Node) -> frozenset[str]:
    """Every name the expression reads."""
    return frozenset([each.name for each in walk(node) if isinstance(each, Name)])


def spell_out(node: Node) -> Node:
    """The tree with every `x in {a, b}` written as `x = a or x = b`.

    In CQL null in a list is false, so an unknown `x` would quietly be a no; spelled out it stays unknown.
    """
    spelled = rebuilt(node, spell_out)
    if isinstance(spelled, Membership):
        point, holder = (spelled.left, spelled.right) if spelled.op == "in" else (spelled.right, spelled.left)
        if isinstance(holder, ListOf) and holder.items and Literal(None) not in holder.items:
            return _any_equal(point, holder.items, node.span)
    return spelled


def _any_equal(point: Node, items: tuple[Node, ...], span: Span) -> Node:
    first, *rest = (Compare("=", point, item, span=span) for item in items)
    result: Node = first
    for each in rest:
        result = Logic("or", result, each, span=span)
    return result
