"""What must never happen to a caller: an exception's text, an answer that never comes, an answer that is kept."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fhir_adapters.service.errors import ServiceError, Unavailable
from fhir_adapters.service.http.answers import refusal
from fhir_adapters.service.observe.logs import described

LOG: Final = logging.getLogger(__name__)

_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
# The OpenAPI page starts itself by a script of its own.
_DOCS: Final = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "frame-ancestors 'none'"
)


class SafeHeaders:
    """Headers that every answer carries unless its route has set them itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def safe(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if scope["path"] == "/docs":
                    headers.setdefault("Content-Security-Policy", _DOCS)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, safe)


class _Started:
    """Passes messages on, and knows whether an answer has begun: then no other can be given."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.yes = False

    async def __call__(self, message: Message) -> None:
        self.yes = True
        await self._send(message)


class Failures:
    """An exception that nobody expected is a 500 without detail; the log has its type and where it came from.

    Its text, and the values in its frames, may be a patient's: they go nowhere.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = _Started(send)
        try:
            await self._app(scope, receive, begun)
        except ClientDisconnect:
            LOG.info("the client went away")
        except Exception as wrong:
            report(wrong)
            if begun.yes:
                raise
            answer = refusal(Request(scope), unexpected())
            await answer(scope, receive, send)


def report(wrong: Exception) -> None:
    """Write into the log what may be known of an exception that nobody expected."""
    LOG.error("unexpected error", extra={"fields": {"exception": described(wrong)}})


def unexpected() -> ServiceError:
    """What a caller is told of it."""
    return ServiceError("The service met an error of its own. It has been logged under the request's id.")


class TimeLimit:
    """A request whose answer does not begin in time is answered 503, and its work stops at the next chance."""

    def __init__(self, app: ASGIApp, *, seconds: float) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = asyncio.timeout(self._seconds)

        async def begun(message: Message) -> None:
            limit.reschedule(None)
            await send(message)

        try:
            async with limit:
                await self._app(scope, receive, begun)
        except TimeoutError:
            if not limit.expired():
                raise
            late = Unavailable("The answer could not be given in time. Try again.", code="timeout")
            await refusal(Request(scope), late)(scope, receive, send)


class Head:
    """HEAD is GET without the body, on every route."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def bare(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        inner = {**scope, "method": "GET"}  # a copy: the server looks into its own for whether a body is due
        try:
            await self._app(inner, receive, bare)
        finally:
            scope["route"] = inner.get("route")  # log and metrics look for it there
