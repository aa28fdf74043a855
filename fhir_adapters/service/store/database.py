"""The database: connecting within bounds, and writing events once. SQLite or PostgreSQL.

Away      it cannot be reached, or it cannot write just now: try again
Behind    it is there, and its tables are older than this version needs: `footdrop migrate`
Refused   it will never take these rows

What a driver says of an error may quote what was to be written, which is patient data: only its kind is told.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

import orjson
from sqlalchemy import Connection, Engine, Table, create_engine, event, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, SQLAlchemyError, StatementError

from fhir_adapters.service.store.lines import rows_of
from fhir_adapters.service.store.tables import ASSESSMENTS, CARDS, FEEDBACK

WRITING_SECONDS: Final = 30.0
_NAMES_AT_ONCE: Final = 1000
_TOO_LARGE: Final = "54"  # SQLSTATE class "program limit exceeded": an OperationalError that no retry mends
_CONNECT_SECONDS: Final = 3  # the least that libpq takes is 2


class Away(Exception):  # noqa: N818 - what is so, not what went wrong
    """The database cannot be written or read now; the text names the kind of error."""


class Behind(Away):
    """The tables are not those of this version."""


class Refused(Exception):  # noqa: N818
    """The database will never take these rows."""


class Written(NamedTuple):
    """What was new: the rules of each new card; rules and outcome of each new feedback on a known card."""

    shown: list[tuple[str, ...]]
    answered: list[tuple[tuple[str, ...], str]]


def engine_of(url: str, seconds: float, *, connections: int = 1, wait: float | None = None) -> Engine:
    """An engine whose statements and waits end after `seconds`; those for one of its own connections after `wait`.

    ValueError if the URL is not one we can use.
    """
    parsed = usable(url)
    if parsed.get_backend_name() == "sqlite":
        arguments: dict[str, Any] = {"timeout": seconds}
    else:
        limit = int(seconds * 1000)
        arguments = {
            "connect_timeout": _CONNECT_SECONDS,
            "tcp_user_timeout": max(limit, 1000 * _CONNECT_SECONDS),
            "options": f"-c statement_timeout={limit} -c lock_timeout={limit} -c timezone=UTC",
            "application_name": "footdrop",
        }
    engine = create_engine(
        parsed,
        connect_args=arguments,
        hide_parameters=True,
        json_serializer=lambda value: orjson.dumps(value).decode(),
        json_deserializer=orjson.loads,
        pool_pre_ping=True,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=seconds if wait is None else wait,
    )
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    return engine


def usable(url: str) -> URL:
    """The URL, with its driver. ValueError says what is understood; it never quotes the URL, which holds a password."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # of a port that is no number make_url quotes what may be half a password
        raise ValueError("database_url: this is no URL of a database") from None
    if parsed.drivername in {"postgres", "postgresql"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() == "sqlite" and parsed.database in {None, "", ":memory:"}:
        raise ValueError("database_url: an SQLite database needs a file, such as sqlite:///footdrop.db")
    if parsed.drivername not in {"sqlite", "sqlite+pysqlite", "postgresql+psycopg"}:
        raise ValueError("database_url: sqlite:///FILE or postgresql+psycopg://… is understood")
    return parsed


def _prepare_sqlite(connection: sqlite3.Connection, _: object) -> None:
    connection.execute("PRAGMA journal_mode = WAL")  # readers and the writer do not wait for each other
    connection.execute("PRAGMA synchronous = FULL")  # what is committed survives the loss of power
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")  # what is erased is overwritten


@contextmanager
def told() -> Iterator[None]:
    """Turn what the database says into Away or Refused, without a word of what was to be written."""
    try:
        yield
    except (DataError, IntegrityError) as wrong:
        raise Refused(kind_of(wrong)) from None
    except DBAPIError as wrong:
        refused = str(getattr(wrong.orig, "sqlstate", "")).startswith(_TOO_LARGE)
        raise (Refused if refused else Away)(kind_of(wrong)) from None
    except StatementError as wrong:  # a value that the driver cannot bind
        raise Refused(kind_of(wrong)) from None
    except SQLAlchemyError as wrong:
        raise Away(kind_of(wrong)) from None


def kind_of(wrong: SQLAlchemyError) -> str:
    """The kind of an error, with its SQLSTATE if there is one: "OperationalError 57P01"."""
    code = getattr(getattr(wrong, "orig", None), "sqlstate", None)
    return f"{type(wrong).__name__} {code}" if code else type(wrong).__name__


def write(engine: Engine, events: Iterable[Mapping[str, Any]]) -> Written:
    """Write events in one transaction; what is there already is left as it is. Away or Refused."""
    try:
        rows = rows_of(events)
    except (KeyError, TypeError, ValueError) as wrong:
        raise Refused(type(wrong).__name__) from None
    with told(), engine.begin() as connection:
        _insert(connection, ASSESSMENTS, rows.assessments)
        cards = _insert(connection, CARDS, rows.cards)
        feedback = _insert(connection, FEEDBACK, rows.feedback)
        return Written(
            [tuple(card["rules"]) for card in cards],
            _answered(connection, feedback),
        )


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Insert rows, and give back those that were new.

    What is there already is looked up first: asking for it with RETURNING would cost three times as much. Should two
    workers write the same row in the same instant, both count it as new; it is written once all the same.
    """
    key = list(table.primary_key)
    new: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        new.setdefault(tuple(row[column.name] for column in key), row)
    for some in _some_of(sorted({row[key[-1].name] for row in rows})):
        for there in connection.execute(select(*key).where(key[-1].in_(some))):
            new.pop(tuple(there), None)
    if new:
        insert = (postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert)(table)
        connection.execute(insert.on_conflict_do_nothing(), list(new.values()))
    return list(new.values())


def _some_of(names: Sequence[str]) -> Iterator[Sequence[str]]:
    """A statement takes only so many parameters."""
    for start in range(0, len(names), _NAMES_AT_ONCE):
        yield names[start : start + _NAMES_AT_ONCE]


def _answered(connection: Connection, feedback: list[dict[str, Any]]) -> list[tuple[tuple[str, ...], str]]:
    rules: dict[tuple[str, str], tuple[str, ...]] = {}
    for some in _some_of(sorted({entry["card"] for entry in feedback})):
        known = select(CARDS.c.issuer, CARDS.c.uuid, CARDS.c.rules).where(CARDS.c.uuid.in_(some))
        rules |= {(issuer, uuid): tuple(said) for issuer, uuid, said in connection.execute(known)}
    keyed = [((entry["issuer"], entry["card"]), entry["outcome"]) for entry in feedback]
    return [(rules[key], outcome) for key, outcome in keyed if key in rules]
