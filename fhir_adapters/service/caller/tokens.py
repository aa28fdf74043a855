"""What a token says, taken at its word: its signature is looked at only when all this is in order.

The order is that of the CDS Hooks best practices: iss, aud, exp, tenant; then signature and jti (authenticate.py).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Any, Final, Literal
from urllib.parse import unquote

from jwt import PyJWS, PyJWTError
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request

from fhir_adapters.service.settings import Settings, TrustedIssuer

LONGEST_TOKEN: Final = 8192  # characters; a signed token of this scheme has about 700
_JWS: Final = PyJWS()

Reason = Literal[
    "no-token", "malformed", "typ", "alg", "crit", "claims", "iss", "jku", "aud", "exp", "iat", "nbf", "lifetime",
    "tenant", "kid", "signature", "jti",
]  # fmt: skip


class Refused(Exception):  # noqa: N818 - a sentence: raise Refused
    """Why a token does not count: for the log, never for the caller."""

    def __init__(self, reason: Reason, claims: Claims | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.claims = claims


Text = Annotated[str, Field(min_length=1, max_length=1024)]
Moment = Annotated[int, Field(ge=0, le=2**53)] | Annotated[float, Field(ge=0, le=2**53, allow_inf_nan=False)]


class Header(BaseModel):
    """The header parameters that count. Keys inside a token (jwk, x5u, x5c) are never read."""

    model_config = ConfigDict(strict=True, frozen=True)

    alg: Text
    kid: Text
    typ: Text
    jku: str | None = None


class Claims(BaseModel):
    """The claims that the scheme knows; times are seconds since 1970."""

    model_config = ConfigDict(strict=True, frozen=True)

    iss: Text
    aud: Text | Annotated[list[Text], Field(min_length=1, max_length=32)]
    exp: Moment
    iat: Moment
    nbf: Moment | None = None
    jti: Text
    tenant: str | None = None


def bearer(request: Request) -> str:
    """The token of a request, or Refused. Two tokens are none: it would be open which of them counts."""
    given = request.headers.getlist("authorization")
    if len(given) != 1:
        raise Refused("no-token")
    scheme, _, token = given[0].partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Refused("no-token")
    if len(token) > LONGEST_TOKEN:
        raise Refused("malformed")
    return token.strip()


def opened(token: str, algorithms: Collection[str]) -> tuple[Header, Claims]:
    """Header and claims of a token whose signature nobody has looked at yet."""
    try:
        parts = _JWS.decode_complete(token, options={"verify_signature": False})
    except (PyJWTError, ValueError, RecursionError):
        raise Refused("malformed") from None
    header = _header(parts["header"], algorithms)
    try:
        return header, Claims.model_validate_json(parts["payload"])
    except ValidationError:
        raise Refused("claims") from None


def _header(found: dict[str, Any], algorithms: Collection[str]) -> Header:
    if "crit" in found or "b64" in found:  # this scheme knows no critical extension
        raise Refused("crit")
    try:
        header = Header.model_validate(found)
    except ValidationError:
        raise Refused("malformed") from None
    if header.typ.upper() != "JWT":
        raise Refused("typ")
    if header.alg not in algorithms:
        raise Refused("alg")
    return header


def meant_for_us(header: Header, claims: Claims, issuer: TrustedIssuer, urls: Collection[str]) -> None:
    """Refused unless the token is this issuer's, for one of `urls`. Its `jku` may only repeat what is known of it."""
    if header.jku is not None and header.jku != issuer.jku:
        raise Refused("jku", claims)
    named = [claims.aud] if isinstance(claims.aud, str) else claims.aud
    if not {*named, *map(unquote, named)} & set(urls):  # "%24apply" is "$apply"
        raise Refused("aud", claims)


def in_time(claims: Claims, settings: Settings, now: float) -> None:
    """Refused unless `now` (seconds since 1970) lies in the token's time, and that is not longer than is allowed."""
    leeway = settings.jwt_leeway_seconds
    if now >= claims.exp + leeway:
        raise Refused("exp", claims)
    if claims.iat > now + leeway:
        raise Refused("iat", claims)
    if claims.nbf is not None and claims.nbf > now + leeway:
        raise Refused("nbf", claims)
    if not 0 < claims.exp - claims.iat <= settings.jwt_longest_seconds:
        raise Refused("lifetime", claims)


def audiences(request: Request, base_url: str) -> frozenset[str]:
    """The values of `aud` that are meant for the endpoint being invoked.

    That is its URL as clients know it (never what the Host header says). Feedback is given at a URL below its service,
    and clients differ in which of the two they call the endpoint: both count there. The base URL never does: such a
    token would open every endpoint.
    """
    path, root = request.scope["path"].rstrip("/"), request.scope.get("root_path", "").rstrip("/")
    if root and (path + "/").startswith(root + "/"):
        path = path.removeprefix(root)
    url = base_url + path
    match path.split("/"):
        case [*_, "cds-services", _, "feedback"]:
            return _either_way(url, url.removesuffix("/feedback"))
        case _:
            return _either_way(url)


def _either_way(*urls: str) -> frozenset[str]:
    """With and without a closing slash."""
    return frozenset(urls) | {url + "/" for url in urls}
