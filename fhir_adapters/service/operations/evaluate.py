"""`$evaluate`: one record in, its transaction Bundle out; or a batch of records, with an outcome for each."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import Response

from fhir_adapters.outcome import issue, outcome
from fhir_adapters.service.advice import Advice
from fhir_adapters.service.context import Service
from fhir_adapters.service.errors import InvalidInput, ServiceError, TooLarge, Unavailable
from fhir_adapters.service.http.answers import JSON, NDJSON, body_kind, fhir, wants_fhir
from fhir_adapters.service.http.safety import report, unexpected
from fhir_adapters.service.operations.advising import advise, moment, only_these
from fhir_adapters.service.operations.care_plan import of_request
from fhir_adapters.write import operation_outcome

Json = dict[str, Any]
_SHARE: Final = 0.9  # of the time limit, for assessing a batch; the rest is for writing the answer


def _now() -> float:
    """Seconds by the event loop's clock, the one that the time limit runs by."""
    return asyncio.get_running_loop().time()


async def evaluate(service: Service, request: Request) -> Response:
    """Answer one call. All records of a batch are assessed at the same moment; those not reached in time get a 503."""
    until = _now() + _SHARE * service.settings.request_timeout_seconds
    only_these(request, "evaluatedAt")
    wants_fhir(request)
    body_kind(request, JSON | NDJSON)
    as_of = moment(service, request.query_params.get("evaluatedAt"), "http.evaluatedAt")
    body = await request.body()
    patients = _batch(body)
    if patients is None:
        advice = await advise(service, request, body, as_of, face="evaluate")
        return fhir(request, _transaction(service, request, advice))
    if len(patients) > service.settings.max_batch:
        text = f"The batch has more than {service.settings.max_batch} entries."
        raise TooLarge(text, "Bundle.entry", code="too-costly")
    answered = [await _one(service, request, each, as_of, until) for each in enumerate(patients)]
    response: Json = {"resourceType": "Bundle", "type": "batch-response"}
    return fhir(request, response | ({"entry": answered} if answered else {}))  # no list of FHIR is empty


def _batch(body: bytes) -> list[Any] | None:
    """The entries of a batch of records; None for the record of one patient, whatever the type of its Bundle.

    Of Parameters alone no record is made: that is a batch, too, of calls that belong to `$apply`.
    """
    if b'"batch"' not in body:
        return None
    try:
        bundle = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None  # NDJSON, or nothing: the reader will say
    if not isinstance(bundle, dict) or (bundle.get("resourceType"), bundle.get("type")) != ("Bundle", "batch"):
        return None
    entries = bundle.get("entry", [])
    if not isinstance(entries, list):
        return None
    calls = all(_held(entry, "Parameters") for entry in entries)
    return entries if calls or any(_held(entry, "Bundle") for entry in entries) else None


def _held(entry: Any, kind: str) -> Json | None:
    """The resource of an entry, if it is of that kind."""
    resource = entry.get("resource") if isinstance(entry, dict) else None
    return resource if isinstance(resource, dict) and resource.get("resourceType") == kind else None


async def _one(service: Service, request: Request, numbered: tuple[int, Any], as_of: str, until: float) -> Json:
    """One entry of the answer. Whatever is the matter with one patient stays with that patient."""
    number, entry = numbered
    record = _held(entry, "Bundle")
    try:
        if _now() > until:
            raise Unavailable("The time of the batch was over before this patient's turn. Try again.", code="timeout")
        if record is None:
            text = "The entry of a batch holds a patient's record as a Bundle."
            raise InvalidInput(text, f"Bundle.entry[{number}].resource", code="structure")
        advice = await advise(service, request, record, as_of, face="evaluate")
        return {"resource": _transaction(service, request, advice), "response": _ok(advice)}
    except ServiceError as wrong:
        return {"response": _response(wrong.status, wrong.outcome())}
    except Exception as wrong:  # noqa: BLE001 - the other patients still get their answer
        report(wrong)
        return {"response": _response(500, unexpected().outcome())}


def _transaction(service: Service, request: Request, advice: Advice) -> Json:
    return of_request(advice.assessment.to_fhir(cpt=service.settings.cpt), request)


def _ok(advice: Advice) -> Json:
    """How it came out, and the data that could not be used."""
    said = outcome(issue("information", "informational", advice.assessment.outcome))
    if advice.assessment.problems:
        said["issue"] += operation_outcome(advice.assessment.problems, severity="warning")["issue"]
    return _response(200, said)


def _response(status: int, said: Json) -> Json:
    return {"status": f"{status} {HTTPStatus(status).phrase}", "outcome": said}
