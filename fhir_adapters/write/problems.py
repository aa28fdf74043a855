"""Data that could not be used, as an OperationOutcome that names the element."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from fhir_adapters.outcome import Severity, issue, outcome
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


_CODES = frozenset({
    "invalid", "structure", "required", "value", "invariant", "security", "login", "unknown", "expired", "forbidden",
    "suppressed", "processing", "not-supported", "duplicate", "multiple-matches", "not-found", "deleted", "too-long",
    "code-invalid", "extension", "too-costly", "business-rule", "conflict", "transient", "lock-error", "no-store",
    "exception", "timeout", "incomplete", "throttled", "informational",
})  # fmt: skip


def operation_outcome(problems: Sequence[Problem], *, severity: Severity = "error") -> Json:
    """One issue for each problem. FHIR wants at least one, so without a problem it says that there is none."""
    issues = [_issue(problem, severity) for problem in problems]
    return outcome(*issues or [issue("information", "informational", "No problem was found.")])


def _issue(problem: Problem, severity: Severity) -> Json:
    code, element = getattr(problem, "code", "value"), clean(problem.element)
    return issue(
        severity,
        code if code in _CODES else "processing",
        clean(problem.text) or "This element could not be used.",
        *([_path(problem.resource, element)] if element else []),
        diagnostics=clean(problem.resource),
    )


def _path(resource: str, element: str) -> str:
    """The element as a FHIRPath, opened with the type of its resource where that is known."""
    kind = resource_type(resource)
    return element if kind is None or element.split(".", maxsplit=1)[0] == kind else f"{kind}.{element}"
