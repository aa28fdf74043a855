"""What distinguishes two plans: orders added, removed, raised, lowered or changed, alerts, diagnoses, goals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Literal, TypeVar

from guideline.assessment import PRIORITIES, STRENGTHS, Alert, Assessment, Certainty, Limb, Outcome, Proposal, Side
from guideline.citations import Shown

Change = Literal["added", "removed", "raised", "lowered", "changed"]
Item = TypeVar("Item", Proposal, Alert)
Described = Literal["foot_drop", "severity", "course", "onset"]
_OF_LIMB: Final[tuple[Described, ...]] = ("foot_drop", "severity", "course", "onset")


class OrderChange(Shown):
    """An order or activity that two plans do not share alike. `before` is None if it is added, `after` if removed.

    raised, lowered: its priority, or at the same priority its strength; changed: its window, status or text only.
    """

    change: Change
    key: str
    side: Side | None
    before: Proposal | None
    after: Proposal | None


class AlertChange(Shown):
    """An alert that is added, removed, graver (raised), less grave (lowered), or worded otherwise (changed)."""

    change: Change
    key: str
    side: Side | None
    before: Alert | None
    after: Alert | None


class DiagnosisChange(Shown):
    """A diagnosis of one leg that is more, less or no longer certain; None: it is not on the list."""

    side: Side
    diagnosis: str
    before: Certainty | None
    after: Certainty | None


class LimbChange(Shown):
    """What is said of a leg otherwise: foot drop, severity, course or onset, before and after."""

    side: Side
    what: Described
    before: str | bool | None
    after: str | bool | None


class Difference(Shown):
    """From one plan to another. Empty lists and equal outcomes mean that the plans are the same."""

    outcome: tuple[Outcome, Outcome]
    limbs: list[LimbChange]
    diagnoses: list[DiagnosisChange]
    orders: list[OrderChange]
    activities: list[OrderChange]
    alerts: list[AlertChange]
    goals_added: list[str]
    goals_removed: list[str]

    @property
    def is_empty(self) -> bool:
        lists = (self.limbs, self.diagnoses, self.orders, self.activities, self.alerts)
        return self.outcome[0] == self.outcome[1] and not any((*lists, self.goals_added, self.goals_removed))


def difference(before: Assessment, after: Assessment) -> Difference:
    """How `after` differs from `before`."""
    goals = [[goal.key for goal in each.goals] for each in (before, after)]
    limbs = list(zip(before.limbs, after.limbs, strict=True))
    return Difference(
        outcome=(before.outcome, after.outcome),
        limbs=[change for pair in limbs for change in _limb(*pair)],
        diagnoses=[change for pair in limbs for change in _diagnoses(*pair)],
        orders=order_changes(before.orders, after.orders),
        activities=order_changes(before.activities, after.activities),
        alerts=alert_changes(before.alerts, after.alerts),
        goals_added=[key for key in goals[1] if key not in goals[0]],
        goals_removed=[key for key in goals[0] if key not in goals[1]],
    )


def order_changes(before: Sequence[Proposal], after: Sequence[Proposal]) -> list[OrderChange]:
    """The proposals that differ in more than the facts and rules behind them, the most urgent first."""
    found = [
        (_urgency(old, new), OrderChange(change=change, key=key, side=side, before=old, after=new))
        for (key, side), old, new in _pairs(before, after)
        if (change := _order_change(old, new))
    ]
    return [change for _, change in sorted(found, key=lambda each: (-each[0], each[1].key, each[1].side or ""))]


def alert_changes(before: Sequence[Alert], after: Sequence[Alert]) -> list[AlertChange]:
    """The alerts that differ, the gravest first."""
    found = [
        (max(_grave(old), _grave(new)), AlertChange(change=change, key=key, side=side, before=old, after=new))
        for (key, side), old, new in _pairs(before, after)
        if (change := _alert_change(old, new))
    ]
    return [change for _, change in sorted(found, key=lambda each: (-each[0], each[1].key, each[1].side or ""))]


def _pairs(
    before: Iterable[Item], after: Iterable[Item]
) -> Iterable[tuple[tuple[str, Side | None], Item | None, Item | None]]:
    old: dict[tuple[str, Side | None], Item] = {(each.key, each.side): each for each in before}
    new: dict[tuple[str, Side | None], Item] = {(each.key, each.side): each for each in after}
    return [(where, old.get(where), new.get(where)) for where in dict.fromkeys((*old, *new))]


def rank(order: Proposal) -> tuple[int, int]:
    """Higher asks for more: priority first, then strength."""
    return PRIORITIES.index(order.priority), STRENGTHS.index(order.strength)


def _urgency(*orders: Proposal | None) -> int:
    return max(rank(order)[0] for order in orders if order)


def _order_change(old: Proposal | None, new: Proposal | None) -> Change | None:
    if old is None or new is None:
        return "added" if old is None else "removed"
    if rank(old) != rank(new):
        return "raised" if rank(new) > rank(old) else "lowered"
    same = all(getattr(old, part) == getattr(new, part) for part in ("earliest", "latest", "status", "text"))
    return None if same else "changed"


def _grave(alert: Alert | None) -> int:
    return -1 if alert is None else ("info", "warning", "critical").index(alert.severity)


def _alert_change(old: Alert | None, new: Alert | None) -> Change | None:
    if old is None or new is None:
        return "added" if old is None else "removed"
    if old.severity != new.severity:
        return "raised" if _grave(new) > _grave(old) else "lowered"
    return None if old.text == new.text else "changed"


def _limb(before: Limb, after: Limb) -> Iterable[LimbChange]:
    for what in _OF_LIMB:
        old, new = getattr(before, what), getattr(after, what)
        if old != new:
            yield LimbChange(side=after.side, what=what, before=old, after=new)


def _diagnoses(before: Limb, after: Limb) -> Iterable[DiagnosisChange]:
    old, new = ({each.diagnosis: each.certainty for each in limb.differential} for limb in (before, after))
    for diagnosis in sorted({*old, *new}):
        if old.get(diagnosis) != new.get(diagnosis):
            yield DiagnosisChange(
                side=after.side, diagnosis=diagnosis, before=old.get(diagnosis), after=new.get(diagnosis)
            )
