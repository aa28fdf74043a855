"""The rulebook: every rule read, checked, sorted into layers and made ready to run. Load it once, share it.

Loading is strict: an unknown feature, parameter, source, statement, order or diagnosis, a comparison that cannot hold,
a strength that does not bear its priority, or a circle of conclusions is a RulebookError that names the rule.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module, resources
from pkgutil import iter_modules
from typing import Any

from cql_like import BOOLEAN, CqlError, Node, Type, check, compile_expression, names, parse, spell_out
from cql_like.kinds import DECIMAL, INTEGER, Quantities
from guideline import rules as rule_files
from guideline import vocabulary
from guideline.assessment import Override
from guideline.case import case_types
from guideline.compile import Atoms, formula, with_constants
from guideline.errors import RulebookError
from guideline.parameters import Parameter, default_parameters, with_site_values
from guideline.program import TRUE, UNKNOWN, Clause, Layer, Program
from guideline.rule import Activity, Conclude, Differential, Goal, Order, Rule
from guideline.wording import placeholders

GUIDELINE_ID = "footdrop-guideline"
GUIDELINE_VERSION = "0.1.0"
_PRIORITY_ROWS = frozenset({"RED-19", "LAB-01", "LAB-04", "SUR-03"})  # decision D-02
AGAIN = "#"  # a rule's second clause, which only settles a conclusion: "FD-RED-01#proposed-ct-head"
_NOT_A_CHILD = '"child" is not true and ({})'

Env = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Statement:
    """A row of the catalogue: a statement, conflict, point beyond the sources, decision or invariant."""

    id: str
    kind: str
    group: str
    text: str
    sources: tuple[str, ...]
    strength: str
    evidence: str
    inferred: bool
    title_only: bool
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A rule in the book: its tree (guard included), what it reads and settles, and its fast function.

    `windows` and `fresh` hold, for each effect by position, compiled CQL that gives dates (None: no such bound).
    """

    rule: Rule
    tree: Node
    run: Callable[[Env], Any]
    reads: frozenset[str]
    settles: tuple[str, ...]
    layer: int
    windows: Mapping[int, tuple[Callable[[Env], Any] | None, Callable[[Env], Any] | None]]
    fresh: Mapping[int, Callable[[Env], Any]]


@dataclass(frozen=True, eq=False)
class Rulebook:
    """Everything a run needs, frozen. `by_conclusion` lists the rules that can settle a name."""

    version: str
    entries: tuple[Entry, ...]
    layers: tuple[tuple[Entry, ...], ...]
    by_id: Mapping[str, Entry]
    by_conclusion: Mapping[str, tuple[Entry, ...]]
    parameters: Mapping[str, Parameter]
    numbers: Mapping[str, Any]
    overrides: tuple[Override, ...]
    statements: Mapping[str, Statement]
    sources: Mapping[str, Mapping[str, Any]]
    types: Mapping[str, Type]
    program: Program
    atoms: tuple[tuple[str, Callable[[Env], Any]], ...]

    @property
    def rules(self) -> tuple[Rule, ...]:
        return tuple(entry.rule for entry in self.entries)

    def sources_of(self, rule: Rule) -> tuple[str, ...]:
        """Source keys of a rule, through its statements; a conflict's or decision's own rows stand for it."""
        found: dict[str, None] = dict.fromkeys(rule.sources)
        for statement in rule.statements:
            row = self.statements[statement]
            for each in (row, *(self.statements[other] for other in row.rows if other in self.statements)):
                found.update(dict.fromkeys(source.split(":")[0] for source in each.sources))
        return tuple(found)


@cache
def rulebook() -> Rulebook:
    """The rulebook as published."""
    return load_rulebook(all_rules(), default_parameters())


@cache
def site_rulebook(site: str) -> Rulebook:
    """The rulebook with a site's parameter file (TOML text)."""
    parameters, overrides = with_site_values(site)
    return load_rulebook(all_rules(), parameters, overrides)


def all_rules() -> tuple[Rule, ...]:
    """Every rule of guideline/rules, by id."""
    found: list[Rule] = []
    for module in sorted(info.name for info in iter_modules(rule_files.__path__)):
        found.extend(getattr(import_module(f"guideline.rules.{module}"), "RULES", ()))
    return tuple(sorted(found, key=lambda rule: rule.id))


@cache
def statements() -> Mapping[str, Statement]:
    """The catalogue by id."""
    text = resources.files("guideline").joinpath("data/statements.csv").read_text("utf-8")
    return {row["id"]: _statement(row) for row in csv.DictReader(text.splitlines())}


def _statement(row: Mapping[str, str]) -> Statement:
    return Statement(
        id=row["id"],
        kind=row["kind"],
        group=row["group"],
        text=row["text"],
        sources=tuple(part for part in row["sources"].split("; ") if part),
        strength=row["strength"],
        evidence=row["evidence"],
        inferred=row["inferred"] == "yes",
        title_only=row["title_only"] == "yes",
        rows=tuple(row["rows"].split()),
    )


