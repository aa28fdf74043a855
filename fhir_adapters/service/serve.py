"""`footdrop serve`: settings from the environment, uvicorn, one app in each worker.

The app is made in the worker, never before it is forked off: the rule engine belongs to one process.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Any, Final

import httpx
import uvicorn
from fastapi import FastAPI
from pydantic_settings import SettingsError

from fhir_adapters.service.app import create_app
from fhir_adapters.service.context import Authenticate, Clock, utc_now
from fhir_adapters.service.http.connection import Connection
from fhir_adapters.service.journal import Journal
from fhir_adapters.service.observe import logs
from fhir_adapters.service.observe.tracing import tracing_to
from fhir_adapters.service.settings import Settings, said
from guideline.errors import RulebookError
from guideline.rulebook import site_rulebook

WRONG_SETTINGS: Final = 2
FACTORY: Final = "fhir_adapters.service.serve:application"
_METRICS: Final = "PROMETHEUS_MULTIPROC_DIR"
_GRACE: Final = 5.0  # seconds beyond the time limit of a request


def main() -> int:
    """Serve until told to stop. Exit status 0: stopped; 2: wrong settings, each named on a line of standard error."""
    try:
        settings = Settings()
        _look_ahead(settings)
    except (SettingsError, ValueError) as wrong:
        sys.stderr.writelines(f"{line}\n" for line in said(wrong))
        return WRONG_SETTINGS
    logs.configure(settings.log_level)
    signal.signal(signal.SIGTERM, _stopped)
    with TemporaryDirectory(prefix="footdrop-metrics-") as folder:
        if settings.workers > 1 and settings.metrics:
            os.environ.setdefault(_METRICS, folder)  # whichever worker is asked for the metrics gives the sum of all
        uvicorn.run(FACTORY, **server_options(settings))
    return 0


def _stopped(_: int, __: FrameType | None) -> None:
    """uvicorn raises the signal again once it has ended in good order; there is nothing left to do."""


def _look_ahead(settings: Settings) -> None:
    """Read what the settings name, so that a mistake is told here and not by each worker. ValueError: "name: why"."""
    from fhir_adapters.service.caller import authenticator
    from fhir_adapters.service.store import open_journal

    open_journal(settings)
    for name, look in (
        ("issuers", lambda: authenticator(settings, httpx.AsyncClient(), utc_now)),
        ("site", lambda: settings.site and site_rulebook(settings.site.read_text("utf-8"))),
    ):
        try:
            look()
        except (OSError, ValueError, RulebookError) as wrong:
            raise ValueError(f"{name}: {wrong}") from wrong


def server_options(settings: Settings) -> dict[str, Any]:
    """How uvicorn is to run. On SIGTERM it takes no more calls, and those that run are answered before it ends."""
    return {
        "factory": True,
        "http": partial(Connection, seconds=settings.request_timeout_seconds, most=settings.max_connections),
        "host": settings.host,
        "port": settings.port,
        "workers": settings.workers,
        "lifespan": "on",
        "log_config": None,  # our own, made in each worker
        "access_log": False,  # it would write the query
        "ws": "none",  # so would what refuses a WebSocket, and there is none here
        "server_header": False,
        "proxy_headers": True,
        "forwarded_allow_ips": settings.proxies,
        "timeout_graceful_shutdown": int(settings.request_timeout_seconds + _GRACE),
    }


def application() -> FastAPI:
    """The app of one worker, its settings read anew from the environment."""
    from fhir_adapters.service.caller import authenticator
    from fhir_adapters.service.store import open_journal

    return assembled(Settings(), open_journal, authenticator)


def assembled(
    settings: Settings,
    open_journal: Callable[[Settings], Journal],
    authenticator: Callable[[Settings, httpx.AsyncClient, Clock], Authenticate],
) -> FastAPI:
    """The app of one worker, with logs, journal, callers' keys and traces as the settings ask."""
    logs.configure(settings.log_level)
    http = httpx.AsyncClient(timeout=settings.fhir_timeout_seconds, follow_redirects=False)
    return create_app(
        settings,
        journal=open_journal(settings),
        authenticate=authenticator(settings, http, utc_now),
        http=http,
        tracing=tracing_to(settings.otlp_endpoint),
    )
