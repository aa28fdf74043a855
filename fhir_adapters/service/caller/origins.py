"""Which browser-based clients may call: origins by allow-list, none unless a site names them."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response

from fhir_adapters.service.errors import InvalidInput, as_json
from fhir_adapters.service.http.answers import FHIR_JSON
from fhir_adapters.service.settings import Settings

_SENT: Final = ("Authorization", "Content-Type", "Prefer", "X-Request-Id", "X-Correlation-Id", "traceparent")
_READ: Final = ("Retry-After", "WWW-Authenticate", "X-Request-Id", "X-Correlation-Id", "traceparent")


class _Origins(CORSMiddleware):
    """Refuses a preflight in FHIR's words."""

    def preflight_response(self, request_headers: Headers) -> Response:
        answer = super().preflight_response(request_headers)
        if answer.status_code < 400:
            return Response(status_code=204, headers=_of_cors(answer))
        wrong = InvalidInput("No call of this kind is allowed from this origin.", code="not-supported")
        return Response(as_json(wrong.outcome()), answer.status_code, _of_cors(answer), FHIR_JSON)


def _of_cors(answer: Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if not name.startswith("content-")}


def origins(settings: Settings) -> list[Middleware]:
    """What lets browser clients of `settings.cors_origins` call.

    Its place is outside of whatever refuses, so that refusals carry its headers too, and inside of what names, logs and
    counts. Credentials in the sense of CORS (cookies) are never allowed: a token is an ordinary header.
    """
    if not settings.cors_origins:
        return []
    allowed = Middleware(
        _Origins,
        allow_origins=settings.cors_origins,
        allow_methods=("GET", "POST"),
        allow_headers=_SENT,
        expose_headers=_READ,
        allow_credentials=False,
        max_age=600,
    )
    return [allowed]
