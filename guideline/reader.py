"""The reference reading of the rulebook: three-valued, rule by rule, with the why and what is still open.

The engine matches and fires; this reads the same text directly. They must agree. Only this one is asked why.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from cql_like import Trace, trace
from guideline.parts import Part, part_of
from guideline.rulebook import Entry, Rulebook

Names = frozenset[str]
_NONE: Names = frozenset()


@lru_cache(maxsize=8)
def _parts(book: Rulebook) -> dict[str, Part]:
    return {entry.rule.id: part_of(entry.tree, book.by_conclusion, book.numbers) for entry in book.entries}


@dataclass(slots=True)
class Reading:
    """What the rulebook says of one Case.

    `rules` maps rule id to True, False or None (unknown); `env` holds the Case's values and every conclusion.
    """

    book: Rulebook
    env: dict[str, Any]
    rules: dict[str, bool | None]
    _settled: dict[str, Names] = field(default_factory=dict)
    _open: dict[str, Names] = field(default_factory=dict)
    _alone: dict[str, Names] = field(default_factory=dict)
    _assumed: dict[str, Names] = field(default_factory=dict)

    def fired(self) -> list[str]:
        """Ids of the rules that hold, in id order."""
        return [rule for rule, value in self.rules.items() if value]

    def because(self, rule: str) -> Names:
        """The recorded features that a true rule rests on, through the conclusions it rests on."""
        found = self._settled.get(rule)
        if found is None:
            found = self._settled[rule] = self._known(_parts(self.book)[rule])
        return found

    def open_for(self, rule: str) -> Names:
        """The features nobody recorded that keep an unknown rule unknown."""
        found = self._open.get(rule)
        if found is None:
            found = self._open[rule] = self._unknown(_parts(self.book)[rule])
        return found

    def alone_for(self, rule: str) -> Names:
        """Of those, the ones whose answer could make the rule true without any other."""
        found = self._alone.get(rule)
        if found is None:
            found = self._alone[rule] = self._sufficient(_parts(self.book)[rule])
        return found

    def assumed_for(self, rule: str) -> Names:
        """The features nobody recorded that a true rule passed over ("is not true"): knowing them could undo it."""
        found = self._assumed.get(rule)
        if found is None:
            found = self._assumed[rule] = self._passed_over(_parts(self.book)[rule])
        return found

    def trace(self, rule: str) -> Trace:
        """The rule's condition, node by node, with values and the causes of unknown."""
        return trace(self.book.by_id[rule].tree, {**self.book.numbers, **self.env})

    def _makers(self, conclusion: str, value: bool | None) -> list[str]:
        makers = self.book.by_conclusion[conclusion]
        return [entry.rule.id for entry in makers if self.rules[entry.rule.id] is value]

    def _known(self, part: Part) -> Names:
        """The recorded names that make `part` what it is: its decisive parts, and the rules behind a conclusion."""
        env, kind = self.env, part.kind
        if kind == "leaf":
            return frozenset([name for name in part.features if env.get(name) is not None])
        if kind == "conclusion":
            return _NONE.union(*[self.because(maker) for maker in self._makers(part.name, True)])
        if kind in ("and", "or"):
            value = part.run(env)
            return _NONE.union(*[self._known(each) for each in part.parts if each.run(env) is value])
        return self._known(part.parts[0])

    def _unknown(self, part: Part) -> Names:
        """The names nobody recorded in the parts that are unknown."""
        env, kind = self.env, part.kind
        if kind == "leaf":
            return frozenset([name for name in part.features if env.get(name) is None])
        if kind == "conclusion":
            return _NONE.union(*[self.open_for(maker) for maker in self._makers(part.name, None)])
        if kind in ("and", "or"):
            return _NONE.union(*[self._unknown(each) for each in part.parts if each.run(env) is None])
        return self._unknown(part.parts[0])

    def _sufficient(self, part: Part) -> Names:
        env, kind = self.env, part.kind
        if kind == "conclusion":
            return _NONE.union(*[self.alone_for(maker) for maker in self._makers(part.name, None)])
        if kind in ("and", "or"):
            unknown = [each for each in part.parts if each.run(env) is None]
            if kind == "and" and len(unknown) > 1:
                return _NONE
            return _NONE.union(*[self._sufficient(each) for each in unknown])
        missing = self._unknown(part)
        return missing if len(missing) == 1 else _NONE

    def _passed_over(self, part: Part) -> Names:
        env, kind = self.env, part.kind
        if kind in ("and", "or"):
            return _NONE.union(*[self._passed_over(each) for each in part.parts if each.run(env) is True])
        if kind == "is":
            return self._unknown(part.parts[0]) if part.parts[0].run(env) is None else _NONE
        if kind == "conclusion":
            return _NONE.union(*[self.assumed_for(maker) for maker in self._makers(part.name, True)])
        return _NONE


def read_case(book: Rulebook, values: Mapping[str, Any]) -> Reading:
    """The rulebook read directly, without the engine."""
    env: dict[str, Any] = dict(values)
    rules: dict[str, bool | None] = dict.fromkeys(book.by_id)
    for layer in book.layers:
        for entry in layer:
            rules[entry.rule.id] = entry.run(env)
        _settle(layer, rules, env)
    return Reading(book, env, rules)


def reread(before: Reading, changed: Mapping[str, Any], only: Container[str] | None = None) -> Reading:
    """The same Case with some values changed (None: no longer known); only the rules that this reaches are read again.

    The result is as if the whole Case had been read anew. A caller who knows which rules the change can turn gives
    them as `only`; the rules that read their conclusions are found all the same.
    """
    book, rules = before.book, dict(before.rules)
    env = {**before.env, **changed}
    dirty: set[str] = set() if only is not None else set(changed)
    for entry in _reached(book, frozenset(changed)):
        if entry.reads.isdisjoint(dirty) and (only is None or entry.rule.id not in only):
            continue
        value = entry.run(env)
        if value is rules[entry.rule.id]:
            continue
        rules[entry.rule.id] = value
        for name in entry.settles:
            now = _any_of(rules[maker.rule.id] for maker in book.by_conclusion[name])
            if now is not env[name]:
                env[name] = now
                dirty.add(name)
    return Reading(book, env, rules)


@lru_cache(maxsize=1024)
def _reached(book: Rulebook, names: Names) -> tuple[Entry, ...]:
    """The rules that read one of the names, or a conclusion of such a rule, layer by layer."""
    reached, found = set(names), []
    for layer in book.layers:
        here = [entry for entry in layer if not entry.reads.isdisjoint(reached)]
        found += here
        reached.update(name for entry in here for name in entry.settles)
    return tuple(found)


def _any_of(values: Iterable[bool | None]) -> bool | None:
    unknown = False
    for value in values:
        if value:
            return True
        unknown = unknown or value is None
    return None if unknown else False


def _settle(layer: tuple[Entry, ...], rules: Mapping[str, bool | None], env: dict[str, Any]) -> None:
    """True wins over unknown, unknown over false; a name that an earlier layer began is only ever raised."""
    for entry in layer:
        value = rules[entry.rule.id]
        for name in entry.settles:
            before = env.get(name, False)
            env[name] = True if value or before else None if value is None or before is None else False
