"""Which cards an assessment becomes: few enough to be read, the gravest first, no order twice, no red flag lost.

One card for each grave alert, with the orders that rest on its rules; then what remains by urgency: at once, soon (what
answers a red flag apart from the rest), the plan; then what could not be used or had, and what to ask. A draft that
answers another question gets a card of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from fhir_adapters.service.advice import Advice
from fhir_adapters.service.hooks.asides import data_card, question_card
from fhir_adapters.service.hooks.drafts import Comparison, Drafted, Which
from fhir_adapters.service.hooks.gather import Material
from fhir_adapters.service.hooks.matter import CARD_SYSTEM, Indicator, Matter
from fhir_adapters.service.hooks.offers import Offer, Requests, offer, replacement
from fhir_adapters.service.hooks.red_flags import RedFlags
from fhir_adapters.service.hooks.unusable import unusable_card
from fhir_adapters.service.hooks.words import alert_summary, listing, name_of
from fhir_adapters.service.hooks.worklist import own_list, plan_lead, plan_notes
from fhir_adapters.write.codes import title
from guideline.assessment import Alert, Proposal
from guideline.vocabulary import ALERT_SYSTEM, ORDER_SYSTEM

_INDICATOR: Final[dict[str, Indicator]] = {
    "stat": "critical",
    "asap": "warning",
    "urgent": "warning",
    "routine": "info",
}
_GRAVITY: Final = ("critical", "warning", "info")
_APART: Final = 2  # cautions that get a card each
_ORDER_HOOKS: Final = frozenset({"order-select", "order-sign"})


def plan(advice: Advice, hook: str, drafts: Comparison, material: Material, made: Requests) -> list[Matter]:
    """The cards of one answer, in the order in which they are shown."""
    return list(_Planner(advice, hook, drafts, made).cards(material))


class _Planner:
    def __init__(self, advice: Advice, hook: str, drafts: Comparison, made: Requests) -> None:
        self.advice = advice
        self.assessment = advice.assessment
        self.hook = hook
        self.drafts = drafts
        self.made = made
        self.flags = RedFlags(advice.consultation)
        orders = self.assessment.orders
        self.open = [o for o in orders if o.status == "new" and (o.key, o.side) not in drafts.covered]
        self.taken: set[Which] = set()

    def cards(self, material: Material) -> Iterator[Matter]:
        gaps = material.gaps
        unusable = list(unusable_card(self.advice, material.record, gaps))
        matters = sorted(
            [*self.drafted(), *self.alerts(), *self.groups(), *unusable],
            key=lambda each: _GRAVITY.index(each.indicator),
        )
        if self.hook in _ORDER_HOOKS and not self.drafts.concerned:
            # The order is none of this guideline's: only what cannot wait may interrupt, and what might hide it.
            hiding = [each for each in unusable if each.indicator == "warning"]
            yield from (each for each in matters if each.red_flag or each in hiding)
            yield from data_card(self.advice, [gap for gap in gaps if gap.template.required])
            return
        matters += [*data_card(self.advice, gaps), *question_card(self.assessment)]
        yield from matters

    def drafted(self) -> Iterator[Matter]:
        for draft, better in self.drafts.instead:
            fresh = self.take(better)
            if fresh:
                yield self.instead(draft, fresh)

    def instead(self, draft: Drafted, better: tuple[Proposal, ...]) -> Matter:
        offers, one_of = replacement(draft, better, self.made)
        drafted = name_of(draft.key, draft.side)
        names = [f"{name_of(each.key, each.side)}, {each.priority}" for each in better]
        leg = draft.key == better[0].key
        lead = "The drafted order is for the other leg" if leg else "The drafted order does not answer the question"
        return Matter(
            topic=f"draft/{draft.key}",
            code=(ORDER_SYSTEM, better[0].key, title(better[0].key)),
            indicator=_INDICATOR[better[0].priority],
            summary=listing(f"{lead}; proposed instead", names),
            side=better[0].side,
            proposals=better,
            offers=offers,
            one_of=one_of,
            red_flag=any(map(self.flags.answered_by, better)),
            notes=(f"Drafted: {drafted}. The guideline does not propose it for this patient today.",),
        )

    def alerts(self) -> Iterator[Matter]:
        """One card for each; of more than two cautions without an order, one for all of them."""
        made = [self.alert(alert) for alert in self.assessment.alerts if alert.severity != "info"]
        mild = [matter for matter in made if not matter.offers and not matter.red_flag]
        if len(mild) <= _APART:
            yield from made
            return
        yield from (matter for matter in made if matter not in mild)
        yield Matter(
            topic="cautions",
            code=(CARD_SYSTEM, "cautions", "Cautions"),
            indicator="warning",
            summary=listing(f"{len(mild)} cautions", [matter.code[2] for matter in mild]),
            alerts=tuple(alert for matter in mild for alert in matter.alerts),
        )

    def alert(self, alert: Alert) -> Matter:
        orders = self.take(order for order in self.open if _shares(alert, order) and not _is_graver(order, alert))
        return Matter(
            topic=f"alert/{alert.key}",
            code=(ALERT_SYSTEM, alert.key, title(alert.key)),
            indicator=alert.severity,
            summary=alert_summary(alert, self.advice.consultation.book),
            side=alert.side,
            alerts=(alert,),
            proposals=orders,
            offers=self.offers(orders),
            red_flag=self.flags.alarms(alert) or any(map(self.flags.answered_by, orders)),
        )

    def groups(self) -> Iterator[Matter]:
        at_once = self.take(order for order in self.open if order.priority == "stat")
        if at_once:
            yield self.group("orders-stat", "Orders to place at once", "Proposed at once", at_once)
        asked = self.take(filter(self.flags.answered_by, self.open))
        if asked:
            yield self.group(
                "orders-red-flag", "Orders that answer a red flag", "Proposed soon, a red flag is open", asked
            )
        soon = self.take(order for order in self.open if order.priority != "routine")
        if soon:
            yield self.group("orders-soon", "Orders to place soon", "Proposed soon", soon)
        yield from self.routine(self.take(self.open))

    def group(self, topic: str, display: str, lead: str, orders: tuple[Proposal, ...]) -> Matter:
        return Matter(
            topic=topic,
            code=(CARD_SYSTEM, topic, display),
            indicator=_INDICATOR[orders[0].priority],
            summary=listing(lead, [f"{name_of(each.key, each.side)}, {each.priority}" for each in orders]),
            proposals=orders,
            offers=self.offers(orders),
            red_flag=any(map(self.flags.answered_by, orders)),
        )

    def routine(self, orders: tuple[Proposal, ...]) -> Iterator[Matter]:
        """The rest of the plan: routine orders, activities, what is only worth knowing, and the hook's own list."""
        notes = plan_notes(self.assessment, self.hook, self.drafts)
        told = tuple(alert for alert in self.assessment.alerts if alert.severity == "info")
        activities = tuple(each for each in self.assessment.activities if each.status == "new")
        if not (orders or activities or told or notes):
            return
        names = [name_of(each.key, each.side) for each in orders or activities]
        book = self.advice.consultation.book
        yield Matter(
            topic="plan",
            code=(CARD_SYSTEM, "plan", "Plan of care"),
            indicator="info",
            summary=alert_summary(told[0], book)
            if told and not names
            else listing(plan_lead(self.hook, orders), names),
            alerts=told,
            proposals=(*orders, *activities),
            offers=self.offers(orders),
            notes=notes,
            red_flag=any(map(self.flags.answered_by, activities)),  # "spinal precautions, at once" needs no order
            state=own_list(self.hook),
        )

    def take(self, orders: Iterable[Proposal]) -> tuple[Proposal, ...]:
        """Those that no earlier card has, which then are taken."""
        found = tuple(order for order in orders if (order.key, order.side) not in self.taken)
        self.taken |= {(order.key, order.side) for order in found}
        return found

    def offers(self, orders: Iterable[Proposal]) -> tuple[Offer, ...]:
        return tuple(offer(order, self.made, self.drafts) for order in orders)


def _is_graver(order: Proposal, alert: Alert) -> bool:
    """Whether the order is for a card of its own: what is needed at once must not stand under a mere warning."""
    return _GRAVITY.index(_INDICATOR[order.priority]) < _GRAVITY.index(alert.severity)


def _shares(alert: Alert, order: Proposal) -> bool:
    """Whether an order rests on a rule of the alert, for the same leg."""
    same = alert.side is None or order.side is None or alert.side == order.side
    return same and not set(alert.rules).isdisjoint(order.rules)
