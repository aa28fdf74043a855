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
from guideline.answers import numbers
from guideline.case import Case
from guideline.engine import AGAIN
from guideline.formulas import opposite, read_program
from guideline.program import All, Any, Clause, Formula, Literal
from guideline.reader import Reading
from guideline.rulebook import Rulebook, Run
from guideline.truths import FALSE, TRUE, UNKNOWN
from guideline.vocabulary import features

CODE: Final = {True: TRUE, False: FALSE, None: UNKNOWN}
_YES: Final = frozenset((TRUE,))
_WIDTH: Final = 48  # sets kept at each step of the search
_SLACK: Final = 2  # how much smaller than its first form a set may turn out to be
_NO_VALUE: Final = object()
CONCERNS: Final = ("has-foot-drop", "emergency", "possible-foot-drop")


class Need(NamedTuple):
    """One condition that has to change: any of `options` will do; all of them read the same features."""

    options: tuple[Literal, ...]


Needs = frozenset[Need]


class Found(NamedTuple):
    """The answer of a search: the other sets of that size that would do, and whether the rule holds once it is met.

    `enough` is false only where no set was found that suffices, because other conditions then break.
    """

    needs: Needs
    others: tuple[Needs, ...]
    enough: bool


@lru_cache(maxsize=8)
def clauses_of(book: Rulebook) -> Mapping[str, Clause]:
    """The formula of every rule, by id."""
    return {
        clause.rule: clause for layer in book.program.layers for clause in layer.clauses if AGAIN not in clause.rule
    }


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

    def smallest(self, rule: str) -> Found:
        """The smallest set of conditions for `rule`."""
        concern = All(()) if self.concerned else Any(tuple(Literal(name, _YES) for name in CONCERNS))
        sets = self.sets(All((clauses_of(self.book)[rule].holds, concern)))
        enough: list[Needs] = []
        for needs in sets:
            if enough and len(needs) > len(enough[0]) + _SLACK:
                break
            if self.suffices(rule, needs):
                enough.append(self.pruned(rule, needs))
        if not enough:
            return Found(sets[0] if sets else frozenset(), (), False)
        best = sorted(set(enough), key=self.size)
        return Found(best[0], tuple(each for each in best[1:] if len(each) == len(best[0])), True)

    def pruned(self, rule: str, needs: Needs) -> Needs:
        """Without what the other conditions bring about: who has grade 0 has a foot drop."""
        for need in sorted(needs, key=lambda each: each.options[0].atom):
            if len(needs) > 1 and self.suffices(rule, needs - {need}):
                needs -= {need}
        return needs

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
        if self.is_recorded(wanted):
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
        return All(tuple(opposite(each) for each in denied))

    def fewest(self, sets: Iterable[Needs]) -> list[Needs]:
        """The smallest of the sets, each once, none that holds a smaller one."""
        kept: list[Needs] = []
        for needs in sorted(set(sets), key=self.size):
            if len(kept) < _WIDTH and not any(other <= needs for other in kept):
                kept.append(needs)
        return kept

    def size(self, needs: Needs) -> tuple[object, ...]:
        """Few conditions are nearer than many, and unknown ones nearer than failed ones; the rest keeps one order."""
        failed = sum(not self.is_unknown(need) for need in needs)
        atoms = sorted(option.atom for need in needs for option in need.options)
        said = sorted(sorted((option.atom, sorted(option.values)) for option in need.options) for need in needs)
        return len(needs), failed, atoms, said

    def is_recorded(self, literal: Literal) -> bool:
        """Whether it is about recorded features, and not about what other rules conclude."""
        return literal.atom not in self.book.by_conclusion

    def is_unknown(self, need: Need) -> bool:
        return any(self.now[option.atom] == UNKNOWN for option in need.options)

    def suffices(self, rule: str, needs: Needs) -> bool:
        """Whether the rule holds, and the guideline is concerned, when these conditions are met and nothing else."""
        met = self.met(needs)
        if met is None:
            return False
        rules = read_program(self.book.program, met)
        makers = [entry.rule.id for name in CONCERNS for entry in self.book.by_conclusion[name]]
        return rules[rule] == TRUE and (self.concerned or any(rules[maker] == TRUE for maker in makers))

    def met(self, needs: Needs) -> dict[str, int] | None:
        """What every atom comes to when each feature has a value that meets its conditions; None if none does.

        Where a condition reads several features, or dates, only its own atom changes.
        """
        about: dict[str, list[Need]] = {}
        met = dict(self.now)
        for need in needs:
            read = _reads(need.options[0].atom) - self.book.numbers.keys()
            name = min(read) if len(read) == 1 else ""
            if _values(name, self.book) if name else ():
                about.setdefault(name, []).append(need)
            else:
                met[need.options[0].atom] = min(need.options[0].values, key=_plainest)
        changed = {name: self.value_for(name, wanted) for name, wanted in about.items()}
        if _NO_VALUE in changed.values():
            return None
        values = {**self.case.values, **changed}
        return met | {atom: CODE[run(values)] for atom, run in self.book.atoms if not _reads(atom).isdisjoint(changed)}

    def value_for(self, name: str, wanted: Sequence[Need]) -> object:
        for value in (*_values(name, self.book), None):
            if all(_meets(self.book, need, name, value) for need in wanted):
                return value
        return _NO_VALUE

    def merged(self, wanted: Any) -> Iterator[Formula | Need]:
        """The parts of an alternative; comparisons of one feature with several values are one condition."""
        alike: dict[frozenset[str], list[Literal]] = {}
        for part in wanted.parts:
            if isinstance(part, Literal) and self.is_recorded(part) and self.now[part.atom] not in part.values:
                alike.setdefault(_reads(part.atom), []).append(part)
            else:
                yield part
        for literals in alike.values():
            yield Need(tuple(literals)) if len(literals) > 1 else literals[0]


def _plainest(value: int) -> int:
    """Of the values a condition accepts, the one a person would record: yes, else no, else nothing."""
    return (TRUE, FALSE, UNKNOWN).index(value)


@lru_cache(maxsize=1024)
def _values(name: str, book: Rulebook) -> tuple[object, ...]:
    """The values a feature can have, or those that stand for them; none for a date."""
    kind, feature = book.types[name], features().get(name.removeprefix("opposite-"))
    if kind == BOOLEAN:
        return True, False
    if isinstance(kind, ChoiceType):
        return tuple(sorted(kind.values))
    if isinstance(kind, RangedType):
        return tuple(range(kind.low, kind.high + 1))
    return tuple(numbers(feature, book)) if feature and feature.type in ("integer", "quantity") else ()


def _meets(book: Rulebook, need: Need, name: str, value: object) -> bool:
    runs = _runs(book)
    return any(CODE[runs[option.atom]({name: value})] in option.values for option in need.options)


@lru_cache(maxsize=8)
def _runs(book: Rulebook) -> dict[str, Run]:
    return dict(book.atoms)
