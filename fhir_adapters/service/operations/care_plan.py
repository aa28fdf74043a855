"""The CarePlan form of an answer: the transaction's CarePlan with everything that belongs to it inside."""

from __future__ import annotations

from typing import Any, Final

from starlette.requests import Request

from fhir_adapters.assessment import Assessment
from fhir_adapters.write.context import Context
from fhir_adapters.write.plan import care_plan

Json = dict[str, Any]
_WITH_ENCOUNTER: Final = frozenset({"CarePlan", "ServiceRequest", "ClinicalImpression", "GuidanceResponse"})


def contained_plan(assessment: Assessment, bundle: Json) -> Json:
    """The answer of R4's `$apply`. References between the parts become `#id`, and `#` is the plan.

    A plan is given even where nothing is new, so that what is asked, and what exists already, is not lost. The
    Provenance stays out: it names what was stored, and nothing is.
    """
    parts = {entry["fullUrl"]: entry["resource"] for entry in bundle["entry"]}
    plan = next((one for one in parts.values() if one["resourceType"] == "CarePlan"), None)
    if plan is None:
        about = [url.removeprefix("urn:uuid:") for url in _named(parts, "ClinicalImpression", "DetectedIssue")]
        _, plan = care_plan(Context(assessment, cpt=False), {}, [], about)
        plan["status"] = "draft"  # there is nothing to act on
    inside = {url: one for url, one in parts.items() if one["resourceType"] not in ("CarePlan", "Provenance")}
    names = {url: f"#{url.removeprefix('urn:uuid:')}" for url in inside}
    names |= dict.fromkeys(_named(parts, "CarePlan"), "#")
    contained: list[Json] = []
    for url, one in inside.items():
        own = one.pop("contained", [])  # nothing contained contains
        contained += [{**one, "id": names[url][1:]}, *own]
    guidance = [{"reference": names[url]} for url in _named(parts, "GuidanceResponse")]
    whole = {**plan, "supportingInfo": [*plan.get("supportingInfo", []), *guidance], "contained": contained}
    renamed: Json = _renamed(whole, names)
    return renamed


def of_request(bundle: Json, request: Request) -> Json:
    """The bundle, with the client's X-Request-Id as the request that was answered; without one it names its own."""
    for entry in bundle["entry"] if request.state.given_id else ():
        if entry["resource"]["resourceType"] == "GuidanceResponse":
            entry["resource"]["requestIdentifier"] = {"value": request.state.given_id}
    return bundle


def in_encounter(bundle: Json, encounter: str | None) -> Json:
    """The bundle, with the encounter in which it was asked for, where a resource can say so."""
    for entry in bundle["entry"] if encounter else ():
        if entry["resource"]["resourceType"] in _WITH_ENCOUNTER:
            entry["resource"]["encounter"] = {"reference": encounter}
    return bundle


def _named(parts: Json, *kinds: str) -> list[str]:
    return [url for url, one in parts.items() if one["resourceType"] in kinds]


def _renamed(value: Any, names: dict[str, str]) -> Any:
    """A copy in which every reference to a part has the part's new name."""
    if isinstance(value, list):
        return [_renamed(each, names) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        key: names.get(each, each) if key == "reference" and isinstance(each, str) else _renamed(each, names)
        for key, each in value.items()
    }
