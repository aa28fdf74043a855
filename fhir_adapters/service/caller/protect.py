"""The one door: what lies behind it is only reached by a caller who is known."""

from __future__ import annotations

from typing import Any

from fastapi import Depends
from starlette.requests import Request

from fhir_adapters.service.context import Service


def protected(service: Service) -> Any:
    """A dependency for a router or route: who calls stands in `request.state.caller`, or the answer is 401.

    It runs before the body is read: `APIRouter(dependencies=[protected(service)])`.
    """

    async def caller(request: Request) -> None:
        request.state.caller = await service.authenticate(request)

    return Depends(caller)
