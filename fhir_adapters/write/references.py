"""From the facts a proposal rests on to FHIR references that name them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from fhir_adapters.write.elements import Json, clean, identifier
from fhir_adapters.write.identifiers import URN
from guideline.assessment import Because

_TYPES = frozenset({
    "AllergyIntolerance", "CarePlan", "CareTeam", "ClinicalImpression", "Communication", "Composition", "Condition",
    "Consent", "DetectedIssue", "Device", "DeviceRequest", "DeviceUseStatement", "DiagnosticReport",
    "DocumentReference", "Encounter", "EpisodeOfCare", "FamilyMemberHistory", "Flag", "Goal", "ImagingStudy",
    "Immunization", "List", "Media", "MedicationAdministration", "MedicationDispense", "MedicationRequest",
    "MedicationStatement", "NutritionOrder", "Observation", "Organization", "Patient", "Practitioner",
    "PractitionerRole", "Procedure", "Provenance", "QuestionnaireResponse", "RelatedPerson", "RequestGroup",
    "RiskAssessment", "ServiceRequest", "Specimen", "Task",
})  # fmt: skip
_LITERAL = re.compile(
    r"(?:https?://[^\s/]\S*/)?(?P<type>[A-Z][A-Za-z]+)/[A-Za-z0-9.\-]{1,64}(?:/_history/[A-Za-z0-9.\-]{1,64})?"
)
_URN = re.compile(r"urn:(?:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|oid:[0-2](?:\.(?:0|[1-9]\d*))+)")

REASONS = frozenset({"Condition", "Observation", "DiagnosticReport", "DocumentReference"})
CONDITION = frozenset({"Condition"})


def resource_type(text: str) -> str | None:
    """The type a literal reference names, or None when it is not a reference to a resource of R4 that we know."""
    match = _LITERAL.fullmatch(text)
    return match["type"] if match and match["type"] in _TYPES else None


def said(because: Because) -> str:
    """One fact in words: `mrc-ankle-dorsiflexion left: 2`."""
    value = because.value
    if value is None:
        words = "unknown"
    elif isinstance(value, bool):
        words = "yes" if value else "no"
    else:
        words = str(value)
    return clean(f"{because.fact} {because.side}: {words}" if because.side else f"{because.fact}: {words}")


def literal(because: Iterable[Because], types: frozenset[str]) -> list[Json]:
    """References to the resources of these types, each once, in the order of the facts."""
    found = dict.fromkeys(_holder(b.resource) for b in because if b.resource)
    return [{"reference": resource} for resource in found if resource_type(resource) in types]


def named(because: Iterable[Because]) -> list[Json]:
    """One reference for each resource, with the facts read from it as its display.

    A `urn:uuid` of the record that was read means nothing in the Bundle we write, where it would look like one of its
    entries, so it becomes an identifier. A fact without a usable reference keeps its display.
    """
    facts: dict[str, list[str]] = {}
    for one in because:
        facts.setdefault(_holder(one.resource or ""), []).append(said(one))
    return [_named(resource, "; ".join(dict.fromkeys(words))) for resource, words in facts.items()]


def _holder(resource: str) -> str:
    """Nothing can point into another resource: what DiagnosticReport/1 contains is named by the report."""
    return resource.partition("#")[0]


def _named(resource: str, display: str) -> Json:
    if resource_type(resource):
        return {"reference": resource, "display": display}
    if _URN.fullmatch(resource):
        return {"identifier": identifier(URN, resource), "display": display}
    return {"display": clean(f"{display} ({resource})") if resource else display}
