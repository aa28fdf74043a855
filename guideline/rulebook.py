"""The rulebook: every rule, checked, sorted into layers and ready to run. Load it once, share it.

How it is loaded, and what is refused, is told in `guideline.loading`; what is published is kept prepared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from cql_like import Node, compile_expression
from cql_like.tree import with_constants
from guideline.assessment import Override
from guideline.prepared import prepared
from guideline.rule import Example, Rule

if TYPE_CHECKING:
    from cql_like import Type
    from guideline.parameters import Parameter
    from guideline.program import Program

T = TypeVar("T")

GUIDELINE_ID: Final = "footdrop-guideline"
GUIDELINE_VERSION: Final = "0.1.0"

Env = Mapping[str, Any]
Run = Callable[[Env], Any]


class Dates(NamedTuple):
    """The CQL dates of an order or activity, as trees: earliest, latest, and from when on work counts as done."""

    start: Node | None = None
    end: Node | None = None
    fresh: Node | None = None


class Lazy:
    """A frozen value whose cached properties are no part of what is kept of it."""

    def __getstate__(self) -> dict[str, Any]:
        return {each.name: getattr(self, each.name) for each in fields(self)}  # type: ignore[arg-type]


@dataclass(frozen=True, eq=False)
class Entry(Lazy):
    """A rule in the book: what it reads and settles, and its effects' dates by position.

    Its tree is parsed, and what runs it compiled, when it is first asked for.
    """

    rule: Rule
    reads: frozenset[str]
    settles: tuple[str, ...]
    layer: int
    dates: Mapping[int, Dates]
    numbers: Mapping[str, Any]
    sources: tuple[str, ...]

    @cached_property
    def tree(self) -> Node:
        """The condition, guard for adults included."""
        from guideline.loading import tree_of

        return tree_of(self.rule)

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
class Rulebook(Lazy):
    """Everything a run needs, frozen. `by_conclusion` lists the rules that can settle a name.

    `conditions` are the engine's atoms: the text of each, and what it asks of a Case, as a tree without parameters.
    """

    version: str
    entries: tuple[Entry, ...]
    layers: tuple[tuple[Entry, ...], ...]
    by_id: Mapping[str, Entry]
    by_conclusion: Mapping[str, tuple[Entry, ...]]
    parameters: Mapping[str, Parameter]
    numbers: Mapping[str, Any]
    overrides: tuple[Override, ...]
    types: Mapping[str, Type]
    conditions: tuple[tuple[str, Node], ...]

    @cached_property
    def program(self) -> Program:
        """What the engine runs."""
        from guideline.loading import program_of

        return program_of(self)

    @cached_property
    def atoms(self) -> tuple[tuple[str, Run], ...]:
        """The engine's atoms: the text of each, and the function that reads it from a Case."""
        return tuple((text, compile_expression(node)) for text, node in self.conditions)

    @property
    def rules(self) -> tuple[Rule, ...]:
        return tuple(entry.rule for entry in self.entries)

    def sources_of(self, rule: Rule) -> tuple[str, ...]:
        """Source keys of a rule: its own, then its statements'."""
        return self.by_id[rule.id].sources


@cache
def rulebook() -> Rulebook:
    """The rulebook as published."""
    return prepared("rulebook", _published)


def _published() -> Rulebook:
    from guideline.loading import all_rules, load_rulebook
    from guideline.parameters import default_parameters

    _cases()  # kept with the rulebook, and apart from it
    rules = [rule.model_copy(update={"cases": _Cases(rule.id)}) for rule in all_rules()]
    return load_rulebook(rules, default_parameters())


@cache
def _cases() -> Mapping[str, tuple[Example, ...]]:
    """The cases of every published rule, by its id."""
    return prepared("cases", _published_cases)


def _published_cases() -> dict[str, tuple[Example, ...]]:
    from guideline.loading import all_rules

    return {rule.id: rule.cases for rule in all_rules()}


class _Cases(Sequence[Example]):
    """A published rule's cases, loaded when they are looked at: no assessment does, and a start need not wait."""

    __slots__ = ("_rule",)

    def __init__(self, rule: str) -> None:
        self._rule = rule

    def __getitem__(self, index: Any) -> Any:
        return _cases()[self._rule][index]

    def __len__(self) -> int:
        return len(_cases()[self._rule])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]


@cache
def site_rulebook(site: str) -> Rulebook:
    """The rulebook with a site's parameter file (TOML text)."""
    from guideline.loading import all_rules, load_rulebook
    from guideline.parameters import with_site_values

    parameters, overrides = with_site_values(site)
    return load_rulebook(all_rules(), parameters, overrides)


def rulebook_for(site: str | None) -> Rulebook:
    """The published rulebook, or with a site's parameter file (TOML text): an empty one is an OverrideError."""
    return rulebook() if site is None else site_rulebook(site)


def of_book(book: Rulebook, name: str, make: Callable[[], T]) -> T:
    """What follows from a rulebook alone, by name: of the published one it is kept prepared."""
    return prepared(name, make) if book is rulebook() else make()
