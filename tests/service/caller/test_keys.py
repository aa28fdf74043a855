"""Of a client's JWK Set only keys for signatures count, each for the algorithm of its type and curve."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.service.caller.signing import Door, Host, Key, claims, elliptic, rivest

KEY = elliptic()
RSA = rivest()
UNUSABLE = {
    "for encryption": {"use": "enc"},
    "to sign only": {"key_ops": ["sign"]},
    "operations that are no list": {"key_ops": "verify"},
    "kept for another algorithm": {"alg": "ES256"},
    "of another type": {"kty": "RSA"},
    "of no type": {"kty": None},
    "symmetric": {"kty": "oct", "k": "c2VjcmV0"},
    "of another curve": {"crv": "P-256"},
    "of a foreign curve": {"crv": "secp256k1"},
    "of a curve that is no text": {"crv": ["P-384"]},
    "without coordinates": {"x": None},
    "off the curve": {"x": "A" * 64},
    "with coordinates that are no text": {"x": 7},
    "without an id": {"kid": None},
    "with an id that is no text": {"kid": 1},
    "with an empty id": {"kid": ""},
    "published with its private part": {"d": "c2VjcmV0"},
}
USABLE = {
    "as it is": {},
    "with its algorithm": {"alg": "ES384"},
    "to verify": {"key_ops": ["verify"]},
    "without use": {"use": None},
    "with a certificate": {"x5c": ["MIIB"], "x5t": "x"},
}


@pytest.mark.requirement("1.7-56")
@pytest.mark.parametrize("wrong", UNUSABLE.values(), ids=UNUSABLE.keys())
def test_a_key_that_is_not_for_this_signature_verifies_nothing(tmp_path: Path, wrong: dict[str, Any]) -> None:
    door = Door(tmp_path, Host([KEY.jwk(**wrong), RSA.jwk()]))
    assert not door.opens(KEY.sign(claims()))
    assert door.opens(RSA.sign(claims())), "and it takes none of the others with it"


@pytest.mark.requirement("1.7-56")
@pytest.mark.parametrize("right", USABLE.values(), ids=USABLE.keys())
def test_a_key_for_signatures_verifies(tmp_path: Path, right: dict[str, Any]) -> None:
    assert Door(tmp_path, Host([KEY.jwk(**right)])).opens(KEY.sign(claims()))


def test_an_rsa_key_below_2048_bits_verifies_nothing(tmp_path: Path) -> None:
    short = rivest("short", 1024)
    assert not Door(tmp_path, Host([short.jwk()])).opens(short.sign(claims()))


def test_an_rsa_key_kept_for_one_algorithm_verifies_no_other(tmp_path: Path) -> None:
    door = Door(tmp_path, Host([RSA.jwk(alg="RS256")]), jwt_algorithms=["RS256", "RS384"])
    assert not door.opens(RSA.sign(claims()))
    assert door.opens(Key(RSA.private, RSA.kid, "RS256").sign(claims()))


@pytest.mark.requirement("1.7-56")
@pytest.mark.parametrize(("curve", "alg"), [("P-256", "ES256"), ("P-521", "ES512")])
def test_another_curve_opens_only_where_a_site_allows_its_algorithm(tmp_path: Path, curve: str, alg: str) -> None:
    key = elliptic("other", curve, alg)
    for allowed, opens in [(("ES384", "RS384"), False), (("ES384", alg), True)]:
        door = Door(tmp_path / alg / str(opens), Host([key.jwk()]), jwt_algorithms=allowed)
        assert door.opens(key.sign(claims())) is opens


@pytest.mark.requirement("1.7-56")
def test_a_signature_of_the_wrong_curve_is_none_though_the_header_says_es384(tmp_path: Path) -> None:
    small = elliptic("key-1", "P-256", "ES256")
    door = Door(tmp_path, Host([small.jwk()]), jwt_algorithms=["ES256", "ES384"])
    assert not door.opens(small.sign(claims(), alg="ES384"))


def test_one_id_may_stand_for_a_key_of_each_type(tmp_path: Path) -> None:
    curve, prime = elliptic("same"), rivest("same")
    door = Door(tmp_path, Host([prime.jwk(), curve.jwk()]))
    assert door.opens(curve.sign(claims()))
    assert door.opens(prime.sign(claims()))


def test_of_two_keys_with_one_id_either_verifies_and_no_third(tmp_path: Path) -> None:
    one, two, third = (Key(elliptic(name).private, "same", "ES384") for name in ("a", "b", "c"))
    door = Door(tmp_path, Host([one.jwk(), two.jwk()]))
    assert [door.opens(key.sign(claims())) for key in (one, two, third)] == [True, True, False]


@pytest.mark.requirement("1.7-57")
def test_a_client_is_never_verified_with_the_keys_of_another(tmp_path: Path) -> None:
    """Both use the same key id; each signs in the other's name."""
    ours, theirs = elliptic("key-1"), Key(elliptic("theirs").private, "key-1", "ES384")
    other = {"iss": "https://other.example", "jku": "https://keys.other.example/jwks.json"}
    host = Host([ours.jwk()])
    door = Door(tmp_path, host, issuers=[{"iss": "https://ehr.example", "jku": "https://keys.ehr.example/"}, other])
    assert door.opens(ours.sign(claims()))
    host.keys = [theirs.jwk()]
    assert door.opens(theirs.sign(claims(iss=other["iss"])))
    assert not door.opens(theirs.sign(claims()))
    assert not door.opens(ours.sign(claims(iss=other["iss"])))
