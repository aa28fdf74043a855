"""A token opens once: in one process, in several at once, after a restart; and an outage of its storage is said."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from fhir_adapters.service.caller.replay import MemoryGuard, SharedGuard
from tests.service.caller.signing import JKU, Door, claims, elliptic, run

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.requirement("1.7-58")
def test_a_token_opens_once(door: Door) -> None:
    token = elliptic().sign(claims())
    assert door.opens(token)
    assert not door.opens(token)
    assert door.opens(elliptic().sign(claims()))


@pytest.mark.requirement("1.7-58")
def test_it_is_the_id_that_counts_not_the_bytes(door: Door) -> None:
    """ECDSA signs differently each time: the same claims are still the same token."""
    same = claims()
    first, second = elliptic().sign(same), elliptic().sign(same)
    assert first != second
    assert door.opens(first)
    assert not door.opens(second)
    assert not door.opens(first + "=")


def test_a_token_that_failed_is_not_used_up(door: Door) -> None:
    token = elliptic().sign(claims())
    assert not door.opens(token, "/cds-services")
    assert not door.opens(token.rsplit(".", 1)[0] + "." + "A" * 128)
    assert door.opens(token)


@pytest.mark.requirement("1.7-58")
def test_a_token_is_remembered_for_as_long_as_the_leeway_lets_it_in(tmp_path: Path, reason: Callable[[], str]) -> None:
    """By the worker that has seen it, and by one that only shares its storage."""
    one, two = Door(tmp_path), Door(tmp_path)
    token = elliptic().sign(claims())
    assert one.opens(token)
    for door in (two, one):
        door.clock.move(300 + door.settings.jwt_leeway_seconds - 1)
        assert not door.opens(token)
        assert reason() == "jti"
        door.clock.move(1)
        assert not door.opens(token)
        assert reason() == "exp"


def test_no_two_tokens_are_taken_for_one_whose_issuer_and_id_read_the_same_in_a_row() -> None:
    async def seen() -> list[bool]:
        pairs = [("a", "bc"), ("ab", "c"), ("a", "b:c"), ("a:b", "c"), ("1", "x" * 11 + "j"), ("x" * 11, "j")]
        return [await guard.first(issuer, jti, expires=100.0, now=0.0) for issuer, jti in pairs]

    guard = MemoryGuard()
    assert run(seen()) == [True] * 6


def test_two_clients_may_use_the_same_id(tmp_path: Path) -> None:
    other = "https://other.example"
    door = Door(tmp_path, issuers=[{"iss": "https://ehr.example", "jku": JKU}, {"iss": other, "jku": JKU}])
    assert door.opens(elliptic().sign(claims(jti="1")))
    assert door.opens(elliptic().sign(claims(jti="1", iss=other)))
    assert not door.opens(elliptic().sign(claims(jti="1", iss=other)))


@pytest.mark.requirement("1.7-58")
def test_of_many_at_the_same_time_one_is_let_in(door: Door) -> None:
    async def together() -> list[Any]:
        return await asyncio.gather(*(door.knock(token) for _ in range(30)))

    token = elliptic().sign(claims())
    assert len([caller for caller in run(together()) if caller]) == 1


@pytest.mark.requirement("1.7-58")
def test_another_worker_knows_what_this_one_has_seen(tmp_path: Path) -> None:
    one, two = Door(tmp_path), Door(tmp_path)
    token = elliptic().sign(claims())
    assert one.opens(token)
    assert not two.opens(token)
    assert two.opens(elliptic().sign(claims()))


@pytest.mark.requirement("1.7-58")
def test_workers_that_start_in_the_same_moment_share_from_the_first_token_on(tmp_path: Path) -> None:
    async def start(url: str) -> list[bool]:
        guards = [SharedGuard(make_url(url)) for _ in range(4)]
        firsts = await asyncio.gather(*(guard.first("iss", "1", expires=1e6, now=0.0) for guard in guards))
        for guard in guards:
            guard.close()
        return sorted(firsts)

    for number in range(10):
        assert run(start(f"sqlite:///{tmp_path / str(number)}.db")) == [False, False, False, True]


WORKER = """
import asyncio, sys
from sqlalchemy import make_url
from fhir_adapters.service.caller.replay import SharedGuard
guard = SharedGuard(make_url(sys.argv[1]))
async def main():
    return [await guard.first("iss", str(n), expires=1e6, now=0.0) for n in range(100)]
