"""The journal begins when the service starts, not when somebody asks it for the first time."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from fhir_adapters.service.app import create_app
from fhir_adapters.service.store import journal as store
from fhir_adapters.service.store.journal import SqlJournal
from tests.service.store.support import NOW, assessed, feedback, held
from tests.service.support import known, settings

Opened = Callable[..., SqlJournal]


@pytest.fixture(autouse=True)
def _a_slow_machine_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "STARTING_SECONDS", 60.0)


@asynccontextmanager
async def started(journal: SqlJournal) -> AsyncIterator[httpx.AsyncClient]:
    """The service, started, and its client."""
    app = create_app(settings(), journal=journal, authenticate=known, clock=lambda: NOW)
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")
    async with app.router.lifespan_context(app), client:
        yield client


def test_a_new_sqlite_database_is_there_when_the_service_has_started(opened: Opened, sqlite_url: str) -> None:
    async def first() -> int:
        async with started(opened(sqlite_url)) as client:
            assert held(sqlite_url, "assessments") == []
            return (await client.get("/feedback/rates")).status_code

    assert asyncio.run(first()) == 200


def test_what_a_dead_worker_left_is_written_though_nobody_asks_anything(opened: Opened, url: str) -> None:
    dead = opened("sqlite:////nowhere/at/all.db")
    dead.assessed(assessed(1))
    dead.feedback([feedback()])
    dead.close()

    async def first() -> list[int]:
        async with started(opened(url)):
            return [len(held(url, table)) for table in ("assessments", "cards", "feedback")]

    assert asyncio.run(first()) == [1, 1, 1]


def test_what_a_dead_worker_left_counts_as_waiting_from_the_start(opened: Opened) -> None:
    dead = opened("sqlite:////nowhere/at/all.db")
    dead.assessed(assessed(1))
    dead.close()

    async def first() -> str:
        async with started(opened("sqlite:////nowhere/at/all.db")) as client:
            return (await client.get("/metrics")).text

    assert "footdrop_journal_waiting 1.0" in asyncio.run(first())


def test_a_service_is_made_without_beginning_its_journal(opened: Opened, sqlite_url: str, tmp_path: Path) -> None:
    """It may be made before a worker is forked off, and what belongs to a process must begin in it."""
    create_app(settings(), journal=opened(sqlite_url), authenticate=known, clock=lambda: NOW)
    assert list(tmp_path.iterdir()) == []


def test_the_service_starts_though_its_database_does_not_answer(
    opened: Opened, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = threading.Event()
    monkeypatch.setattr(store, "STARTING_SECONDS", 0.0)
    monkeypatch.setattr(store.schema, "check", lambda _: answer.wait(60))

    async def first() -> int:
        async with started(opened(sqlite_url)) as client:
            status = (await client.get("/ready?part=advice")).status_code
            assert not answer.is_set()
            answer.set()
            return status

    assert asyncio.run(first()) == 200
