"""Databases for the store's tests: a file, and a real PostgreSQL server that every session starts and stops."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fhir_adapters.service.store.journal import SqlJournal
from tests.service.store.support import Postgres, journal


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The server, running."""
    server = Postgres()
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture
def fragile(postgres: Postgres) -> Iterator[Postgres]:
    """The server, for a test that kills it."""
    yield postgres
    postgres.start()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'footdrop.db'}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.database()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'footdrop.db'}"


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[..., SqlJournal]]:
    """Opens journals on a URL, which share a spool and migrate at start, and closes them at the end."""
    journals: list[SqlJournal] = []

    def open_one(url: str, **given: Any) -> SqlJournal:
        journals.append(journal(url, **{"spool": tmp_path / "spool", "migrate_at_start": True, **given}))
        return journals[-1]

    yield open_one
    for each in journals:
        each.close()
