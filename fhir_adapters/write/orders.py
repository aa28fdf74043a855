"""New orders as ServiceRequest proposals. Never a drug, and of surgery only the consultation."""

from __future__ import annotations

from fhir_adapters.write import codes
from fhir_adapters.write.context import Context, citation
from fhir_adapters.write.elements import (
    Json,
    clean,
    cleaned,
    concept,
    identifier,
    narrative_of,
    notes,
    present,
    sided,
    window,
)
from fhir_adapters.write.identifiers import PROPOSAL
from fhir_adapters.write.references import CONDITION, literal, named, resource_type
from guideline.assessment import Proposal


def service_request(ctx: Context, order: Proposal) -> tuple[str, Json]:
    """The id of one new order, and its resource."""
    kind = codes.order(order.key)
    value = ctx.ids.new("ServiceRequest", order.key, order.side or "", order.priority, *order.rules)
    title, said = sided(order.side, kind.title), cleaned((order.text, citation(order)))
    out: Json = {
        "resourceType": "ServiceRequest",
        "text": narrative_of(title, said),
        "identifier": [identifier(PROPOSAL, value)],
        "instantiatesCanonical": [ctx.canonical],
        "instantiatesUri": ctx.rule_uris(order.rules),
        **_replaces(order),
        "status": "draft" if ctx.lacks_data(order) else "active",
        "intent": "proposal",
        "category": codes.categories(kind),
        "priority": order.priority,
        "code": concept(kind.title, *(kind.with_cpt if ctx.cpt else kind.codings)),
        "subject": ctx.patient(),
        "occurrencePeriod": window(order.earliest, order.latest),
        "authoredOn": ctx.moment,
        "requester": ctx.software(),
        **_reason(ctx, order),
        "supportingInfo": named(order.because),
        "bodySite": [codes.leg(order.side)] if order.side else [],
        "note": notes(*said, f"Supersedes {order.supersedes}." if order.supersedes else ""),
    }
    return value, present(out)


def _replaces(order: Proposal) -> Json:
    """The order this one takes the place of, where FHIR can say so; the note always does."""
    if order.supersedes and resource_type(order.supersedes) == "ServiceRequest":
        return {"replaces": [{"reference": order.supersedes}]}
    return {}


def _reason(ctx: Context, order: Proposal) -> Json:
    """The diagnoses it rests on; else the foot drop; else, in an emergency without one, the facts themselves."""
    if conditions := literal(order.because, CONDITION):
        return {"reasonReference": conditions}
    if ctx.foot_drop(order.side):
        return {"reasonCode": [codes.foot_drop(sided(order.side, "foot drop"))]}
    facts = dict.fromkeys(fact.fact for fact in order.because)
    return {"reasonCode": [codes.fact(fact) for fact in facts] or [concept(clean(order.text) or order.key)]}
