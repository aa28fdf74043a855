"""A card's extension: what the detail says, as data, for a client that shows, stores or audits it."""

from __future__ import annotations

from typing import Any, Final

from fhir_adapters.service.advice import Advice
from fhir_adapters.service.hooks.basis import dated, missing_for, rule_facts, statement_facts
from fhir_adapters.service.hooks.detail import alternatives
from fhir_adapters.service.hooks.discovery import ATTRIBUTES
from fhir_adapters.service.hooks.matter import Matter
from fhir_adapters.service.source_attributes import source_attributes
from guideline.assessment import Because, Proposal, Question
from guideline.wording import titles

Json = dict[str, Any]
BASIS: Final = "org.footdrop-guideline.basis"


def extension(matter: Matter, advice: Advice, base_url: str) -> Json:
    """The card's basis, and the source attributes of the guideline."""
    return {BASIS: _basis(matter, advice, base_url), ATTRIBUTES: source_attributes()}


def _basis(matter: Matter, advice: Advice, base_url: str) -> Json:
    assessment, book = advice.assessment, advice.consultation.book
    parts = matter.parts
    statements = dict.fromkeys(each for part in parts for each in part.statements)
    orders = [each for each in matter.proposals if each.key in titles("orders")]
    asked = matter.questions or missing_for(orders, assessment.questions)
    facts = {(f.fact, f.side, f.resource, str(f.value)): f for part in parts for f in part.because}
    found: Json = {
        "guideline": assessment.guideline.model_dump(),
        "evaluated": assessment.as_of,
        "feedback": f"{base_url}/cds-services (each service: {{id}}/feedback)",
        "rules": [rule_facts(book, rule) | {"url": f"{base_url}/rules#{rule}"} for rule in matter.rules],
        "statements": [statement_facts(each) for each in statements],
        "inputsUsed": [_used(fact, date) for fact, date in dated(advice, facts.values())],
        "inputsMissing": [_missing(each) for each in asked],
        "inputsUnusable": [each.model_dump() for each in assessment.problems],
        "siteValues": [each.model_dump() for each in assessment.overrides],
        "orders": [_order(each) for each in orders],
        "notice": assessment.notice,
    }
    if matter.rules:
        found["alternatives"] = alternatives(matter)
    return _present(found)


def _used(fact: Because, date: str) -> Json:
    return _present(fact.model_dump() | {"date": date})


def _missing(question: Question) -> Json:
    dumped: Json = {"fact": question.fact, "side": question.side, "orders": question.would_change}
    return _present(dumped)


def _order(order: Proposal) -> Json:
    wanted = {"key", "side", "priority", "strength", "earliest", "latest", "supersedes", "rules"}
    return _present(order.model_dump(include=wanted))


def _present(holder: Json) -> Json:
    return {name: value for name, value in holder.items() if value is not None and value not in ("", [], {})}
