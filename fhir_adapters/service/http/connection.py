"""What uvicorn leaves open: how long a request's head may take, and what a client is told of what is no HTTP."""

from __future__ import annotations

import asyncio
import logging
import socket
import struct
from http import HTTPStatus
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from fhir_adapters.service.errors import InvalidInput, as_json
from fhir_adapters.service.http.answers import FHIR_JSON

LOG: Final = logging.getLogger(__name__)


class Connection(HttpToolsProtocol):
    """A connection on which no head arrives within `seconds` is closed, one that takes nothing of its answer for as
    long, and one beyond the `most` at once.

    The time limit of a request begins when its head is there, and ends when its answer begins. Without these three,
    silence would hold a connection for ever, and enough of them every file that the process may open, the spool's
    included.
    """

    def __init__(self, *args: Any, seconds: float, most: int, **named: Any) -> None:
        super().__init__(*args, **named)
        self._seconds = seconds
        self._most = most
        self._late: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > self._most:
            LOG.warning("a connection beyond the limit was closed")
            transport.abort()
        else:
            self._expect_a_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        answered = self.cycle is None or self.cycle.response_complete  # type: ignore[redundant-expr]
        if answered and self._late is None and not self.transport.is_closing():
            self._expect_a_head()  # the beginning of the next one, and the server no longer minds how long it is idle

    def on_headers_complete(self) -> None:
        self._expect_nothing()
        super().on_headers_complete()

    def pause_writing(self) -> None:
        """The client is slower than the answer. Whoever takes some of it may go on."""
        super().pause_writing()
        self._watch()

    def resume_writing(self) -> None:
        self._forget()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self._expect_nothing()
        self._forget()
        super().connection_lost(exc)

    def _watch(self) -> None:
        left = self.transport.get_write_buffer_size()
        self._unread = self.loop.call_later(self._seconds, self._is_it_read, left)

    def _is_it_read(self, before: int) -> None:
        if self.transport.get_write_buffer_size() < before:
            self._watch()
        else:
            # Without the reset the system would keep what is unread for whoever does not read it.
            reset = struct.pack("ii", 1, 0)
            self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
            self.transport.abort()

    def _forget(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _expect_a_head(self) -> None:
        self._late = self.loop.call_later(self._seconds, self.transport.close)

    def _expect_nothing(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - the server's own text, which is no OperationOutcome
        """What cannot be parsed never becomes a request: it has no id, and no other line in the log."""
        wrong = InvalidInput("This is no HTTP request that can be read.", code="structure")
        body = as_json(wrong.outcome())
        head = (
            f"HTTP/1.1 {wrong.status} {HTTPStatus(wrong.status).phrase}\r\ncontent-type: {FHIR_JSON}\r\n"
            f"content-length: {len(body)}\r\ncache-control: no-store\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()
