"""Data that could not be used, as an OperationOutcome that names the element."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

from fhir_adapters.write.elements import Json, clean
from fhir_adapters.write.references import resource_type


class Problem(Protocol):
    """What `findings.Problem` and `assessment.ReportedProblem` of the guideline share; the first has a `code` too."""

    @property
    def resource(self) -> str: ...
    @property
    def element(self) -> str: ...
    @property
    def text(self) -> str: ...


Severity = Literal["fatal", "error", "warning", "information"]

_CODES = frozenset({
    "invalid", "structure", "required", "value", "invariant", "security", "login", "unknown", "expired", "forbidden",
    "suppressed", "processing", "not-supported", "duplicate", "multiple-matches", "not-found", "deleted", "too-long",
    "code-invalid", "extension", "too-costly", "business-rule", "conflict", "transient", "lock-error", "no-store",
    "exception", "timeout", "incomplete", "throttled", "informational",
})  # fmt: skip


def operation_outcome(problems: Sequence[Problem], *, severity: Severity = "error") -> Json:
    """One issue for each problem. FHIR wants at least one, so without a problem it says that there is none."""
    issues = [_issue(problem, severity) for problem in problems]
    return {"resourceType": "OperationOutcome", "issue": issues or [_nothing()]}


def _nothing() -> Json:
    return {"severity": "information", "code": "informational", "details": {"text": "No problem was found."}}


def _issue(problem: Problem, severity: Severity) -> Json:
    code = getattr(problem, "code", "value")
    out: Json = {
        "severity": severity,
        "code": code if code in _CODES else "processing",
        "details": {"text": clean(problem.text) or "This element could not be used."},
    }
    if resource := clean(problem.resource):
        out["diagnostics"] = resource
    if element := clean(problem.element):
        out["expression"] = [_path(problem.resource, element)]
    return out


def _path(resource: str, element: str) -> str:
    """The element as a FHIRPath, opened with the type of its resource where that is known."""
    kind = resource_type(resource)
    return element if kind is None or element.split(".", maxsplit=1)[0] == kind else f"{kind}.{element}"
