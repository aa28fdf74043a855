"""The GuidanceResponse: how the assessment came out, what is missing, and which data could not be used."""

from __future__ import annotations

from typing import Any

from fhir_adapters.write import codes
from fhir_adapters.write.context import Context
from fhir_adapters.write.elements import Json, clean, cleaned, identifier, narrative_of, present, sided
from fhir_adapters.write.identifiers import PROPOSAL, REQUEST, urn
from fhir_adapters.write.plan import remarks
from fhir_adapters.write.problems import operation_outcome
from guideline.assessment import Question, TimelineEntry

_SAYS = {
    "recommendations": "There is something to propose.",
    "needs-data": "More data is needed before anything can be proposed.",
    "not-applicable": "No foot drop is recorded, and no emergency that this guideline covers.",
    "nothing-new": "All that would be proposed exists already.",
}


def guidance_response(ctx: Context, plan: str | None, seen: list[str]) -> tuple[str, Json]:
    """The id of the response, and its resource. `plan` is the CarePlan's id; `seen` the ids of all that was written."""
    a = ctx.assessment
    asked, notice = cleaned([_asked(question) for question in a.questions]), cleaned([a.notice])
    says = _SAYS[a.outcome]
    value = ctx.ids.new("GuidanceResponse", ctx.moment, a.outcome, *asked, *seen)
    request = ctx.ids.new("request", ctx.moment)
    contained: list[Json] = [{"resourceType": "Parameters", "id": "output", "parameter": _parameters(ctx)}]
    out: Json = {
        "resourceType": "GuidanceResponse",
        "text": narrative_of(f"Guideline {ctx.version}: {a.outcome}", [says, *asked, *notice]),
        "contained": contained,
        "requestIdentifier": identifier(REQUEST, request),
        "identifier": [identifier(PROPOSAL, value)],
        "moduleCanonical": ctx.canonical,
        "status": _status(ctx),
        "subject": ctx.patient(),
        "occurrenceDateTime": ctx.moment,
        "performer": ctx.software(),
        "note": [{"text": text} for text in (*notice, says, *asked, *cleaned(remarks(ctx)))],
        "outputParameters": {"reference": "#output"},
        "dataRequirement": [codes.requirement(fact) for fact in dict.fromkeys(q.fact for q in a.questions)],
    }
    if a.problems:
        contained.append({**operation_outcome(a.problems, severity="warning"), "id": "problems"})
        out["evaluationMessage"] = [{"reference": "#problems"}]
    if plan:
        out["result"] = {"reference": urn(plan)}
    return value, present(out)


def _status(ctx: Context) -> str:
    """R4: data-required when nothing can be said without more, data-requested when more could change the answer."""
    if ctx.assessment.outcome == "needs-data":
        return "data-required"
    return "data-requested" if ctx.assessment.questions else "success"


def _asked(question: Question) -> str:
    would = f" It could change: {', '.join(question.would_change)}." if question.would_change else ""
    return f"Missing: {sided(question.side, question.text)}{would} Statements: {', '.join(question.statements)}."


def _parameters(ctx: Context) -> list[Json]:
    a = ctx.assessment
    return [
        {"name": "outcome", "valueCode": a.outcome},
        {"name": "as-of", "valueDateTime": ctx.moment},
        {"name": "guideline", "valueCanonical": ctx.canonical},
        *[{"name": "question", "part": _question(one)} for one in a.questions],
        *(_parts("timeline", _timeline(one)) for one in a.timeline),
        *(_parts("override", [_string(name, value) for name, value in one]) for one in a.overrides),
    ]


def _question(one: Question) -> list[Json]:
    parts: list[Json] = [{"name": "fact", "valueCode": one.fact}] if one.fact else []
    if one.side:
        parts.append({"name": "side", "valueCode": one.side})
    if text := clean(one.text):
        parts.append({"name": "text", "valueString": text})
    parts += [{"name": "would-change", "valueCode": key} for key in one.would_change if key]
    parts += [{"name": "statement", "valueCode": statement} for statement in one.statements if statement]
    return parts


def _timeline(one: TimelineEntry) -> list[tuple[str, str, str]]:
    return [("valueDate", "date", one.date), _string("change", one.change)]


def _string(name: str, value: Any) -> tuple[str, str, str]:
    return "valueString", name.replace("_", "-"), clean(str(value))


def _parts(name: str, parts: list[tuple[str, str, str]]) -> Json:
    return {"name": name, "part": [{"name": part, element: value} for element, part, value in parts if value]}
