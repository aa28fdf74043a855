"""Which browser-based clients may call: origins by allow-list, none unless a site names them."""

from __future__ import annotations

from typing import Final

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from fhir_adapters.service.settings import Settings

_SENT: Final = ("Authorization", "Content-Type", "Prefer", "X-Request-Id", "X-Correlation-Id", "traceparent")
_READ: Final = ("Retry-After", "WWW-Authenticate", "X-Request-Id", "X-Correlation-Id", "traceparent")


def allow_origins(app: FastAPI, settings: Settings) -> None:
    """Let browser clients of `settings.cors_origins` call. To be added last, so that refusals carry its headers too.

    Credentials in the sense of CORS (cookies) are never allowed: a token is an ordinary header.
    """
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=("GET", "POST"),
            allow_headers=_SENT,
            expose_headers=_READ,
            allow_credentials=False,
            max_age=600,
        )
