"""Rules in layers: each reads only what earlier layers settle, so the outcome never depends on the order of facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from cql_like import Node
from guideline.compile import Atoms, formula
from guideline.engine import AGAIN
from guideline.errors import RulebookError
from guideline.program import Clause, Layer, Program
from guideline.truths import TRUE, UNKNOWN


class Step(NamedTuple):
    """A rule as the layers see it: its id, its condition, every name in it, and the conclusions it can settle."""

    id: str
    tree: Node
    names: frozenset[str]
    settles: tuple[str, ...]


def layer_of(steps: Sequence[Step]) -> dict[str, int]:
    """The layer of each rule: one above the highest it reads from. A circle is an error that names its rules."""
    makers: dict[str, list[str]] = {}
    for step in steps:
        for name in step.settles:
            makers.setdefault(name, []).append(step.id)
    reads = {step.id: [maker for name in step.names for maker in makers.get(name, ())] for step in steps}
    layer: dict[str, int] = {}

    def visit(rule: str, path: tuple[str, ...]) -> int:
        if rule in path:
            raise RulebookError(f"rules conclude in a circle: {' -> '.join((*path[path.index(rule) :], rule))}")
        if rule not in layer:
            layer[rule] = max((visit(maker, (*path, rule)) + 1 for maker in reads[rule]), default=0)
        return layer[rule]

    for step in steps:
        visit(step.id, ())
    return layer


def build_program(layers: Sequence[Sequence[Step]], atoms: Atoms) -> Program:
    """What the engine runs; `atoms` gathers what it asks of a Case.

    Conclusions that no rule reads are left out: they are read off the rules that fired. A conclusion is settled in the
    highest layer of its makers, and there the makers of lower layers state it once more.
    """
    read = frozenset(name for layer in layers for step in layer for name in step.names)
    settled_in = {
        name: number for number, layer in enumerate(layers) for step in layer for name in step.settles if name in read
    }
    clauses: list[list[Clause]] = [[] for _ in layers]
    for number, layer in enumerate(layers):
        for step in layer:
            _add_clauses(step, number, clauses, settled_in, atoms)
    settled = [
        tuple(sorted(name for name in settled_in if settled_in[name] == number)) for number in range(len(layers))
    ]
    made = tuple(Layer(tuple(each), ends) for each, ends in zip(clauses, settled, strict=True))
    return Program(atoms=tuple(atoms.trees), layers=made)


def _add_clauses(
    step: Step, number: int, clauses: list[list[Clause]], settled_in: Mapping[str, int], atoms: Atoms
) -> None:
    try:
        holds = formula(step.tree, frozenset({TRUE}), atoms)
        possible = formula(step.tree, frozenset({TRUE, UNKNOWN}), atoms)
    except RulebookError as wrong:
        raise RulebookError(f"{step.id}: {wrong}") from wrong
    wanted = [name for name in step.settles if name in settled_in]
    now = tuple(name for name in wanted if settled_in[name] == number)
    clauses[number].append(Clause(step.id, holds, possible, now))
    for name in wanted:
        if settled_in[name] != number:
            clauses[settled_in[name]].append(Clause(f"{step.id}{AGAIN}{name}", holds, possible, (name,)))
