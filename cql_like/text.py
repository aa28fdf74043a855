"""A tree back to CQL: one canonical text, with brackets only where the grammar needs them.

`parse(to_text(node)) == node` for every tree the parser can make.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from cql_like import parser, tree
from cql_like.quantity import Quantity
from cql_like.temporal import Date, DateTime, Time
from cql_like.tokens import quote
from cql_like.tree import Node

_LOOSE: Final = 0


def to_text(node: Node) -> str:
    """`node` as CQL, on one line. Names are always quoted."""
    return _at(node, _LOOSE)


def constant_text(value: Any) -> str:
    """A value as a CQL literal: true, 3, 2.5, 'text', @2026-01, 200 'mL', null."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, str):
        return quote(value, "'")
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text if "." in text else text + ".0"
    if isinstance(value, DateTime):
        return f"@{value}" + ("" if len(value.parts) > 3 else "T")
    if isinstance(value, Quantity):
        unit = str(value).partition(" ")[2]
        return f"{value.value:f} " + (quote(value.unit, "'") if unit.startswith("'") else unit)
    return {Date: "@", Time: "@T"}.get(type(value), "") + str(value)


def level(node: Node) -> int:
    """How tightly the node's outermost operator binds."""
    if isinstance(node, tree.Logic):
        return parser.LOGIC[node.op]
    if isinstance(node, tree.Compare):
        return parser.COMPARE[node.op]
    if isinstance(node, tree.Arith):
        return parser.ARITH[node.op]
    if isinstance(node, tree.Literal):
        return parser.SIGN if constant_text(node.value).startswith("-") else parser.PRIMARY
    return _LEVELS.get(type(node), parser.PRIMARY)


def _at(node: Node, least: int) -> str:
    text = _WRITERS[type(node)](node)
    return text if level(node) >= least else f"({text})"


def _sides(node: Any, phrase: str) -> str:
    """Left-associative: the right side must bind more tightly."""
    own = level(node)
    return f"{_at(node.left, own)} {phrase} {_at(node.right, own + 1)}"


def _timing(node: tree.Timing) -> str:
    if node.op == "same as":
        return _sides(node, f"same {node.precision} as" if node.precision else "same as")
    return _sides(node, f"{node.op} {node.precision} of" if node.precision else node.op)


def _membership(node: tree.Membership) -> str:
    return _sides(node, f"{node.op} {node.precision} of" if node.precision else node.op)


def _is(node: tree.Is) -> str:
    return f"{_at(node.operand, parser.IS)} is {'not ' if node.negated else ''}{node.test}"


def _between(node: tree.Between) -> str:
    low, high = _at(node.low, parser.TERM), _at(node.high, parser.TERM)
    return f"{_at(node.operand, parser.BETWEEN)} between {low} and {high}"


def _period(node: tree.PeriodBetween | tree.DifferenceBetween) -> str:
    form = "" if isinstance(node, tree.PeriodBetween) else "difference in "
    return f"{form}{node.unit} between {_at(node.low, parser.TERM)} and {_at(node.high, parser.TERM)}"


def _length(node: tree.DurationOf | tree.DifferenceOf) -> str:
    form = "duration" if isinstance(node, tree.DurationOf) else "difference"
    return f"{form} in {node.unit} of {_at(node.operand, parser.SIGN)}"


def _case(node: tree.Case) -> str:
    comparand = "" if node.comparand is None else f" {to_text(node.comparand)}"
    branches = " ".join(map(to_text, node.branches))
    return f"case{comparand} {branches} else {to_text(node.otherwise)} end"


def _listed(nodes: tuple[Node, ...]) -> str:
    return ", ".join(map(to_text, nodes))


def _interval(node: tree.IntervalOf) -> str:
    opening, closing = "(["[node.low_closed], ")]"[node.high_closed]
    return f"Interval{opening}{_listed((node.low, node.high))}{closing}"


_LEVELS: Final[dict[type[Node], int]] = {
    tree.Membership: parser.MEMBER, tree.Timing: parser.TIMING,
    tree.Between: parser.BETWEEN, tree.Exists: parser.EXISTS, tree.Not: parser.NOT,
    tree.Is: parser.IS, tree.PeriodBetween: parser.IS, tree.DifferenceBetween: parser.IS,
    tree.DurationOf: parser.SIGN, tree.DifferenceOf: parser.SIGN,
    tree.Boundary: parser.SIGN, tree.Component: parser.SIGN, tree.Negate: parser.SIGN, tree.If: _LOOSE,
}  # fmt: skip
_WRITERS: Final[dict[type[Node], Callable[[Any], str]]] = {
    tree.Literal: lambda node: constant_text(node.value),
    tree.Name: lambda node: quote(node.name, '"'),
    tree.Not: lambda node: f"not {_at(node.operand, parser.NOT)}",
    tree.Exists: lambda node: f"exists {_at(node.operand, parser.EXISTS)}",
    tree.Negate: lambda node: f"-{_at(node.operand, parser.SIGN)}",
    tree.Logic: lambda node: _sides(node, node.op),
    tree.Compare: lambda node: _sides(node, node.op),
    tree.Arith: lambda node: _sides(node, node.op),
    tree.Is: _is, tree.Between: _between, tree.Membership: _membership, tree.Timing: _timing,
    tree.PeriodBetween: _period, tree.DifferenceBetween: _period, tree.DurationOf: _length, tree.DifferenceOf: _length,
    tree.Boundary: lambda node: f"{node.which} of {_at(node.operand, parser.SIGN)}",
    tree.Component: lambda node: f"{node.part} from {_at(node.operand, parser.SIGN)}",
    tree.If: lambda node: f"if {to_text(node.condition)} then {to_text(node.then)} else {to_text(node.otherwise)}",
    tree.When: lambda node: f"when {to_text(node.condition)} then {to_text(node.then)}",
    tree.Case: _case,
    tree.Call: lambda node: f"{node.function}({_listed(node.arguments)})",
    tree.ListOf: lambda node: f"{{{_listed(node.items)}}}",
    tree.IntervalOf: _interval,
}  # fmt: skip
