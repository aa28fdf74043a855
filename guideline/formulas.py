"""A Program read directly, without the engine, and formulas turned upside down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from guideline.program import All, Any, Formula, Literal, Program
from guideline.truths import FALSE, TRUE, UNKNOWN

_EVERY: Final = frozenset((TRUE, FALSE, UNKNOWN))
_ORDER: Final = (FALSE, UNKNOWN, TRUE)


def read_program(program: Program, values: Mapping[str, int]) -> dict[str, int]:
    """What every rule comes to on these atoms: the program read directly, without the engine."""
    known, rules = dict(values), {}
    for layer in program.layers:
        settled = dict.fromkeys(layer.concludes, FALSE)
        for clause in layer.clauses:
            value = TRUE if _holds(clause.holds, known) else UNKNOWN if _holds(clause.possible, known) else FALSE
            rules[clause.rule] = value
            for name in clause.concludes:
                settled[name] = max(settled[name], value, key=_ORDER.index)
        known |= settled
    return rules


def _holds(formula: Formula, known: Mapping[str, int]) -> bool:
    if isinstance(formula, Literal):
        return known[formula.atom] in formula.values
    return (all if isinstance(formula, All) else any)(_holds(part, known) for part in formula.parts)


def opposite(formula: Formula) -> Formula:
    """The formula that holds exactly where this one does not."""
    if isinstance(formula, Literal):
        return Literal(formula.atom, _EVERY - formula.values)
    parts = tuple(opposite(part) for part in formula.parts)
    return Any(parts) if isinstance(formula, All) else All(parts)
