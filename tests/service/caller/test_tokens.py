"""Each check of a token from both sides: what is let in, what is refused, and that a stranger is told nothing."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from fhir_adapters.service.context import Caller
from tests.service.caller.signing import (
    BASE,
    FHIR,
    ISS,
    JKU,
    SERVICE,
    Door,
    Host,
    Key,
    base64url,
    claims,
    elliptic,
    rivest,
    run,
    segments,
)  # fmt: skip
from tests.service.support import NOW

SECONDS = int(NOW.timestamp())
HOUR = 3600
Reason = Callable[[], str]


@pytest.mark.requirement("1.7-54")
@pytest.mark.requirement("1.7-56")
@pytest.mark.parametrize("key", [elliptic(), rivest()], ids=["ES384", "RS384"])
def test_a_token_signed_as_the_specification_recommends_opens(tmp_path: Path, key: Any) -> None:
    door = Door(tmp_path, Host([key.jwk()]))
    assert run(door.knock(key.sign(claims()))) == Caller(ISS, "", (FHIR,))


def test_the_tenant_of_a_token_is_the_tenant_of_the_caller(door: Door) -> None:
    assert run(door.knock(elliptic().sign(claims(tenant="north")))) == Caller(ISS, "north", (FHIR,))


@pytest.mark.requirement("1.7-53")
@pytest.mark.parametrize("path", ["/cds-services", SERVICE, SERVICE + "/feedback", "/PlanDefinition/footdrop/$apply"])
def test_every_endpoint_asks_for_a_token_of_its_own(tmp_path: Path, path: str) -> None:
    door = Door(tmp_path)
    assert not door.opens(None, path)
    assert door.opens(elliptic().sign(claims(path)), path)


WITHOUT_A_TOKEN = {
    "no header": [],
    "another scheme": [(b"authorization", b"Basic dXNlcjpwYXNz")],
    "a scheme alone": [(b"authorization", b"Bearer")],
    "nothing behind the scheme": [(b"authorization", b"Bearer  ")],
    "no ASCII": [(b"authorization", b"Bearer \xe9.\xe9.\xe9")],
    "no token": [(b"authorization", b"Bearer abc")],
}


@pytest.mark.parametrize("headers", WITHOUT_A_TOKEN.values(), ids=WITHOUT_A_TOKEN.keys())
def test_what_is_no_bearer_token_is_refused(door: Door, headers: list[Any]) -> None:
    assert not door.opens(None, headers=headers)
    assert not door.host.asked


def test_the_scheme_may_be_written_in_any_case(door: Door) -> None:
    assert door.opens(None, headers=[(b"authorization", b"bearer " + elliptic().sign(claims()).encode())])


def test_of_two_tokens_none_counts(door: Door) -> None:
    both = [(b"authorization", b"Bearer " + elliptic().sign(claims()).encode()) for _ in "ab"]
    assert not door.opens(None, headers=both)


WRONG_HEADERS = {
    "typ is missing": ({"typ": None}, "malformed"),
    "typ is another": ({"typ": "at+jwt"}, "typ"),
    "kid is missing": ({"kid": None}, "malformed"),
    "kid is no text": ({"kid": 7}, "malformed"),
    "kid is empty": ({"kid": ""}, "malformed"),
    "kid is unknown": ({"kid": "key-9"}, "kid"),
    "alg is missing": ({"alg": None}, "malformed"),
    "alg is none": ({"alg": "none"}, "alg"),
    "alg is None": ({"alg": "None"}, "alg"),
    "alg is another curve's": ({"alg": "ES256"}, "alg"),
    "alg is symmetric": ({"alg": "HS384"}, "alg"),
    "alg is not the key's": ({"alg": "RS384"}, "kid"),
    "jku is another host": ({"jku": "https://attacker.example/jwks.json"}, "jku"),
    "jku is a longer name": ({"jku": JKU + ".attacker.example"}, "jku"),
    "jku is inside the network": ({"jku": "http://169.254.169.254/latest"}, "jku"),
    "jku is a list": ({"jku": [JKU]}, "malformed"),
    "something critical": ({"crit": ["exp"], "exp": SECONDS + 300}, "malformed"),
    "an unencoded payload": ({"b64": True}, "crit"),
}


@pytest.mark.requirement("1.7-54")
@pytest.mark.requirement("1.7-56")
@pytest.mark.requirement("1.7-57")
@pytest.mark.parametrize(("header", "why"), WRONG_HEADERS.values(), ids=WRONG_HEADERS.keys())
def test_a_wrong_header_is_refused(door: Door, reason: Reason, header: dict[str, Any], why: str) -> None:
    assert not door.opens(elliptic().sign(claims(), **header))
    assert reason() == why
    assert set(door.host.asked) <= {JKU}


@pytest.mark.parametrize("header", [{"typ": "jwt"}, {"jku": JKU}, {"cty": "json"}], ids=str)
def test_a_header_that_says_no_more_than_is_known_is_accepted(door: Door, header: dict[str, str]) -> None:
    assert door.opens(elliptic().sign(claims(), **header))


WRONG_CLAIMS = {
    "a stranger": ({"iss": "https://stranger.example"}, "iss"),
    "an issuer that looks alike": ({"iss": ISS + "/"}, "iss"),
    "no issuer": ({"iss": None}, "claims"),
    "two issuers": ({"iss": [ISS]}, "claims"),
    "no audience": ({"aud": None}, "claims"),
    "an audience of nobody": ({"aud": []}, "claims"),
    "an audience with a number": ({"aud": [BASE + SERVICE, 7]}, "claims"),
    "another service": ({"aud": BASE + "/cds-services/footdrop-order-sign"}, "aud"),
    "the base URL": ({"aud": BASE}, "aud"),
    "discovery": ({"aud": BASE + "/cds-services"}, "aud"),
    "feedback": ({"aud": BASE + SERVICE + "/feedback"}, "aud"),
    "another host": ({"aud": "https://other.example" + SERVICE}, "aud"),
    "http": ({"aud": "http://cds.example" + SERVICE}, "aud"),
    "no expiry": ({"exp": None}, "claims"),
    "expiry as text": ({"exp": str(SECONDS + 300)}, "claims"),
    "expiry as a truth": ({"exp": True}, "claims"),
    "expiry never": ({"exp": float("inf")}, "claims"),
    "expiry not a number": ({"exp": float("nan")}, "claims"),
    "expired": ({"exp": SECONDS - 30}, "exp"),
    "no time of issue": ({"iat": None}, "claims"),
    "issued in the future": ({"iat": SECONDS + 31}, "iat"),
    "not yet": ({"nbf": SECONDS + 31}, "nbf"),
    "longer than an hour": ({"exp": SECONDS + HOUR + 1}, "lifetime"),
    "long, and old": ({"iat": SECONDS - 2 * HOUR, "exp": SECONDS + 60}, "lifetime"),
    "expired before it was issued": ({"iat": SECONDS + 20, "exp": SECONDS + 10}, "lifetime"),
    "expired when it was issued": ({"exp": SECONDS}, "lifetime"),
    "no id": ({"jti": None}, "claims"),
    "an empty id": ({"jti": ""}, "claims"),
    "an id that is no text": ({"jti": 17}, "claims"),
    "an id without end": ({"jti": "j" * 2000}, "claims"),
}


@pytest.mark.requirement("1.7-55")
@pytest.mark.requirement("1.7-57")
@pytest.mark.requirement("1.7-58")
@pytest.mark.parametrize(("wrong", "why"), WRONG_CLAIMS.values(), ids=WRONG_CLAIMS.keys())
def test_wrong_claims_are_refused_though_the_signature_is_good(
    door: Door, reason: Reason, wrong: dict[str, Any], why: str
) -> None:
    assert not door.opens(elliptic().sign(claims(**wrong)))
    assert reason() == why
    assert not door.host.asked, "no key is asked for before the claims are in order"


RIGHT_CLAIMS = {
    "an audience in a list": {"aud": [BASE + SERVICE]},
    "one audience of several": {"aud": ["https://other.example", BASE + SERVICE]},
    "an audience with a closing slash": {"aud": BASE + SERVICE + "/"},
    "an audience in percent-encoded form": {"aud": BASE + SERVICE.replace("-", "%2D")},
    "a clock that is late": {"iat": SECONDS - 320, "exp": SECONDS - 29},
    "a clock that is early": {"iat": SECONDS + 30, "nbf": SECONDS + 30},
    "an hour": {"exp": SECONDS + HOUR},
    "times with fractions": {"iat": SECONDS - 0.5, "exp": SECONDS + 299.5},
    "claims of others": {"sub": "someone", "scope": "x"},
}


@pytest.mark.requirement("1.7-54")
@pytest.mark.requirement("1.7-55")
@pytest.mark.parametrize("right", RIGHT_CLAIMS.values(), ids=RIGHT_CLAIMS.keys())
def test_claims_at_the_edge_of_what_is_allowed_open(door: Door, right: dict[str, Any]) -> None:
    assert door.opens(elliptic().sign(claims(**right)))


@pytest.mark.requirement("1.7-55")
@pytest.mark.parametrize(
    ("audience", "opens"),
    [("$apply", True), ("%24apply", True), ("%24Apply", False), ("%2524apply", False), ("%24evaluate", False)],
)
def test_the_audience_of_an_operation_may_be_written_as_it_stands_in_the_request(
    door: Door, audience: str, opens: bool
) -> None:
    path = "/PlanDefinition/footdrop/"
    assert door.opens(elliptic().sign(claims(path + audience)), path + "$apply") is opens


@pytest.mark.requirement("1.7-55")
@pytest.mark.parametrize(
    ("audience", "opens"), [("/feedback", True), ("", True), ("/..", False), ("/feedback/x", False)]
)
@pytest.mark.parametrize("edition", ["", "/v3"])
def test_feedback_takes_its_own_url_and_that_of_its_service(
    door: Door, audience: str, opens: bool, edition: str
) -> None:
    service = edition + SERVICE
    assert door.opens(elliptic().sign(claims(service + audience)), service + "/feedback") is opens


@pytest.mark.requirement("1.7-55")
def test_the_audience_is_the_public_address_whatever_the_request_says(tmp_path: Path) -> None:
    door = Door(tmp_path, public_url=BASE + "/cds/")
    token = elliptic().sign(claims("/cds" + SERVICE))
    forged = [(b"host", b"attacker.example"), (b"x-forwarded-host", b"attacker.example")]
    assert door.opens(None, headers=[*forged, (b"authorization", f"Bearer {token}".encode())])
    stolen = elliptic().sign(claims(aud="https://attacker.example" + SERVICE))
    assert not door.opens(None, headers=[*forged, (b"authorization", f"Bearer {stolen}".encode())])


def test_a_path_that_the_proxy_left_in_front_is_not_counted_twice(tmp_path: Path) -> None:
    door = Door(tmp_path, public_url=BASE + "/cds")
    assert door.opens(elliptic().sign(claims("/cds" + SERVICE)), "/cds" + SERVICE, root_path="/cds")


@pytest.mark.requirement("1.7-55")
def test_a_path_that_only_begins_like_the_proxys_is_another(tmp_path: Path) -> None:
    door = Door(tmp_path, public_url=BASE + "/foot")
    for path in ("/footx", "/footx" + SERVICE):
        assert door.opens(elliptic().sign(claims("/foot" + path)), path, root_path="/foot")
        assert not door.opens(elliptic().sign(claims(path)), path, root_path="/foot")


@pytest.mark.requirement("1.7-58")
@pytest.mark.parametrize(
    ("tenant", "opens"), [("north", True), ("south", True), ("west", False), (None, False), ("", False)]
)
def test_a_tenant_must_be_one_of_those_listed(tmp_path: Path, tenant: str | None, opens: bool) -> None:
    door = Door(tmp_path, issuer={"iss": ISS, "jku": JKU, "tenants": ["north", "south"]})
    assert door.opens(elliptic().sign(claims(tenant=tenant))) is opens


@pytest.mark.requirement("1.7-58")
def test_the_checks_come_in_the_order_of_the_best_practices(tmp_path: Path, reason: Reason) -> None:
    door = Door(tmp_path, issuer={"iss": ISS, "jku": JKU, "tenants": ["north"]})
    stranger = Key(rivest("x").private, "key-1", "RS384")
    good = claims(tenant="north")
    run(door.knock(elliptic().sign(good)))
    wrong: dict[str, Any] = {**good, "iss": "x", "aud": "x", "exp": SECONDS - 60, "tenant": "x"}
    for name, why in [("iss", "iss"), ("aud", "aud"), ("exp", "exp"), ("tenant", "tenant")]:
        assert not door.opens(stranger.sign(wrong))
        assert reason() == why
        wrong[name] = good[name]
    forged = elliptic().sign(good).rsplit(".", 1)[0] + "." + base64url(bytes(96))
    assert not door.opens(forged)
    assert reason() == "signature"
    assert not door.opens(elliptic().sign(good))
    assert reason() == "jti"


@pytest.mark.requirement("1.7-56")
def test_a_token_without_signature_is_refused(door: Door) -> None:
    for alg in ("none", "NONE", "ES384"):
        assert not door.opens(segments({"typ": "JWT", "alg": alg, "kid": "key-1"}, claims(), None))


@pytest.mark.requirement("1.7-56")
@pytest.mark.parametrize("alg", ["HS256", "HS384", "HS512"])
def test_a_public_key_is_never_taken_for_a_shared_secret(tmp_path: Path, reason: Reason, alg: str) -> None:
    key = rivest()
    public = key.private.public_key()
    formats = serialization.PublicFormat.SubjectPublicKeyInfo, serialization.PublicFormat.PKCS1
    door = Door(tmp_path, Host([key.jwk()]))
    secrets = [public.public_bytes(serialization.Encoding.PEM, form) for form in formats]
    secrets += [json.dumps(key.jwk()).encode(), key.jwk()["n"].encode()]
    for secret in secrets:
        header = {"typ": "JWT", "alg": alg, "kid": key.kid}
        said = segments(header, claims(), None)[:-1]
        signed = hmac.new(secret, said.encode(), getattr(hashlib, "sha" + alg[2:])).digest()
        assert not door.opens(f"{said}.{base64url(signed)}")
        assert reason() == "alg"


@pytest.mark.requirement("1.7-57")
def test_keys_that_a_token_brings_along_are_not_looked_at(door: Door, reason: Reason) -> None:
    attacker = elliptic("attacker")
    evil = "https://attacker.example/jwks.json"
    for header in (
        {"jwk": attacker.jwk(kid="key-1")},
        {"x5u": evil},
        {"x5c": ["MIIB"]},
        {"jwk": attacker.jwk(), "x5u": evil},
    ):
        assert not door.opens(attacker.sign(claims(), kid="key-1", **header))
        assert reason() == "signature"
        assert door.opens(elliptic().sign(claims(), **header)), "and a client that sends its own certificate may"
    assert set(door.host.asked) == {JKU}


def test_a_token_that_is_longer_than_any_of_the_scheme_is_not_even_opened(door: Door, reason: Reason) -> None:
    assert door.opens(elliptic().sign(claims(note="x" * 5000)))
    assert not door.opens(elliptic().sign(claims(note="x" * 7000)))
    assert reason() == "malformed"


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_token_that_was_changed_is_refused(door: Door, part: int) -> None:
    parts = elliptic().sign(claims()).split(".")
    parts[part] = parts[part][:10] + ("A" if parts[part][10] != "A" else "B") + parts[part][11:]
    assert not door.opens(".".join(parts))


def test_a_claim_is_not_added_to_a_signed_token(door: Door, reason: Reason) -> None:
    head, _, signature = elliptic().sign(claims()).split(".")
    assert not door.opens(f"{head}.{base64url(json.dumps(claims(tenant='north')).encode())}.{signature}")
    assert reason() == "signature"


@pytest.mark.requirement("1.7-58")
def test_a_token_never_reaches_the_log(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    token = elliptic().sign(claims(tenant="north", jti="jti-1\nroot: logged in", sub="Jane Roe"))
    assert door.opens(token)
    assert not door.opens(token)
    (record,) = caplog.records
    assert record.getMessage() == "caller refused"
    assert vars(record)["fields"] == {"reason": "jti", "iss": ISS, "tenant": "north", "jti": "jti-1?root: logged in"}
    assert not [part for part in token.split(".") if part in str(vars(record))]


def test_what_a_stranger_sends_is_one_short_line_of_the_log(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    assert not door.opens(elliptic().sign(claims(iss="\r\n\x1b[2J\u202e" + "x" * 900)))
    (record,) = caplog.records
    shown = vars(record)["fields"]["iss"]
    assert shown.isprintable()
    assert len(shown) == 100
