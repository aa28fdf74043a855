"""What stands between a Case and a rule: the smallest sets of conditions that would make the rule hold.

The search works on the formulas the engine matches. Of an `All` every part has to hold, of an `Any` one is enough, a
conclusion needs one of its rules. Each set found is tried on the Case, smallest first: rules can stand in one another's
way, so that not every set that looks sufficient is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from typing import Final, NamedTuple

from cql_like import BOOLEAN, names, parse
from cql_like.kinds import ChoiceType, RangedType
from guideline.case import Case
from guideline.layers import AGAIN
from guideline.program import FALSE, TRUE, UNKNOWN, All, Any, Clause, Formula, Literal, Program
from guideline.reader import Reading
from guideline.rulebook import Rulebook, Run

CODE: Final = {True: TRUE, False: FALSE, None: UNKNOWN}
_EVERY: Final = frozenset((TRUE, FALSE, UNKNOWN))
_YES: Final = frozenset((TRUE,))
_WIDTH: Final = 48  # sets kept at each step of the search
_ORDER: Final = (FALSE, UNKNOWN, TRUE)
CONCERNS: Final = ("has-foot-drop", "emergency", "possible-foot-drop")


class Need(NamedTuple):
    """One condition that has to change: any of `options` will do; all of them read the same features."""

    options: tuple[Literal, ...]


Needs = frozenset[Need]


@lru_cache(maxsize=8)
def clauses_of(book: Rulebook) -> Mapping[str, Clause]:
    """The formula of every rule, by id."""
    return {clause.rule: clause for layer in book.program.layers for clause in layer.clauses if AGAIN not in clause.rule}


@lru_cache(maxsize=4096)
def _reads(atom: str) -> frozenset[str]:
    return names(parse(atom))


@dataclass(slots=True)
class Search:
    """Looks for what would make rules hold on one limb, and the guideline apply if it is not `concerned` yet.

    `now` is what every atom and conclusion comes to today.
    """

    case: Case
    reading: Reading
    concerned: bool = True
    now: dict[str, int] = field(default_factory=dict)
    _found: dict[Literal, list[Needs]] = field(default_factory=dict)

    @property
    def book(self) -> Rulebook:
        return self.reading.book

    def __post_init__(self) -> None:
        self.now = {atom: CODE[run(self.case.values)] for atom, run in self.book.atoms}
        self.now |= {name: CODE[self.reading.env[name]] for name in self.book.by_conclusion}

    def smallest(self, rule: str) -> tuple[Needs, bool]:
        """The smallest set of conditions for `rule`, and whether the rule holds once they do.

        False only where no set that was found is enough, because other conditions then break.
        """
        concern = All(()) if self.concerned else Any(tuple(Literal(name, _YES) for name in CONCERNS))
        sets = self.sets(All((clauses_of(self.book)[rule].holds, concern)))
        for needs in sets:
            if self.is_possible(needs) and self.suffices(rule, needs):
                return needs, True
        return (sets[0] if sets else frozenset()), False

    def sets(self, wanted: Formula) -> list[Needs]:
        """Sets that would make `wanted` hold, smallest first."""
        if isinstance(wanted, Literal):
            return self.literal(wanted)
        if isinstance(wanted, Any):
            return self.fewest(each for part in self.merged(wanted) for each in self.part(part))
        found: list[Needs] = [frozenset()]
        for part in wanted.parts:
            found = self.fewest(one | other for one, other in product(found, self.sets(part)))
        return found

    def part(self, part: Formula | Need) -> list[Needs]:
        return [frozenset((part,))] if isinstance(part, Need) else self.sets(part)

    def literal(self, wanted: Literal) -> list[Needs]:
        if self.now[wanted.atom] in wanted.values:
            return [frozenset()]
        if wanted.atom not in self.book.by_conclusion:
            return [frozenset((Need((wanted,)),))]
        if wanted not in self._found:
            self._found[wanted] = self.sets(self.behind(wanted))
        return self._found[wanted]

    def behind(self, wanted: Literal) -> Formula:
        """What the rules of a conclusion need for it to come to one of the wanted values."""
        makers = [clauses_of(self.book)[entry.rule.id] for entry in self.book.by_conclusion[wanted.atom]]
        if TRUE in wanted.values:
            return Any(tuple(each.possible if UNKNOWN in wanted.values else each.holds for each in makers))
        if self.now[wanted.atom] == FALSE:
            return Any(tuple(each.possible for each in makers))
        denied = (each.holds if UNKNOWN in wanted.values else each.possible for each in makers)
        return All(tuple(_opposite(each) for each in denied))

    def fewest(self, sets: Iterable[Needs]) -> list[Needs]:
        """The smallest of the sets, each once, none that holds a smaller one."""
        kept: list[Needs] = []
        for needs in sorted(set(sets), key=self.size):
            if len(kept) < _WIDTH and not any(other <= needs for other in kept):
                kept.append(needs)
        return kept

    def size(self, needs: Needs) -> tuple[int, int, list[str]]:
        """Few conditions are nearer than many, and unknown ones nearer than failed ones."""
        failed = sum(not self.is_unknown(need) for need in needs)
        return len(needs), failed, sorted(option.atom for need in needs for option in need.options)

    def is_unknown(self, need: Need) -> bool:
        return any(self.now[option.atom] == UNKNOWN for option in need.options)

    def is_possible(self, needs: Needs) -> bool:
        """Whether each feature has a value that meets all the conditions on it alone."""
        about: dict[str, list[Need]] = {}
        for need in needs:
            read = _reads(need.options[0].atom) - self.book.numbers.keys()
            if len(read) == 1:
                about.setdefault(min(read), []).append(need)
        return all(self.has_value(name, wanted) for name, wanted in about.items() if len(wanted) > 1)

    def has_value(self, name: str, wanted: Sequence[Need]) -> bool:
        values = _values(name, self.book)
        return not values or any(all(_meets(self.book, need, name, value) for need in wanted) for value in values)

    def suffices(self, rule: str, needs: Needs) -> bool:
        """Whether the rule holds, and the guideline is concerned, when exactly these conditions are met."""
        met = {need.options[0].atom: min(need.options[0].values, key=_plainest) for need in needs}
        rules = read_program(self.book.program, {**self.now, **met})
        makers = [entry.rule.id for name in CONCERNS for entry in self.book.by_conclusion[name]]
        return rules[rule] == TRUE and (self.concerned or any(rules[maker] == TRUE for maker in makers))

    def merged(self, wanted: Any) -> Iterator[Formula | Need]:
        """The parts of an alternative; comparisons of one feature with several values are one condition."""
        alike: dict[frozenset[str], list[Literal]] = {}
        for part in wanted.parts:
            recorded = isinstance(part, Literal) and part.atom not in self.book.by_conclusion
            if recorded and self.now[part.atom] not in part.values:
                alike.setdefault(_reads(part.atom), []).append(part)
            else:
                yield part
        for literals in alike.values():
            yield Need(tuple(literals)) if len(literals) > 1 else literals[0]


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


def _opposite(formula: Formula) -> Formula:
    if isinstance(formula, Literal):
        return Literal(formula.atom, _EVERY - formula.values)
    parts = tuple(_opposite(part) for part in formula.parts)
    return Any(parts) if isinstance(formula, All) else All(parts)


def _plainest(value: int) -> int:
    """Of the values a condition accepts, the one a person would record: yes, else no, else nothing."""
    return (TRUE, FALSE, UNKNOWN).index(value)


@lru_cache(maxsize=1024)
def _values(name: str, book: Rulebook) -> tuple[object, ...]:
    kind = book.types[name]
    if kind == BOOLEAN:
        return True, False
    if isinstance(kind, ChoiceType):
        return tuple(sorted(kind.values))
    return tuple(range(kind.low, kind.high + 1)) if isinstance(kind, RangedType) else ()


def _meets(book: Rulebook, need: Need, name: str, value: object) -> bool:
    runs = _runs(book)
    return any(CODE[runs[option.atom]({name: value})] in option.values for option in need.options)


@lru_cache(maxsize=8)
def _runs(book: Rulebook) -> dict[str, Run]:
    return dict(book.atoms)
