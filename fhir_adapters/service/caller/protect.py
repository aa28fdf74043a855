"""The one door: what lies behind it is only reached by a caller who is known."""

from __future__ import annotations

from typing import Any

from fastapi import Depends
from starlette.requests import Request

from fhir_adapters.service.context import Service
from fhir_adapters.service.errors import Throttled


def protected(service: Service) -> Any:
    """A dependency for a router or route: who calls stands in `request.state.caller`, or the answer is 401.

    A known caller beyond its rate is told to wait (429), whatever its address; each tenant of an issuer for itself.

    It runs before the body is read: `APIRouter(dependencies=[protected(service)])`.
    """

    async def caller(request: Request) -> None:
        known = request.state.caller = await service.authenticate(request)
        if seconds := service.callers.wait(known.issuer, known.tenant):
            raise Throttled(seconds)

    return Depends(caller)
