"""Alerts as DetectedIssues. They are preliminary: the guideline saw them, no clinician has confirmed them."""

from __future__ import annotations

from fhir_adapters.write import codes
from fhir_adapters.write.context import Context
from fhir_adapters.write.elements import Json, clean, concept, identifier, narrative, present, sided
from fhir_adapters.write.identifiers import PROPOSAL, rule_uri
from fhir_adapters.write.references import named, said
from guideline.assessment import Alert, Because
from guideline.vocabulary import ALERT_SYSTEM

_SEVERITY = {"critical": "high", "warning": "moderate", "info": "low"}


def detected_issue(ctx: Context, alert: Alert) -> tuple[str, Json]:
    """The id of one alert, and its resource. New evidence makes a new issue: one that was closed may come back."""
    evidence = [f"{said(fact)} {fact.resource}" for fact in alert.because]
    value = ctx.ids.new("DetectedIssue", alert.key, alert.side or "", alert.severity, *alert.rules, *evidence)
    text = sided(alert.side, alert.text)
    cited = f"Rules: {', '.join(alert.rules)}. Statements: {', '.join(alert.statements)}."
    title = codes.title(alert.key)
    out: Json = {
        "resourceType": "DetectedIssue",
        "text": narrative(f"{title} ({alert.severity})", text, cited, ctx.assessment.notice),
        "identifier": [identifier(PROPOSAL, value)],
        "status": "preliminary",
        "code": concept(title, (ALERT_SYSTEM, alert.key)),
        "severity": _SEVERITY[alert.severity],
        "patient": ctx.patient(),
        "identifiedDateTime": ctx.moment,
        "author": ctx.software(),
        "evidence": [_evidence(fact) for fact in alert.because],
        "detail": clean(f"{text} {cited}"),
    }
    if alert.rules:
        out["reference"] = rule_uri(ctx.assessment.guideline, alert.rules[0])
    return value, present(out)


def _evidence(fact: Because) -> Json:
    return {"code": [codes.fact(fact.fact)], "detail": named([fact])}
