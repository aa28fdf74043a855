"""Keys are had from one address or file, kept, had anew when a client changes them, and outlive a short absence."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from tests.service.caller.signing import ISS, JKU, Door, Host, claims, elliptic, rivest, run

OLD, NEW = elliptic("old"), elliptic("new")


def rotating(tmp_path: Path, **given: Any) -> Door:
    return Door(tmp_path, Host([OLD.jwk()]), **given)


def test_keys_are_fetched_once_for_many_calls(tmp_path: Path) -> None:
    door = rotating(tmp_path)
    assert all(door.opens(OLD.sign(claims())) for _ in range(5))
    assert door.host.asked == [JKU]


@pytest.mark.requirement("1.7-58")
def test_keys_are_fetched_again_at_their_age(tmp_path: Path) -> None:
    door = rotating(tmp_path, jwks_cache_seconds=100)
    for seconds, fetches in [(0, 1), (99, 1), (1, 2), (99, 2)]:
        door.clock.move(seconds)
        assert door.opens(signed_now(door, OLD))
        assert len(door.host.asked) == fetches


@pytest.mark.requirement("1.7-59")
def test_a_new_key_opens_at_its_first_use(tmp_path: Path) -> None:
    door = rotating(tmp_path, jwks_refetch_seconds=15)
    assert door.opens(OLD.sign(claims()))
    door.host.keys = [OLD.jwk(), NEW.jwk()]
    door.clock.move(15)
    assert door.opens(NEW.sign(claims()))
    assert door.opens(OLD.sign(claims())), "both, while the client hands over"
    assert len(door.host.asked) == 2


@pytest.mark.requirement("1.7-59")
def test_a_withdrawn_key_is_dead_once_keys_are_fetched(tmp_path: Path) -> None:
    door = rotating(tmp_path)
    assert door.opens(OLD.sign(claims()))
    door.host.keys = [NEW.jwk()]
    door.clock.move(15)
    assert door.opens(NEW.sign(claims()))
    assert not door.opens(OLD.sign(claims()))


@pytest.mark.requirement("1.7-59")
def test_made_up_key_ids_do_not_make_the_service_ask_and_ask(tmp_path: Path) -> None:
    door = rotating(tmp_path, jwks_refetch_seconds=15)
    for number in range(60):  # one each second
        door.clock.move(1)
        assert not door.opens(OLD.sign(claims(), kid=f"made-up-{number}"))
    assert len(door.host.asked) == 4
    assert door.opens(OLD.sign(claims())), "and the client is not kept out by it"


@pytest.mark.requirement("1.7-59")
def test_requests_at_the_same_time_share_one_fetch(tmp_path: Path) -> None:
    async def together() -> list[Any]:
        return await asyncio.gather(*(door.knock(OLD.sign(claims())) for _ in range(20)))

    door = rotating(tmp_path)
    assert all(run(together()))
    assert door.host.asked == [JKU]


def test_a_request_that_is_given_up_leaves_the_fetch_to_the_next(tmp_path: Path) -> None:
    async def given_up() -> Any:
        first = asyncio.create_task(door.knock(OLD.sign(claims())))
        second = asyncio.create_task(door.knock(OLD.sign(claims())))
        while not door.host.asked:
            await asyncio.sleep(0)
        first.cancel()
        return await second

    door = rotating(tmp_path)
    assert run(given_up())
    assert door.host.asked == [JKU, JKU]


BROKEN = {
    "500": lambda: httpx.Response(500, json={"keys": [NEW.jwk()]}),
    "sent elsewhere": lambda: httpx.Response(302, headers={"Location": "http://169.254.169.254/"}),
    "no JSON": lambda: httpx.Response(200, text="<html>"),
    "deep": lambda: httpx.Response(200, text="[" * 100_000),
    "no set": lambda: httpx.Response(200, json=[NEW.jwk()]),
    "no list": lambda: httpx.Response(200, json={"keys": {"new": NEW.jwk()}}),
    "no keys": lambda: httpx.Response(200, json={"keys": []}),
    "only nonsense": lambda: httpx.Response(200, json={"keys": [7, None, {"kid": "new"}]}),
    "too many": lambda: httpx.Response(200, json={"keys": [NEW.jwk()] * 101}),
    "too large": lambda: httpx.Response(200, json={"keys": [NEW.jwk(note="x" * 300_000)]}),
    "compressed": lambda: httpx.Response(200, json={"keys": [NEW.jwk()]}, headers={"Content-Encoding": "br"}),
    "away": None,
}


@pytest.mark.requirement("1.7-59")
@pytest.mark.parametrize("answer", BROKEN.values(), ids=BROKEN.keys())
def test_while_keys_cannot_be_had_anew_the_old_ones_count(tmp_path: Path, answer: Any) -> None:
    door = rotating(tmp_path, jwks_cache_seconds=600, jwks_stale_seconds=3600)
    assert door.opens(signed_now(door, OLD))
    assert door.trouble() is None
    door.host.away() if answer is None else setattr(door.host, "answer", answer)
    for seconds, opens in [(601, True), (3000, True), (599, True), (1, False)]:
        door.clock.move(seconds)
        assert door.opens(signed_now(door, OLD)) is opens
        assert "cannot be read" in (door.trouble() or "")
        assert "example" not in (door.trouble() or "")
    assert not door.opens(signed_now(door, NEW))
    assert set(door.host.asked) == {JKU}
    door.host.answer = None
    door.clock.move(60)
    assert door.opens(signed_now(door, OLD)), "and the client is back within a minute of its keys"
    assert door.trouble() is None


def test_a_stream_without_end_is_cut_off(tmp_path: Path) -> None:
    async def endless() -> Any:
        while True:
            sent.append(65536)
            yield b" " * 65536

    sent: list[int] = []
    door = rotating(tmp_path)
    door.host.answer = lambda: httpx.Response(200, content=endless())
    assert not door.opens(OLD.sign(claims()))
    assert sum(sent) < 1_000_000


def test_a_host_that_never_answers_is_given_up(tmp_path: Path) -> None:
    async def silent() -> Any:
        await asyncio.Event().wait()
        yield b""

    door = rotating(tmp_path, jwks_timeout_seconds=0.01)
    door.host.answer = lambda: httpx.Response(200, content=silent())
    assert not door.opens(OLD.sign(claims()))
    assert "TimeoutError" in (door.trouble() or "")


def test_a_host_that_stays_away_is_asked_ever_more_rarely(tmp_path: Path) -> None:
    door = rotating(tmp_path, jwks_refetch_seconds=15)
    door.host.away()
    asked_at = []
    for second in range(300):
        before = len(door.host.asked)
        door.opens(signed_now(door, OLD))
        if len(door.host.asked) > before:
            asked_at.append(second)
        door.clock.move(1)
    assert asked_at == [0, 30, 90, 150, 210, 270]


def test_a_host_that_came_back_is_asked_as_often_as_ever_when_it_goes_away_again(tmp_path: Path) -> None:
    door = rotating(tmp_path, jwks_refetch_seconds=15, jwks_cache_seconds=100)
    asked = []
    for seconds, away in [(0, True), (30, True), (60, False), (100, True), (29, True), (1, False)]:
        door.host.away() if away else setattr(door.host, "answer", None)
        door.clock.move(seconds)
        door.opens(signed_now(door, OLD))
        asked.append(len(door.host.asked))
    assert asked == [1, 2, 3, 4, 4, 5]
    assert door.trouble() is None


@pytest.mark.requirement("1.7-57")
@pytest.mark.requirement("1.1-1")
@pytest.mark.parametrize("jku", ["http://keys.ehr.example/jwks.json", "file:///etc/passwd", "https://", "keys", ""])
def test_an_address_that_is_not_https_is_refused_at_start(tmp_path: Path, jku: str) -> None:
    with pytest.raises(ValidationError, match="https"):
        Door(tmp_path, issuer={"iss": ISS, "jku": jku})


@pytest.mark.requirement("1.7-57")
def test_of_two_places_of_an_issuers_keys_nobody_could_tell_which_counts(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="either jku or jwks"):
        Door(tmp_path, issuer={"iss": ISS, "jku": JKU, "jwks": str(tmp_path / "keys.json")})


def test_an_issuer_stands_in_the_settings_once(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="twice"):
        Door(tmp_path, issuers=[{"iss": ISS, "jku": JKU}, {"iss": ISS, "jku": JKU + "2"}])


# --- keys out of band


def filed(tmp_path: Path, **given: Any) -> tuple[Door, Path]:
    path = tmp_path / "keys.json"
    write(path, OLD.jwk())
    return Door(tmp_path, issuer={"iss": ISS, "jwks": str(path)}, **given), path


def write(path: Path, *keys: dict[str, Any]) -> None:
    path.write_text(json.dumps({"keys": keys}))


def dated(path: Path, before: os.stat_result, *, later: int = 0) -> None:
    """Give a file the time of modification that it had before, or one so many seconds later."""
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + later * 10**9))


@pytest.mark.requirement("1.7-57")
def test_keys_given_out_of_band_need_no_network(tmp_path: Path) -> None:
    door, _ = filed(tmp_path)
    assert door.opens(OLD.sign(claims()))
    assert not door.opens(NEW.sign(claims()))
    assert not door.host.asked


@pytest.mark.requirement("1.7-57")
def test_with_keys_out_of_band_no_address_is_accepted(tmp_path: Path) -> None:
    door, _ = filed(tmp_path)
    assert not door.opens(OLD.sign(claims(), jku=JKU))
    assert not door.host.asked


@pytest.mark.requirement("1.7-59")
def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    door, path = filed(tmp_path)
    write(path, NEW.jwk(), rivest().jwk())
    assert [door.opens(key.sign(claims())) for key in (OLD, NEW, rivest())] == [False, True, True]


@pytest.mark.requirement("1.7-59")
def test_a_file_that_was_replaced_by_another_of_its_time_and_size_is_read_again(tmp_path: Path) -> None:
    """As a secret is mounted anew: a file beside it takes its name."""
    door, path = filed(tmp_path)
    before = path.stat()
    write(tmp_path / "other.json", NEW.jwk())
    (tmp_path / "other.json").replace(path)
    dated(path, before)
    assert (path.stat().st_mtime_ns, path.stat().st_size) == (before.st_mtime_ns, before.st_size)
    assert [door.opens(key.sign(claims())) for key in (OLD, NEW)] == [False, True]


@pytest.mark.requirement("1.7-59")
def test_a_file_that_was_overwritten_by_as_many_bytes_is_read_again(tmp_path: Path) -> None:
    door, path = filed(tmp_path)
    before = path.stat()
    write(path, NEW.jwk())
    dated(path, before, later=1)
    assert (path.stat().st_ino, path.stat().st_size) == (before.st_ino, before.st_size)
    assert [door.opens(key.sign(claims())) for key in (OLD, NEW)] == [False, True]


@pytest.mark.requirement("1.7-59")
def test_a_file_that_has_become_longer_is_read_again_whatever_its_time(tmp_path: Path) -> None:
    """As a file is restored with its time, or written twice within one tick of the disk's clock."""
    door, path = filed(tmp_path)
    before = path.stat()
    write(path, NEW.jwk(), rivest().jwk())
    dated(path, before)
    assert [door.opens(key.sign(claims())) for key in (OLD, NEW)] == [False, True]


def test_a_file_that_is_broken_or_gone_leaves_the_last_good_keys_for_a_while(tmp_path: Path) -> None:
    door, path = filed(tmp_path, jwks_stale_seconds=600)
    door.clock.move(100_000)
    assert door.opens(signed_now(door, OLD)), "a file that does not change does not grow old"
    for change in (lambda: path.write_text('{"keys": ['), path.unlink):
        change()
        door.clock.move(300)
        assert door.opens(signed_now(door, OLD))
        assert "cannot be read" in (door.trouble() or "")
    door.clock.move(1)
    assert not door.opens(signed_now(door, OLD))
    write(path, NEW.jwk())
    assert door.opens(signed_now(door, NEW))
    assert door.trouble() is None


@pytest.mark.parametrize("content", [None, "", "{}", '{"keys": []}'])
def test_a_file_that_is_no_use_stops_the_start(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "keys.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ValueError, match="jwks"):
        Door(tmp_path, issuer={"iss": ISS, "jwks": str(path)})


def signed_now(door: Door, key: Any) -> str:
    now = int(door.clock().timestamp())
    return key.sign(claims(iat=now, exp=now + 60))
