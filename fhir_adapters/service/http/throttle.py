"""Who does not say who they are, or cannot prove it, is counted by address. Known callers are counted at their door."""

from __future__ import annotations

import re
from ipaddress import IPv6Address, IPv6Network
from typing import Final

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fhir_adapters.service.errors import Throttled
from fhir_adapters.service.http.answers import refusal, state_of
from fhir_adapters.service.http.rate import Rate
from fhir_adapters.service.observe.requests import PROBES

# What asks who calls (see caller.protected): a test holds the routes to it.
DOORS: Final = re.compile(r"(/v3)?/cds-services(/.*)?|/PlanDefinition/(.+/)?\$apply|/\$evaluate|/assess|/feedback/.+")


class Throttle:
    """429 for an address beyond its rate; a busy service still tells its orchestrator that it lives.

    A request is counted before anything is done for it, unless it brings a token to a door that asks for one: that is
    counted when its answer begins, and only if nobody was proved to be the caller. So a caller never waits for others
    behind the same address, and a token that is none opens no way around the limit.
    """

    def __init__(self, app: ASGIApp, *, rate: Rate) -> None:
        self._app = app
        self._rate = rate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in PROBES:
            await self._app(scope, receive, send)
        elif DOORS.fullmatch(scope["path"]) and _brings_token(scope):
            await self._app(scope, receive, _Unproved(scope, receive, send, self._rate))
        elif seconds := self._rate.wait(_address(scope)):
            await refusal(Request(scope), Throttled(seconds))(scope, receive, send)
        else:
            await self._app(scope, receive, send)


class _Unproved:
    """Passes an answer on, unless it is for nobody who is known and its address is beyond the rate."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, rate: Rate) -> None:
        self._scope, self._receive, self._send, self._rate = scope, receive, send, rate
        self._refused = False

    async def __call__(self, message: Message) -> None:
        unproved = message["type"] == "http.response.start" and "caller" not in state_of(self._scope)
        if unproved and (seconds := self._rate.wait(_address(self._scope))):
            self._refused = True
            await refusal(Request(self._scope), Throttled(seconds))(self._scope, self._receive, self._send)
        if not self._refused:
            await self._send(message)


_TOKEN: Final = b"authorization"


def _brings_token(scope: Scope) -> bool:
    return any(name == _TOKEN for name, _ in scope["headers"])


def _address(scope: Scope) -> str:
    """Of the client, or of the last proxy that is not believed; a socket without addresses is one client.

    Of IPv6 the network of 64 bits: whoever has one of its addresses has them all.
    """
    host = str(scope["client"][0]) if scope.get("client") else ""
    try:
        address = IPv6Address(host)
    except ValueError:
        return host
    return str(address.ipv4_mapped or IPv6Network((int(address), 64), strict=False))
