"""From the rules that fired to one plan: merged, windowed, and set against what is already ordered or done.

One proposal for each key and side: the highest priority wins, and with it its window and text; strength is the
strongest of its rules. Left and right are merged where a proposal has no side.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

from cql_like import Date, DateTime
from guideline import vocabulary
from guideline.assessment import (
    PRIORITIES,
    STRENGTHS,
    Alert,
    Differential,
    Goal,
    Prognosis,
    Proposal,
    Side,
    unchecked,
)
from guideline.care import CareSeen, Kind
from guideline.claims import Claim, because, claims, json_value
from guideline.parts import Parts
from guideline.rule import Activity, Order
from guideline.rule import Alert as AlertEffect
from guideline.rule import Differential as DifferentialEffect
from guideline.rule import Goal as GoalEffect
from guideline.rule import Prognosis as PrognosisEffect
from guideline.wording import wording

__all__ = [
    "SIDED_ACTIVITIES",
    "Claim",
    "alerts",
    "because",
    "claims",
    "differential",
    "goals",
    "json_value",
    "prognosis",
    "proposals",
]
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
_proposed: Final = unchecked(Proposal)
_alerted: Final = unchecked(Alert)
_SEVERITIES: Final = ("info", "warning", "critical")
_CERTAINTIES: Final = ("suspected", "probable", "confirmed")


def proposals(found: Iterable[Claim], kind: type[Order] | type[Activity], care: CareSeen) -> list[Proposal]:
    """Orders (or activities), one for each key and side, most urgent first."""
    groups: dict[tuple[str, Side | None], list[Claim]] = {}
    for claim in found:
        if isinstance(claim.effect, kind):
            key = claim.effect.key
            groups.setdefault((key, claim.case.side if _sided(kind, key) else None), []).append(claim)
    made = [_proposal(key, side, group, kind, care) for (key, side), group in groups.items()]
    return sorted(made, key=_by_urgency)


def _sided(kind: type[Order] | type[Activity], key: str) -> bool:
    return vocabulary.order_kinds()[key].sided if kind is Order else key in SIDED_ACTIVITIES


def _by_urgency(made: Proposal) -> tuple[int, int, str, str]:
    return -PRIORITIES.index(made.priority), -STRENGTHS.index(made.strength), made.key, made.side or ""


def _proposal(
    key: str, side: Side | None, group: list[Claim], kind: type[Order] | type[Activity], care: CareSeen
) -> Proposal:
    kind_word: Kind = "order" if kind is Order else "activity"
    ranked = sorted(group, key=lambda claim: ((-claim.rank[0], -claim.rank[1]), claim.rule.id, claim.case.side))
    # Only where nothing is urgent: a red flag must never find a proposal lower than it was before.
    if ranked[0].rank[0] == 0 and care.done(kind_word, key, side):
        ranked = _unanswered(ranked, care, kind_word, key, side)
    priority = PRIORITIES[ranked[0].rank[0]]
    leading = [claim for claim in ranked if claim.rank == ranked[0].rank]
    earliest, latest = _tightest(leading)
    facts = because(ranked)
    strength = max(claim.rank[1] for claim in ranked)
    status, supersedes = care.status(
        kind=kind_word,
        key=key,
        side=side,
        priority=priority,
        fresh_from=_fresh(ranked, priority),
    )
    return _proposed(
        key=key,
        side=side,
        priority=priority,
        strength=STRENGTHS[strength],
        earliest=earliest,
        latest=latest,
        status=status,
        supersedes=supersedes,
        # A weaker rule's note is read beside a stronger one of the same urgency, not under an emergency.
        text=joined(
            claim.text() for claim in ranked if strength == claim.rank[1] or claim.rank[0] == ranked[0].rank[0]
        ),
        rules=unique(claim.rule.id for claim in ranked),
        statements=unique(each for claim in ranked for each in claim.rule.statements),
        because=facts,
    )


def _unanswered(ranked: list[Claim], care: CareSeen, kind: Kind, key: str, side: Side | None) -> list[Claim]:
    """What work done so far leaves open; all of it if nothing is left, because then the work is listed as done."""

    def answered(claim: Claim) -> bool:
        priority = PRIORITIES[claim.rank[0]]
        return care.answers(kind, key, side, priority=priority, fresh_from=_fresh([claim], priority))

    return [claim for claim in ranked if not answered(claim)] or ranked


def _tightest(leading: list[Claim]) -> tuple[str | None, str | None]:
    """Of several equally ranked rules the earliest start and the earliest end."""
    windows = [claim.window() for claim in leading]
    starts = [day for start, _ in windows if (day := _day(start))]
    ends = [day for _, end in windows if (day := _day(end))]
    return min(starts, default=None), min(ends, default=None)


def _day(moment: Any) -> str | None:
    """A whole day. Where only the month is known, its first day: an order may come early, never late."""
    if moment is None:
        return None
    first = moment.low()
    return str(first.date() if isinstance(first, DateTime) else first)


def _fresh(ranked: list[Claim], priority: str) -> list[Date | DateTime]:
    """Work done before any of these does not answer today's question.

    Always: the rule's own `fresh_from`, and a known onset of this foot drop. From urgent on: the day a red-flag fact
    behind the proposal was first recorded, because an MRI of last year has not seen this year's bladder.
    """
    found: list[Any] = [claim.fresh_from() for claim in ranked]
    for claim in ranked:
        values = claim.case.values
        if values.get("clock-start-uncertain") is False:
            found.append(values.get("clock-start"))
        if priority != "routine" and PRIORITIES[claim.rank[0]] != "routine":
            behind = claim.reading.because_bits(claim.rule.id) & _red_flags(claim.reading.parts)
            found.extend(values.get(f"{name}-since") for name in claim.reading.names(behind))
    return [moment for moment in found if moment is not None]


@lru_cache(maxsize=8)
def _red_flags(parts: Parts) -> int:
    return sum(bit for name, bit in parts.bits.items() if name in wording() and wording()[name].red_flag)


def alerts(found: Iterable[Claim]) -> list[Alert]:
    """One alert for each key and side, the gravest first."""
    groups: dict[tuple[str, Side | None], list[tuple[Claim, AlertEffect]]] = {}
    for claim in found:
        if isinstance(claim.effect, AlertEffect):
            side = claim.case.side if claim.effect.scope == "limb" else None
            groups.setdefault((claim.effect.key, side), []).append((claim, claim.effect))
    made = []
    for (key, side), group in groups.items():
        ranked = sorted(group, key=lambda each: (-_SEVERITIES.index(each[1].severity), each[0].rule.id))
        made.append(
            _alerted(
                severity=ranked[0][1].severity,
                key=key,
                side=side,
                text=joined(claim.text() for claim, _ in ranked),
                rules=unique(claim.rule.id for claim, _ in ranked),
                statements=unique(each for claim, _ in ranked for each in claim.rule.statements),
                because=because(claim for claim, _ in ranked),
            )
        )
    return sorted(made, key=lambda each: (-_SEVERITIES.index(each.severity), each.key, each.side or ""))


def goals(found: Iterable[Claim]) -> list[Goal]:
    """Each goal once, in the contract's order."""
    texts: dict[str, list[str]] = {}
    for claim in sorted(found, key=lambda each: each.rule.id):
        if isinstance(claim.effect, GoalEffect):
            texts.setdefault(claim.effect.key, []).append(claim.text())
    return [Goal(key=key, text=joined(texts[key])) for key in vocabulary.GOAL_KEYS if key in texts]


