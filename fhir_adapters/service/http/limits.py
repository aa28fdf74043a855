"""No body larger, or nested deeper, than the settings allow: refused while it arrives, before anything parses it."""

from __future__ import annotations

import asyncio
from codecs import BOM_UTF8

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fhir_adapters.service.errors import TooLarge, Unsupported
from fhir_adapters.service.http.answers import state_of
from fhir_adapters.service.http.nesting import PIECE, Nesting


class Limits:
    """Reads the body when the route asks for it (who is refused before that costs nothing) and hands it on whole.

    TooLarge (413) at the first byte above the limit, whether or not a Content-Length was given; Unsupported (415) for
    a compressed body, whose size nobody knows. Who is no known caller has a limit of its own.
    """

    def __init__(self, app: ASGIApp, *, max_body_bytes: int, max_public_body_bytes: int, max_nesting: int) -> None:
        self._app = app
        self._most = max_body_bytes
        self._public = min(max_public_body_bytes, max_body_bytes)
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
            most = self._most if "caller" in state_of(scope) else self._public
            _look_at(Headers(scope=scope), most)
            return await self._whole(receive, most)

        return limited

    async def _whole(self, receive: Receive, most: int) -> Message:
        parts: list[bytes] = []
        size, more = 0, True
        nesting = Nesting(self._deepest)
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return message  # the client has gone
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > most:
                raise _too_large(most)
            await self._scan(nesting, parts[-1])
            more = message.get("more_body", False)
        whole = b"".join(parts).removeprefix(
            BOM_UTF8
        )  # it says nothing that JSON does not say, and parsers trip over it
        return {"type": "http.request", "body": whole, "more_body": False}

    async def _scan(self, nesting: Nesting, part: bytes) -> None:
        """A piece at a time: between two of them others have their turn."""
        for start in range(0, len(part), PIECE):
            if start:
                await asyncio.sleep(0)
            if nesting.too_deep(part[start : start + PIECE]):
                raise TooLarge(f"The body is nested deeper than {self._deepest} levels.", code="too-costly")


def _look_at(headers: Headers, most: int) -> None:
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise Unsupported("The body is compressed; send it as it is.")
    announced = headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > most:
        raise _too_large(most)


def _too_large(most: int) -> TooLarge:
    return TooLarge(f"The body is larger than {most} bytes.")
