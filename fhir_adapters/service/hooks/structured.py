"""A card's extension: what the detail says, as data, for a client that shows, stores or audits it."""

from __future__ import annotations

from functools import cache
from itertools import chain
from typing import Any, Final

import orjson

from fhir_adapters.service.errors import as_json
from fhir_adapters.service.hooks.basis import Ground, inferred_by, present, rule_facts, sources_behind
from fhir_adapters.service.hooks.detail import alternatives
from fhir_adapters.service.hooks.discovery import ATTRIBUTES
from fhir_adapters.service.hooks.matter import Matter
from fhir_adapters.service.source_attributes import source_attributes
from guideline.assessment import Proposal, Question

Json = dict[str, Any]
BASIS: Final = "org.footdrop-guideline.basis"


def extension(matter: Matter, ground: Ground) -> Json:
    """The card's basis, and the source attributes: a card is shown, stored and judged by itself."""
    return {BASIS: _basis(matter, ground), ATTRIBUTES: _attributes()}


@cache
def _attributes() -> orjson.Fragment:
    """The source attributes of the guideline as JSON, written once: they are the same on every card."""
    return orjson.Fragment(as_json(source_attributes()))


def _basis(matter: Matter, ground: Ground) -> Json:
    assessment, book = ground.assessment, ground.book
    found: Json = {
        "guideline": {"id": assessment.guideline.id, "version": assessment.guideline.version},
        "evaluated": assessment.as_of,
        "feedback": ground.feedback,
        "page": ground.page,
        "paraphrase": True,  # what a rule says is this guideline's own sentence, never the source's
        "rules": [rule_facts(book, rule) for rule in matter.rules],
        "inferred": list(dict.fromkeys(chain.from_iterable(inferred_by(book, rule) for rule in matter.rules))),
        "sources": list(
            {key: each for rule in matter.rules for key, each in sources_behind(book, rule).items()}.values()
        ),
        "inputsUsed": [fact.data for fact in ground.facts(matter)],
        "inputsMissing": _missing(matter, ground),
        "inputsUnusable": ground.unusable,
        "siteValues": ground.site_values,
        "orders": [_order(each) for each in matter.orders],
        "notice": assessment.notice,
    }
    if matter.rules:
        found["alternatives"] = alternatives(matter)
    return present(found)


def _missing(matter: Matter, ground: Ground) -> list[Json]:
    """Of the orders that an answer could change, those of the card; a card that only asks names all of them."""
    if matter.questions:
        return [_question(each, each.would_change) for each in matter.questions]
    own = {each.key for each in matter.orders}
    return [_question(each, [key for key in each.would_change if key in own]) for each in ground.missing(matter)]


def _question(question: Question, orders: list[str]) -> Json:
    found: Json = {"fact": question.fact}
    if question.side:
        found["side"] = question.side
    if orders:
        found["orders"] = orders
    return found


def _order(order: Proposal) -> Json:
    return present(
        {
            "key": order.key,
            "side": order.side,
            "priority": order.priority,
            "strength": order.strength,
            "earliest": order.earliest,
            "latest": order.latest,
            "supersedes": order.supersedes,
            "rules": order.rules,
            "inputs": list(dict.fromkeys(fact.resource for fact in order.because if fact.resource)),
        }
    )
