"""Is it alive, is it ready, what has it counted: /health, /ready, /metrics. They need no token and hold no patient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from fhir_adapters.service.context import Service
from fhir_adapters.service.errors import InvalidInput, as_json
from fhir_adapters.service.observe.canary import can_advise
from fhir_adapters.service.observe.metrics import CONTENT_TYPE
from fhir_adapters.service.openapi import refusals

Part = Literal["advice", "journal", "callers"]
PARTS: Final[tuple[Part, ...]] = ("advice", "journal", "callers")

_READY: Final[dict[str, Any]] = {
    "summary": "Ready to advise?",
    "description": "Really assesses a canary patient, asks whether the journal reaches its database, and whether "
    "callers' keys can be had. `part` asks for some of it only: a load balancer asks for `advice`, since advice is "
    "given without the database, and what is to be kept waits.",
    "responses": refusals(InvalidInput)
    | {
        200: {"description": "Every part that was asked for is ready."},
        503: {"description": "Some part is not ready; the answer says which and why."},
    },
    "openapi_extra": {
        "parameters": [
            {
                "name": "part",
                "in": "query",
                "description": "May be repeated; all parts if left out.",
                "schema": {"type": "array", "items": {"type": "string", "enum": list(PARTS)}},
            }
        ]
    },
}


def router(service: Service) -> APIRouter:
    """The routes; /metrics only where the settings serve it."""
    routes = APIRouter(tags=["operation"])

    @routes.get("/health", summary="Alive?", description="Does no work: the process answers.")
    async def health() -> Response:
        return Response(as_json({"status": "alive"}), media_type="application/json")

    @routes.get("/ready", **_READY)
    async def ready(request: Request) -> Response:
        asked = request.query_params.getlist("part") or PARTS
        if not set(asked) <= set(PARTS):
            raise InvalidInput(f"`part` is one of {', '.join(PARTS)}.", "http.part")
        parts = {part: await _trouble(service, part) for part in PARTS if part in asked}
        wrong = any(parts.values())
        said = {"status": "not ready" if wrong else "ready", "parts": {part: parts[part] or "ready" for part in parts}}
        return Response(as_json(said), 503 if wrong else 200, media_type="application/json")

    if service.settings.metrics:

        @routes.get("/metrics", summary="Counters and times for Prometheus")
        async def metrics() -> Response:
            return Response(service.metrics.text(service.journal), media_type=CONTENT_TYPE)

    return routes


async def _trouble(service: Service, part: Part) -> str | None:
    if part == "advice":
        return await can_advise(service.advisor)
    if part == "journal":
        return service.journal.trouble()
    trouble: Callable[[], str | None] | None = getattr(service.authenticate, "trouble", None)
    return trouble() if trouble else None
