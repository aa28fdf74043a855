"""`PlanDefinition/$apply`: one patient's record in Parameters, a CarePlan or the transaction Bundle out."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from fhir_adapters.outcome import issue, outcome
from fhir_adapters.service.advice import Advice
from fhir_adapters.service.context import Service
from fhir_adapters.service.errors import Unprocessable
from fhir_adapters.service.http.answers import body_kind, fhir, wants_fhir
from fhir_adapters.service.operations.advising import advise, moment, only_these
from fhir_adapters.service.operations.care_plan import contained_plan, in_encounter, of_request
from fhir_adapters.service.operations.parameters import apply_of

_SUBJECT = "Parameters.parameter.where(name = 'subject')"
_EVALUATED_AT = "Parameters.parameter.where(name = 'evaluatedAt')"


async def apply(service: Service, request: Request, *, instance: bool) -> Response:
    """Answer one call. The subject must be the patient of the data, or the answer is 422."""
    only_these(request, "form")
    wants_fhir(request)
    body_kind(request)
    asked = apply_of(await request.body(), request.query_params, instance=instance)
    as_of = moment(service, asked.evaluated_at, _EVALUATED_AT)

    def is_the_subject(advice: Advice) -> None:
        if not _same(asked.subject, {advice.assessment.patient, *_patients(asked.data)}):
            text = "The subject is not the patient of the data."
            raise Unprocessable(outcome(issue("error", "multiple-matches", text, _SUBJECT)))

    advice = await advise(
        service, request, asked.data, as_of, face="apply", user=asked.practitioner, check=is_the_subject
    )
    assessment = advice.assessment
    bundle = in_encounter(of_request(assessment.to_fhir(cpt=service.settings.cpt), request), asked.encounter)
    return fhir(request, bundle if asked.form == "bundle" else contained_plan(assessment, bundle))


def _patients(data: dict[str, Any]) -> set[str]:
    """Every name that the data give their Patient: its address in the Bundle, and its id."""
    listed = data.get("entry")
    entries = [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
    named = [(entry.get("fullUrl"), entry.get("resource")) for entry in entries]
    found = [(url, each) for url, each in named if isinstance(each, dict) and each.get("resourceType") == "Patient"]
    return {url for url, _ in found if isinstance(url, str)} | {f"Patient/{each.get('id')}" for _, each in found}


def _same(subject: str, names: set[str]) -> bool:
    """Equal, or the same id where at most one of the two names a server."""
    wanted = subject.partition("/_history/")[0]
    servers = {name for name in names if name.startswith("http")}
    if wanted in names:
        return True
    if wanted.startswith("http"):
        return not servers and _relative(wanted) in names
    return wanted in {_relative(name) for name in servers}


def _relative(url: str) -> str:
    return "/".join(url.split("/")[-2:])
