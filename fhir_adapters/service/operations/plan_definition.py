"""The guideline as an R4 PlanDefinition, generated from the rulebook: one action for each rule, its id the rule's id.

Proposals point there (`…/PlanDefinition/footdrop-guideline#FD-RED-01`).
"""

from __future__ import annotations

from typing import Any, Final

from cql_like import to_text
from fhir_adapters.service.operations.artifact import about, cited
from fhir_adapters.service.operations.names import LIBRARY, PLAN_URL
from fhir_adapters.service.source_attributes import source_attributes
from fhir_adapters.write import codes
from guideline.assessment import NOTICE
from guideline.citations import source_title
from guideline.explain import RulePage, Says, rule_page
from guideline.rulebook import Entry, Rulebook
from guideline.vocabulary import ALERT_SYSTEM, GOAL_SYSTEM, SNOMED

Json = dict[str, Any]
_TYPES: Final = "http://terminology.hl7.org/CodeSystem/plan-definition-type"
_PROTOCOL: Final = {"coding": [{"system": _TYPES, "code": "clinical-protocol"}]}
_PATIENT: Final = {"coding": [{"system": "http://hl7.org/fhir/resource-types", "code": "Patient"}]}


def plan_definition(book: Rulebook, resource_id: str) -> Json:
    """The whole rulebook under one of its two ids. With a site's numbers, it is the site's."""
    source = source_attributes()
    used = dict.fromkeys(key for rule in book.rules for key in book.sources_of(rule))
    return {
        "resourceType": "PlanDefinition",
        "id": resource_id,
        "url": PLAN_URL,
        "name": "FootDropGuideline",
        "title": "Foot drop",
        "type": _PROTOCOL,
        "subjectCodeableConcept": _PATIENT,
        "description": f"{NOTICE} {source['kind']} {source['not_a_device']} {source['validation']}",
        "purpose": "Find emergencies behind a foot drop, and see that orthosis, tests and opinions come in time.",
        "topic": [{"coding": [{"system": SNOMED, "code": "6077001"}], "text": "Foot drop"}],
        "relatedArtifact": [cited("This guideline", source["citation"]), *(cited(source_title(key)) for key in used)],
        "library": [LIBRARY],
        "action": [_action(entry, rule_page(entry.rule.id, book)) for entry in book.entries],
        **about(book),
    }


def _action(entry: Entry, page: RulePage) -> Json:
    """One rule. Its condition is the whole CQL, the guard for adults included; its effects are actions below it."""
    documentation = [
        {"type": "justification", "label": each.id, "display": each.text}
        for each in (*page.statements, *page.conflicts, *page.beyond, *page.decisions)
    ]
    nested = [action for number, says in enumerate(page.says) if (action := _effect(page.id, number, says))]
    return {
        "id": page.id,
        "title": page.title,
        "description": page.why,
        "textEquivalent": f"{page.sentence} [{page.strength}; certainty {page.certainty}; {page.population}]",
        "documentation": documentation,
        "condition": [{"kind": "applicability", "expression": _expression(entry, page)}],
        **({"action": nested} if nested else {}),
    }


def _expression(entry: Entry, page: RulePage) -> Json:
    return {"language": "text/cql", "name": page.id, "expression": to_text(entry.tree), "description": page.sentence}


def _effect(rule: str, number: int, says: Says) -> Json | None:
    """What a rule asks for, as an action of its own; what it only concludes is in the Library."""
    code = _code(says)
    if code is None and says.text is None:
        return None
    said = {"title": says.title, "description": says.text, "code": [code] if code else None, "priority": says.priority}
    return {"id": f"{rule}.{number + 1}"} | {name: value for name, value in said.items() if value}


def _code(says: Says) -> Json | None:
    key = says.name or ""
    if says.kind == "order":
        kind = codes.order(key)
        return {"coding": [{"system": system, "code": code} for system, code in kind.codings], "text": kind.title}
    if says.kind == "activity":
        return codes.activity(key)
    system = {"alert": ALERT_SYSTEM, "goal": GOAL_SYSTEM}.get(says.kind)
    return {"coding": [{"system": system, "code": key}], "text": codes.title(key)} if system else None
