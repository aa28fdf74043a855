"""The EHR's signature: keys that rotate, a JWKS that publishes them, a token for each call."""

from __future__ import annotations

from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import ec


class Signer:
    """Signs as CDS Hooks recommends (ES384). After `rotate` new tokens bear a new key; the last old one stays published
    for as long as its tokens live."""

    def __init__(self, issuer: str, jku: str, tenant: str = "") -> None:
        self.issuer = issuer
        self.jku = jku
        self.tenant = tenant
        self.asked = 0
        self._keys: list[tuple[str, ec.EllipticCurvePrivateKey]] = []
        self._tokens = 0
        self.rotate()

    def rotate(self) -> None:
        made = ec.generate_private_key(ec.SECP384R1())
        self._keys = [*self._keys[-1:], (f"ehr-{self._tokens}-{len(self._keys)}", made)]

    def jwks(self, _: httpx.Request) -> httpx.Response:
        self.asked += 1
        keys = []
        for kid, key in self._keys:
            public: dict[str, Any] = jwt.get_algorithm_by_name("ES384").to_jwk(key.public_key(), as_dict=True)
            keys.append({**public, "kid": kid, "use": "sig", "alg": "ES384"})
        return httpx.Response(200, json={"keys": keys})

    def token(self, url: str, now: float, **claims: Any) -> str:
        """A token for one call of one address, good for five minutes."""
        self._tokens += 1
        kid, key = self._keys[-1]
        said: dict[str, Any] = {"iss": self.issuer, "aud": url, "iat": int(now), "exp": int(now) + 300}
        said |= {"jti": f"{self.issuer}#{self._tokens}"} | ({"tenant": self.tenant} if self.tenant else {}) | claims
        return jwt.encode(said, key, "ES384", {"typ": "JWT", "kid": kid, "jku": self.jku})
