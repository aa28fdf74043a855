"""Whatever a stranger sends, the answer is 401: no other error, no key asked for elsewhere, no token twice."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.service.caller.signing import JKU, SERVICE, Door, base64url, claims, elliptic, run, segments

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
HEADERS = st.dictionaries(
    st.sampled_from(["typ", "alg", "kid", "jku", "jwk", "x5u", "x5c", "crit", "b64", "cty"]), JSON
)
CLAIMS = st.dictionaries(st.sampled_from(["iss", "aud", "exp", "iat", "nbf", "jti", "tenant"]), JSON)


@pytest.fixture(scope="module")
def door() -> Any:
    with tempfile.TemporaryDirectory() as folder:
        yield Door(Path(folder))


def stays_shut(door: Door, token: str) -> bool:
    asked = len(door.host.asked)
    shut = run(door.knock(token)) is None
    return shut and set(door.host.asked[asked:]) <= {JKU}


@given(st.text(alphabet=st.characters(codec="latin-1", exclude_characters="\r\n")))
def test_no_text_is_a_token(door: Door, text: str) -> None:
    assert run(door.knock(None, headers=[(b"authorization", b"Bearer " + text.encode("latin-1"))])) is None


@given(st.lists(st.binary(max_size=60), min_size=2, max_size=4))
def test_no_segments_are_a_token(door: Door, parts: list[bytes]) -> None:
    assert stays_shut(door, ".".join(base64url(part) for part in parts))


@given(HEADERS, CLAIMS)
def test_no_header_and_claims_without_a_signature_open(
    door: Door, header: dict[str, Any], said: dict[str, Any]
) -> None:
    good = {"typ": "JWT", "alg": "ES384", "kid": "key-1"}
    assert stays_shut(door, segments({**good, **header}, {**claims(), **said}, None))


@given(CLAIMS.filter(bool))
def test_signed_claims_open_only_when_each_of_them_is_right(door: Door, said: dict[str, Any]) -> None:
    """Even a client with a good key cannot crash the service, or have claims taken for what they are not."""
    token = elliptic().sign({**claims(), **said})
    expected = set(said) <= {"jti", "tenant", "nbf"} and all(map(acceptable, said.items()))
    assert (run(door.knock(token)) is not None) is expected


def acceptable(claim: tuple[str, Any]) -> bool:
    name, value = claim
    if name == "jti":
        return False if not isinstance(value, str) else 0 < len(value) <= 1024
    if name == "tenant":
        return value is None or isinstance(value, str)
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e9)


@given(st.sampled_from(range(40, 600)), st.integers(0, 255))
def test_no_byte_of_a_token_can_be_changed(door: Door, place: int, byte: int) -> None:
    token = elliptic().sign(claims())
    place %= len(token)
    changed = token[:place] + chr(byte % 94 + 33) + token[place + 1 :]
    assert changed == token or stays_shut(door, changed)


@given(
    st.sampled_from(["/cds-services", SERVICE, SERVICE + "/feedback", "/metadata", "/$evaluate", "/", "/x"]), st.data()
)
def test_a_token_for_one_endpoint_opens_no_other(door: Door, path: str, data: st.DataObject) -> None:
    others = ["/cds-services", SERVICE, "/cds-services/footdrop-order-sign", "/metadata", "/$evaluate", "", "/y"]
    other = data.draw(st.sampled_from(others))
    same = path.rstrip("/") == other or (path == SERVICE + "/feedback" and other == SERVICE)
    assert (run(door.knock(elliptic().sign(claims(other)), path)) is not None) is same
