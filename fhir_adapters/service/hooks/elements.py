"""Elements of a request, read by name: what is there and of the right form, or an InvalidInput that names it."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import orjson
from starlette.requests import Request

from fhir_adapters.service.errors import InvalidInput, Unsupported
from fhir_adapters.service.http.answers import in_utf8

Json = dict[str, Any]


async def json_body(request: Request) -> Any:
    """The body as JSON. Unsupported (415) if it says that it is something else, or not in UTF-8; InvalidInput (400) if
    it is broken."""
    given = request.headers.get("content-type", "application/json")
    kind = given.partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise Unsupported("The body must be JSON.")
    in_utf8(given)
    body = await request.body()
    await asyncio.sleep(0)  # what follows is done in one go: first, other bodies are read that have arrived
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        raise InvalidInput("The body is not JSON.", code="structure") from None  # its message may quote the body


def normal_url(text: str) -> str:
    """A base URL in the one form in which two can be compared (letter case of the host, the scheme's own port), without
    a closing slash; "" for what is none."""
    try:
        return str(httpx.URL(text)).rstrip("/")
    except httpx.InvalidURL:
        return ""


def text_of(holder: Json, name: str, at: str = "") -> str:
    """A string that is there and not empty."""
    value = _required(holder, name, at)
    if not isinstance(value, str):
        raise InvalidInput(f"{at}{name} is not a string.", f"{at}{name}", code="structure")
    return value


def object_of(holder: Json, name: str, at: str = "", *, empty: bool = False) -> Json:
    """An object that is there, and not empty unless it may be."""
    value = holder.get(name) if empty else _required(holder, name, at)
    if not isinstance(value, dict):
        raise InvalidInput(f"{at}{name} is not an object.", f"{at}{name}", code="structure")
    return value


def array_of(holder: Json, name: str, at: str = "") -> list[Any]:
    """An array that is there and not empty."""
    value = _required(holder, name, at)
    if not isinstance(value, list):
        raise InvalidInput(f"{at}{name} is not an array.", f"{at}{name}", code="structure")
    return value


def _required(holder: Json, name: str, at: str) -> Any:
    value = holder.get(name)
    if value is None or value in ("", [], {}):
        raise InvalidInput(f"{at}{name} is missing.", f"{at}{name}", code="required")
    return value
