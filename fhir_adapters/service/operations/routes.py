"""The addresses of this folder, and what the OpenAPI page says of them."""

from __future__ import annotations

from functools import cache
from typing import Any

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from fhir_adapters.service import openapi
from fhir_adapters.service.caller import protected
from fhir_adapters.service.context import Service
from fhir_adapters.service.errors import NotAcceptable, NotFound
from fhir_adapters.service.http.answers import fhir, wants_fhir
from fhir_adapters.service.operations import apply, evaluate, plain
from fhir_adapters.service.operations.capability import capability_statement, evaluate_definition
from fhir_adapters.service.operations.library import library
from fhir_adapters.service.operations.names import IDS, LIBRARY_URL, PLAN
from fhir_adapters.service.operations.plan_definition import plan_definition

Json = dict[str, Any]

_PARAMETERS: Json = {
    "resourceType": "Parameters",
    "parameter": [
        {"name": "subject", "valueString": "Patient/pat-olive"},
        {"name": "canonical", "valueCanonical": PLAN},
        {"name": "evaluatedAt", "valueDateTime": "2026-11-10"},
        {"name": "data", "resource": openapi.RECORD},
    ],
}
_BATCH: Json = {"resourceType": "Bundle", "type": "batch", "entry": [{"resource": openapi.RECORD}]}
_MOMENT = "The day (2026-03-01) or the moment with zone (2026-03-01T14:00:00Z) of assessment; now if left out."


def router(service: Service) -> APIRouter:
    """Every operation. What describes the guideline is open to all; what reads a record is for known callers."""
    routes = APIRouter()
    routes.include_router(_advice(service))  # first: `$apply` would be taken for the id of a PlanDefinition
    routes.include_router(_described(service))
    return routes


def _described(service: Service) -> APIRouter:
    routes = APIRouter(tags=["guideline"], responses=openapi.refusals(NotAcceptable))
    unknown = openapi.refusals(NotFound)

    @cache
    def plan(resource_id: str) -> Json:
        return plan_definition(service.advisor.book, resource_id)

    @cache
    def rules(resource_id: str) -> Json:
        return library(service.advisor.book, resource_id)

    @routes.get("/metadata", summary="The CapabilityStatement")
    async def metadata(request: Request) -> Response:
        wants_fhir(request)
        return fhir(request, capability_statement(service.settings))

    @routes.get("/PlanDefinition/{resource_id}", summary="The guideline: one action for each rule", responses=unknown)
    async def plan_definition_of(request: Request, resource_id: str) -> Response:
        if resource_id == "$apply":  # it takes a record, so it is never asked by GET
            raise HTTPException(405, headers={"Allow": "POST"})
        wants_fhir(request)
        return fhir(request, plan(_known(resource_id, IDS)))

    @routes.get("/Library/{resource_id}", summary="The rules in CQL", responses=unknown)
    async def library_of(request: Request, resource_id: str) -> Response:
        wants_fhir(request)
        return fhir(request, rules(_known(resource_id, (*IDS, LIBRARY_URL.rpartition("/")[2]))))

    @routes.get("/OperationDefinition/{resource_id}", summary="What $evaluate takes and gives", responses=unknown)
    async def operation_of(request: Request, resource_id: str) -> Response:
        wants_fhir(request)
        _known(resource_id, ("footdrop-evaluate",))
        return fhir(request, evaluate_definition())

    return routes


def _known(resource_id: str, ids: tuple[str, ...]) -> str:
    if resource_id not in ids:
        raise NotFound("There is no such resource here.")
    return resource_id


def _advice(service: Service) -> APIRouter:
    routes = APIRouter(tags=["advice"], dependencies=[protected(service)], responses=openapi.refusals())
    taken = openapi.body("Parameters: `subject` and `data`, the record.", parameters=_PARAMETERS)
    taken |= {"parameters": [openapi.query("form", "What is given.", "careplan", "bundle")]}
    other = openapi.refusals(NotFound)

    @routes.post(
        "/PlanDefinition/{resource_id}/$apply",
        summary="Apply the guideline to a patient: a CarePlan, or with form=bundle a transaction",
        responses=other,
        openapi_extra=taken,
    )
    async def apply_to(request: Request, resource_id: str) -> Response:
        _known(resource_id, IDS)
        return await apply.apply(service, request, instance=True)

    @routes.post(
        "/PlanDefinition/$apply",
        summary="The same, with the guideline named in the Parameters",
        responses=other,
        openapi_extra=taken,
    )
    async def apply_named(request: Request) -> Response:
        return await apply.apply(service, request, instance=False)

    @routes.post(
        "/$evaluate",
        summary="A record to its transaction Bundle, or a batch of records to an outcome each",
        openapi_extra=openapi.body("A Bundle, NDJSON, or a batch.", lines=True, record=openapi.RECORD, batch=_BATCH)
        | {"parameters": [openapi.query("evaluatedAt", _MOMENT)]},
    )
    async def evaluate_record(request: Request) -> Response:
        return await evaluate.evaluate(service, request)

    @routes.post(
        "/assess",
        summary="What `footdrop assess` prints",
        openapi_extra=openapi.body("A Bundle, or NDJSON.", lines=True, record=openapi.RECORD)
        | {
            "parameters": [
                openapi.query("as_of", _MOMENT),
                openapi.query("format", "json if left out.", "json", "fhir", "text"),
            ]
        },
    )
    async def assess_record(request: Request) -> Response:
        return await plain.assess(service, request)

    return routes
