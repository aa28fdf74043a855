"""Loading: every rule read, checked against the vocabulary and the others, sorted into layers and made ready to run.

Strict: an unknown feature, parameter, source, statement, order or diagnosis, a comparison that cannot hold, a strength
that does not bear its priority, or a circle of conclusions is a RulebookError that names the rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from cql_like import BOOLEAN, CqlError, Node, Type, check, names, parse, spell_out
from cql_like.kinds import DECIMAL, INTEGER, Quantities
from guideline.assessment import Override
from guideline.case import case_types
from guideline.catalogue import sources_behind
from guideline.checks import check_rules
from guideline.compile import Atoms
from guideline.errors import RulebookError
from guideline.layers import Step, build_program, layer_of
from guideline.parameters import Parameter
from guideline.program import Program
from guideline.rule import Activity, Conclude, Differential, Order, Rule
from guideline.rulebook import GUIDELINE_VERSION, Dates, Entry, Rulebook
from guideline.rules import rules_of, topic_files
from guideline.wording import placeholders

_NOT_A_CHILD: Final = '"child" is not true and ({})'


def all_rules() -> tuple[Rule, ...]:
    """Every rule of guideline/rules, by id."""
    return tuple(sorted((rule for topic in topic_files() for rule in rules_of(topic)), key=lambda rule: rule.id))


def load_rulebook(
    rules: Iterable[Rule], parameters: Mapping[str, Parameter], overrides: tuple[Override, ...] = ()
) -> Rulebook:
    """Check the rules against the vocabulary and each other, and make them ready to run."""
    chosen = tuple(sorted(rules, key=lambda rule: rule.id))
    check_rules(chosen)
    numbers = {key: parameter.value for key, parameter in parameters.items()}
    types = _types(parameters, frozenset(name for rule in chosen for name in settled_by(rule)))
    trees = [_tree(rule, types) for rule in chosen]
    steps = [Step(rule.id, tree, names(tree), settled_by(rule)) for rule, tree in zip(chosen, trees, strict=True)]
    layer = layer_of(steps)
    entries = tuple(
        _entry(rule, step, layer[rule.id], types, numbers) for rule, step in zip(chosen, steps, strict=True)
    )
    depth = range(max(layer.values(), default=-1) + 1)
    by_conclusion: dict[str, tuple[Entry, ...]] = {}
    for entry in entries:
        for name in entry.settles:
            by_conclusion[name] = (*by_conclusion.get(name, ()), entry)
    layers = tuple(tuple(entry for entry in entries if entry.layer == number) for number in depth)
    program, conditions = _program(layers, Atoms(frozenset(by_conclusion), _booleans(types), numbers, {}))
    book = Rulebook(
        version=GUIDELINE_VERSION,
        entries=entries,
        layers=layers,
        by_id={entry.rule.id: entry for entry in entries},
        by_conclusion=by_conclusion,
        parameters=dict(parameters),
        numbers=numbers,
        overrides=overrides,
        types=types,
        conditions=conditions,
    )
    vars(book)["program"] = program  # it was worked out on the way
    return book


def program_of(book: Rulebook) -> Program:
    """What the engine runs of a rulebook."""
    return _program(book.layers, Atoms(frozenset(book.by_conclusion), _booleans(book.types), book.numbers, {}))[0]


def _program(layers: Iterable[Iterable[Entry]], atoms: Atoms) -> tuple[Program, tuple[tuple[str, Node], ...]]:
    steps = [[Step(e.rule.id, e.tree, names(e.tree), e.settles) for e in layer] for layer in layers]
    program = build_program(steps, atoms)
    return program, tuple(atoms.trees.items())


def _booleans(types: Mapping[str, Type]) -> frozenset[str]:
    return frozenset(name for name, kind in types.items() if kind == BOOLEAN)


def settled_by(rule: Rule) -> tuple[str, ...]:
    """The names of the conclusions a rule can settle."""
    found: dict[str, None] = {}
    for effect in rule.then:
        if isinstance(effect, Conclude):
            found[effect.name] = None
        elif isinstance(effect, Order):
            found[f"proposed-{effect.key}"] = None
        elif isinstance(effect, Differential):
            reached = ("suspected", "probable", "confirmed").index(effect.certainty) + 1
            for stage in ("", "-probable", "-confirmed")[:reached]:
                found[f"ddx-{effect.diagnosis}{stage}"] = None
    return tuple(found)


def _types(parameters: Mapping[str, Parameter], concluded: frozenset[str]) -> dict[str, Type]:
    types: dict[str, Type] = dict(case_types())
    for key, parameter in parameters.items():
        if key in types:
            raise RulebookError(f"the parameter {key} has the name of a feature")
        types[key] = _type(parameter)
    for name in concluded:
        if name in types:
            raise RulebookError(f"the conclusion {name} has the name of a feature or parameter")
        types[name] = BOOLEAN
    return types


def _type(parameter: Parameter) -> Type:
    if parameter.unit == "1":
        return INTEGER if isinstance(parameter.value, int) else DECIMAL
    return Quantities(parameter.unit.strip("'"))


def _tree(rule: Rule, types: Mapping[str, Type]) -> Node:
    tree = tree_of(rule)
    kind = _kind(rule, tree, types)
    if kind != BOOLEAN:
        raise RulebookError(f"{rule.id}: `when` is not a condition")
    for effect in rule.then:
        for name in placeholders(effect):
            if name not in types and name != "missing":
                raise RulebookError(f"{rule.id}: the text names {{{name}}}, which is no feature and no parameter")
    return tree


def tree_of(rule: Rule) -> Node:
    """The rule's condition, with the guard that makes it one for adults."""
    return _spelled(rule, _guarded(rule))


def _guarded(rule: Rule) -> str:
    return _NOT_A_CHILD.format(rule.when) if rule.population == "adults" else rule.when


def _spelled(rule: Rule, text: str) -> Node:
    try:
        return spell_out(parse(text))  # `in` a list must stay unknown for an unknown feature
    except CqlError as wrong:
        raise RulebookError(f"{rule.id}: {wrong}") from wrong


def _kind(rule: Rule, tree: Node, types: Mapping[str, Type]) -> Type:
    try:
        return check(tree, types)
    except CqlError as wrong:
        raise RulebookError(f"{rule.id}: {wrong}") from wrong


def _entry(rule: Rule, step: Step, layer: int, types: Mapping[str, Type], numbers: Mapping[str, Any]) -> Entry:
    def tree(text: str | None) -> Node | None:
        if not text:
            return None
        found = _spelled(rule, text)
        _kind(rule, found, types)
        return found

    dates: dict[int, Dates] = {}
    for position, effect in enumerate(rule.then):
        if isinstance(effect, Order | Activity):
            start, end = effect.window or (None, None)
            fresh = effect.fresh_from if isinstance(effect, Order) else None
            if start or end or fresh:
                dates[position] = Dates(tree(start), tree(end), tree(fresh))
    entry = Entry(
        rule=rule,
        reads=step.names - numbers.keys(),
        settles=step.settles,
        layer=layer,
        dates=dates,
        numbers=numbers,
        sources=sources_behind(rule.statements, rule.sources),
    )
    vars(entry)["tree"] = step.tree  # it is parsed already
    return entry
