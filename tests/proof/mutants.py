"""Small wrongs done to each rule's condition, and whether a named case notices.

A wrong is one that a hand could slip into: a condition turned round, `and` for `or`, an operand forgotten, a number one
off, `<` for `<=`. A wrong that no Case can show does not count: it is the same rule in other words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

import z3

from cql_like import BOOLEAN, Node, Quantity, compile_expression, parse, spell_out, tree
from cql_like.frozen import replace
from cql_like.text import to_text
from cql_like.tree import with_constants
from guideline.examples import values_of
from guideline.reader import read_case
from guideline.rule import Example, Rule
from guideline.rulebook import Entry, Rulebook
from tests.proof.every_case import EveryCase
from tests.proof.three import Bool

Env = Mapping[str, Any]
_OPPOSITE: Final = {"and": "or", "or": "and"}
_EDGE: Final = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "=": "!=", "!=": "="}
_EDGE_IN_TIME: Final = {
    "before": "on or before", "on or before": "before", "after": "on or after", "on or after": "after",
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One rule with one wrong in its condition."""

    rule: str
    wrong: str
    when: Node


@dataclass(frozen=True)
class Survivor:
    """A wrong that no case noticed. Of whom the `difference` holds, the rule `fires` and the wrong one not (or not the
    rule, and the wrong one does): he would notice."""

    mutant: Mutant
    fires: bool
    difference: tuple[Bool, ...]

    def told(self, space: EveryCase) -> str:
        """The wrong, and a case to add."""
        witness, verdict = space.find(*self.difference, simplest=True), "yes" if self.fires else "no"
        read = space.reads_through(self.mutant.rule)
        given = ", ".join(f"{k} = {v}" for k, v in sorted(witness.values.items()) if k in read) if witness else ""
        return f"{self.mutant.rule}: {self.mutant.wrong}\n    add {verdict}: {given or 'nothing known'}"


@dataclass(frozen=True)
class Verdict:
    """How many wrongs a case noticed, those that no Case can show, and those that nobody noticed."""

    killed: int
    same: tuple[Mutant, ...]
    survivors: tuple[Survivor, ...]

    @property
    def rate(self) -> float:
        """Of the wrongs that some Case can show, the part that a named case notices."""
        return self.killed / max(1, self.killed + len(self.survivors))


def when_of(rule: Rule) -> Node:
    """The condition as it is written, without the guard for children."""
    return spell_out(parse(rule.when))


def mutants(rule: Rule, book: Rulebook) -> Iterator[Mutant]:
    """Every small wrong that can be done to the rule, each once."""
    whole = when_of(rule)
    seen = {whole}
    for wrong, made in _everywhere(whole, lambda node: _wrongs(node, book)):
        if made not in seen:
            seen.add(made)
            yield Mutant(rule.id, wrong, made)


def _everywhere(node: Node, wrongs: Callable[[Node], Iterable[tuple[str, Node]]]) -> Iterator[tuple[str, Node]]:
    """The tree with each of its nodes replaced by each wrong of it, one at a time."""
    yield from wrongs(node)
    for name, part in zip(node.fields, node.said(), strict=True):
        if isinstance(part, Node):
            for wrong, made in _everywhere(part, wrongs):
                yield wrong, replace(node, **{name: made})
        elif isinstance(part, tuple) and part and isinstance(part[0], Node):
            for place, one in enumerate(part):
                for wrong, made in _everywhere(one, wrongs):
                    yield wrong, replace(node, **{name: (*part[:place], made, *part[place + 1 :])})


