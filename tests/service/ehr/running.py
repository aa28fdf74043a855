"""Starts the service for the EHR: the one place of the simulator that knows whose service it is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from fhir_adapters.service.app import create_app
from fhir_adapters.service.caller import authenticator
from fhir_adapters.service.settings import Settings
from fhir_adapters.service.store import open_journal
from tests.service.ehr.ehr import Ehr
from tests.service.ehr.keys import Signer
from tests.service.ehr.record import FhirServer, Record

PUBLIC = "https://cds.example"
ISSUER = "https://ehr.example"
JKU = "https://ehr.example/.well-known/jwks.json"
TOKEN = "access-token-of-the-ehr"


@dataclass
class Clock:
    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def move(self, **time: float) -> None:
        self.now += timedelta(**time)


@dataclass
class Hospital:
    """The service in production, the network around it, and an EHR that calls it."""

    ehr: Ehr
    clock: Clock
    signer: Signer
    server: FhirServer
    settings: Settings

    def colleague(self, user: str) -> Ehr:
        """The same EHR with another clinician before it."""
        return replace(self.ehr, user=user)


@contextmanager
def hospital(folder: Path, record: Record, now: datetime, edition: str = "", **given: Any) -> Iterator[Hospital]:
    """The service with its journal in `folder`, and an EHR of one patient, at `now`. `edition`: "" or "/v3"."""
    clock, server, signer = Clock(now), FhirServer(record, TOKEN), Signer(ISSUER, JKU)

    def network(request: httpx.Request) -> httpx.Response:
        return signer.jwks(request) if str(request.url) == JKU else server(request)

    settings = Settings.model_validate(
        {
            "issuers": [{"iss": ISSUER, "jku": JKU, "fhir_servers": [record.base]}],
            "public_url": PUBLIC,
            "pseudonym_key": "p" * 32,
            "database_url": f"sqlite:///{folder / 'journal.db'}",
            "spool": folder / "spool",
            "caller_requests_per_minute": 0,  # at a clock that stands still a minute never ends
            "address_requests_per_minute": 0,
            **given,
        }
    )
    with asyncio.Runner() as runner:
        http = httpx.AsyncClient(transport=httpx.MockTransport(network))
        known = authenticator(settings, http, clock)
        app = create_app(settings, journal=open_journal(settings), authenticate=known, http=http, clock=clock)
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app, raise_app_exceptions=False))
        alive = app.router.lifespan_context(app)
        runner.run(alive.__aenter__())
        ehr = Ehr(record, server, signer, client, PUBLIC + edition, clock, runner.run)
        try:
            yield Hospital(ehr, clock, signer, server, settings)
        finally:
            runner.run(client.aclose())
            runner.run(alive.__aexit__(None, None, None))
            known.close()  # type: ignore[attr-defined]


def now() -> datetime:
    """The time of day, for conversations with a service that has a clock of its own."""
    return datetime.now(UTC)
