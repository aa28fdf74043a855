"""Answers in FHIR JSON, and what a request may say about their form: Accept, _format, _pretty, Content-Type."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.message import Message as Mime
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from fhir_adapters.service.errors import NotAcceptable, ServiceError, Unsupported, as_json

FHIR_JSON: Final = "application/fhir+json"
NDJSON: Final = frozenset({"application/fhir+ndjson", "application/ndjson", "application/x-ndjson"})
JSON: Final = frozenset({FHIR_JSON, "application/json", "text/json"})

Form = tuple[frozenset[str], ...]  # names of one form of answer, from the most particular to any
AS_JSON: Final[Form] = (JSON | {"json"}, frozenset({"application/*"}), frozenset({"*/*"}))
AS_TEXT: Final[Form] = (frozenset({"text/plain", "text"}), frozenset({"text/*"}), frozenset({"*/*"}))
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
    wants(request, AS_JSON, "The answer is given as application/fhir+json only.")


def wants(request: Request, form: Form, otherwise: str) -> None:
    """NotAcceptable (406) with a sentence unless the client takes this form, by `_format` or else by Accept."""
    asked = request.query_params.get("_format")
    if asked is not None:
        taken = asked.replace(" ", "+").partition(";")[0].strip().lower() in form[0]
    else:
        taken = _accepted(form, ",".join(request.headers.getlist("accept")) or "*/*")  # several lines are one list
    if not taken:
        raise NotAcceptable(otherwise)


def _accepted(form: Form, accept: str) -> bool:
    """What is said of the form itself goes before what is said of any."""
    given = [_kind(part) for part in accept.split(",")]
    said = ([taken for kind, taken in given if kind in names] for names in form)
    return any(next(filter(None, said), ()))


def _kind(part: str) -> tuple[str, bool]:
    """A media range, and whether it is taken: q=0 says that it is not."""
    kind, *parameters = (each.strip().lower() for each in part.split(";"))
    return kind, not any(re.fullmatch(r"q\s*=\s*0(\.0*)?", each) for each in parameters)


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
    _in_utf8(mime)
    return kind


def in_utf8(content_type: str) -> None:
    """Unsupported (415) for a body that says it is not in UTF-8."""
    if "charset" in content_type.lower():  # seldom: to read the whole takes time
        mime = Mime()
        mime["content-type"] = content_type
        _in_utf8(mime)


def _in_utf8(mime: Mime) -> None:
    if str(mime.get_param("charset", "utf-8")).lower() not in ("utf-8", "utf8"):
        raise Unsupported("The body is not in UTF-8.")
