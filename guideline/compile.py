"""From a rule's text to what runs it: a formula over atoms for the engine, one fast function for the reader.

An atom is a condition over recorded features and parameters, which `cql_like` reads once for a Case. Conclusions of
other rules stay literals, because the engine matches them itself. Negation and `is …` are pushed down to the literals
as the set of values they accept.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Any

from cql_like import Node, names, tree
from cql_like.text import to_text
from cql_like.tree import with_constants
from guideline.errors import RulebookError
from guideline.program import All, Formula, Literal
from guideline.program import Any as AnyOf
from guideline.truths import FALSE, TRUE, UNKNOWN

_T, _F, _U = frozenset({TRUE}), frozenset({FALSE}), frozenset({UNKNOWN})
_EVERY = _T | _F | _U
_TRUTHS = (tree.Logic, tree.Not, tree.Is, tree.Compare, tree.Timing, tree.Membership, tree.Between)
_OF_TEST = {"true": _T, "false": _F, "null": _U}
Env = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Atoms:
    """The atoms met so far: their text, and what each asks of a Case, as a tree without parameters."""

    conclusions: frozenset[str]
    booleans: frozenset[str]
    constants: Mapping[str, Any]
    trees: dict[str, Node]
    _texts: dict[Node, str] = field(default_factory=dict)

    def of(self, node: Node) -> str:
        """The atom's name; an atom that reads a conclusion inside a comparison cannot be matched by the engine."""
        known = self._texts.get(node)
        if known is not None:
            return known
        hidden = names(node) & self.conclusions
        if hidden:
            raise RulebookError(
                f"{to_text(node)} reads the conclusion {min(hidden)} inside another expression; "
                "a conclusion may only stand by itself or with is true, is false, is null"
            )
        text = self._texts[node] = to_text(node)
        if text not in self.trees:
            self.trees[text] = with_constants(node, self.constants)
        return text


def formula(node: Node, accept: frozenset[int], atoms: Atoms) -> Formula:  # noqa: PLR0911 - one return a kind of node
    """A formula that holds exactly when `node` comes to one of the `accept`ed values."""
    if accept == _EVERY:
        return All(())
    if not accept:
        return AnyOf(())
    if isinstance(node, tree.Not):
        return formula(node.operand, _swap(accept), atoms)
    if isinstance(node, tree.Logic):
        return _logic(node, accept, atoms)
    if isinstance(node, tree.Is) and is_truth(node.operand, atoms.conclusions, atoms.booleans):
        return _is(node, accept, atoms)
    if isinstance(node, tree.Name) and node.name in atoms.conclusions:
        return Literal(node.name, accept)
    if isinstance(node, tree.Literal) and isinstance(node.value, bool):
        return All(()) if (TRUE if node.value else FALSE) in accept else AnyOf(())
    return Literal(atoms.of(node), accept)


def _swap(accept: frozenset[int]) -> frozenset[int]:
    return frozenset({TRUE: FALSE, FALSE: TRUE}.get(value, value) for value in accept)


def _is(node: tree.Is, accept: frozenset[int], atoms: Atoms) -> Formula:
    wanted = _OF_TEST[node.test]
    holds = wanted if not node.negated else _EVERY - wanted
    inner = (holds if TRUE in accept else frozenset()) | (_EVERY - holds if FALSE in accept else frozenset())
    return formula(node.operand, inner, atoms)


def is_truth(node: Node, conclusions: Container[str], booleans: Container[str]) -> bool:
    """Whether an operand of `is` is itself true, false or unknown, so that the test can be made of its value."""
    if isinstance(node, tree.Name):
        return node.name in conclusions or node.name in booleans
    return isinstance(node, _TRUTHS)


def _logic(node: tree.Logic, accept: frozenset[int], atoms: Atoms) -> Formula:  # noqa: PLR0911 - one a wanted set
    if node.op == "implies":
        return formula(tree.Logic("or", tree.Not(node.left), node.right), accept, atoms)
    if node.op == "xor":
        return formula(without_xor(node), accept, atoms)
    # `and` fails with its worst part, `or` succeeds with its best: each is the other upside down.
    parts = chain(node.op, node)
    strong, weak = (_F, _T) if node.op == "and" else (_T, _F)

    def each(wanted: frozenset[int]) -> tuple[Formula, ...]:
        return tuple([formula(part, wanted, atoms) for part in parts])

    if accept == strong:
        return AnyOf(each(strong))
    if accept == weak:
        return All(each(weak))
    if accept == _EVERY - strong:
        return All(each(accept))
    if accept == _EVERY - weak:
        return AnyOf(each(accept))
    if accept == _U:
        return All((All(each(_EVERY - strong)), AnyOf(each(_U))))
    return AnyOf((AnyOf(each(strong)), All(each(weak))))


def without_xor(node: tree.Logic) -> Node:
    """`a xor b` as `a and not b or not a and b`, which is unknown where it is."""
    either = tree.Logic("and", node.left, tree.Not(node.right))
    return tree.Logic("or", either, tree.Logic("and", tree.Not(node.left), node.right))


def chain(op: str, node: Node) -> list[Node]:
    """The operands of a chain of one operator, in order."""
    if isinstance(node, tree.Logic) and node.op == op:
        return [*chain(op, node.left), *chain(op, node.right)]
    return [node]
