"""By which name a request is found again: X-Request-Id, X-Correlation-Id and W3C traceparent, taken and given back."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from datetime import datetime
from itertools import count
from time import monotonic_ns
from typing import Final
from uuid import UUID, uuid5

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fhir_adapters.service.http.answers import state_of

REQUEST_ID: Final[ContextVar[str]] = ContextVar("request_id", default="")
NAMESPACE: Final = UUID("5a0b5d1c-9f5e-5c7d-8f0e-6a2f8c1d7e43")

_GIVEN_BACK: Final = re.compile(r"[!-~]{1,128}")
_NAMELESS: Final = re.compile(r"[0-9a-fA-F]{16,64}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_TRACEPARENT: Final = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def safe_id(given: str) -> str:
    """A client's id as it may stand in a log: itself if it is hexadecimal or a UUID, else its uuid5.

    Anybody who knows the id can make the uuid5; nobody can read a name or a record number out of it.
    """
    return given.lower() if _NAMELESS.fullmatch(given) else str(uuid5(NAMESPACE, given))


class RequestIds:
    """Leaves `request_id`, `correlation_id` and `traceparent` in the request's state, and returns what was given.

    `given_id` is the client's own, for what goes back to it: unlike the others it may hold anything, so it stands in no
    log and in nothing that is kept.

    A request without an id gets one: the uuid5 of this machine, process, start and the request's number.
    """

    def __init__(self, app: ASGIApp, *, clock: Callable[[], datetime]) -> None:
        self._app = app
        self._own = _own_ids(clock())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = _sane(headers.get("x-request-id"))
        correlation = _sane(headers.get("x-correlation-id"))
        trace = headers.get("traceparent", "")
        trace = trace if _TRACEPARENT.fullmatch(trace) else ""
        own = safe_id(given) if given else next(self._own)
        state = state_of(scope)
        state |= {
            "request_id": own,
            "given_id": given,
            "correlation_id": correlation and safe_id(correlation),
            "traceparent": trace,
        }
        returned = {"X-Request-Id": given or own, "X-Correlation-Id": correlation, "traceparent": trace}

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update({name: value for name, value in returned.items() if value})
            await send(message)

        token = REQUEST_ID.set(own)
        try:
            await self._app(scope, receive, named)
        finally:
            REQUEST_ID.reset(token)


def _sane(given: str | None) -> str:
    return given if given and _GIVEN_BACK.fullmatch(given) else ""


def _own_ids(boot: datetime) -> Iterator[str]:
    start = f"{socket.gethostname()}/{os.getpid()}/{boot.isoformat()}/{monotonic_ns()}"
    return (str(uuid5(NAMESPACE, f"{start}/{number}")) for number in count())
