"""A rule's condition taken apart once, so that the why of a patient costs one walk over small ready pieces."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from cql_like import Node, compile_expression, names, tree
from guideline.compile import chain, with_constants

Env = Mapping[str, Any]
Kind = Literal["and", "or", "not", "is", "conclusion", "leaf"]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One piece: `run` gives its value; `features` are the recorded features a leaf names; `name` a conclusion's."""

    kind: Kind
    run: Callable[[Env], Any]
    parts: tuple[Part, ...] = ()
    features: frozenset[str] = frozenset()
    name: str = ""


def part_of(node: Node, conclusions: Container[str], numbers: Mapping[str, Any]) -> Part:
    """`node` as parts: `and` and `or` chains are flat, a conclusion stands by itself, all else is a leaf."""

    def made(kind: Kind, *inner: Node) -> Part:
        return Part(kind, _run(node, numbers), tuple(part_of(each, conclusions, numbers) for each in inner))

    if isinstance(node, tree.Logic) and node.op in ("and", "or"):
        return made("and" if node.op == "and" else "or", *chain(node.op, node))
    if isinstance(node, tree.Logic) and node.op == "implies":
        return made("or", tree.Not(node.left), node.right)
    if isinstance(node, tree.Not):
        return made("not", node.operand)
    if isinstance(node, tree.Is):
        return made("is", node.operand)
    if isinstance(node, tree.Name) and node.name in conclusions:
        return Part("conclusion", _run(node, numbers), name=node.name)
    features = frozenset(name for name in names(node) if name not in numbers and name not in conclusions)
    return Part("leaf", _run(node, numbers), features=features)


def _run(node: Node, numbers: Mapping[str, Any]) -> Callable[[Env], Any]:
    return compile_expression(with_constants(node, numbers))
