"""Whether the named cases of a rule decide each of its conditions both ways: true for one patient, not for another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from cql_like import Node, children, compile_expression, tree
from cql_like.text import to_text
from cql_like.tree import with_constants
from guideline.examples import values_of
from guideline.reader import read_case
from guideline.rulebook import Entry, Rulebook
from tests.proof.mutants import when_of


@dataclass(frozen=True, order=True)
class Gap:
    """A condition of a rule that is never true (or never anything else) in any of the rule's cases."""

    rule: str
    condition: str
    never: Literal["true", "false or unknown"]

    def __str__(self) -> str:
        return f"{self.rule}: {self.condition} is never {self.never}"


def conditions(node: Node) -> Iterator[Node]:
    """The smallest conditions a tree is made of; `x is null` and its like are one condition."""
    plain_is = isinstance(node, tree.Is) and not isinstance(node.operand, tree.Logic | tree.Not)
    if isinstance(node, tree.Logic | tree.Not | tree.Is) and not plain_is:
        for child in children(node):
            yield from conditions(child)
    else:
        yield node


def gaps(book: Rulebook) -> list[Gap]:
    """Everything the cases leave undecided, in the order of the rulebook."""
    return [gap for entry in book.entries for gap in _gaps_of(book, entry)]


def _gaps_of(book: Rulebook, entry: Entry) -> Iterator[Gap]:
    envs = [read_case(book, values_of(each, book)).env for each in entry.rule.cases]
    for condition in dict.fromkeys(conditions(when_of(entry.rule))):
        run = compile_expression(with_constants(condition, book.numbers))
        met = {run(env) is True for env in envs}
        if True not in met:
            yield Gap(entry.rule.id, to_text(condition), "true")
        if False not in met:
            yield Gap(entry.rule.id, to_text(condition), "false or unknown")
