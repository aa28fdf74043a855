"""The addresses of CDS Hooks: discovery, six services, their feedback; for both editions of the specification.

Every call is authenticated, discovery too. What goes wrong is an OperationOutcome with its status, never empty cards.
"""

from __future__ import annotations

import logging
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from fhir_adapters.outcome import issue, outcome
from fhir_adapters.service.caller import protected
from fhir_adapters.service.context import Service
from fhir_adapters.service.errors import NotFound, as_json
from fhir_adapters.service.hooks import described
from fhir_adapters.service.hooks.answer import answer
from fhir_adapters.service.hooks.call import read_call
from fhir_adapters.service.hooks.catalog import BY_SERVICE, Hook
from fhir_adapters.service.hooks.discovery import BASES, discovery
from fhir_adapters.service.hooks.elements import json_body
from fhir_adapters.service.hooks.feedback import read_feedback
from fhir_adapters.service.http.identity import safe_id

_JSON: Final = "application/json"
_FHIR_JSON: Final = "application/fhir+json"
_NEVER: Final = ("PUT", "PATCH", "DELETE")


def router(service: Service) -> APIRouter:
    """The routes under both base URLs."""
    for name in ("httpx", "httpcore"):
        # Their lines hold whole addresses and headers: a patient's id, and the token.
        logging.getLogger(name).setLevel(logging.WARNING)
    routes = APIRouter(tags=["CDS Hooks"], dependencies=[protected(service)])
    handlers = _Handlers(service)
    for base in BASES:
        path = f"{base}/cds-services"
        routes.add_api_route(path, handlers.discover, methods=["GET"], summary="Discovery", **described.DISCOVERY)
        routes.add_api_route(path, handlers.wrong_method, methods=["POST", *_NEVER], include_in_schema=False)
        for tail, handle, words, more in (
            ("/{id}", handlers.call, "Call a service: cards", described.CALL),
            ("/{id}/feedback", handlers.feedback, "What became of cards", described.FEEDBACK),
        ):
            routes.add_api_route(path + tail, handle, methods=["POST"], summary=words, **more)
            routes.add_api_route(path + tail, handlers.wrong_method, methods=["GET", *_NEVER], include_in_schema=False)
    return routes


class _Handlers:
    def __init__(self, service: Service) -> None:
        self._service = service

    async def discover(self, request: Request) -> Response:
        base = request.scope["route"].path.removesuffix("/cds-services")
        return Response(discovery(BASES[base]), media_type=_JSON)

    async def call(self, request: Request) -> Response:
        hook = _hook(request)
        call = read_call(
            await json_body(request),
            hook,
            insecure=self._service.settings.development,
            trail=_trail(request, self._service),
        )
        request.state.hook_instance = call.instance  # by which the audit knows the call, and the log joins the two
        return Response(await answer(call, request.state.caller, self._service), media_type=_JSON)

    async def feedback(self, request: Request) -> Response:
        hook = _hook(request)
        now = self._service.clock()
        report = read_feedback(await json_body(request), hook.service, request.state.caller.issuer, now)
        if report.entries:
            self._service.journal.feedback(report.entries)
        return Response(as_json(report.outcome()), media_type=_FHIR_JSON)

    async def wrong_method(self, request: Request) -> Response:
        if "id" in request.path_params:
            _hook(request)
        allowed = "POST" if "id" in request.path_params else "GET"
        refused = outcome(issue("error", "not-supported", f"This address answers {allowed} alone."))
        return Response(as_json(refused), 405, {"Allow": allowed}, _FHIR_JSON)


def _trail(request: Request, service: Service) -> dict[str, str]:
    """The headers by which a FHIR server that is asked for this request can tell so; the client's id as it came."""
    given, own = request.headers.get("x-request-id", ""), request.state.request_id
    parent = service.tracing.parent(request.state.traceparent)
    trail = {"X-Request-Id": given if given and safe_id(given) == own else own, "traceparent": parent}
    return {name: value for name, value in trail.items() if value}


def _hook(request: Request) -> Hook:
    found = BY_SERVICE.get(request.path_params["id"])
    if found is None:
        raise NotFound("There is no service with this id; discovery lists them.")
    return found