@cache
def sources() -> Mapping[str, Mapping[str, Any]]:
    """Every source by key."""
    import tomllib

    return tomllib.loads(resources.files("guideline").joinpath("sources.toml").read_text("utf-8"))["sources"]


def load_rulebook(
    rules: Iterable[Rule], parameters: Mapping[str, Parameter], overrides: tuple[Override, ...] = ()
) -> Rulebook:
    """Check the rules against the vocabulary and each other, and make them ready to run."""
    chosen = tuple(sorted(rules, key=lambda rule: rule.id))
    settles = {rule.id: settled_by(rule) for rule in chosen}
    concluded = frozenset(name for settled in settles.values() for name in settled)
    numbers = {key: parameter.value for key, parameter in parameters.items()}
    types = _types(parameters, concluded)
    _check_ids(chosen)
    trees = {rule.id: _tree(rule, types, parameters) for rule in chosen}
    layer_of = _layers(trees, settles)
    entries = tuple(_entry(rule, trees[rule.id], settles[rule.id], layer_of[rule.id], types, numbers) for rule in chosen)
    layers = tuple(
        tuple(entry for entry in entries if entry.layer == number)
        for number in range(max(layer_of.values(), default=-1) + 1)
    )
    by_conclusion: dict[str, list[Entry]] = {}
    for entry in entries:
        for name in entry.settles:
            by_conclusion.setdefault(name, []).append(entry)
    program, atoms = _program(layers, by_conclusion, types, numbers)
    return Rulebook(
        version=GUIDELINE_VERSION,
        entries=entries,
        layers=layers,
        by_id={entry.rule.id: entry for entry in entries},
        by_conclusion={name: tuple(found) for name, found in by_conclusion.items()},
        parameters=parameters,
        numbers=numbers,
        overrides=overrides,
        statements=statements(),
        sources=sources(),
        types=types,
        program=program,
        atoms=atoms,
    )


def settled_by(rule: Rule) -> tuple[str, ...]:
    """The names of the conclusions a rule can settle."""
    found: dict[str, None] = {}
    for effect in rule.then:
        if isinstance(effect, Conclude):
            found[effect.name] = None
        elif isinstance(effect, Order):
            found[f"proposed-{effect.key}"] = None
        elif isinstance(effect, Differential):
            stages = ("", "-probable", "-confirmed")[: ("suspected", "probable", "confirmed").index(effect.certainty) + 1]
            found.update(dict.fromkeys(f"ddx-{effect.diagnosis}{stage}" for stage in stages))
    return tuple(found)


def _types(parameters: Mapping[str, Parameter], concluded: frozenset[str]) -> dict[str, Type]:
    types: dict[str, Type] = dict(case_types())
    for key, parameter in parameters.items():
        value = parameter.value
        kind = INTEGER if isinstance(value, int) else DECIMAL if parameter.unit == "1" else Quantities(parameter.unit.strip("'"))
        _add(types, key, kind, f"the parameter {key}")
    for name in concluded:
        _add(types, name, BOOLEAN, f"the conclusion {name}")
    return types


def _add(types: dict[str, Type], name: str, kind: Type, what: str) -> None:
    if name in types:
        raise RulebookError(f"{what} has the name of something else")
    types[name] = kind


def _check_ids(rules: tuple[Rule, ...]) -> None:
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            raise RulebookError(f"{rule.id} stands twice")
        seen.add(rule.id)
        _check_words(rule)
        _check_effects(rule)


def _check_words(rule: Rule) -> None:
    for statement in rule.statements:
        if statement not in statements():
            raise RulebookError(f"{rule.id}: no statement {statement} in the catalogue")
    for source in rule.sources:
        if source not in sources():
            raise RulebookError(f"{rule.id}: no source {source} in sources.toml")
    if len(set(rule.statements)) != len(rule.statements):
        raise RulebookError(f"{rule.id}: a statement is named twice")


def _check_effects(rule: Rule) -> None:
    for effect in rule.then:
        if isinstance(effect, Order):
            _known(rule, "order", effect.key, vocabulary.order_kinds())
            if rule.strength != "recommend" and effect.priority != "routine":
                if effect.priority_from not in _PRIORITY_ROWS or effect.priority_from not in rule.statements:
                    raise RulebookError(
                        f"{rule.id}: strength {rule.strength} does not bear priority {effect.priority}, "
                        "unless priority_from names the statement whose row says so (D-02)"
                    )
        elif isinstance(effect, Activity):
            _known(rule, "activity", effect.key, vocabulary.ACTIVITY_KEYS)
        elif isinstance(effect, Goal):
            _known(rule, "goal", effect.key, vocabulary.GOAL_KEYS)
        elif isinstance(effect, Differential):
            _known(rule, "diagnosis", effect.diagnosis, vocabulary.diagnoses())


