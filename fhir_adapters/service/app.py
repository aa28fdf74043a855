"""The application, put together: settings in, one ASGI app out."""

from __future__ import annotations

import gc
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Final

import httpx
from fastapi import APIRouter, FastAPI
from fastapi_offline import FastAPIOffline
from starlette.middleware import Middleware

from fhir_adapters.service import pages
from fhir_adapters.service.advice import Advisor
from fhir_adapters.service.caller import announce, origins
from fhir_adapters.service.context import Authenticate, Clock, Service, utc_now
from fhir_adapters.service.hooks import routes as hooks
from fhir_adapters.service.http import safety
from fhir_adapters.service.http.handlers import HANDLERS
from fhir_adapters.service.http.identity import RequestIds
from fhir_adapters.service.http.limits import Limits
from fhir_adapters.service.http.rate import Rate
from fhir_adapters.service.http.throttle import Throttle
from fhir_adapters.service.journal import Journal, Pseudonyms
from fhir_adapters.service.observe import health
from fhir_adapters.service.observe.canary import can_advise
from fhir_adapters.service.observe.requests import Observed
from fhir_adapters.service.observe.tracing import Tracing
from fhir_adapters.service.openapi import DESCRIPTION, TAGS, with_our_refusals, with_page
from fhir_adapters.service.operations import routes
from fhir_adapters.service.settings import Settings
from fhir_adapters.service.store.routes import router as store_router
from guideline.rulebook import GUIDELINE_VERSION

FHIR_JSON: Final = "application/fhir+json"
_SELDOM: Final = (20_000, 50, 100)  # an answer leaves no cycles behind; to look for them in each cost a twentieth of it
LOG: Final = logging.getLogger(__name__)
ROUTERS: Final[tuple[Callable[[Service], APIRouter], ...]] = (
    hooks.router,  # a request looks for its route in this order
    health.router,
    routes.router,
    store_router,
    pages.router,
)
# The framework's own would export addresses, exception texts and invalid values to any collector of the environment.
_NO_TELEMETRY: Final = dict.fromkeys(("tracing", "metrics", "logs", "operation_spans", "auto_configure"), False)


def create_app(
    settings: Settings,
    *,
    journal: Journal,
    authenticate: Authenticate,
    http: httpx.AsyncClient | None = None,
    clock: Clock = utc_now,
    tracing: Tracing | None = None,
) -> FastAPI:
    """The service as an ASGI app. `journal` keeps, `authenticate` proves who calls, `http` makes outgoing calls."""
    spans = tracing or Tracing()
    service = Service(
        settings=settings,
        advisor=Advisor(settings.site.read_text("utf-8") if settings.site else None, spans),
        journal=journal,
        authenticate=authenticate,
        http=http or httpx.AsyncClient(timeout=settings.fhir_timeout_seconds, follow_redirects=False),
        callers=Rate(settings.caller_requests_per_minute, clock),
        clock=clock,
        pseudonyms=Pseudonyms(settings.pseudonym_key.get_secret_value()),
        tracing=spans,
    )
    app = FastAPIOffline(
        docs_url=None,  # it is ours, see openapi.with_page
        redoc_url=None,
        redirect_slashes=False,  # a redirect would name whatever host the client named, before it asks who calls
        title="footdrop-guideline",
        summary="Clinical decision support for foot drop.",
        description=DESCRIPTION,
        version=GUIDELINE_VERSION,
        openapi_tags=TAGS,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        servers=[{"url": settings.base_url}],
        middleware=_middleware(service),
        exception_handlers=HANDLERS,
        lifespan=_lifespan(service),
        telemetry=_NO_TELEMETRY,
    )
    app.state.service = service
    for router in ROUTERS:
        app.include_router(router(service))
    with_our_refusals(app)
    with_page(app)
    return app


def _middleware(service: Service) -> list[Middleware]:
    """What a request passes through, outermost first."""
    settings = service.settings
    return [
        Middleware(RequestIds, clock=service.clock),
        Middleware(Observed, service=service),
        Middleware(safety.SafeHeaders),
        *origins(settings),
        Middleware(safety.Failures),
        Middleware(safety.TimeLimit, seconds=settings.request_timeout_seconds),
        Middleware(safety.Head),
        Middleware(Throttle, rate=Rate(settings.address_requests_per_minute, service.clock)),
        Middleware(
            Limits,
            max_body_bytes=settings.max_body_bytes,
            max_public_body_bytes=settings.max_public_body_bytes,
            max_nesting=settings.max_nesting,
        ),
    ]


def _lifespan(service: Service) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        announce(service.settings)
        if trouble := await can_advise(service.advisor):  # loads the rulebook and makes the engine, before anybody asks
            LOG.error(trouble)
        service.journal.begin()  # in this worker: whatever was begun before the fork would be its parent's
        gc.collect()
        gc.freeze()  # what start-up made stays: the collector need not look at it again
        gc.set_threshold(*_SELDOM)
        LOG.info("ready", extra={"fields": {"guideline": GUIDELINE_VERSION}})
        yield
        service.advisor.close()
        service.journal.close()
        await service.http.aclose()
        service.tracing.close()
        if close := getattr(service.authenticate, "close", None):
            close()
        LOG.info("stopped")

    return lifespan