print("".join("1" if first else "0" for first in asyncio.run(main())), guard.trouble())
guard.close()
"""


@pytest.mark.requirement("1.7-58")
def test_processes_that_race_for_the_same_tokens_win_each_once(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WORKER, f"sqlite:///{tmp_path / 'seen.db'}"]
    racing = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=60)[0].split() for process in racing]
    assert [trouble for _, trouble in said] == ["None"] * 2
    assert [sum(map(int, wins)) for wins in zip(*(won for won, _ in said), strict=True)] == [1] * 100


def test_ids_are_kept_until_their_tokens_expire_and_no_longer() -> None:
    guard = MemoryGuard()

    async def through_the_day() -> None:
        for second in range(10_000):
            assert await guard.first("iss", str(second), expires=second + 100.0, now=float(second))
            assert not await guard.first("iss", str(max(0, second - 100)), expires=second + 100.0, now=float(second))

    run(through_the_day())
    assert len(guard) <= 102


def test_a_full_memory_forgets_what_would_expire_first() -> None:
    async def fill() -> list[bool]:
        for number in range(4):
            await guard.first("iss", str(number), expires=100.0 + number, now=0.0)
        return [await guard.first("iss", str(number), expires=100.0 + number, now=0.0) for number in (3, 2, 1)]

    guard = MemoryGuard(most=3)
    assert run(fill()) == [False, False, False]
    assert len(guard) == 3


def test_the_shared_storage_is_swept(tmp_path: Path) -> None:
    async def day() -> int:
        for second in range(0, 6000, 10):
            await guard.first("iss", str(second), expires=second + 100.0, now=float(second))
        return guard.kept()

    guard = SharedGuard(make_url(f"sqlite:///{tmp_path / 'seen.db'}"))
    assert 10 <= run(day()) <= 18
    guard.close()


def test_the_shared_storage_forgets_no_token_before_it_expires(tmp_path: Path) -> None:
    """Another worker sweeps at its first look, just before the token is too old to be let in, or later."""

    async def again(now: float) -> bool:
        one, two = (SharedGuard(make_url(f"sqlite:///{tmp_path / str(now)}.db")) for _ in range(2))
        assert await one.first("iss", "1", expires=100.0, now=0.0)
        found = await two.first("iss", "1", expires=100.0, now=now)
        one.close()
        two.close()
        return found

    assert [run(again(now)) for now in (41.0, 100.0, 102.0)] == [False, False, True]


def test_while_the_storage_is_away_each_process_knows_its_own_and_says_so(tmp_path: Path) -> None:
    door = Door(tmp_path)
    storage = tmp_path / "spool" / "seen-tokens.db"
    storage.mkdir()
    token = elliptic().sign(claims())
    assert door.opens(token), "advice is still given"
    assert not door.opens(token)
    assert "seen tokens is away" in (door.trouble() or "")
    assert str(tmp_path) not in (door.trouble() or "")
    storage.rmdir()
    assert door.opens(elliptic().sign(claims()))
    assert door.trouble() is not None, "it is not asked at every call"
    door.clock.move(10)
    assert door.opens(elliptic().sign(claims()))
    assert door.trouble() is None
    assert not door.opens(token)


def test_a_storage_that_hangs_holds_up_one_call_for_a_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sqlite3

    monkeypatch.setattr("fhir_adapters.service.caller.replay.LONGEST_WAIT", 0.05)
    door = Door(tmp_path)
    assert door.opens(elliptic().sign(claims()))
    held = sqlite3.connect(tmp_path / "spool" / "seen-tokens.db", isolation_level=None)
    held.execute("BEGIN IMMEDIATE")
    assert all(door.opens(elliptic().sign(claims())) for _ in range(20))
    assert "away" in (door.trouble() or "")
    held.close()
