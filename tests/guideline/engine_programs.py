"""Programs to try the engine on, and the plainest reading of a program: what the engine must agree with."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping

from guideline.engine import Outcome
from guideline.program import All, Any, Clause, Formula, Layer, Literal, Program
from guideline.truths import FALSE, TRUE, UNKNOWN

IS_TRUE = frozenset({TRUE})
IS_FALSE = frozenset({FALSE})
MAYBE = frozenset({TRUE, UNKNOWN})


def true(atom: str) -> Literal:
    return Literal(atom, IS_TRUE)


def may(formula: Formula) -> Formula:
    """What is possible when `formula` is what holds."""
    if isinstance(formula, Literal):
        return Literal(formula.atom, formula.values | {UNKNOWN})
    return type(formula)(tuple(map(may, formula.parts)))


def clause(rule: str, holds: Formula, *concludes: str) -> Clause:
    return Clause(rule, holds, may(holds), concludes)


def one_layer(*clauses: Clause, concludes: Iterable[str] = ()) -> Program:
    """A program of one layer, whose atoms are those the clauses read."""
    read = dict.fromkeys(atom for each in clauses for side in (each.holds, each.possible) for atom in atoms_of(side))
    named = dict.fromkeys([*concludes, *(name for each in clauses for name in each.concludes)])
    return Program(tuple(read), (Layer(clauses, tuple(named)),))


def atoms_of(formula: Formula) -> list[str]:
    if isinstance(formula, Literal):
        return [formula.atom]
    return [atom for part in formula.parts for atom in atoms_of(part)]


def holds(formula: Formula, known: Mapping[str, int]) -> bool:
    if isinstance(formula, Literal):
        return known[formula.atom] in formula.values
    return (all if isinstance(formula, All) else any)(holds(part, known) for part in formula.parts)


def read_plainly(program: Program, values: Mapping[str, int]) -> Outcome:
    """Kleene's logic straight from the definitions in guideline/program.py, without any engine."""
    known = {atom: values.get(atom, UNKNOWN) for atom in program.atoms}
    fired: list[str] = []
    conclusions: dict[str, int] = {}
    for layer in program.layers:
        settled = dict.fromkeys(layer.concludes, FALSE)
        for each in layer.clauses:
            value = TRUE if holds(each.holds, known) else UNKNOWN if holds(each.possible, known) else FALSE
            if value == TRUE:
                fired.append(each.rule)
            for name in each.concludes:
                settled[name] = strongest(settled[name], value)
        known |= settled
        conclusions |= settled
    return Outcome(tuple(sorted(fired)), conclusions)


def strongest(first: int, second: int) -> int:
    return TRUE if TRUE in (first, second) else UNKNOWN if UNKNOWN in (first, second) else FALSE


def rulebook(rules: int, layers: int, atoms: int, seed: int = 1) -> Program:
    """A program shaped like a clinical rulebook: a few common features, many rare ones, alternatives, chains."""
    draw = random.Random(seed)
    names = tuple(f"\"Feature {number}\" = 'present'" for number in range(atoms))
    earlier: list[str] = []
    built: list[Layer] = []
    for level in range(layers):
        concludes = [f"Conclusion {level}.{number}" for number in range(max(1, rules // layers // 4))]
        clauses = []
        for number in range(rules // layers):
            parts: list[Formula] = [_literal(draw, names, earlier) for _ in range(draw.randint(1, 5))]
            if draw.random() < 0.35:
                parts.append(Any(tuple(_literal(draw, names, earlier) for _ in range(draw.randint(2, 4)))))
            named = [draw.choice(concludes)] if draw.random() < 0.4 else []
            clauses.append(clause(f"R-{level}-{number:03}", All(tuple(parts)), *named))
        built.append(Layer(tuple(clauses), tuple(concludes)))
        earlier += concludes
    return Program(names, tuple(built))


def _literal(draw: random.Random, names: tuple[str, ...], earlier: list[str]) -> Literal:
    if earlier and draw.random() < 0.3:
        atom = draw.choice(earlier)
    else:
        atom = names[min(int(draw.expovariate(5 / len(names))), len(names) - 1)]
    return Literal(atom, IS_TRUE if draw.random() < 0.8 else IS_FALSE)


def tangle(seed: int) -> Program:
    """A program no one would write: any nesting, any set of values, constants, repetitions, very wide groups."""
    draw = random.Random(seed)
    names = tuple(f"atom {number}" for number in range(draw.choice((2, 10, 40, 120))))
    known, layers = list(names), []
    for level in range(draw.randint(1, 4)):
        concludes = tuple(f"conclusion {level}.{number}" for number in range(draw.randint(0, 6)))
        clauses = tuple(
            Clause(
                f"R-{level}-{number}",
                _tangled(draw, known, 4),
                _tangled(draw, known, 4),
                tuple(draw.sample(concludes, draw.randint(0, min(2, len(concludes))))),
            )
            for number in range(draw.randint(0, len(names)))
        )
        layers.append(Layer(clauses, concludes))
        known += concludes
    return Program(names, tuple(layers))


def _tangled(draw: random.Random, known: list[str], depth: int) -> Formula:
    if depth == 0 or draw.random() < 0.45:
        size = draw.choices((0, 1, 2, 3), (1, 27, 18, 1))[0]
        return Literal(draw.choice(known), frozenset(draw.sample((FALSE, TRUE, UNKNOWN), size)))
    parts = tuple(_tangled(draw, known, depth - 1) for _ in range(draw.choice((0, 1, 2, 2, 3, 4, 6, 10, 40))))
    return All(parts) if draw.random() < 0.5 else Any(parts)


def cases(program: Program, count: int, seed: int = 7) -> list[dict[str, int]]:
    """Patients of every kind: mostly yes, mostly no, mostly unknown, evenly mixed; some atoms left out."""
    draw = random.Random(seed)
    weights = ((1, 1, 1), (8, 1, 1), (1, 8, 1), (1, 1, 8), (0, 1, 0), (0, 0, 1), (1, 0, 0))
    return [
        {
            atom: draw.choices((FALSE, TRUE, UNKNOWN), weights[number % len(weights)])[0]
            for atom in program.atoms
            if draw.random() < 0.95
        }
        for number in range(count)
    ]
