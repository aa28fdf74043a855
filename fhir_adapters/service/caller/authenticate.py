"""The CDS Hooks JWT scheme: a signed token of a known client, for this endpoint, now, once."""

from __future__ import annotations

import logging
from typing import Final

import httpx
from starlette.requests import Request

from fhir_adapters.service.caller.keyring import keyring
from fhir_adapters.service.caller.replay import ReplayGuard, guard
from fhir_adapters.service.caller.tokens import (
    Claims,
    Header,
    Refused,
    audiences,
    bearer,
    in_time,
    meant_for_us,
    opened,
)
from fhir_adapters.service.context import Authenticate, Caller, Clock
from fhir_adapters.service.errors import Unauthenticated
from fhir_adapters.service.settings import Settings, TrustedIssuer

LOOPBACK: Final = ("http://127.0.0.1", "http://localhost", "http://[::1]")  # any port
DEVELOPMENT: Final = Caller(issuer="development", fhir_servers=LOOPBACK)
_LOG: Final = logging.getLogger(__name__)


def authenticator(settings: Settings, http: httpx.AsyncClient, clock: Clock) -> Authenticate:
    """What proves who calls: tokens, or in development nothing. Raises ValueError for a `jwks` file that is no use."""
    return development if settings.development else TokenAuthenticator(settings, http, clock, guard(settings))


async def development(_: Request) -> Caller:
    """Everybody, as the one caller of a development machine."""
    return DEVELOPMENT


def announce(settings: Settings) -> None:
    """Say in the log, at each start, when advice is given to whoever asks."""
    if settings.development:
        _LOG.warning("DEVELOPMENT MODE: NO CALLER IS AUTHENTICATED, and http is allowed. Never for real patients.")
    elif settings.has_workbench:
        _LOG.warning("THE WORKBENCH IS ON: whoever reaches it gets advice without a token, and no audit is kept of it.")


class TokenAuthenticator:
    """Tells callers by their tokens. Whatever is wrong, they hear the same; the log has a short reason."""

    def __init__(self, settings: Settings, http: httpx.AsyncClient, clock: Clock, seen: ReplayGuard) -> None:
        self._settings = settings
        self._clock = clock
        self._issuers = {issuer.iss: issuer for issuer in settings.issuers}
        self._keys = {issuer.iss: keyring(issuer, settings, http, self._now) for issuer in settings.issuers}
        self._seen = seen

    def _now(self) -> float:
        return self._clock().timestamp()

    async def __call__(self, request: Request) -> Caller:
        """Who calls. Raises Unauthenticated."""
        try:
            return await self._caller(request)
        except Refused as refused:
            _log(refused)
            raise Unauthenticated from None

    async def _caller(self, request: Request) -> Caller:
        token = bearer(request)
        header, claims = opened(token, self._settings.jwt_algorithms)
        issuer = self._issuers.get(claims.iss)
        if issuer is None:
            raise Refused("iss", claims)
        meant_for_us(header, claims, issuer, audiences(request, self._settings.base_url))
        in_time(claims, self._settings, self._now())
        if issuer.tenants and claims.tenant not in issuer.tenants:
            raise Refused("tenant", claims)
        await self._signed(token, header, claims)
        await self._new(claims)
        return _known(issuer, claims)

    async def _signed(self, token: str, header: Header, claims: Claims) -> None:
        keys = await self._keys[claims.iss].find(header.kid, header.alg)
        if not keys:
            raise Refused("kid", claims)
        if not any(key.signed(token) for key in keys):
            raise Refused("signature", claims)

    async def _new(self, claims: Claims) -> None:
        until = claims.exp + self._settings.jwt_leeway_seconds
        if not await self._seen.first(claims.iss, claims.jti, expires=until, now=self._now()):
            raise Refused("jti", claims)

    def trouble(self) -> str | None:
        """What readiness says: calls are still answered, with old keys or with each process remembering tokens."""
        said = [self._seen.trouble(), *(keys.trouble() for keys in self._keys.values())]
        return " ".join(sorted({sentence for sentence in said if sentence})) or None

    def close(self) -> None:
        """Let go of the storage of seen tokens."""
        self._seen.close()


def _known(issuer: TrustedIssuer, claims: Claims) -> Caller:
    return Caller(issuer.iss, claims.tenant or "", issuer.fhir_servers)


def _log(refused: Refused) -> None:
    claims = refused.claims
    said = {"iss": claims.iss, "tenant": claims.tenant, "jti": claims.jti} if claims else {}
    fields = {"reason": refused.reason} | {name: _plain(value) for name, value in said.items() if value}
    _LOG.warning("caller refused", extra={"fields": fields})


def _plain(text: str) -> str:
    """Text of a stranger, short and on one line."""
    return "".join(letter if letter.isascii() and letter.isprintable() else "?" for letter in text[:100])
