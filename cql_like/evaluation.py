"""A tree to one fast function of the values, in three-valued logic. Unknown is None, and so is a name nobody recorded.

Each kind of node becomes one closure; a subtree without names is worked out once. The closures raise nothing for a tree
that passed `check`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

from cql_like import arithmetic, tree
from cql_like.functions import FUNCTIONS, exists
from cql_like.periods import boundaries, whole_periods
from cql_like.temporal import PRECISIONS
from cql_like.tree import Node, names
from cql_like.values import COMPARISONS, Interval, Value, boundary, equivalent, inside, moment_test

Env = Mapping[str, "Value | None"]
Run = Callable[[Env], Any]


def compile_expression(node: Node) -> Callable[[Env], Value | None]:
    """The function of the recorded values that the tree stands for. Compile once, call often."""
    return _compiled(node)


@lru_cache(maxsize=4096)
def _cached(node: Node) -> Run:
    return _compiled(node)


def evaluate(node: Node, env: Env) -> Value | None:
    """What the tree comes to for these values; compiled trees are kept."""
    result: Value | None = _cached(node)(env)
    return result


def _compiled(node: Node) -> Run:
    run = _BUILDERS[type(node)](node)
    if isinstance(node, tree.Literal | tree.Name) or names(node):
        return run
    return _constant(run({}))


def _constant(value: Any) -> Run:
    return lambda _: value


def _literal(node: tree.Literal) -> Run:
    return _constant(node.value)


def _name(node: tree.Name) -> Run:
    name = node.name
    return lambda env: env.get(name)


def _unary(operation: Callable[[Any], Any], operand: Node) -> Run:
    """`operation` of the operand, null if it is null."""
    inner = _compiled(operand)

    def run(env: Env) -> Any:
        value = inner(env)
        return None if value is None else operation(value)

    return run


def _binary(operation: Callable[[Any, Any], Any], left: Node, right: Node) -> Run:
    """`operation` of both, null if either is null. A name and a constant, the commonest pair, needs no inner call."""
    if isinstance(right, tree.Literal) and right.value is not None and isinstance(left, tree.Name):
        return _name_and_constant(operation, left.name, right.value)
    first, second = _compiled(left), _compiled(right)

    def run(env: Env) -> Any:
        a = first(env)
        if a is None:
            return None
        b = second(env)
        return None if b is None else operation(a, b)

    return run


def _name_and_constant(operation: Callable[[Any, Any], Any], name: str, constant: Any) -> Run:
    def run(env: Env) -> Any:
        value = env.get(name)
        return None if value is None else operation(value, constant)

    return run


def _compare(node: tree.Compare) -> Run:
    if node.op in ("~", "!~"):
        first, second, wanted = _compiled(node.left), _compiled(node.right), node.op == "~"
        return lambda env: equivalent(first(env), second(env)) is wanted
    return _binary(COMPARISONS[node.op], node.left, node.right)


def _logic(node: tree.Logic) -> Run:
    if node.op in ("and", "or"):
        return _all_or_any([_compiled(each) for each in _chain(node.op, node)], decisive=node.op == "or")
    first, second = _compiled(node.left), _compiled(node.right)
    return _implies(first, second) if node.op == "implies" else _xor(first, second)


def _chain(op: str, node: Node) -> list[Node]:
    if isinstance(node, tree.Logic) and node.op == op:
        return [*_chain(op, node.left), *_chain(op, node.right)]
    return [node]


def _all_or_any(parts: list[Run], *, decisive: bool) -> Run:
    """`and` stops at the first false, `or` at the first true; otherwise unknown if any part is."""
    otherwise = not decisive
    if len(parts) == 2:
        first, second = parts

        def both(env: Env) -> Any:
            a = first(env)
            if a is decisive:
                return decisive
            b = second(env)
            if b is decisive:
                return decisive
            return None if a is None or b is None else otherwise

        return both

    def run(env: Env) -> Any:
        result: bool | None = otherwise
        for part in parts:
            value = part(env)
            if value is decisive:
                return decisive
            if value is None:
                result = None
        return result

    return run


def _implies(first: Run, second: Run) -> Run:
    def run(env: Env) -> Any:
        a = first(env)
        if a is False:
            return True
        b = second(env)
        return True if b is True else None if a is None or b is None else False

    return run


def _xor(first: Run, second: Run) -> Run:
    def run(env: Env) -> Any:
        a, b = first(env), second(env)
        return None if a is None or b is None else a is not b

    return run


def _not(node: tree.Not) -> Run:
    return _unary(lambda value: not value, node.operand)


def _is(node: tree.Is) -> Run:
    inner, wanted = _compiled(node.operand), {"null": None, "true": True, "false": False}[node.test]
    if node.negated:
        return lambda env: inner(env) is not wanted
    return lambda env: inner(env) is wanted


def _between(node: tree.Between) -> Run:
    at_least, at_most = COMPARISONS[">="], COMPARISONS["<="]
    point = node.operand
    return _all_or_any([_binary(at_least, point, node.low), _binary(at_most, point, node.high)], decisive=False)


def _membership(node: tree.Membership) -> Run:
    point, holder = (node.left, node.right) if node.op == "in" else (node.right, node.left)
    first, second, precision = _compiled(point), _compiled(holder), node.precision
    if isinstance(holder, tree.ListOf) and all(isinstance(item, tree.Literal) for item in holder.items):
        values = [item.value for item in holder.items if isinstance(item, tree.Literal)]
        if all(isinstance(value, str) for value in values):
            return _in_strings(first, frozenset(values))
    return lambda env: inside(first(env), second(env), precision)


def _in_strings(point: Run, values: frozenset[Any]) -> Run:
    return lambda env: point(env) in values


def _timing(node: tree.Timing) -> Run:
    return _binary(moment_test(node.op, node.precision), node.left, node.right)


def _counted(count: Callable[[str, Any, Any], Any]) -> Callable[[Any], Run]:
    def build(node: tree.PeriodBetween | tree.DifferenceBetween) -> Run:
        unit = node.unit
        return _binary(lambda low, high: count(unit, low, high), node.low, node.high)

    return build


def _length(count: Callable[[str, Any, Any], Any]) -> Callable[[Any], Run]:
    def build(node: tree.DurationOf | tree.DifferenceOf) -> Run:
        def length(interval: Interval) -> Any:
            low, high = boundary(interval, "low"), boundary(interval, "high")
            return None if low is None or high is None else count(node.unit, low, high)

        return _unary(length, node.operand)

    return build


def _component(node: tree.Component) -> Run:
    if node.part == "date":
        return _unary(lambda moment: moment.date(), node.operand)
    index = PRECISIONS.index(node.part)

    def part(moment: Any) -> int | None:
        at = index if hasattr(moment, "date") else index - 3
        return moment.parts[at] if 0 <= at < len(moment.parts) else None

    return _unary(part, node.operand)


def _if(node: tree.If) -> Run:
    test, then, otherwise = _compiled(node.condition), _compiled(node.then), _compiled(node.otherwise)
    return lambda env: then(env) if test(env) is True else otherwise(env)


def _case(node: tree.Case) -> Run:
    equal = COMPARISONS["="]
    branches = [
        (_compiled(each.condition) if node.comparand is None else _binary(equal, node.comparand, each.condition),
         _compiled(each.then))
        for each in node.branches
    ]  # fmt: skip
    otherwise = _compiled(node.otherwise)

    def run(env: Env) -> Any:
        for test, then in branches:
            if test(env) is True:
                return then(env)
        return otherwise(env)

    return run


def _call(node: tree.Call) -> Run:
    function, arguments = FUNCTIONS[node.function].run, [_compiled(each) for each in node.arguments]
    return lambda env: function(*[argument(env) for argument in arguments])


def _exists(node: tree.Exists) -> Run:
    inner = _compiled(node.operand)
    return lambda env: exists(inner(env))


def _list_of(node: tree.ListOf) -> Run:
    items = [_compiled(each) for each in node.items]
    return lambda env: tuple(item(env) for item in items)


def _interval_of(node: tree.IntervalOf) -> Run:
    low, high, closed = _compiled(node.low), _compiled(node.high), (node.low_closed, node.high_closed)
    return lambda env: Interval(low(env), high(env), *closed)


_BUILDERS: Final[dict[type[Node], Callable[[Any], Run]]] = {
    tree.Literal: _literal, tree.Name: _name, tree.Not: _not, tree.Logic: _logic, tree.Is: _is,
    tree.Compare: _compare, tree.Between: _between, tree.Membership: _membership, tree.Timing: _timing,
    tree.PeriodBetween: _counted(whole_periods), tree.DifferenceBetween: _counted(boundaries),
    tree.DurationOf: _length(whole_periods), tree.DifferenceOf: _length(boundaries), tree.Component: _component,
    tree.Boundary: lambda node: _unary(
        lambda interval: boundary(interval, {"start": "low", "end": "high"}[node.which]), node.operand),
    tree.Arith: lambda node: _binary(arithmetic.OPERATIONS[node.op], node.left, node.right),
    tree.Negate: lambda node: _unary(arithmetic.negate, node.operand),
    tree.If: _if, tree.Case: _case, tree.Call: _call, tree.Exists: _exists,
    tree.ListOf: _list_of, tree.IntervalOf: _interval_of,
}  # fmt: skip
