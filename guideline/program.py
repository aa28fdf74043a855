"""What the engine runs: rules reduced to facts that are true, false or unknown. It names no engine and no medicine.

A formula is a Literal, All or Any. A Literal holds when its atom's value is one of `values`. Negation is gone: it was
pushed to the literals, where "not true" is the value FALSE (or FALSE and UNKNOWN, for `is not true`).

A rule is true when `holds` holds. It is unknown when `holds` does not but `possible` does; otherwise it is false.
A conclusion is true when any of its rules is true, else unknown when any is unknown, else false.
"""

from __future__ import annotations

from dataclasses import dataclass


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
