"""From the rules that fired to one plan: merged, windowed, and set against what is already ordered or done.

One proposal for each key and side: the highest priority wins, and with it its window and text; strength is the
strongest of its rules. Left and right are merged where a proposal has no side.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Final

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
from guideline.care import CareSeen, Kind, Status, first_day
from guideline.claims import CERTAINTIES, SEVERITIES, SIDED_ACTIVITIES, Claim, because, claims, json_value
from guideline.freshness import fresh_from
from guideline.rule import Activity, Order

__all__ = [
    "SIDED_ACTIVITIES",
    "Claim",
    "alerts",
    "because",
    "claims",
    "differential",
    "goals",
    "json_value",
    "pressed_in_vain",
    "prognosis",
    "proposals",
    "statuses",
]
_proposed: Final = unchecked(Proposal)
_alerted: Final = unchecked(Alert)
_aimed: Final = unchecked(Goal)
_suspected: Final = unchecked(Differential)
_foretold: Final = unchecked(Prognosis)
Where = tuple[str, Side | None]
_FIRST: Final = "not-validated-for-children"  # decision D-14: every plan for a child opens with it
_NEW: Final[tuple[Status, str | None]] = ("new", None)


def proposals(found: Iterable[Claim], kind: type[Order] | type[Activity], care: CareSeen) -> list[Proposal]:
    """Orders (or activities), one for each key and side, most urgent first."""
    word: Kind = "order" if kind is Order else "activity"
    made = [_proposal(where, group, word, care) for where, group in _groups(found, word).items()]
    return sorted(made, key=_by_urgency)


def _groups(found: Iterable[Claim], kind: str) -> dict[Where, list[Claim]]:
    """The claims of one kind by key and side; the side is None where left and right are one."""
    groups: dict[Where, list[Claim]] = {}
    for claim in found:
        made = claim.made
        if made.kind == kind:
            groups.setdefault((made.key, claim.side if made.sided else None), []).append(claim)
    return groups


def _by_urgency(made: Proposal) -> tuple[int, int, str, str]:
    return -PRIORITIES.index(made.priority), -STRENGTHS.index(made.strength), made.key, made.side or ""


def _strongest_first(claim: Claim) -> tuple[int, int, str, str]:
    priority, strength = claim.made.rank
    return -priority, -strength, claim.made.rule.id, claim.side


def _proposal(where: Where, group: list[Claim], kind: Kind, care: CareSeen) -> Proposal:
    (key, side), (ranked, earliest, latest, (status, supersedes)) = where, _answer(where, group, kind, care)
    strength, text = _said(ranked)
    rules, statements = _behind(ranked)
    return _proposed(
        key=key,
        side=side,
        priority=PRIORITIES[ranked[0].made.rank[0]],
        strength=STRENGTHS[strength],
        earliest=earliest,
        latest=latest,
        status=status,
        supersedes=supersedes,
        text=text,
        rules=rules,
        statements=statements,
        because=because(ranked),
    )


def statuses(found: Iterable[Claim], care: CareSeen) -> dict[Where, Status]:
    """Whether each order is new, ordered or done, as in the proposals."""
    return {where: _answer(where, group, "order", care)[3][0] for where, group in _groups(found, "order").items()}


def _answer(
    where: Where, group: list[Claim], kind: Kind, care: CareSeen
) -> tuple[list[Claim], str | None, str | None, tuple[Status, str | None]]:
    """What of the claims the record leaves open, strongest first, their window, and what the record has for them."""
    (key, side), ranked = where, sorted(group, key=_strongest_first) if len(group) > 1 else group
    known = care.knows(kind, key)
    if known and care.done(kind, key, side):
        ranked = _unanswered(ranked, kind, side, care)
    top = ranked[0].made.rank
    earliest, latest = _tightest([claim for claim in ranked if claim.made.has_window and claim.made.rank == top])
    return ranked, earliest, latest, _status(ranked, kind, where, care, latest) if known else _NEW


def _status(
    ranked: list[Claim], kind: Kind, where: Where, care: CareSeen, latest: str | None
) -> tuple[Status, str | None]:
    (key, side), priority = where, PRIORITIES[ranked[0].made.rank[0]]
    return care.status(
        kind=kind, key=key, side=side, priority=priority, fresh_from=fresh_from(ranked, priority, care), latest=latest
    )


def _said(ranked: list[Claim]) -> tuple[int, str]:
    """The strength of the strongest rule, and the text."""
    priority, strength = ranked[0].made.rank
    if len(ranked) == 1:
        return strength, ranked[0].text()
    strength = max([claim.made.rank[1] for claim in ranked])
    # A weaker rule's note is read beside a stronger one of the same urgency, not under an emergency.
    return strength, joined(
        [claim.text() for claim in ranked if strength == claim.made.rank[1] or priority == claim.made.rank[0]]
    )


def _unanswered(ranked: list[Claim], kind: Kind, side: Side | None, care: CareSeen) -> list[Claim]:
    """What work done so far leaves open; all of it if nothing is left, because then the work is listed as done.

    Where something urgent is still open, all of it stays, too: a red flag must never find a proposal lower than it was.
    """
    left = [claim for claim in ranked if not _is_answered(claim, kind, side, care)]
    return left if left and not any(claim.made.rank[0] for claim in left) else ranked


def _is_answered(claim: Claim, kind: Kind, side: Side | None, care: CareSeen) -> bool:
    """Whether work was done that answers what this rule asks."""
    priority = PRIORITIES[claim.made.rank[0]]
    return care.answers(kind, claim.made.key, side, priority=priority, fresh_from=fresh_from([claim], priority, care))


def _tightest(leading: list[Claim]) -> tuple[str | None, str | None]:
    """Of several equally ranked rules the earliest start and the earliest end."""
    if not leading:
        return None, None
    windows = [claim.window() for claim in leading]
    starts = [first_day(start) for start, _ in windows if start is not None]
    ends = [first_day(end) for _, end in windows if end is not None]
    return min(starts, default=None), min(ends, default=None)


def alerts(found: Iterable[Claim], orders: Iterable[Proposal], care: CareSeen) -> list[Alert]:
    """One alert for each key and side, the gravest first."""
    made = []
    found = list(found)
    done = {(order.key, order.side) for order in orders if order.status == "done"}
    had = pressed_in_vain(found, done, care)
    found = [claim for claim in found if claim.made.kind != "alert" or (claim.rule.id, claim.side) not in had]
    for (key, side), group in _groups(found, "alert").items():
        ranked = sorted(group, key=lambda claim: (-claim.made.rank[0], claim.rule.id))
        rules, statements = _behind(ranked)
        made.append(
            _alerted(
                severity=SEVERITIES[ranked[0].made.rank[0]],
                key=key,
                side=side,
                text=joined([claim.text() for claim in ranked]),
                rules=rules,
                statements=statements,
                because=because(ranked),
            )
        )
    return sorted(
        made, key=lambda each: (-SEVERITIES.index(each.severity), each.key != _FIRST, each.key, each.side or "")
    )


def pressed_in_vain(found: list[Claim], done: Container[Where], care: CareSeen) -> set[tuple[str, Side]]:
    """The rules, by limb, whose alert presses for what is done."""
    had: set[tuple[str, Side]] = set()
    for claim in found:
        key = claim.made.until_done
        if key is None:
            continue
        side = claim.side if vocabulary.order_kinds()[key].sided else None
        own = [
            each for each in found if each.rule.id == claim.rule.id and each.side == claim.side and each.made.key == key
        ]
        if all(_is_answered(each, "order", side, care) for each in own) if own else (key, side) in done:
            had.add((claim.rule.id, claim.side))
    return had


def goals(found: Iterable[Claim]) -> list[Goal]:
    """Each goal once, in the contract's order."""
    texts: dict[str, list[str]] = {}
    for claim in sorted(_of_kind(found, "goal"), key=lambda each: each.rule.id):
        texts.setdefault(claim.made.key, []).append(claim.text())
    return [_aimed(key=key, text=joined(texts[key])) for key in vocabulary.GOAL_KEYS if key in texts]


