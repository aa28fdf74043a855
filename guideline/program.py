"""What the engine runs: rules reduced to facts that are true, false or unknown. It names no engine and no medicine.

A formula is a Literal, All or Any. A Literal holds when its atom's value is one of `values`. Negation is gone: it was
pushed to the literals, where "not true" is the value FALSE (or FALSE and UNKNOWN, for `is not true`).

A rule is true when `holds` holds. It is unknown when `holds` does not but `possible` does; otherwise it is false.
A conclusion is true when any of its rules is true, else unknown when any is unknown, else false.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from guideline.truths import FALSE, UNKNOWN


@dataclass(frozen=True, slots=True)
class Literal:
    """`atom` is the text of a condition over recorded features, or the name of a conclusion of an earlier layer."""

    atom: str
    values: frozenset[int]


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Formula, ...]  # empty: always holds


@dataclass(frozen=True, slots=True)
class Any:
    parts: tuple[Formula, ...]  # empty: never holds


Formula = Literal | All | Any


@dataclass(frozen=True, slots=True)
class Clause:
    """One rule, ready to match."""

    rule: str
    holds: Formula
    possible: Formula
    concludes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Layer:
    """Rules that read only atoms and the conclusions of earlier layers, and every conclusion that is settled here."""

    clauses: tuple[Clause, ...]
    concludes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Program:
    atoms: tuple[str, ...]
    layers: tuple[Layer, ...]


def asking_only_what_matters(program: Program) -> Program:
    """The program in which the same rules are true, and no rule is asked whether it is possible without need.

    A rule that may hold leaves its conclusions unknown rather than false. Of most conclusions no rule tells the two
    apart: it asks whether they are true, or "is not true". Such a conclusion is false here while it is not true.
    """
    told_apart: set[str] = set()
    layers = []
    for layer in reversed(program.layers):  # readers come after makers
        clauses = tuple(
            clause if told_apart.intersection(clause.concludes) else replace(clause, possible=clause.holds)
            for clause in layer.clauses
        )
        for clause in clauses:
            told_apart.update(_told_apart(clause.holds), _told_apart(clause.possible))
        layers.append(replace(layer, clauses=clauses))
    return replace(program, layers=tuple(reversed(layers)))


def _told_apart(formula: Formula) -> set[str]:
    """Of what the formula asks whether it is unknown or false."""
    return {each.atom for each in literals(formula) if (UNKNOWN in each.values) != (FALSE in each.values)}


def literals(formula: Formula) -> Iterator[Literal]:
    """Every literal of a formula, in reading order."""
    if isinstance(formula, Literal):
        yield formula
    else:
        for part in formula.parts:
            yield from literals(part)
