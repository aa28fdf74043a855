"""Which version of the tables a database has, and bringing it to the one this version needs (Alembic)."""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from fhir_adapters.service.store.database import Behind, told

_MIGRATIONS: Final = Path(__file__).parent / "migrations"
_ONE_AT_A_TIME: Final = threading.Lock()  # Alembic's context is one for the whole process


def _config(connection: Connection | None = None) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


@cache
def _known() -> tuple[str, frozenset[str]]:
    script = ScriptDirectory.from_config(_config())
    return script.get_current_head() or "", frozenset(each.revision for each in script.walk_revisions())


def needed() -> str:
    """The revision that this version needs."""
    return _known()[0]


def found(engine: Engine) -> str | None:
    """The revision that the database has; None if it has no tables of ours. Away if it cannot be asked."""
    with told(), engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def check(engine: Engine) -> None:
    """Behind, unless the tables can be written by this version. A revision that nobody here knows is a newer one.

    Newer tables are written: during a rolling upgrade the old version still runs, and migrations only add.
    """
    revision, (head, known) = found(engine), _known()
    if revision != head and (revision is None or revision in known):
        raise Behind(f"the tables are at revision {revision or 'none'}, and {head} is needed: run `footdrop migrate`")


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the tables to a revision (`base`: none), in one transaction. Away if the database cannot be reached."""
    with _ONE_AT_A_TIME, told(), engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # the driver would begin only at the first row
        going = _config(connection)
        if revision == "base":
            command.downgrade(going, revision)
        else:
            command.upgrade(going, revision)
