"""Unsigned orders set against what the guideline proposes: what is covered, too slow, or answers another question.

A draft is not care yet: the assessment does not count it, and here it only decides what is still to be suggested.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from fhir_adapters.read import codes, models, sides
from fhir_adapters.read.errors import Unreadable
from fhir_adapters.service.hooks.call import Call
from fhir_adapters.service.hooks.elements import Json
from guideline.assessment import PRIORITIES, Proposal, Side

# Studies of one place: where the guideline proposes another of them, the drafted one does not answer its question.
SAME_PLACE: Final = (
    frozenset({"mri-lumbar-spine", "mri-lumbar-spine-contrast", "ct-myelogram-lumbar"}),
    frozenset({"mri-brain", "ct-head"}),
    frozenset({"mri-lumbosacral-plexus", "ct-or-mri-pelvis-hip"}),
)
_GONE: Final = frozenset({"revoked", "entered-in-error", "completed", "stopped", "cancelled"})
_ORDERS: Final = frozenset({"ServiceRequest", "DeviceRequest"})

Which = tuple[str, Side | None]  # an order's key and side


@dataclass(frozen=True, slots=True)
class Drafted:
    """One unsigned order that the guideline knows. `side` is None where the draft names none."""

    key: str
    side: Side | None
    priority: str
    resource: Json
    selected: bool

    @property
    def reference(self) -> str:
        """ "ServiceRequest/1", or "" for a draft without an id, which nobody can point to."""
        name = self.resource.get("id")
        return f"{self.resource['resourceType']}/{name}" if isinstance(name, str) and name else ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """`covered`: drafted as urgently as proposed. `slow`: drafted, and less urgent than proposed. `instead`: selected
    drafts that the guideline does not propose, with what it proposes in their place."""

    drafted: tuple[Drafted, ...] = ()
    covered: frozenset[Which] = frozenset()
    slow: tuple[tuple[Which, Drafted], ...] = ()
    instead: tuple[tuple[Drafted, tuple[Proposal, ...]], ...] = ()

    @property
    def concerned(self) -> bool:
        """Whether an order that the guideline knows was selected."""
        return any(each.selected for each in self.drafted)


def read_drafts(call: Call) -> tuple[Drafted, ...]:
    """The drafts that the guideline knows; any other order is none of its business."""
    return tuple(
        drafted
        for index, raw in enumerate(call.drafts)
        if raw["resourceType"] in _ORDERS
        for drafted in _read(raw, selected=index in call.selected)
    )


def _read(raw: Json, *, selected: bool) -> list[Drafted]:
    try:
        order = models.ServiceRequest.model_validate({**raw, "code": raw.get("code", raw.get("codeCodeableConcept"))})
        found = sides.of((), order, lambda _: None, "ServiceRequest")
    except Unreadable:
        return []  # what cannot be read is suggested again, rather than taken for ordered
    if order.status in _GONE or order.do_not_perform or order.code is None:
        return []
    priority = order.priority if order.priority in PRIORITIES else "routine"
    return [
        Drafted(target.key, side, str(priority), raw, selected)
        for target in codes.care().meant(order.code.codings())
        if target.kind == "order"
        for side in (found if target.sided and found else (None,))
    ]


def compare(orders: Sequence[Proposal], drafted: tuple[Drafted, ...]) -> Comparison:
    """The drafts against the proposals of an assessment."""
    new = [order for order in orders if order.status == "new"]
    covered: set[Which] = set()
    slow: list[tuple[Which, Drafted]] = []
    for order in new:
        serving = [draft for draft in drafted if _serves(draft, order, new)]
        if any(_rank(draft.priority) >= _rank(order.priority) for draft in serving):
            covered.add((order.key, order.side))
        elif serving:
            slow.append(((order.key, order.side), max(serving, key=lambda draft: _rank(draft.priority))))
    known = {(order.key, order.side) for order in orders}
    open_ = [order for order in new if (order.key, order.side) not in covered]
    instead = [
        (draft, better)
        for draft in drafted
        if draft.selected and not _proposed(draft, known) and (better := tuple(_better(draft, open_)))
    ]
    return Comparison(drafted, frozenset(covered), tuple(slow), tuple(instead))


def _serves(draft: Drafted, order: Proposal, new: Iterable[Proposal]) -> bool:
    """A draft without a side serves the only one that is proposed; of two, nobody can tell which."""
    if draft.key != order.key:
        return False
    if order.side is None or draft.side == order.side:
        return True
    return draft.side is None and sum(each.key == order.key for each in new) == 1


def _proposed(draft: Drafted, known: Iterable[Which]) -> bool:
    return any(key == draft.key and (side is None or draft.side in (None, side)) for key, side in known)


def _better(draft: Drafted, open_: Iterable[Proposal]) -> list[Proposal]:
    """Another study of the same place; or the same order for the other leg."""
    places = frozenset().union(*(place for place in SAME_PLACE if draft.key in place))
    return [order for order in open_ if order.key in places or order.key == draft.key]


def _rank(priority: str) -> int:
    return PRIORITIES.index(priority)
