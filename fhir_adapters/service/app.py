"""The application, put together: settings in, one ASGI app out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

import httpx
from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import Response

from fhir_adapters.service.advice import Advisor
from fhir_adapters.service.context import Authenticate, Clock, Service, utc_now
from fhir_adapters.service.errors import ServiceError, as_json
from fhir_adapters.service.journal import Journal, Pseudonyms
from fhir_adapters.service.settings import Settings
from guideline.rulebook import GUIDELINE_VERSION

FHIR_JSON: Final = "application/fhir+json"
ROUTERS: Final[tuple[Callable[[Service], APIRouter], ...]] = ()


def create_app(
    settings: Settings,
    *,
    journal: Journal,
    authenticate: Authenticate,
    http: httpx.AsyncClient | None = None,
    clock: Clock = utc_now,
) -> FastAPI:
    """The service as an ASGI app. `journal` keeps, `authenticate` proves who calls, `http` makes outgoing calls."""
    service = Service(
        settings=settings,
        advisor=Advisor(settings.site.read_text() if settings.site else None),
        journal=journal,
        authenticate=authenticate,
        http=http or httpx.AsyncClient(timeout=settings.fhir_timeout_seconds, follow_redirects=False),
        clock=clock,
        pseudonyms=Pseudonyms(settings.pseudonym_key.get_secret_value()),
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        service.advisor.close()
        service.journal.close()
        await service.http.aclose()

    app = FastAPI(title="footdrop-guideline", version=GUIDELINE_VERSION, lifespan=lifespan, docs_url=None)
    app.state.service = service
    app.add_exception_handler(ServiceError, _refused)
    for router in ROUTERS:
        app.include_router(router(service))
    return app


async def _refused(_: Request, wrong: Exception) -> Response:
    if not isinstance(wrong, ServiceError):
        raise wrong
    return Response(as_json(wrong.outcome()), wrong.status, wrong.headers, FHIR_JSON)
