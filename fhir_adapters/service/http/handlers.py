"""What a route refuses, in FHIR's words: our own refusals, unknown paths and methods, parameters of a wrong form."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from fhir_adapters.outcome import issue, outcome
from fhir_adapters.service.errors import InvalidInput, ServiceError
from fhir_adapters.service.http.answers import fhir, refusal

_SAID: Final = {
    404: ("not-found", "There is nothing at this address."),
    405: ("not-supported", "This address does not answer that method."),
}


async def _refused(request: Request, wrong: Exception) -> Response:
    assert isinstance(wrong, ServiceError)  # noqa: S101 - registered for it alone
    return refusal(request, wrong)


async def _http(request: Request, wrong: Exception) -> Response:
    assert isinstance(wrong, HTTPException)  # noqa: S101
    code, text = _SAID.get(wrong.status_code, ("processing", "The request was not carried out."))
    return fhir(request, outcome(issue("error", code, text)), wrong.status_code, wrong.headers)


async def _invalid(request: Request, wrong: Exception) -> Response:
    """The framework's own answer would quote the value; this names the parameter alone."""
    assert isinstance(wrong, RequestValidationError)  # noqa: S101
    places = [each["loc"] for each in wrong.errors()]
    named = sorted({f"http.{loc[1]}" for loc in places if len(loc) > 1 and loc[0] in ("query", "path", "header")})
    return refusal(request, InvalidInput("A parameter of the request has a wrong form.", *named))


HANDLERS: Final[dict[Any, Callable[[Request, Exception], Awaitable[Response]]]] = {
    ServiceError: _refused,
    HTTPException: _http,
    RequestValidationError: _invalid,
}
