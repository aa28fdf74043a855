"""An expression as an English sentence that can be read aloud, with the grouping the tree has.

`clause` says what is true or false, `term` names a value. Groups inside a group say "either … or", "both … and"; deeper
ones stand in brackets as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from cql_like import tree
from cql_like.quantity import CALENDAR_UNITS, Quantity
from cql_like.temporal import Date, DateTime
from cql_like.tree import Constant, Node

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_RELATION: Final = {
    "=": "{} is {}", "!=": "{} is not {}", "<": "{} is less than {}", ">": "{} is more than {}",
    "<=": "{} is {} or less", ">=": "{} is {} or more", "~": "{} is much the same as {}", "!~": "{} is not like {}",
}  # fmt: skip
_OPPOSITE: Final = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">", "~": "!~", "!~": "~"}
_RECORDED: Final = {
    ("null", False): "{} is not recorded", ("null", True): "{} is recorded",
    ("true", False): "{} is recorded as yes", ("true", True): "{} is not recorded as yes",
    ("false", False): "{} is recorded as no", ("false", True): "{} is not recorded as no",
}  # fmt: skip
_CERTAIN: Final = {
    ("null", False): "it is unknown whether {}", ("null", True): "it is known whether {}",
    ("true", False): "it is certain that {}", ("true", True): "it is not certain that {}",
    ("false", False): "it is ruled out that {}", ("false", True): "it is not ruled out that {}",
}  # fmt: skip
_SUMS: Final = {"*": "times", "/": "divided by", "div": "divided by", "^": "to the power of", "&": "followed by"}
_CALLS: Final = {
    "Coalesce": "the first that is recorded of {}", "First": "the first of {}", "Last": "the last of {}",
    "Count": "the number of {}", "Min": "the least of {}", "Max": "the greatest of {}", "Sum": "the sum of {}",
    "Abs": "the size of {}", "Length": "the length of {}", "ToDate": "the date of {}", "ToDateTime": "the time of {}",
    "ToDecimal": "{}", "AllTrue": "all of {} hold", "AnyTrue": "any of {} holds",
}  # fmt: skip
_TRUTHS: Final = (
    tree.Logic, tree.Not, tree.Is, tree.Compare, tree.Between, tree.Membership, tree.Timing, tree.Exists
)  # fmt: skip


def say(node: Node, wording: Mapping[str, str] | Callable[[str], str]) -> str:
    """`node` in words, without a capital or a full stop.

    `wording` gives each name its title, as it reads inside a sentence. A name that a mapping lacks is said as written.
    """
    title = wording if callable(wording) else lambda name: wording.get(name, name)
    return _Speaker(title).clause(node, 0)


class _Speaker:
    def __init__(self, title: Callable[[str], str]) -> None:
        self.title = title

    def clause(self, node: Node, depth: int = 1) -> str:
        """What `node` claims; `depth` counts the groups around it."""
        say_it = _CLAUSES.get(type(node))
        return self.term(node) if say_it is None else say_it(self, node, depth)

    def term(self, node: Node) -> str:
        """What `node` names."""
        if isinstance(node, _TRUTHS):
            return f"({self.clause(node)})"
        return _TERMS[type(node)](self, node)

    def logic(self, node: tree.Logic, depth: int) -> str:
        if node.op == "implies":
            text = f"if {self.clause(node.left, depth + 1)}, then {self.clause(node.right, depth + 1)}"
        elif node.op == "xor":
            text = f"either {self.clause(node.left, depth + 1)} or {self.clause(node.right, depth + 1)}, but not both"
        else:
            text = self.group(node.op, [self.clause(each, depth + 1) for each in _chain(node.op, node)], depth)
        return f"({text})" if depth > 1 or (depth and node.op in ("implies", "xor")) else text

    def group(self, op: str, parts: list[str], depth: int) -> str:
        if depth == 0:
            return ("either " if op == "or" else "") + _joined(parts, f", {op} ")
        if len(parts) == 2:
            return ("either " if op == "or" else "both ") + f" {op} ".join(parts)
        return ("any of " if op == "or" else "all of ") + _joined(parts, f", {op} ")

    def negation(self, node: tree.Not, depth: int) -> str:
        inner = node.operand
        if isinstance(inner, tree.Compare):
            return self.comparison(tree.Compare(_OPPOSITE[inner.op], inner.left, inner.right), depth)  # type: ignore[arg-type]
        if isinstance(inner, tree.Is):
            return self.test(tree.Is(inner.operand, inner.test, not inner.negated), depth)
        if isinstance(inner, tree.Not):
            return self.clause(inner.operand, depth)
        return (
            f"not {self.term(inner)}" if isinstance(inner, tree.Name) else f"it is not so that {self.clause(inner, 2)}"
        )

    def test(self, node: tree.Is, depth: int) -> str:
        form = (node.test, node.negated)
        if isinstance(node.operand, _TRUTHS):
            return _CERTAIN[form].format(self.clause(node.operand, max(depth, 1) + 1))
        return _RECORDED[form].format(self.term(node.operand))

    def comparison(self, node: tree.Compare, _: int) -> str:
        return _RELATION[node.op].format(self.term(node.left), self.term(node.right))

    def between(self, node: tree.Between, _: int) -> str:
        return f"{self.term(node.operand)} is from {self.term(node.low)} to {self.term(node.high)}"

    def membership(self, node: tree.Membership, _: int) -> str:
        point, holder = (node.left, node.right) if node.op == "in" else (node.right, node.left)
        precise = f" by the {node.precision}" if node.precision else ""
        if isinstance(holder, tree.ListOf) and len(holder.items) == 1:
            return f"{self.term(point)} is {self.term(holder.items[0])}"
        relation = "is one of" if isinstance(holder, tree.ListOf) else "is within"
        return f"{self.term(point)} {relation} {self.term(holder)}{precise}"

    def timing(self, node: tree.Timing, _: int) -> str:
        left, right, precision = self.term(node.left), self.term(node.right), node.precision
        if node.op == "same as":
            return (
                f"{left} is on the same {precision} as {right}"
                if precision
                else f"{left} is at the same time as {right}"
            )
        return f"{left} is {node.op} {f'the {precision} of ' if precision else ''}{right}"

    def any_of(self, node: tree.Exists, _: int) -> str:
        return f"there is any {self.term(node.operand)}"

    def name(self, node: tree.Name) -> str:
        return self.title(node.name)

    def sum(self, node: tree.Arith) -> str:
        left, right = self.operand(node.left), self.operand(node.right)
        if node.op == "mod":
            return f"the remainder of {left} divided by {right}"
        if node.op in _SUMS:
            return f"{left} {_SUMS[node.op]} {right}"
        if _is_time(node.right):
            return f"{right} {'after' if node.op == '+' else 'before'} {left}"
        return f"{left} {'plus' if node.op == '+' else 'minus'} {right}"

    def operand(self, node: Node) -> str:
        return f"({self.term(node)})" if isinstance(node, tree.Arith | tree.If | tree.Case) else self.term(node)

    def period(self, node: tree.PeriodBetween | tree.DifferenceBetween) -> str:
        what = f"whole {node.unit}" if isinstance(node, tree.PeriodBetween) else f"new {node.unit}"
        return f"the number of {what} from {self.term(node.low)} to {self.term(node.high)}"

    def length(self, node: tree.DurationOf | tree.DifferenceOf) -> str:
        return f"the number of {node.unit} in {self.term(node.operand)}"

    def choice(self, node: tree.If) -> str:
        return f"{self.term(node.then)} if {self.clause(node.condition)}, otherwise {self.term(node.otherwise)}"

    def case(self, node: tree.Case) -> str:
        about = "" if node.comparand is None else f"{self.term(node.comparand)} is "
        branches = [f"{self.term(each.then)} if {about}{self.clause(each.condition)}" for each in node.branches]
        return ", ".join([*branches, f"otherwise {self.term(node.otherwise)}"])

    def call(self, node: tree.Call) -> str:
        arguments = _joined([self.term(each) for each in node.arguments], " and ")
        return _CALLS.get(node.function, node.function + " of {}").format(arguments)

    def listed(self, node: tree.ListOf) -> str:
        return _joined([self.term(each) for each in node.items], " or ") if node.items else "nothing"

    def interval(self, node: tree.IntervalOf) -> str:
        low = "" if node.low_closed else " (not included)"
        return f"{self.term(node.low)}{low} to {self.term(node.high)}" + ("" if node.high_closed else " (not included)")


def _constant(value: Constant) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "nothing"}[value]
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Quantity):
        return str(value).replace("'", "")
    if isinstance(value, Date | DateTime):
        return _moment(value)
    return str(value)


def _moment(value: Date | DateTime) -> str:
    year, *rest = value.parts[:3]
    day = " ".join([*(str(part) for part in rest[1:]), *(_MONTHS[part - 1] for part in rest[:1]), str(year)])
    _, _, clock = str(value).partition("T")
    return f"{day} at {clock.replace('Z', ' UTC')}" if clock else day


def _is_time(node: Node) -> bool:
    return isinstance(node, tree.Literal) and isinstance(node.value, Quantity) and node.value.unit in CALENDAR_UNITS


def _chain(op: str, node: Node) -> Iterable[Node]:
    if isinstance(node, tree.Logic) and node.op == op:
        return [*_chain(op, node.left), *_chain(op, node.right)]
    return [node]


def _joined(parts: list[str], last: str) -> str:
    return last.join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


_CLAUSES: Final[dict[type[Node], Callable[[_Speaker, Any, int], str]]] = {
    tree.Logic: _Speaker.logic, tree.Not: _Speaker.negation, tree.Is: _Speaker.test, tree.Compare: _Speaker.comparison,
    tree.Between: _Speaker.between, tree.Membership: _Speaker.membership, tree.Timing: _Speaker.timing,
    tree.Exists: _Speaker.any_of,
}  # fmt: skip
_TERMS: Final[dict[type[Node], Callable[[_Speaker, Any], str]]] = {
    tree.Literal: lambda _, node: _constant(node.value), tree.Name: _Speaker.name, tree.Arith: _Speaker.sum,
    tree.Negate: lambda self, node: f"minus {self.operand(node.operand)}", tree.PeriodBetween: _Speaker.period,
    tree.DifferenceBetween: _Speaker.period, tree.DurationOf: _Speaker.length, tree.DifferenceOf: _Speaker.length,
    tree.Boundary: lambda self, node: f"the {node.which} of {self.operand(node.operand)}",
    tree.Component: lambda self, node: f"the {node.part} of {self.operand(node.operand)}", tree.If: _Speaker.choice,
    tree.Case: _Speaker.case, tree.Call: _Speaker.call, tree.ListOf: _Speaker.listed,
    tree.IntervalOf: _Speaker.interval,
}  # fmt: skip
