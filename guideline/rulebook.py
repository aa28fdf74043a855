"""The rulebook: every rule read, checked, sorted into layers and made ready to run. Load it once, share it.

Loading is strict: an unknown feature, parameter, source, statement, order or diagnosis, a comparison that cannot hold,
a strength that does not bear its priority, or a circle of conclusions is a RulebookError that names the rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Final, NamedTuple

from cql_like import BOOLEAN, CqlError, Node, Type, check, compile_expression, names, parse, spell_out
from cql_like.kinds import DECIMAL, INTEGER, Quantities
from guideline import rules as rule_files
from guideline.assessment import Override
from guideline.case import case_types
from guideline.catalogue import sources_behind
from guideline.checks import check_rules
from guideline.compile import Atoms, with_constants
from guideline.errors import RulebookError
from guideline.layers import Step, build_program, layer_of
from guideline.parameters import Parameter, default_parameters, with_site_values
from guideline.program import Program
from guideline.rule import Activity, Conclude, Differential, Order, Rule
from guideline.wording import placeholders

GUIDELINE_ID: Final = "footdrop-guideline"
GUIDELINE_VERSION: Final = "0.1.0"
_NOT_A_CHILD: Final = '"child" is not true and ({})'

Env = Mapping[str, Any]
Run = Callable[[Env], Any]


class Dates(NamedTuple):
    """The CQL dates of an order or activity, as trees: earliest, latest, and from when on work counts as done."""

    start: Node | None = None
    end: Node | None = None
    fresh: Node | None = None


@dataclass(frozen=True, eq=False)
class Entry:
    """A rule in the book: its tree (guard included), what it reads and settles, and its effects' dates by position.

    What runs them is compiled when it is first asked for.
    """

    rule: Rule
    tree: Node
    reads: frozenset[str]
    settles: tuple[str, ...]
    layer: int
    dates: Mapping[int, Dates]
    numbers: Mapping[str, Any]

    @cached_property
    def run(self) -> Run:
        """The condition: true, false or None."""
        return self._compiled(self.tree)

    @cached_property
    def windows(self) -> Mapping[int, tuple[Run | None, Run | None]]:
        """For each effect with a window, by position: what gives the earliest and the latest date (None: no bound)."""
        return {
            position: (
                self._compiled(each.start) if each.start else None,
                self._compiled(each.end) if each.end else None,
            )
            for position, each in self.dates.items()
            if each.start or each.end
        }

    @cached_property
    def fresh(self) -> Mapping[int, Run]:
        """For each effect that asks for recent work, by position: what gives the date before which none counts."""
        return {position: self._compiled(each.fresh) for position, each in self.dates.items() if each.fresh}

    def _compiled(self, node: Node) -> Run:
        return compile_expression(with_constants(node, self.numbers))


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
    types: Mapping[str, Type]
    program: Program
    atoms: tuple[tuple[str, Run], ...]

    @property
    def rules(self) -> tuple[Rule, ...]:
        return tuple(entry.rule for entry in self.entries)

    def sources_of(self, rule: Rule) -> tuple[str, ...]:
        """Source keys of a rule: its own, then its statements'."""
        return sources_behind(rule.statements, rule.sources)


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
    booleans = frozenset(name for name, kind in types.items() if kind == BOOLEAN)
    program, atoms = build_program(
        [[step for step in steps if layer[step.id] == number] for number in depth],
        Atoms(frozenset(by_conclusion), booleans, numbers, {}),
    )
    return Rulebook(
        version=GUIDELINE_VERSION,
        entries=entries,
        layers=tuple(tuple(entry for entry in entries if entry.layer == number) for number in depth),
        by_id={entry.rule.id: entry for entry in entries},
        by_conclusion=by_conclusion,
        parameters=parameters,
        numbers=numbers,
        overrides=overrides,
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
    tree, kind = _typed(rule, _NOT_A_CHILD.format(rule.when) if rule.population == "adults" else rule.when, types)
    if kind != BOOLEAN:
        raise RulebookError(f"{rule.id}: `when` is not a condition")
    for effect in rule.then:
        for name in placeholders(effect):
            if name not in types and name != "missing":
                raise RulebookError(f"{rule.id}: the text names {{{name}}}, which is no feature and no parameter")
    return tree


def _parsed(rule: Rule, text: str, types: Mapping[str, Type]) -> Node:
    return _typed(rule, text, types)[0]


def _typed(rule: Rule, text: str, types: Mapping[str, Type]) -> tuple[Node, Type]:
    try:
        tree = spell_out(parse(text))  # `in` a list must stay unknown for an unknown feature
        return tree, check(tree, types)
    except CqlError as wrong:
        raise RulebookError(f"{rule.id}: {wrong}") from wrong


def _entry(rule: Rule, step: Step, layer: int, types: Mapping[str, Type], numbers: Mapping[str, Any]) -> Entry:
    def tree(text: str | None) -> Node | None:
        return _parsed(rule, text, types) if text else None

    dates: dict[int, Dates] = {}
    for position, effect in enumerate(rule.then):
        if isinstance(effect, Order | Activity):
            start, end = effect.window or (None, None)
            fresh = effect.fresh_from if isinstance(effect, Order) else None
            if start or end or fresh:
                dates[position] = Dates(tree(start), tree(end), tree(fresh))
    return Entry(
        rule=rule,
        tree=step.tree,
        reads=step.names - numbers.keys(),
        settles=step.settles,
        layer=layer,
        dates=dates,
        numbers=numbers,
    )
