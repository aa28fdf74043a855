"""The OperationOutcome, as the reader, the writer and the service all build it."""

from __future__ import annotations

from typing import Any, Literal

Severity = Literal["fatal", "error", "warning", "information"]


def issue(severity: Severity, code: str, text: str, *expression: str, diagnostics: str = "") -> dict[str, Any]:
    """One issue: `code` is a FHIR issue type, `expression` names the elements at fault (FHIRPath)."""
    made: dict[str, Any] = {"severity": severity, "code": code, "details": {"text": text}}
    if diagnostics:
        made["diagnostics"] = diagnostics
    if expression:
        made["expression"] = list(expression)
    return made


def outcome(first: dict[str, Any], *more: dict[str, Any]) -> dict[str, Any]:
    """An OperationOutcome of these issues; FHIR wants at least one."""
    return {"resourceType": "OperationOutcome", "issue": [first, *more]}
