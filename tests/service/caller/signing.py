"""A client's side of the scheme for the tests: real keys, tokens made by hand, a JWKS host, a clock that is moved."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from starlette.requests import Request

from fhir_adapters.service.caller import authenticator
from fhir_adapters.service.context import Authenticate, Caller
from fhir_adapters.service.errors import Unauthenticated
from fhir_adapters.service.settings import Settings
from tests.service.support import NOW

BASE = "https://cds.example"
SERVICE = "/cds-services/footdrop-patient-view"
ISS = "https://ehr.example"
JKU = "https://keys.ehr.example/jwks.json"
FHIR = "https://ehr.example/fhir"
CURVES = {"P-256": ec.SECP256R1, "P-384": ec.SECP384R1, "P-521": ec.SECP521R1}
numbers = itertools.count(1)


@dataclass(frozen=True)
class Key:
    """A private key with its id. `jwk` is what its owner publishes."""

    private: Any
    kid: str
    alg: str

    def jwk(self, **other: Any) -> dict[str, Any]:
        made = jwt.get_algorithm_by_name(self.alg).to_jwk(self.private.public_key(), as_dict=True)
        made = {"kid": self.kid, "use": "sig", **made, **other}
        return {name: value for name, value in made.items() if value is not None}

    def sign(self, claims: dict[str, Any], **header: Any) -> str:
        given = {"typ": "JWT", "alg": self.alg, "kid": self.kid, **header}
        return segments({name: value for name, value in given.items() if value is not None}, claims, self)


def segments(header: Any, claims: Any, key: Key | None) -> str:
    """A token put together by hand, so that it can be wrong in any way. Without a key its signature is empty."""
    said = ".".join(
        base64url(part if isinstance(part, bytes) else json.dumps(part).encode()) for part in (header, claims)
    )
    signed = jwt.get_algorithm_by_name(key.alg).sign(said.encode(), key.private) if key else b""
    return f"{said}.{base64url(signed)}"


def base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@cache
def elliptic(kid: str = "key-1", curve: str = "P-384", alg: str = "ES384") -> Key:
    return Key(ec.generate_private_key(CURVES[curve]()), kid, alg)


@cache
def rivest(kid: str = "key-2", bits: int = 2048, alg: str = "RS384") -> Key:
    return Key(rsa.generate_private_key(65537, bits), kid, alg)


def claims(path: str = SERVICE, **other: Any) -> dict[str, Any]:
    """The claims of a good token for one endpoint; None leaves a claim out."""
    now = int(NOW.timestamp())
    made = {"iss": ISS, "aud": BASE + path, "iat": now, "exp": now + 300, "jti": f"token-{next(numbers)}", **other}
    return {name: value for name, value in made.items() if value is not None}


@dataclass
class Clock:
    """Stands still until it is moved."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class Host:
    """Every host that the service could ask for keys. `answer` replaces the JWK Set of `keys`."""

    keys: list[dict[str, Any]] = field(default_factory=lambda: [elliptic().jwk()])
    answer: Callable[[], httpx.Response] | None = None
    asked: list[str] = field(default_factory=list)

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(str(request.url))
        await asyncio.sleep(0)  # others get their turn, as on a network
        return self.answer() if self.answer else httpx.Response(200, json={"keys": self.keys})

    def away(self) -> None:
        def refuse() -> httpx.Response:
            raise httpx.ConnectError("no route to host")

        self.answer = refuse


class Door:
    """The authentication of a service in production, with one trusted client, at which tokens knock."""

    def __init__(self, spool: Path, host: Host | None = None, issuer: Any = None, **given: Any) -> None:
        self.host = host or Host()
        self.clock = Clock()
        trusted = {"iss": ISS, "jku": JKU, "fhir_servers": [FHIR]} if issuer is None else issuer
        self.settings = Settings.model_validate(
            {
                "issuers": [trusted],
                "public_url": BASE,
                "pseudonym_key": "k" * 32,
                "spool": spool / "spool",
                **given,
            }
        )
        http = httpx.AsyncClient(transport=httpx.MockTransport(self.host))
        self.authenticate: Authenticate = authenticator(self.settings, http, self.clock)

    async def knock(self, token: str | None, path: str = SERVICE, **scope: Any) -> Caller | None:
        """Who is behind the token, or None for 401."""
        headers = [] if token is None else [(b"authorization", f"Bearer {token}".encode())]
        try:
            return await self.authenticate(request(path, **{"headers": headers, **scope}))
        except Unauthenticated:
            return None

    def opens(self, token: str | None, path: str = SERVICE, **scope: Any) -> bool:
        """Whether one call with this token is let in."""
        return run(self.knock(token, path, **scope)) is not None

    def trouble(self) -> str | None:
        return self.authenticate.trouble()  # type: ignore[attr-defined]


def request(path: str, **scope: Any) -> Request:
    return Request({"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": [], **scope})


def run(call: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(call)
