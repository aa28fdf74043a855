"""What the rules that fired claim for a patient: effects, limb by limb, and the recorded facts behind them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, NamedTuple

from cql_like import Quantity
from guideline import vocabulary
from guideline.assessment import PRIORITIES, STRENGTHS, Because, Certainty, Side, unchecked
from guideline.bits import Bits, set_bits
from guideline.case import Case, Support
from guideline.reader import Reading
from guideline.rule import Activity, Alert, Differential, Effect, Order, Rule
from guideline.rulebook import Entry, Rulebook
from guideline.wording import Template, template, wording

SEVERITIES: Final = ("info", "warning", "critical")
CERTAINTIES: Final[tuple[Certainty, ...]] = ("suspected", "probable", "confirmed")
SIDED_ACTIVITIES: Final = frozenset(
    {
        "range-of-motion",
        "strengthening",
        "orthosis-fitting",
        "orthosis-review",
        "skin-inspection",
        "remove-compression",
        "home-dorsiflexion",
        "home-toe-curls",
        "home-toe-taps",
        "home-ankle-circles",
        "home-heel-raises",
        "decompression-information",
    }
)
_made: Final = unchecked(Because)
_JSON: Final = (bool, int, str)
Rank = tuple[int, int]
FactKey = tuple[str, str, str, str]  # name, side, value, resource: what facts are told apart and sorted by


@dataclass(frozen=True, slots=True, eq=False)
class Consequence:
    """One effect of one rule, with all of it that is the same for every patient.

    `key` is that of the order, activity, alert, goal or diagnosis; `sided` says whether each leg has its own. `rank` is
    how urgent, grave or sure it is, then the rule's strength: higher is stronger. `until_done` is the order whose doing
    ends an alert.
    """

    entry: Entry
    position: int
    rule: Rule
    effect: Effect
    kind: str
    key: str
    sided: bool
    rank: Rank
    text: Template
    has_window: bool
    until_done: str | None

    @classmethod
    def of(cls, book: Rulebook, entry: Entry, position: int) -> Consequence:
        effect, dates = entry.rule.then[position], entry.dates.get(position)
        return cls(
            entry=entry,
            position=position,
            rule=entry.rule,
            effect=effect,
            kind=effect.kind,
            key=getattr(effect, "key", getattr(effect, "diagnosis", "")),
            sided=_sided(effect),
            rank=(_grade(effect), STRENGTHS.index(entry.rule.strength)),
            text=template(getattr(effect, "text", ""), book.parameters),
            has_window=dates is not None and bool(dates.start or dates.end),
            until_done=effect.until_done if isinstance(effect, Alert) else None,
        )


def _sided(effect: Effect) -> bool:
    if isinstance(effect, Order):
        return vocabulary.order_kinds()[effect.key].sided
    if isinstance(effect, Activity):
        return effect.key in SIDED_ACTIVITIES
    return not isinstance(effect, Alert) or effect.scope == "limb"


def _grade(effect: Effect) -> int:
    if isinstance(effect, Order | Activity):
        return PRIORITIES.index(effect.priority)
    if isinstance(effect, Alert):
        return SEVERITIES.index(effect.severity)
    return CERTAINTIES.index(effect.certainty) if isinstance(effect, Differential) else 0


@lru_cache(maxsize=4096)
def _consequences(book: Rulebook, rule: str) -> tuple[Consequence, ...]:
    """The effects of a rule, made ready when it first fires."""
    entry = book.by_id[rule]
    return tuple([Consequence.of(book, entry, position) for position in range(len(entry.rule.then))])


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """The recorded facts of one limb, told once for all claims that rest on them."""

    case: Case
    reading: Reading
    _told: dict[int, dict[FactKey, Because]] = field(default_factory=dict)
    _sorted: dict[Bits, dict[FactKey, Because]] = field(default_factory=dict)

    def facts(self, bits: Bits) -> Mapping[FactKey, Because]:
        """The facts behind some features (as bits), by what they are sorted by, and sorted."""
        if bits not in self._sorted:
            found: dict[FactKey, Because] = {}
            for feature in set_bits(bits):
                if feature not in self._told:
                    support = self.case.support.get(self.reading.parts.names[feature], ())
                    self._told[feature] = dict(map(_because, support))
                found.update(self._told[feature])
            self._sorted[bits] = {key: found[key] for key in sorted(found)}
        return self._sorted[bits]


def _because(fact: Support) -> tuple[FactKey, Because]:
    value = json_value(fact.value)
    made = _made(fact=fact.fact, side=fact.side, value=value, resource=fact.resource)
    return (fact.fact, fact.side or "", str(value), fact.resource or ""), made


class Claim(NamedTuple):
    """One effect of one rule that holds for one limb."""

    made: Consequence
    side: Side
    evidence: Evidence

    @property
    def rule(self) -> Rule:
        return self.made.rule

    @property
    def effect(self) -> Effect:
        return self.made.effect

    @property
    def case(self) -> Case:
        return self.evidence.case

    @property
    def reading(self) -> Reading:
        return self.evidence.reading

    def text(self) -> str:
        return self.made.text.filled(self.case.values, self._missing)

    def _missing(self) -> str:
        reads, values = self.made.entry.reads, self.case.values
        absent = sorted(name for name in reads if name in wording() and values.get(name) is None)
        return ", ".join(wording()[name].title for name in absent) or "nothing"

    def window(self) -> tuple[Any, Any]:
        """Earliest and latest, each a Date, a DateTime or None."""
        if not self.made.has_window:
            return None, None
        start, end = self.made.entry.windows[self.made.position]
        env = self.reading.env
        return start(env) if start else None, end(env) if end else None

    def fresh_from(self) -> Any:
        run = self.made.entry.fresh.get(self.made.position)
        return run(self.reading.env) if run else None


def claims(readings: Sequence[tuple[Case, Reading]], fired: Mapping[Side, Iterable[str]]) -> list[Claim]:
    """Every effect of every rule that fired, limb by limb."""
    found: list[Claim] = []
    for case, reading in readings:
        evidence, book, side = Evidence(case, reading), reading.book, case.side
        found += [Claim(made, side, evidence) for rule in fired[side] for made in _consequences(book, rule)]
    return found


def because(found: Iterable[Claim]) -> list[Because]:
    """The facts behind some claims, each once, sorted."""
    behind: dict[Evidence, Bits] = {}
    for claim in found:
        evidence = claim.evidence
        bits = evidence.reading.because_bits(claim.made.rule.id)
        behind[evidence] = behind.get(evidence, 0) | bits
    told = [evidence.facts(bits) for evidence, bits in behind.items()]
    if len(told) == 1:
        return list(told[0].values())
    facts = {key: fact for each in told for key, fact in each.items()}
    return [facts[key] for key in sorted(facts)]


def json_value(value: object) -> bool | int | float | str | None:
    """A recorded value as JSON: true, 3, "reduced", "2026-01-05", "250 mL"."""
    if value is None or isinstance(value, _JSON):
        return value
    if isinstance(value, Quantity):
        return f"{value.value.normalize():f}" + (f" {value.unit}" if value.unit != "1" else "")
    return str(value)