def _wrongs(node: Node, book: Rulebook) -> Iterator[tuple[str, Node]]:
    text, numbers = to_text(node), book.numbers
    if isinstance(node, tree.Logic) and node.op in _OPPOSITE:
        yield f"{_OPPOSITE[node.op]} for {node.op} in {text}", replace(node, op=_OPPOSITE[node.op])
        yield f"{to_text(node.right)} forgotten", node.left
        yield f"{to_text(node.left)} forgotten", node.right
    elif isinstance(node, tree.Is):
        yield f"{text} turned round", replace(node, negated=not node.negated)
    elif isinstance(node, tree.Compare):
        yield f"{_EDGE[node.op]} for {node.op} in {text}", replace(node, op=_EDGE[node.op])
    elif isinstance(node, tree.Timing):
        yield f"{text} turned round", tree.Not(node)
        if node.op in _EDGE_IN_TIME:
            yield f"{_EDGE_IN_TIME[node.op]} for {node.op} in {text}", replace(node, op=_EDGE_IN_TIME[node.op])
    elif isinstance(node, tree.Name) and node.name in numbers:
        for off in (-1, 1):
            yield f"{node.name} {off:+d}", tree.Literal(_off(numbers[node.name], off))
    elif isinstance(node, tree.Name) and book.types[node.name] == BOOLEAN:
        yield f"{text} turned round", tree.Not(node)
    elif isinstance(node, tree.Literal) and isinstance(node.value, int) and not isinstance(node.value, bool):
        yield f"{node.value + 1} for {node.value}", tree.Literal(node.value + 1)


def _off(number: Any, by: int) -> Any:
    if isinstance(number, Quantity):
        return Quantity(number.value + Decimal(by), number.unit)
    return number + by


@dataclass(frozen=True)
class _Read:
    """A named case as the rulebook reads it: every value and conclusion."""

    example: Example
    env: Env


@lru_cache(maxsize=4)
def _cases(book: Rulebook) -> Mapping[str, tuple[_Read, ...]]:
    """The cases of every rule, read once."""
    return {
        rule.id: tuple(_Read(each, read_case(book, values_of(each, book)).env) for each in rule.cases)
        for rule in book.rules
    }


def verdict(book: Rulebook, space: EveryCase) -> Verdict:
    """Do every wrong to every rule and count what the cases notice."""
    killed, same, survivors = 0, [], []
    for entry in book.entries:
        for mutant in mutants(entry.rule, book):
            if noticed(book, entry, mutant):
                killed += 1
            elif (found := _difference(book, space, entry, mutant)) is None:
                same.append(mutant)
            else:
                survivors.append(found)
    return Verdict(killed, tuple(same), tuple(survivors))


def noticed(book: Rulebook, entry: Entry, mutant: Mutant) -> bool:
    """Whether a case of the rule, or of a rule that reads its conclusion, no longer comes out as it says."""
    run = compile_expression(with_constants(_guarded(entry, mutant.when), book.numbers))
    if any((run(case.env) is True) is not case.example.fires for case in _cases(book)[entry.rule.id]):
        return True
    return any(
        _noticed_by(book, entry, reader, run)
        for name in entry.settles
        for reader in book.entries
        if name in reader.reads
    )


def _noticed_by(book: Rulebook, entry: Entry, reader: Entry, run: Callable[[Env], Any]) -> bool:
    """Whether a case of a rule that reads the conclusion notices it, with all else as it was."""
    for case in _cases(book)[reader.rule.id]:
        value = run(case.env)
        env = {**case.env, **{name: _settled(book, name, entry, value, case.env) for name in entry.settles}}
        if (reader.run(env) is True) is not case.example.fires:
            return True
    return False


def _settled(book: Rulebook, name: str, entry: Entry, value: bool | None, env: Env) -> bool | None:
    values = [value if maker is entry else maker.run(env) for maker in book.by_conclusion[name]]
    return True if True in values else None if None in values else False


def _guarded(entry: Entry, when: Node) -> Node:
    """The condition with the guard for children where the rule has it."""
    if entry.rule.population != "adults":
        return when
    return tree.Logic("and", tree.Is(tree.Name("child"), "true", negated=True), when)


def _difference(book: Rulebook, space: EveryCase, entry: Entry, mutant: Mutant) -> Survivor | None:
    """A Case for which the rule fires and the mutant does not, or the other way round; None if there is none."""
    right = space.reading.rules[entry.rule.id].yes
    wrong = space.reading.truth(with_constants(_guarded(entry, mutant.when), book.numbers)).yes
    for fires, one, other in ((True, right, wrong), (False, wrong, right)):
        if not space.never(one, z3.Not(other)):
            return Survivor(mutant, fires, (one, z3.Not(other)))
    return None
