"""`GET /metadata`: what this server does, as an R4 CapabilityStatement, and the operation it defines itself."""

from __future__ import annotations

from typing import Any, Final

from fhir_adapters.service.operations.names import APPLY, EVALUATE, FHIR_VERSION, LIBRARY_URL, PLAN_URL
from fhir_adapters.service.settings import Settings
from fhir_adapters.service.source_attributes import source_attributes
from guideline.rulebook import GUIDELINE_ID, GUIDELINE_VERSION

Json = dict[str, Any]
_READ: Final = [{"code": "read"}]


def capability_statement(settings: Settings) -> Json:
    """The statement of this instance."""
    source = source_attributes()
    return {
        "resourceType": "CapabilityStatement",
        "name": "FootDropService",
        "title": "Foot drop: clinical decision support",
        "version": GUIDELINE_VERSION,
        "status": "active",
        "date": source["revision_date"],
        "publisher": source["developer"],
        "description": f"{source['not_a_device']} {source['validation']}",
        "kind": "instance",
        "software": {"name": GUIDELINE_ID, "version": GUIDELINE_VERSION, "releaseDate": source["release_date"]},
        "implementation": {"description": "footdrop serve", "url": settings.base_url},
        "fhirVersion": FHIR_VERSION,
        "format": ["application/fhir+json", "json"],
        "rest": [
            {
                "mode": "server",
                "documentation": "Nothing is stored as a resource. CDS Hooks services are listed at /cds-services.",
                "security": {"description": _security(settings)},
                "resource": [
                    {
                        "type": "PlanDefinition",
                        "documentation": f"The guideline, {PLAN_URL}.",
                        "interaction": _READ,
                        "operation": [{"name": "apply", "definition": APPLY, "documentation": _APPLY}],
                    },
                    {"type": "Library", "documentation": f"Its rules in CQL, {LIBRARY_URL}.", "interaction": _READ},
                    {"type": "OperationDefinition", "interaction": _READ},
                ],
                "operation": [{"name": "evaluate", "definition": EVALUATE, "documentation": _EVALUATE}],
            }
        ],
    }


def evaluate_definition() -> Json:
    """The OperationDefinition of $evaluate."""
    return {
        "resourceType": "OperationDefinition",
        "id": "footdrop-evaluate",
        "url": EVALUATE,
        "version": GUIDELINE_VERSION,
        "name": "FootDropEvaluate",
        "title": "Assess a record",
        "status": "active",
        "kind": "operation",
        "date": source_attributes()["revision_date"],
        "publisher": source_attributes()["developer"],
        "description": _EVALUATE,
        "affectsState": False,
        "code": "evaluate",
        "system": True,
        "type": False,
        "instance": False,
        "parameter": [
            _parameter("bundle", "in", "Bundle", "The body: a record, or a batch of records.", least=1),
            _parameter("evaluatedAt", "in", "dateTime", "In the query: the day, or the moment with zone; now if not."),
            _parameter("return", "out", "Bundle", "A transaction to post, or a batch-response.", least=1),
        ],
    }


def _parameter(name: str, use: str, kind: str, text: str, *, least: int = 0) -> Json:
    return {"name": name, "use": use, "min": least, "max": "1", "documentation": text, "type": kind}


def _security(settings: Settings) -> str:
    if settings.development:
        return "DEVELOPMENT: nobody is authenticated."
    return f"A signed JWT of a known client on every call (the CDS Hooks scheme): {', '.join(settings.jwt_algorithms)}."


_APPLY: Final = (
    "Parameters: subject and data (the record, a Bundle) are needed; evaluatedAt (the moment), encounter, "
    "practitioner and form are optional. Gives a CarePlan that contains the proposals, or with form=bundle the "
    "transaction Bundle."
)
_EVALUATE: Final = (
    "A Bundle of any type, or NDJSON, with one patient's record: gives the transaction Bundle of proposals. A batch of "
    "patients' Bundles gives a batch-response with an outcome for each."
)
