"""A client's public keys: which of a JWK Set may verify what."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from jwt import PyJWK, PyJWS, PyJWTError

LARGEST_SET: Final = 262_144  # bytes
MOST_KEYS: Final = 100
_CURVES: Final = {"P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}
_RSA: Final = ("RS256", "RS384", "RS512")
_PRIVATE: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_JWS: Final = PyJWS(options={"enforce_minimum_key_length": True})  # RSA from 2048 bits


class UnusableKeys(ValueError):  # noqa: N818 - a sentence: raise UnusableKeys
    """What was offered as a JWK Set is none, or holds no key that could verify a token."""


@dataclass(frozen=True, slots=True)
class VerificationKey:
    """One public key for one algorithm."""

    kid: str
    alg: str
    key: PyJWK

    def signed(self, token: str) -> bool:
        """Whether this key's owner signed this token, with this key's algorithm."""
        try:
            _JWS.decode_complete(token, self.key, algorithms=[self.alg])
        except PyJWTError:
            return False
        return True


Keys = tuple[VerificationKey, ...]


def read_keys(content: bytes) -> Keys:
    """The keys of a JWK Set that may verify signatures; others (encryption, symmetric, private) are passed over.

    Raises UnusableKeys when none is left. A private key in public is everybody's key, so it is nobody's.
    """
    if len(content) > LARGEST_SET:
        raise UnusableKeys("too large")
    try:
        offered = json.loads(content)["keys"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise UnusableKeys("no JWK Set") from None
    if not isinstance(offered, list) or len(offered) > MOST_KEYS:
        raise UnusableKeys("no JWK Set, or too many keys")
    keys = tuple(key for jwk in offered if isinstance(jwk, dict) for key in _usable(jwk))
    if not keys:
        raise UnusableKeys("no key for signatures")
    return keys


def _usable(jwk: dict[str, Any]) -> Iterator[VerificationKey]:
    kid = jwk.get("kid")
    if not isinstance(kid, str) or not kid or not _for_signatures(jwk):
        return
    for alg in _algorithms(jwk):
        try:
            yield VerificationKey(kid, alg, PyJWK(jwk, alg))
        except (PyJWTError, ValueError, TypeError, AttributeError):  # not what its kty and crv promise
            return


def _for_signatures(jwk: dict[str, Any]) -> bool:
    operations = jwk.get("key_ops", ["verify"])
    verifies = isinstance(operations, list) and "verify" in operations
    return jwk.get("use", "sig") == "sig" and verifies and not _PRIVATE & jwk.keys()


def _algorithms(jwk: dict[str, Any]) -> tuple[str, ...]:
    """What a key of this type and curve can verify, or of that the one algorithm that it is kept for."""
    kty, crv = jwk.get("kty"), jwk.get("crv")
    able: tuple[str, ...] = ()
    if kty == "RSA":
        able = _RSA
    elif kty == "EC" and isinstance(crv, str) and crv in _CURVES:
        able = (_CURVES[crv],)
    return able if "alg" not in jwk else tuple(alg for alg in able if alg == jwk["alg"])
