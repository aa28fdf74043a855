"""One assessment as one R4 transaction: posted as it stands, and posted again without harm."""

from __future__ import annotations

from fhir_adapters.write.alerts import detected_issue
from fhir_adapters.write.context import Context
from fhir_adapters.write.elements import Json
from fhir_adapters.write.identifiers import if_none_exist, urn
from fhir_adapters.write.impression import clinical_impression
from fhir_adapters.write.orders import service_request
from fhir_adapters.write.plan import care_plan, goal
from fhir_adapters.write.provenance import provenance
from fhir_adapters.write.response import guidance_response
from guideline.assessment import Assessment


def to_bundle(assessment: Assessment, *, cpt: bool = False) -> Json:
    """The transaction Bundle of an assessment. Equal assessments give equal bundles, key order included.

    A CarePlan (with its Goals) is written only when an order or an activity is new: what exists already needs no new
    plan, and the GuidanceResponse lists it. `cpt` adds CPT numbers, for which a US site needs a licence.
    """
    ctx = Context(assessment, cpt=cpt)
    orders = dict(service_request(ctx, order) for order in assessment.orders if order.status == "new")
    judged = [clinical_impression(ctx)] if assessment.limbs or assessment.prognosis else []
    judged += [detected_issue(ctx, alert) for alert in assessment.alerts]
    written: list[tuple[str, Json]] = []
    plan: str | None = None
    if orders or any(activity.status == "new" for activity in assessment.activities):
        goals = [goal(ctx, one) for one in assessment.goals]
        about = [value for value, _ in judged]
        written = [care_plan(ctx, orders, [value for value, _ in goals], about), *goals, *orders.items()]
        plan = written[0][0]
    written += judged
    written.append(guidance_response(ctx, plan, [value for value, _ in written]))
    written.append(provenance(ctx, [value for value, _ in written]))
    return {
        "resourceType": "Bundle",
        "type": "transaction",
        "timestamp": ctx.instant,
        "entry": [_entry(value, resource) for value, resource in written],
    }


def _entry(value: str, resource: Json) -> Json:
    kind: str = resource["resourceType"]
    request = {"method": "POST", "url": kind}
    if "identifier" in resource:
        request["ifNoneExist"] = if_none_exist(kind, value)
    return {"fullUrl": urn(value), "resource": resource, "request": request}
