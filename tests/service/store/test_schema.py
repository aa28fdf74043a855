"""Migrations make exactly the tables that the code uses, both ways, and a database that is behind is not written."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import insert, inspect, select, text
from sqlalchemy.exc import DBAPIError

from fhir_adapters.service.store import schema
from fhir_adapters.service.store.database import Away, Behind, engine_of
from fhir_adapters.service.store.journal import SqlJournal
from fhir_adapters.service.store.tables import METADATA, SEEN_TOKENS
from tests.service.store.support import Postgres, assessed, held

Opened = Callable[..., SqlJournal]


def test_migrations_and_tables_agree(url: str) -> None:
    engine = engine_of(url, 30.0)
    schema.migrate(engine)
    with engine.connect() as connection:
        compared = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(compared, METADATA) == [], "write a migration for this"
    engine.dispose()


def test_up_down_and_up_again(url: str) -> None:
    engine = engine_of(url, 30.0)
    assert schema.found(engine) is None
    for _ in range(2):
        schema.migrate(engine)
        assert schema.found(engine) == schema.needed()
        assert set(METADATA.tables) < set(inspect(engine).get_table_names())
        schema.migrate(engine, "base")
        assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    engine.dispose()


def test_a_table_of_seen_tokens_that_an_earlier_version_made_itself_is_kept(url: str) -> None:
    engine = engine_of(url, 30.0)
    schema.migrate(engine, "0001")
    SEEN_TOKENS.create(engine)
    with engine.begin() as connection:
        connection.execute(insert(SEEN_TOKENS).values(digest=b"seen", expires=1))
    schema.migrate(engine)
    assert schema.found(engine) == schema.needed()
    with engine.connect() as connection:
        assert connection.execute(select(SEEN_TOKENS.c.digest)).scalars().all() == [b"seen"]
    engine.dispose()


def test_a_database_behind_is_not_written_until_someone_migrates_it(opened: Opened, postgres: Postgres) -> None:
    url = postgres.database()
    journal = opened(url, migrate_at_start=False)
    journal.assessed(assessed(1))
    assert not journal.flush()
    trouble = journal.trouble() or ""
    assert trouble.startswith(
        "The tables are at revision none, and 0002 is needed: run `footdrop migrate`, since 2026-"
    )
    assert "records waiting: 1." in trouble
    engine = engine_of(url, 30.0)
    schema.migrate(engine)
    engine.dispose()
    assert journal.flush()
    assert journal.trouble() is None
    assert len(held(url, "assessments")) == 1


def test_tables_of_a_later_version_are_written_during_a_rolling_upgrade(opened: Opened, url: str) -> None:
    engine = engine_of(url, 30.0)
    schema.migrate(engine)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE assessments ADD COLUMN later TEXT"))
        connection.execute(text("UPDATE alembic_version SET version_num = 'of a later version'"))
    engine.dispose()
    journal = opened(url)
    journal.assessed(assessed(1))
    assert journal.flush()


def test_tables_that_vanish_under_a_running_service_cost_nothing(opened: Opened, url: str) -> None:
    journal = opened(url)
    journal.assessed(assessed(1))
    assert journal.flush()
    engine = engine_of(url, 30.0)
    schema.migrate(engine, "base")
    engine.dispose()
    journal.assessed(assessed(2))
    assert not journal.flush()
    assert journal.flush(), "it is allowed to make them anew"
    assert [row["id"] for row in held(url, "assessments")] == ["assessment-00002"]


def test_a_database_that_is_no_database_is_away(tmp_path: object) -> None:
    engine = engine_of("postgresql://nobody@localhost:1/none", 1.0)
    with pytest.raises(Away) as told:
        schema.check(engine)
    assert not isinstance(told.value, Behind)
    assert str(told.value) == "OperationalError"
    engine.dispose()


def test_neither_an_error_nor_the_log_of_statements_quotes_what_was_to_be_written(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Even where somebody turns on SQLAlchemy's own log, or shows an error that nobody has put into other words."""
    caplog.set_level(logging.INFO, logger="sqlalchemy.engine")
    engine = engine_of(url, 30.0)
    with pytest.raises(DBAPIError) as wrong, engine.begin() as connection:
        connection.execute(text("INSERT INTO nowhere VALUES (:name)"), {"name": "CANARY"})
    engine.dispose()
    for told in (caplog.text, str(wrong.value)):
        assert "INSERT INTO nowhere" in told
        assert "CANARY" not in told


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "sqlite:///:memory:",
        "mysql://user:secret@host/db",
        "secret",
        "postgresql://u:pa@ss:secret@db:5432/x",
    ],
)
def test_a_url_that_cannot_be_used_is_refused_without_quoting_it(opened: Opened, url: str) -> None:
    with pytest.raises(ValueError, match="database_url: ") as refused:
        opened(url)
    assert "secret" not in str(refused.value)
