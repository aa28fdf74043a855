"""The CarePlan that holds the proposals together, and its Goals."""

from __future__ import annotations

from fhir_adapters.write import codes
from fhir_adapters.write.context import Context, citation
from fhir_adapters.write.elements import Json, clean, concept, identifier, narrative, notes, present, sided, window
from fhir_adapters.write.identifiers import PROPOSAL, urn
from fhir_adapters.write.references import CONDITION, REASONS, literal
from guideline.assessment import Goal, Proposal
from guideline.vocabulary import GOAL_SYSTEM

_STATUS = {"new": "not-started", "already-ordered": "scheduled", "done": "completed"}


def goal(ctx: Context, one: Goal) -> tuple[str, Json]:
    value = ctx.ids.new("Goal", one.key)
    text = clean(one.text) or codes.title(one.key)
    return value, {
        "resourceType": "Goal",
        "text": narrative("Goal", text),
        "identifier": [identifier(PROPOSAL, value)],
        "lifecycleStatus": "proposed",
        "description": concept(text, (GOAL_SYSTEM, one.key)),
        "subject": ctx.patient(),
        "startDate": ctx.day,
    }


def care_plan(ctx: Context, orders: dict[str, Json], goals: list[str], about: list[str]) -> tuple[str, Json]:
    """The plan over the new orders (by id), the goals, and what it is based on (impression and alerts, by id)."""
    a = ctx.assessment
    draft = any(order["status"] == "draft" for order in orders.values()) or a.outcome == "needs-data"
    says = [f"{one.key}:{one.side}:{one.status}" for one in a.activities]
    value = ctx.ids.new("CarePlan", *orders, *goals, *says)
    title = "Foot drop care plan (proposal)"
    listed = [*(_line(one) for one in a.orders), *(_line(one) for one in a.activities)]
    out: Json = {
        "resourceType": "CarePlan",
        "text": narrative(title, a.notice, *listed),
        "identifier": [identifier(PROPOSAL, value)],
        "instantiatesCanonical": [ctx.canonical],
        "status": "draft" if draft else "active",
        "intent": "proposal",
        "category": [codes.care_plan()],
        "title": title,
        "description": clean(f"Proposed by the guideline {ctx.version}. {a.notice}"),
        "subject": ctx.patient(),
        "period": {"start": ctx.moment},
        "created": ctx.moment,
        "author": ctx.software(),
        "addresses": literal(ctx.because(), CONDITION),
        "supportingInfo": [{"reference": urn(one)} for one in about],
        "goal": [{"reference": urn(one)} for one in goals],
        "activity": [
            *({"reference": {"reference": urn(one)}} for one in orders),
            *({"detail": _detail(ctx, one)} for one in a.activities),
        ],
        "note": notes(a.notice, *remarks(ctx)),
    }
    return value, present(out)


def remarks(ctx: Context) -> list[str]:
    """What the plan has to say beside its parts: care that exists already, what comes when, a site's own values."""
    a = ctx.assessment
    existing = [f"{order.status}: {_line(order)}" for order in a.orders if order.status != "new"]
    timeline = [f"{entry.date}: {entry.change} ({', '.join(entry.rules)})" for entry in a.timeline]
    overrides = [
        f"{one.parameter} is {one.value} here instead of {one.default} (signed by {one.signed_by}, {one.signed_on})"
        for one in a.overrides
    ]
    parts = (("Care that exists", existing), ("What comes when", timeline), ("Changed by this site", overrides))
    return [f"{name}:\n" + "\n".join(f"- {line}" for line in lines) for name, lines in parts if lines]


def _line(one: Proposal) -> str:
    return sided(one.side, f"{codes.title(one.key)} ({one.priority})")


def _detail(ctx: Context, one: Proposal) -> Json:
    out: Json = {
        "instantiatesUri": ctx.rule_uris(one.rules),
        "code": codes.activity(one.key),
        "reasonReference": literal(one.because, REASONS),
        "status": _STATUS[one.status],
        "scheduledPeriod": window(one.earliest, one.latest),
        "description": sided(one.side, f"{clean(one.text)} {citation(one)}"),
    }
    return present(out)
