"""No body larger, or nested deeper, than the settings allow: refused while it arrives, before anything parses it."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fhir_adapters.service.errors import TooLarge, Unsupported
from fhir_adapters.service.http.nesting import deeper_than


class Limits:
    """Reads the body when the route asks for it (who is refused before that costs nothing) and hands it on whole.

    TooLarge (413) at the first byte above the limit, whether or not a Content-Length was given; Unsupported (415) for
    a compressed body, whose size nobody knows.
    """

    def __init__(self, app: ASGIApp, *, max_body_bytes: int, max_nesting: int) -> None:
        self._app = app
        self._most = max_body_bytes
        self._deepest = max_nesting

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, self._limited(scope, receive) if scope["type"] == "http" else receive, send)

    def _limited(self, scope: Scope, receive: Receive) -> Receive:
        asked = False

        async def limited() -> Message:
            nonlocal asked
            if asked:
                return await receive()
            asked = True
            self._look_at(Headers(scope=scope))
            return await self._whole(receive)

        return limited

    def _look_at(self, headers: Headers) -> None:
        if headers.get("content-encoding", "identity").lower() != "identity":
            raise Unsupported("The body is compressed; send it as it is.")
        announced = headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > self._most:
            raise self._too_large()

    async def _whole(self, receive: Receive) -> Message:
        parts: list[bytes] = []
        size, more = 0, True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return message  # the client has gone
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > self._most:
                raise self._too_large()
            more = message.get("more_body", False)
        body = b"".join(parts)
        if deeper_than(self._deepest, body):
            raise TooLarge(f"The body is nested deeper than {self._deepest} levels.", code="too-costly")
        return {"type": "http.request", "body": body, "more_body": False}

    def _too_large(self) -> TooLarge:
        return TooLarge(f"The body is larger than {self._most} bytes.")
