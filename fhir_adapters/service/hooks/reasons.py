"""Why a clinician may decline: the clinical selection of HL7's Non-Adherence Reason Codes (3.0.0-ballot), as published.

Codes and displays are those of CodeSystem non-adherence-reason-codes at HL7/cds-hooks commit fb10ca7 (the asterisk of
"patient-refuses" is the code system's own).
"""

from __future__ import annotations

from typing import Final

import orjson

from fhir_adapters.service.errors import as_json

SYSTEM: Final = "http://terminology.hl7.org/CodeSystem/non-adherence-reason-codes"
_DISPLAYS: Final = {
    "cds-not-applicable": "PC CDS does not apply to patient",
    "cds-suboptimal-context": "PC CDS delivered in suboptimal context",
    "recipient-disagrees-evidence": "Recipient disagrees with recommendation because of issues with the evidence",
    "recipient-concerns-outcomes": "Recipient has concerns regarding potential health outcomes",
    "does-not-align-preferences": "Recommendation does not align with patient preferences or values",
    "not-convenient-feasible": "Recommendation is not convenient or feasible",
    "action-completed": "Recommended action was already completed",
    "patient-contraindication": "Patient has contraindication to recommended action",
    "patient-refuses": "Patient refuses/declines (no context given)*",
    "too-costly-uncovered": "Recommended action is too costly or not covered by insurance",
    "service-not-available": "Treatment or service is not practically available",
    "recipient-does-not-understand": (
        "Recipient does not understand the recommended action or know how to perform the recommended action"
    ),
}
OVERRIDE_REASONS: Final = tuple(
    {"system": SYSTEM, "code": code, "display": display} for code, display in _DISPLAYS.items()
)
OVERRIDE_REASONS_JSON: Final = orjson.Fragment(as_json(OVERRIDE_REASONS))
