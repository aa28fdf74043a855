"""How an expression came to its value: the same tree, each node with its value, and where unknown came from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from cql_like import tree
from cql_like.evaluation import Env, compile_expression
from cql_like.periods import Uncertain
from cql_like.quantity import Quantity, calendar_unit
from cql_like.temporal import Temporal
from cql_like.text import to_text
from cql_like.tree import Node, children, names
from cql_like.values import Interval, Value


class Reason(StrEnum):
    """Why an answer is unknown."""

    NOT_RECORDED = "not recorded"
    UNCERTAIN_PRECISION = "uncertain precision"
    UNITS = "units do not convert"
    NO_NUMBER = "no such number"  # a division by zero, or a result that CQL cannot hold
    NULL = "null"  # the text itself says null, or a list is empty


@dataclass(frozen=True, slots=True)
class Cause:
    """Where unknown arose: the reason, the names concerned (sorted) and the expression."""

    reason: Reason
    names: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Trace:
    """One node, what it says and what it came to. `cause` is set where unknown arose, not where it was passed on."""

    node: Node
    text: str
    value: Value | None
    cause: Cause | None
    children: tuple[Trace, ...]

    def walk(self) -> Iterator[Trace]:
        """This and everything below, top down."""
        yield self
        for child in self.children:
            yield from child.walk()

    def decisive(self) -> tuple[Trace, ...]:
        """The smallest sub-traces that settle the value: of a false `and` the false ones, and so on.

        Only logic is looked into; a comparison is settled by itself.
        """
        if isinstance(self.node, tree.Not) or (isinstance(self.node, tree.Is) and _is_logic(self.node.operand)):
            return self.children[0].decisive()
        if not isinstance(self.node, tree.Logic):
            return (self,)
        found = [trace for child in _settling(self) for trace in child.decisive()]
        return tuple(dict.fromkeys(found))

    def causes(self) -> tuple[Cause, ...]:
        """Every cause of unknown that the value rests on, in the order of the text; empty if the value is known."""
        if self.value is not None:
            return ()
        return tuple(dict.fromkeys(cause for each in self.decisive() for cause in _unknowns(each)))


def trace(node: Node, env: Env) -> Trace:
    """Evaluate `node` and keep every step. `trace(n, e).value` is `compile_expression(n)(e)`."""
    return compile_trace(node)(env)


@lru_cache(maxsize=4096)
def compile_trace(node: Node) -> Callable[[Env], Trace]:
    """The function that traces `node`. Compile once, call often."""
    run, text, concerned = compile_expression(node), to_text(node), tuple(sorted(names(node)))
    below = [compile_trace(child) for child in children(node)]

    def tracer(env: Env) -> Trace:
        value, parts = run(env), tuple(part(env) for part in below)
        reason = _reason(node, value, parts)
        return Trace(node, text, value, None if reason is None else Cause(reason, concerned, text), parts)

    return tracer


def _reason(node: Node, value: Value | None, parts: tuple[Trace, ...]) -> Reason | None:
    if value is not None or isinstance(node, tree.When):
        return None
    if isinstance(node, tree.Name):
        return Reason.NOT_RECORDED
    operands = [each.value for each in _operands(parts)]
    return None if None in operands else _own_reason(node, operands)


def _own_reason(node: Node, operands: list[Value | None]) -> Reason:
    """Why `node` is unknown though all its operands are known."""
    amounts = {each.unit for each in operands if isinstance(each, Quantity)}
    timed = any(isinstance(each, Temporal) for each in operands)
    if isinstance(node, tree.Arith | tree.Negate):
        wrong = len(amounts) > 1 or (timed and any(calendar_unit(unit) is None for unit in amounts))
        return Reason.UNITS if wrong else Reason.NO_NUMBER
    if len(amounts) > 1:
        return Reason.UNITS
    uncertain = timed or any(isinstance(each, Uncertain | Interval) for each in operands)
    return Reason.UNCERTAIN_PRECISION if uncertain else Reason.NULL


def _operands(parts: tuple[Trace, ...]) -> Iterator[Trace]:
    """The parts; those of a list or interval in its place, without a null that is written there on purpose."""
    for part in parts:
        if isinstance(part.node, tree.ListOf | tree.IntervalOf | tree.When):
            yield from (each for each in _operands(part.children) if each.node != tree.Literal(None))
        else:
            yield part


def _unknowns(trace: Trace) -> Iterator[Cause]:
    if trace.cause is not None:
        yield trace.cause
    for part in _operands(_read(trace)):
        if part.value is None:
            yield from _unknowns(part)


def _read(trace: Trace) -> tuple[Trace, ...]:
    """The parts that the value was read from: not the branch of an `if` that was not taken."""
    if not isinstance(trace.node, tree.If):
        return trace.children
    condition, then, otherwise = trace.children
    return (condition, then if condition.value is True else otherwise)


def _is_logic(node: Node) -> bool:
    return isinstance(node, tree.Logic | tree.Not)


def _settling(trace: Trace) -> tuple[Trace, ...]:
    node, (left, right) = trace.node, trace.children
    if not isinstance(node, tree.Logic) or node.op == "xor":
        return trace.children if trace.value is not None else _with(trace.children, None)
    if node.op == "implies":
        return _of_implication(trace.value, left, right)
    short = node.op == "or"
    if trace.value is None or trace.value is short:
        return _with(trace.children, trace.value)
    return trace.children


def _of_implication(value: Value | None, left: Trace, right: Trace) -> tuple[Trace, ...]:
    if value is None:
        return _with((left, right), None)
    if value is False:
        return (left, right)
    return tuple(part for part, wanted in ((left, False), (right, True)) if part.value is wanted)


def _with(parts: tuple[Trace, ...], value: Value | None) -> tuple[Trace, ...]:
    return tuple(part for part in parts if part.value is value)
