"""From matters to the answer: cards as JSON, and beside each what the journal keeps of it.

Every uuid is made from the call, the topic, the guideline's version and what the rules saw: a retry gives the same
ones, and feedback finds its card.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from fhir_adapters.service.advice import Advice
from fhir_adapters.service.hooks.basis import Ground
from fhir_adapters.service.hooks.detail import detail
from fhir_adapters.service.hooks.matter import CARD_SYSTEM, Matter
from fhir_adapters.service.hooks.offers import Offer
from fhir_adapters.service.hooks.reasons import OVERRIDE_REASONS_JSON
from fhir_adapters.service.hooks.structured import extension
from fhir_adapters.service.hooks.words import counted
from fhir_adapters.service.journal import IssuedCard
from fhir_adapters.write.identifiers import Names
from guideline.vocabulary import BASE

Json = dict[str, Any]
_NAMES: Final = Names(uuid5(NAMESPACE_URL, f"{BASE}/cds-hooks"))
_LINKS: Final = 5  # of one card; every rule is linked in its detail


@dataclass(frozen=True, slots=True)
class Scope:
    """What makes the uuids of one answer its own: the client, the service, the call."""

    issuer: str
    service: str
    instance: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One card as it goes out, and as the journal keeps it."""

    card: Json
    issued: IssuedCard


def fingerprint(matter: Matter, advice: Advice) -> str:
    """What the rules of a card saw, and what it proposes: another value ends its snooze.

    Without its proposals a word on one card would also hide whatever its rules come to propose later.
    """
    one_leg = all(each.side == matter.side for each in matter.proposals)
    seen = advice.fingerprint(matter.rules, matter.side if one_leg else None)
    proposed = sorted(f"{each.key}/{each.side}/{each.priority}" for each in matter.proposals)
    return hashlib.sha256("\x1f".join((seen, *proposed, matter.state)).encode()).hexdigest()[:32]


def topic_of(matter: Matter) -> str:
    """The topic with its leg, by which a card is known again at the next visit."""
    return f"{matter.topic}/{matter.side}" if matter.side else matter.topic


def awake(matters: Iterable[Matter], advice: Advice, away: frozenset[tuple[str, str]]) -> list[Matter]:
    """The matters without those that this user has put away; how many these are is told. Red flags always stay."""
    everything = list(matters)
    if not away:
        return everything
    kept = [
        each
        for each in everything
        if each.red_flag or each.lasting or (topic_of(each), fingerprint(each, advice)) not in away
    ]
    return _telling(kept, len(everything) - len(kept))


def _telling(kept: Sequence[Matter], count: int) -> list[Matter]:
    """Say in the last card how many are away; where none is left, in one of its own."""
    if not count:
        return list(kept)
    text = f"{counted(count, 'card')} that you have declined with a reason {'is' if count == 1 else 'are'} not shown"
    note = f"{text}: nothing that the rules read has changed since."
    if kept:
        return [*kept[:-1], replace(kept[-1], notes=(*kept[-1].notes, note))]
    only = Matter(
        "snoozed", (CARD_SYSTEM, "snoozed", "Declined cards"), "info", f"{text}.", notes=(note,), lasting=True
    )
    return [only]


def render(matter: Matter, ground: Ground, scope: Scope) -> Shown:
    """One card."""
    print_, topic = fingerprint(matter, ground.advice), topic_of(matter)
    base = (scope.issuer, scope.service, scope.instance, topic, ground.assessment.guideline.version, print_)
    uuid = _uuid(*base)
    offers = {_uuid(*base, str(place), each.key, each.label): each for place, each in enumerate(matter.offers)}
    issued = IssuedCard(
        uuid=uuid,
        service=scope.service,
        topic=topic,
        fingerprint=print_,
        indicator=matter.indicator,
        red_flag=matter.red_flag,
        rules=matter.rules,
        suggestions={name: each.key for name, each in offers.items()},
    )
    return Shown(_card(uuid, matter, offers, ground), issued)


def _card(uuid: str, matter: Matter, offers: Mapping[str, Offer], ground: Ground) -> Json:
    card: Json = {
        "uuid": uuid,
        "summary": matter.summary,
        "detail": detail(matter, ground),
        "indicator": matter.indicator,
        "source": _source(matter, ground),
        "overrideReasons": OVERRIDE_REASONS_JSON,
        "extension": extension(matter, ground),
    }
    if offers:
        card["suggestions"] = [_suggestion(name, each) for name, each in offers.items()]
        card["selectionBehavior"] = "at-most-one" if matter.one_of else "any"
    links = _links(matter, ground)
    if links:
        card["links"] = links
    return card


def _source(matter: Matter, ground: Ground) -> Json:
    system, code, display = matter.code
    return {
        "label": f"Foot drop guideline {ground.assessment.guideline.version}",
        "url": ground.source,
        "topic": {"system": system, "code": code, "display": display},
    }


def _suggestion(uuid: str, offer: Offer) -> Json:
    """`isRecommended` is there where it is true: an absent one says no, also to evaluators that count any value."""
    recommended = {"isRecommended": True} if offer.recommended else {}
    return {"uuid": uuid, "label": offer.label, "actions": list(offer.actions), **recommended}


def _links(matter: Matter, ground: Ground) -> list[Json]:
    shown = matter.rules[:_LINKS] if ground.page else ()
    return [{"label": f"Why: rule {rule}", "url": ground.url_of(rule), "type": "absolute"} for rule in shown]


def _uuid(*parts: str) -> str:
    return _NAMES.of("\x1f".join(parts))