def differential(found: Iterable[Claim], side: Side) -> list[Differential]:
    """The diagnoses of one limb, the surest first."""
    groups: dict[str, list[tuple[Claim, DifferentialEffect]]] = {}
    for claim in found:
        if isinstance(claim.effect, DifferentialEffect) and claim.case.side == side:
            groups.setdefault(claim.effect.diagnosis, []).append((claim, claim.effect))
    made = [
        Differential(
            diagnosis=diagnosis,
            certainty=_CERTAINTIES[max(_CERTAINTIES.index(effect.certainty) for _, effect in group)],
            rules=unique(claim.rule.id for claim, _ in group),
            statements=unique(each for claim, _ in group for each in claim.rule.statements),
        )
        for diagnosis, group in groups.items()
    ]
    return sorted(made, key=lambda each: (-_CERTAINTIES.index(each.certainty), -len(each.rules), each.diagnosis))


def prognosis(found: Iterable[Claim]) -> list[Prognosis]:
    """What may be expected, each sentence once for each side."""
    made: dict[tuple[str, str], Prognosis] = {}
    for claim in sorted(found, key=lambda each: (each.rule.id, each.case.side)):
        if isinstance(claim.effect, PrognosisEffect):
            text = claim.text()
            made[text, claim.case.side] = Prognosis(
                text=text, side=claim.case.side, statements=list(claim.rule.statements)
            )
    return [made[key] for key in sorted(made)]


def unique(items: Iterable[str]) -> list[str]:
    """The items once each, in order of appearance."""
    return list(dict.fromkeys(items))


def joined(texts: Iterable[str]) -> str:
    """Sentences one after the other, none twice."""
    return " ".join(unique(texts))
