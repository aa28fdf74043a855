"""Answers in FHIR JSON, and what a request may say about their form: Accept, _format, _pretty, Content-Type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from email.message import Message as Mime
from typing import Any, Final

import orjson
from starlette.datastructures import Headers, QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from fhir_adapters.service.errors import NotAcceptable, ServiceError, Unsupported, as_json

FHIR_JSON: Final = "application/fhir+json"
NDJSON: Final = frozenset({"application/fhir+ndjson", "application/ndjson", "application/x-ndjson"})
JSON: Final = frozenset({FHIR_JSON, "application/json", "text/json"})

_ANY: Final = frozenset({"*/*", "application/*"})
_FORMATS: Final = JSON | {"json"}
_PRETTY: Final = orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE


def state_of(scope: Scope) -> dict[str, Any]:
    """What is known of a request, for everything that it passes through; `request.state` is the same."""
    found: dict[str, Any] = scope.setdefault("state", {})
    return found


def fhir(request: Request, resource: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A resource as the answer, indented if `_pretty` asks for it. Equal resources are equal bytes."""
    pretty = request.query_params.get("_pretty") == "true"
    body = orjson.dumps(resource, option=_PRETTY) if pretty else as_json(resource)
    return Response(body, status, headers, FHIR_JSON)


def refusal(request: Request, wrong: ServiceError) -> Response:
    """A refusal as its OperationOutcome."""
    return fhir(request, wrong.outcome(), wrong.status, wrong.headers)


def wants_fhir(request: Request) -> None:
    """NotAcceptable (406) unless the client takes FHIR JSON, by `_format` or else by Accept."""
    _acceptable(request.query_params, request.headers)


def _acceptable(query: QueryParams, headers: Headers) -> None:
    asked = query.get("_format")
    if asked is not None:
        taken = asked.replace(" ", "+").partition(";")[0].strip().lower() in _FORMATS
    else:
        taken = any(kind in JSON | _ANY for kind in _kinds(headers.get("accept") or "*/*"))
    if not taken:
        raise NotAcceptable("The answer is given as application/fhir+json only.")


def _kinds(accept: str) -> Iterable[str]:
    return (part.partition(";")[0].strip().lower() for part in accept.split(","))


def body_kind(request: Request, allowed: frozenset[str] = JSON) -> str:
    """The media type of the body; "" if none is named. Unsupported (415) for another, or one that is not in UTF-8."""
    given = request.headers.get("content-type")
    if not given:
        return ""
    mime = Mime()
    mime["content-type"] = given
    kind = mime.get_content_type()
    if kind not in allowed:
        raise Unsupported(f"The body is not {' or '.join(sorted(allowed))}.")
    if str(mime.get_param("charset", "utf-8")).lower() not in ("utf-8", "utf8"):
        raise Unsupported("The body is not in UTF-8.")
    return kind
