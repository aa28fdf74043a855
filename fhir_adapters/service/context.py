"""What every face of the service shares: made once at start, handed to each router, closed at the end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
from starlette.requests import Request

from fhir_adapters.service.advice import Advisor
from fhir_adapters.service.http.rate import Rate
from fhir_adapters.service.journal import Journal, Pseudonyms
from fhir_adapters.service.observe.metrics import Metrics
from fhir_adapters.service.observe.tracing import Tracing
from fhir_adapters.service.settings import Settings

Clock = Callable[[], datetime]  # the moment of a request, with zone


def utc_now() -> datetime:
    """The service's clock, to the second: the one place in which it asks for the time."""
    return datetime.now(UTC).replace(microsecond=0)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is calling, once that is proved. `fhir_servers` are the base URLs that may be read for it."""

    issuer: str
    tenant: str = ""
    fhir_servers: tuple[str, ...] = ()


Authenticate = Callable[[Request], Awaitable[Caller]]  # raises Unauthenticated, and says no more


@dataclass(frozen=True, slots=True)
class Service:
    """The parts of a running service.

    `http` is for calls that the service makes itself (keys, FHIR call-backs); `callers` is how often each may call.
    """

    settings: Settings
    advisor: Advisor
    journal: Journal
    authenticate: Authenticate
    http: httpx.AsyncClient
    callers: Rate
    clock: Clock = utc_now
    pseudonyms: Pseudonyms = field(default_factory=lambda: Pseudonyms(""))
    metrics: Metrics = field(default_factory=Metrics)
    tracing: Tracing = field(default_factory=Tracing)


def people(service: Service, caller: Caller, *, user: str, patient: str, server: str = "") -> tuple[str, str]:
    """Pseudonyms of a user ("" stays "") and a patient, the same on every face that names the same server, or none.

    Ids are the issuer's own; where it has tenants, or several FHIR servers, the same id is another person in each.
    """
    scope = [part for part in (caller.issuer, caller.tenant, server) if part]
    of = service.pseudonyms.of
    return of("user", *scope, user) if user else "", of("patient", *scope, patient)