def differential(found: Iterable[Claim], side: Side) -> list[Differential]:
    """The diagnoses of one limb, the surest first."""
    made = []
    for (diagnosis, limb), group in _groups(found, "differential").items():
        if limb == side:
            rules, statements = _behind(group)
            surest = CERTAINTIES[max([claim.made.rank[0] for claim in group])]
            made.append(_suspected(diagnosis=diagnosis, certainty=surest, rules=rules, statements=statements))
    return sorted(made, key=lambda each: (-CERTAINTIES.index(each.certainty), -len(each.rules), each.diagnosis))


def prognosis(found: Iterable[Claim]) -> list[Prognosis]:
    """What may be expected, each sentence once for each side."""
    made: dict[tuple[str, Side], Prognosis] = {}
    for claim in sorted(_of_kind(found, "prognosis"), key=lambda each: (each.rule.id, each.side)):
        text, side = claim.text(), claim.side
        made[text, side] = _foretold(text=text, side=side, statements=list(claim.rule.statements))
    return [made[key] for key in sorted(made)]


def _of_kind(found: Iterable[Claim], kind: str) -> list[Claim]:
    return [claim for claim in found if claim.made.kind == kind]


def _behind(group: list[Claim]) -> tuple[list[str], list[str]]:
    """The rules behind some claims and their statements, each once, in order of appearance."""
    rules = {claim.made.rule.id: claim.made.rule.statements for claim in group}
    return list(rules), unique([each for statements in rules.values() for each in statements])


def unique(items: Iterable[str]) -> list[str]:
    """The items once each, in order of appearance."""
    return list(dict.fromkeys(items))


def joined(texts: Iterable[str]) -> str:
    """Sentences one after the other, none twice."""
    return " ".join(dict.fromkeys(texts))
