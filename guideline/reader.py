"""The reference reading of the rulebook: three-valued, rule by rule, with the why and what is still open.

The engine matches and fires; this reads the same text directly. They must agree. Only this one is asked why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from cql_like import Node, Trace, compile_expression, names, trace, tree
from guideline.compile import with_constants
from guideline.rulebook import Entry, Rulebook

Names = frozenset[str]
_NONE: Names = frozenset()


@dataclass(slots=True)
class Reading:
    """What the rulebook says of one Case.

    `rules` maps rule id to True, False or None (unknown); `env` holds the Case's values and every conclusion.
    """

    book: Rulebook
    env: dict[str, Any]
    rules: dict[str, bool | None]
    _decided: dict[str, Names] = field(default_factory=dict)
    _open: dict[str, Names] = field(default_factory=dict)
    _assumed: dict[str, Names] = field(default_factory=dict)

    def fired(self) -> list[str]:
        """Ids of the rules that hold, in id order."""
        return [rule for rule, value in self.rules.items() if value]

    def because(self, rule: str) -> Names:
        """The recorded features that a true rule rests on, through the conclusions it rests on."""
        return self._settled(rule, self._decided, wanted=True)

    def open_for(self, rule: str) -> Names:
        """The features nobody recorded that keep an unknown rule unknown."""
        return self._settled(rule, self._open, wanted=None)

    def assumed_for(self, rule: str) -> Names:
        """The features nobody recorded that a true rule passed over ("is not true"): knowing them could undo it."""
        return self._passed_over(rule, self._assumed)

    def trace(self, rule: str) -> Trace:
        """The rule's condition, node by node, with values and the causes of unknown."""
        return trace(self.book.by_id[rule].tree, {**self.book.numbers, **self.env})

    def _settled(self, rule: str, memo: dict[str, Names], *, wanted: bool | None) -> Names:
        found = memo.get(rule)
        if found is None:
            memo[rule] = _NONE
            found = self._names(self.book.by_id[rule].tree, memo, wanted=wanted)
            memo[rule] = found
        return found

    def _names(self, node: Node, memo: dict[str, Names], *, wanted: bool | None) -> Names:
        """The names that make `node` what it is: its decisive parts, and the rules behind a conclusion."""
        if isinstance(node, tree.Not):
            return self._names(node.operand, memo, wanted=wanted)
        if isinstance(node, tree.Logic) and node.op in ("and", "or"):
            value = self.value(node)
            found: set[str] = set()
            for part in (node.left, node.right):
                if self.value(part) is value or (value is None and self.value(part) is None):
                    found |= self._names(part, memo, wanted=wanted)
            return frozenset(found)
        if isinstance(node, tree.Is) and isinstance(node.operand, tree.Node):
            return self._names(node.operand, memo, wanted=wanted)
        if isinstance(node, tree.Name) and node.name in self.book.by_conclusion:
            return self._behind(node.name, memo, wanted=wanted)
        return self._leaf(node, wanted=wanted)

    def _behind(self, conclusion: str, memo: dict[str, Names], *, wanted: bool | None) -> Names:
        found: set[str] = set()
        for entry in self.book.by_conclusion[conclusion]:
            if self.rules[entry.rule.id] is wanted:
                found |= self._settled(entry.rule.id, memo, wanted=wanted)
        return frozenset(found)

    def _leaf(self, node: Node, *, wanted: bool | None) -> Names:
        known = wanted is not None
        return frozenset(
            name for name in features_of(node, self.book) if (self.env.get(name) is not None) is known
        )

    def _passed_over(self, rule: str, memo: dict[str, Names]) -> Names:
        found = memo.get(rule)
        if found is None:
            memo[rule] = _NONE
            found = memo[rule] = self._assumptions(self.book.by_id[rule].tree, memo)
        return found

    def _assumptions(self, node: Node, memo: dict[str, Names]) -> Names:
        if isinstance(node, tree.Logic):
            true_parts = [part for part in (node.left, node.right) if self.value(part) is True]
            return frozenset().union(*(self._assumptions(part, memo) for part in true_parts))
        if isinstance(node, tree.Is) and self.value(node.operand) is None:
            return self._names(node.operand, self._open, wanted=None)
        if isinstance(node, tree.Name) and node.name in self.book.by_conclusion:
            makers = self.book.by_conclusion[node.name]
            true_makers = [entry.rule.id for entry in makers if self.rules[entry.rule.id] is True]
            return frozenset().union(*(self._passed_over(maker, memo) for maker in true_makers))
        return _NONE

    def value(self, node: Node) -> Any:
        """The node's value for this Case."""
        return run_of(node, self.book)(self.env)


@lru_cache(maxsize=65_536)
def _kept(key: _Same) -> tuple[Names, Any]:
    constants = key.book.numbers
    skip = constants.keys() | key.book.by_conclusion.keys()
    return names(key.node) - skip, compile_expression(with_constants(key.node, constants))


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """A node of one rulebook, compared by identity: a loaded rule's tree is asked the same thing for every patient."""

    node: Node
    book: Rulebook

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.node is self.node and other.book is self.book

    def __hash__(self) -> int:
        return id(self.node)


def features_of(node: Node, book: Rulebook) -> Names:
    """The recorded features a node of a loaded rule names."""
    return _kept(_Same(node, book))[0]


def run_of(node: Node, book: Rulebook) -> Any:
    """The fast function of a node of a loaded rule."""
    return _kept(_Same(node, book))[1]


def read_case(book: Rulebook, values: Mapping[str, Any]) -> Reading:
    """The rulebook read directly, without the engine."""
    env: dict[str, Any] = dict(values)
    rules: dict[str, bool | None] = {}
    for layer in book.layers:
        for entry in layer:
            rules[entry.rule.id] = entry.run(env)
        _settle(layer, rules, env)
    return Reading(book, env, dict(sorted(rules.items())))


def _settle(layer: tuple[Entry, ...], rules: Mapping[str, bool | None], env: dict[str, Any]) -> None:
    """True wins over unknown, unknown over false; a name settled in an earlier layer is only ever raised."""
    for entry in layer:
        value = rules[entry.rule.id]
        for name in entry.settles:
            before = env.get(name, False)
            env[name] = True if value or before else None if value is None or before is None else False
