"""A card's extension: what the detail says, as data, for a client that shows, stores or audits it."""

from __future__ import annotations

from typing import Any, Final

from fhir_adapters.service.hooks.basis import (
    Ground,
    present,
    rule_facts,
    sources_behind,
    statement_facts,
)
from fhir_adapters.service.hooks.detail import alternatives
from fhir_adapters.service.hooks.discovery import ATTRIBUTES
from fhir_adapters.service.hooks.matter import Matter
from fhir_adapters.service.source_attributes import source_attributes
from guideline.assessment import Proposal, Question

Json = dict[str, Any]
BASIS: Final = "org.footdrop-guideline.basis"


def extension(matter: Matter, ground: Ground) -> Json:
    """The card's basis, and the source attributes of the guideline."""
    return {BASIS: _basis(matter, ground), ATTRIBUTES: source_attributes()}


def _basis(matter: Matter, ground: Ground) -> Json:
    assessment = ground.assessment
    statements = dict.fromkeys(each for part in matter.parts for each in part.statements)
    sources = {key: source for each in statements for key, source in sources_behind(each).items()}
    asked = matter.questions or ground.missing(matter)
    found: Json = {
        "guideline": assessment.guideline.model_dump(),
        "evaluated": assessment.as_of,
        "feedback": ground.feedback,
        "rules": [rule_facts(ground.book, rule) | {"url": ground.url_of(rule)} for rule in matter.rules],
        "statements": [statement_facts(each) for each in statements],
        "sources": list(sources.values()),
        "inputsUsed": [present(fact.model_dump() | {"date": date}) for fact, date in ground.facts(matter)],
        "inputsMissing": [_missing(each) for each in asked],
        "inputsUnusable": [each.model_dump() for each in assessment.problems],
        "siteValues": [each.model_dump() for each in assessment.overrides],
        "orders": [_order(each) for each in matter.orders],
        "notice": assessment.notice,
    }
    if matter.rules:
        found["alternatives"] = alternatives(matter)
    return present(found)


def _missing(question: Question) -> Json:
    return present({"fact": question.fact, "side": question.side, "orders": question.would_change})


def _order(order: Proposal) -> Json:
    wanted = {"key", "side", "priority", "strength", "earliest", "latest", "supersedes", "rules"}
    return present(order.model_dump(include=wanted))
