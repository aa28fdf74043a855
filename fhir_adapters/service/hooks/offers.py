"""Suggestions: what the client is asked to create, change or take away. The orders are those of the FHIR face."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from fhir_adapters.service.hooks.drafts import Comparison, Drafted, Which
from fhir_adapters.service.hooks.words import name_of
from fhir_adapters.write.context import Context
from fhir_adapters.write.orders import service_request
from guideline.assessment import Proposal
from guideline.sentences import capital

Json = dict[str, Any]
Requests = dict[Which, Json]  # the ServiceRequest of every new order

_LABEL: Final = "{name} ({priority})"


@dataclass(frozen=True, slots=True)
class Offer:
    """One suggestion for one order."""

    key: str
    label: str
    actions: tuple[Json, ...]
    recommended: bool


def requests(ctx: Context, encounter: str) -> Requests:
    """Every new order as the ServiceRequest that the other faces of the guideline write, id for id, in the encounter of
    the call if there is one."""
    visit = {"encounter": {"reference": f"Encounter/{encounter}"}} if encounter else {}
    orders = ctx.assessment.orders
    return {
        (order.key, order.side): service_request(ctx, order)[1] | visit for order in orders if order.status == "new"
    }


def offer(order: Proposal, made: Requests, drafts: Comparison) -> Offer:
    """The order as a suggestion: raise the slow draft where there is one, else create."""
    slow = dict(drafts.slow).get((order.key, order.side))
    name = name_of(order.key, order.side)
    if slow is not None and slow.reference:
        words = f"Raise the drafted order to {order.priority}: {name}"
        return Offer(order.key, words, (_raised(slow, order, words),), _is_recommended(order))
    return Offer(order.key, _label(order), (_create(order, made),), _is_recommended(order))


def replacement(draft: Drafted, better: tuple[Proposal, ...], made: Requests) -> tuple[tuple[Offer, ...], bool]:
    """What is offered in place of a draft, and whether only one of it may be chosen.

    Of one better order: replace the draft by it, or add it and keep the draft. Of several: each beside the draft.
    """
    if len(better) > 1 or not draft.reference:
        return tuple(
            Offer(each.key, _label(each), (_create(each, made),), _is_recommended(each)) for each in better
        ), False
    order = better[0]
    drafted, name = name_of(draft.key, draft.side), name_of(order.key, order.side)
    words = f"Remove the drafted order: {drafted}"
    gone = {"type": "delete", "description": words, "resourceId": draft.reference}
    replace = Offer(
        order.key, f"Replace it by {name} ({order.priority})", (gone, _create(order, made)), _is_recommended(order)
    )
    keep = Offer(order.key, f"Keep it, and add {name} ({order.priority})", (_create(order, made),), recommended=False)
    return (replace, keep), True


def orders_of(offers: Iterable[Offer]) -> set[str]:
    return {each.key for each in offers}


def _label(order: Proposal) -> str:
    return capital(_LABEL.format(name=name_of(order.key, order.side), priority=order.priority))


def _create(order: Proposal, made: Requests) -> Json:
    return {
        "type": "create",
        "description": f"Propose: {name_of(order.key, order.side)} ({order.priority})",
        "resource": made[order.key, order.side],
    }


def _raised(draft: Drafted, order: Proposal, words: str) -> Json:
    """An update holds the whole resource, not the change alone."""
    return {"type": "update", "description": words, "resource": {**draft.resource, "priority": order.priority}}


def _is_recommended(order: Proposal) -> bool:
    return order.strength == "recommend"
