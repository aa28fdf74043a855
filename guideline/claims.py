"""What the rules that fired claim for a patient: effects, limb by limb, and the recorded facts behind them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, NamedTuple

from cql_like import Quantity
from guideline.assessment import PRIORITIES, STRENGTHS, Because, Priority, Side, unchecked
from guideline.bits import set_bits
from guideline.case import Case, Support
from guideline.reader import Reading
from guideline.rule import Activity, Effect, Order, Rule
from guideline.rulebook import Entry, Rulebook
from guideline.wording import fill, wording

_made: Final = unchecked(Because)
Rank = tuple[int, int]
FactKey = tuple[str, str, str, str]  # name, side, value, resource: what facts are told apart and sorted by


@dataclass(frozen=True, slots=True)
class Evidence:
    """The recorded facts of one limb, told once for all claims that rest on them."""

    case: Case
    reading: Reading
    _told: dict[int, dict[FactKey, Because]] = field(default_factory=dict)

    def facts(self, bits: int) -> dict[FactKey, Because]:
        """The facts behind some features (as bits), by what they are sorted by."""
        found: dict[FactKey, Because] = {}
        for bit in set_bits(bits):
            if bit not in self._told:
                support = self.case.support.get(self.reading.parts.names[bit], ())
                self._told[bit] = dict(map(_because, support))
            found.update(self._told[bit])
        return found


def _because(fact: Support) -> tuple[FactKey, Because]:
    value = json_value(fact.value)
    made = _made(fact=fact.fact, side=fact.side, value=value, resource=fact.resource)
    return (fact.fact, fact.side or "", str(value), fact.resource or ""), made


class Claim(NamedTuple):
    """One effect of one rule that holds for one limb. `rank` is priority, then strength: higher is stronger."""

    entry: Entry
    position: int
    effect: Effect
    rank: Rank
    evidence: Evidence

    @property
    def rule(self) -> Rule:
        return self.entry.rule

    @property
    def case(self) -> Case:
        return self.evidence.case

    @property
    def reading(self) -> Reading:
        return self.evidence.reading

    def text(self) -> str:
        book = self.reading.book
        return fill(self.effect.text, book.parameters, self.case.values, self._missing)  # type: ignore[union-attr]

    def _missing(self) -> str:
        absent = sorted(name for name in self.entry.reads if name in wording() and self.case.values.get(name) is None)
        return ", ".join(wording()[name].title for name in absent) or "nothing"

    def window(self) -> tuple[Any, Any]:
        """Earliest and latest, each a Date, a DateTime or None."""
        runs = self.entry.windows.get(self.position)
        if runs is None:
            return None, None
        env = self.reading.env
        return tuple(run(env) if run else None for run in runs)  # type: ignore[return-value]

    def fresh_from(self) -> Any:
        run = self.entry.fresh.get(self.position)
        return run(self.reading.env) if run else None


def claims(readings: Sequence[tuple[Case, Reading]], fired: Mapping[Side, Iterable[str]]) -> list[Claim]:
    """Every effect of every rule that fired, limb by limb."""
    found = []
    for case, reading in readings:
        evidence, effects = Evidence(case, reading), _effects(reading.book)
        for rule in fired[case.side]:
            found += [Claim(*effect, evidence) for effect in effects[rule]]
    return found


@lru_cache(maxsize=8)
def _effects(book: Rulebook) -> Mapping[str, list[tuple[Entry, int, Effect, Rank]]]:
    """The effects of every rule with their positions and ranks."""
    return {
        entry.rule.id: [
            (entry, position, effect, (PRIORITIES.index(_priority(effect)), STRENGTHS.index(entry.rule.strength)))
            for position, effect in enumerate(entry.rule.then)
        ]
        for entry in book.entries
    }


def _priority(effect: Effect) -> Priority:
    return effect.priority if isinstance(effect, Order | Activity) else "routine"


def because(found: Iterable[Claim]) -> list[Because]:
    """The facts behind some claims, each once, sorted."""
    behind: dict[Side, tuple[Evidence, int]] = {}
    for claim in found:
        evidence = claim.evidence
        _, bits = behind.get(evidence.case.side, (evidence, 0))
        behind[evidence.case.side] = evidence, bits | evidence.reading.because_bits(claim.entry.rule.id)
    facts: dict[FactKey, Because] = {}
    for evidence, bits in behind.values():
        facts |= evidence.facts(bits)
    return [facts[key] for key in sorted(facts)]


def json_value(value: object) -> bool | int | float | str | None:
    """A recorded value as JSON: true, 3, "reduced", "2026-01-05", "250 mL"."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Quantity):
        return f"{value.value.normalize():f}" + (f" {value.unit}" if value.unit != "1" else "")
    return str(value)
