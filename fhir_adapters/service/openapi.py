"""What the OpenAPI page says of routes that take and give bytes: bodies, examples, refusals. `/docs` shows it."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Final

import orjson
from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.responses import HTMLResponse

from fhir_adapters.outcome import issue, outcome
from fhir_adapters.service import errors
from fhir_adapters.service.errors import ServiceError
from fhir_adapters.service.http.answers import FHIR_JSON, NDJSON
from fhir_adapters.service.observe.requests import PROBES
from guideline.assessment import NOTICE

DESCRIPTION: Final = f"""\
A patient's FHIR R4 record goes in; an explained care plan comes out. {NOTICE}

Every error is an `OperationOutcome`, but for that of `/ready`, and the page of a rule that is not there, which is HTML.
Beside what each call lists, any may answer 405 (another method is wanted) and 500 (an error of our own; it is in the
log).

`X-Request-Id`, `X-Correlation-Id` and `traceparent` come back as they were given.
"""
TAGS: Final[list[dict[str, Any]]] = [
    {"name": "advice", "description": "A record in, a plan out. The same record and moment give the same bytes."},
    {"name": "guideline", "description": "What the service can do, and the rules it does it by, as FHIR."},
    {"name": "operation", "description": "Is it alive, is it ready, what has it counted."},
]
RECORD: Final[dict[str, Any]] = orjson.loads(
    files("fhir_adapters.service.operations").joinpath("example.json").read_bytes()
)

_SENTENCES: Final[Mapping[type[ServiceError], str]] = {
    errors.InvalidInput: "The request is not what the specification says.",
    errors.Unauthenticated: "The caller is not known; it is not told why.",
    errors.Forbidden: "The caller is known, and this is not for it.",
    errors.NotFound: "There is no such service, operation or resource.",
    errors.NotAcceptable: "The answer is wanted in a form that is not given.",
    errors.InsufficientData: "Data that the answer needs are missing; the outcome names them.",
    errors.TooLarge: "The body is larger, or nested deeper, than is read, or the batch has too many patients.",
    errors.Unsupported: "The body is of another media type or charset than is read, or compressed.",
    errors.Unprocessable: "It is FHIR, and cannot be assessed: no patient, or more than one, can be told apart.",
    errors.Throttled: "There were too many requests within a minute: wait for the seconds of Retry-After.",
    errors.Unavailable: "The answer could not be given in time: try again.",
}
LINES: Final[dict[str, Any]] = {"schema": {"type": "string"}}  # what is no JSON
_TOKEN: Final = "token"  # noqa: S105 - the name of the scheme
_BEARER: Final = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "As CDS Hooks has it."}
_OF_ADVICE: Final = tuple(kind for kind in _SENTENCES if kind not in (errors.Forbidden, errors.NotFound))


def refusals(
    *kinds: type[ServiceError], sentences: Mapping[type[ServiceError], str] = _SENTENCES
) -> dict[int | str, dict[str, Any]]:
    """`responses` of a route that may refuse in these ways, in its own `sentences`; without any, of one that gives
    advice."""
    described: dict[int | str, dict[str, Any]] = {}
    for kind in kinds or _OF_ADVICE:
        text = sentences[kind]
        example = outcome(issue("error", kind.code, text))
        described[kind.status] = {"description": text, "content": {FHIR_JSON: {"example": example}}}
    return described


def with_our_refusals(app: FastAPI) -> None:
    """Describe what no route says of itself: the token, where one is asked for; 429, for all but the probes; and never
    the framework's own 422.

    A parameter of a wrong form is a 400 here (see handlers).
    """
    written, throttled = app.openapi, refusals(errors.Throttled)[errors.Throttled.status]

    def openapi() -> dict[str, Any]:
        found = app.openapi_schema or written()
        found.setdefault("components", {})["securitySchemes"] = {_TOKEN: _BEARER}
        for path, methods in found["paths"].items():
            for about in methods.values():
                if str(errors.Unauthenticated.status) in about["responses"]:
                    about["security"] = [{_TOKEN: []}]
                if path not in PROBES:
                    about["responses"][str(errors.Throttled.status)] = throttled
                if "HTTPValidationError" in str(about["responses"].get("422")):
                    del about["responses"]["422"]
        for name in ("HTTPValidationError", "ValidationError"):
            found.get("components", {}).get("schemas", {}).pop(name, None)
        return found

    app.openapi = openapi  # type: ignore[method-assign]


def with_page(app: FastAPI) -> None:
    """`/docs`, as the framework makes it but for its addresses: a proxy may serve the page below a path of its own."""
    offline = "static-offline-docs"
    page = get_swagger_ui_html(
        openapi_url="openapi.json",
        title=app.title,
        swagger_js_url=f"{offline}/swagger-ui-bundle.js",
        swagger_css_url=f"{offline}/swagger-ui.css",
        swagger_favicon_url=f"{offline}/favicon.png",
    )
    app.add_api_route("/docs", lambda: HTMLResponse(page.body), include_in_schema=False)  # each with its own headers


def body(description: str, *, lines: bool = False, **examples: Any) -> dict[str, Any]:
    """`openapi_extra` of a route that reads JSON, or with `lines` NDJSON as well: media types, and named examples."""
    shown = {name.replace("_", "-"): {"value": value} for name, value in examples.items()}
    media = {"schema": {"type": "object"}, "examples": shown}
    content = dict.fromkeys((FHIR_JSON, "application/json"), media)
    if lines:
        content |= dict.fromkeys(sorted(NDJSON), LINES)
    return {"requestBody": {"required": True, "description": description, "content": content}}


def query(name: str, description: str, *allowed: str) -> dict[str, Any]:
    """One optional parameter of the query."""
    schema = {"type": "string"} | ({"enum": list(allowed)} if allowed else {})
    return {"name": name, "in": "query", "description": description, "schema": schema}