def _known(rule: Rule, what: str, key: str, vocabulary_part: Iterable[str]) -> None:
    if key not in vocabulary_part:
        raise RulebookError(f"{rule.id}: no {what} {key} in the vocabulary")


def _tree(rule: Rule, types: Mapping[str, Type], parameters: Mapping[str, Parameter]) -> Node:
    text = _NOT_A_CHILD.format(rule.when) if rule.population == "adults" else rule.when
    tree = _parsed(rule, text, types)
    if check(tree, types) != BOOLEAN:
        raise RulebookError(f"{rule.id}: `when` is not a condition")
    for effect in rule.then:
        for name in placeholders(effect):
            if name not in types and name != "missing":
                raise RulebookError(f"{rule.id}: the text names {{{name}}}, which is no feature and no parameter")
    return tree


def _parsed(rule: Rule, text: str, types: Mapping[str, Type]) -> Node:
    try:
        tree = spell_out(parse(text))  # `in` a list must stay unknown for an unknown feature
        check(tree, types)
    except CqlError as wrong:
        raise RulebookError(f"{rule.id}: {wrong}") from wrong
    return tree


def _layers(trees: Mapping[str, Node], settles: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """The layer of each rule: one above the highest it reads from. A circle names its rules."""
    makers: dict[str, list[str]] = {}
    for rule, settled in settles.items():
        for name in settled:
            makers.setdefault(name, []).append(rule)
    reads = {rule: [maker for name in names(tree) for maker in makers.get(name, ())] for rule, tree in trees.items()}
    layer: dict[str, int] = {}

    def visit(rule: str, path: tuple[str, ...]) -> int:
        if rule in path:
            raise RulebookError(f"rules conclude in a circle: {' -> '.join((*path[path.index(rule) :], rule))}")
        if rule not in layer:
            layer[rule] = max((visit(maker, (*path, rule)) + 1 for maker in reads[rule]), default=0)
        return layer[rule]

    for rule in trees:
        visit(rule, ())
    return layer


def _entry(
    rule: Rule, tree: Node, settled: tuple[str, ...], layer: int, types: Mapping[str, Type], numbers: Mapping[str, Any]
) -> Entry:
    def date(text: str | None) -> Callable[[Env], Any] | None:
        if text is None:
            return None
        return compile_expression(with_constants(_parsed(rule, text, types), numbers))

    windows, fresh = {}, {}
    for position, effect in enumerate(rule.then):
        if isinstance(effect, Order | Activity) and effect.window:
            windows[position] = (date(effect.window[0]), date(effect.window[1]))
        if isinstance(effect, Order) and effect.fresh_from:
            run = date(effect.fresh_from)
            assert run is not None
            fresh[position] = run
    return Entry(
        rule=rule,
        tree=tree,
        run=compile_expression(with_constants(tree, numbers)),
        reads=names(tree) - numbers.keys(),
        settles=settled,
        layer=layer,
        windows=windows,
        fresh=fresh,
    )


def _program(
    layers: tuple[tuple[Entry, ...], ...],
    by_conclusion: Mapping[str, list[Entry]],
    types: Mapping[str, Type],
    numbers: Mapping[str, Any],
) -> tuple[Program, tuple[tuple[str, Callable[[Env], Any]], ...]]:
    """What the engine runs. Conclusions that no rule reads are left out; they are read off the rules that fired."""
    read = frozenset(name for layer in layers for entry in layer for name in entry.reads)
    conclusions = frozenset(by_conclusion)
    booleans = frozenset(name for name, kind in types.items() if kind == BOOLEAN)
    atoms = Atoms(conclusions, booleans, numbers, {})
    settled_in = {name: max(entry.layer for entry in found) for name, found in by_conclusion.items()}
    clauses: list[list[Clause]] = [[] for _ in layers]
    for number, layer in enumerate(layers):
        for entry in layer:
            wanted = [name for name in entry.settles if name in read]
            try:
                holds = formula(entry.tree, frozenset({TRUE}), atoms)
                possible = formula(entry.tree, frozenset({TRUE, UNKNOWN}), atoms)
            except RulebookError as wrong:
                raise RulebookError(f"{entry.rule.id}: {wrong}") from wrong
            now = tuple(name for name in wanted if settled_in[name] == number)
            clauses[number].append(Clause(entry.rule.id, holds, possible, now))
            # A name that other rules settle later is settled there once more: all its makers share one layer.
            for name in wanted:
                if settled_in[name] != number:
                    clauses[settled_in[name]].append(
                        Clause(f"{entry.rule.id}{AGAIN}{name}", holds, possible, (name,))
                    )
    settled = [tuple(sorted(name for name in conclusions & read if settled_in[name] == n)) for n in range(len(layers))]
    program = Program(
        atoms=tuple(atoms.run),
        layers=tuple(Layer(clauses=tuple(made), concludes=names_) for made, names_ in zip(clauses, settled, strict=True)),
    )
    return program, tuple(atoms.run.items())
