"""The Journal over spool, writer and database.

`assessed` and `feedback` append to the spool and return; a thread writes to the database. Everything of a process
begins in it, by `begin` or at its first use, so that a forked worker has its own spool, thread and connections.
"""

from __future__ import annotations

import logging
import os
import threading
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine

from fhir_adapters.service.context import Clock, utc_now
from fhir_adapters.service.journal import Assessed, Feedback
from fhir_adapters.service.settings import Settings
from fhir_adapters.service.store import database, schema
from fhir_adapters.service.store.answers import PATIENCE_SECONDS, Answers
from fhir_adapters.service.store.counters import Counters
from fhir_adapters.service.store.drain import SET_ASIDE, Drain
from fhir_adapters.service.store.lines import in_utc, line_of
from fhir_adapters.service.store.snooze import Recent, snoozed
from fhir_adapters.service.store.spool import Spool
from fhir_adapters.service.store.writer import Writer

STARTING_SECONDS: Final = 5.0  # the tables of SQLite are made in less
CLOSING_SECONDS: Final = 5.0
FIRST_TRY_SECONDS: Final = 0.5
QUEUE_SECONDS: Final = 2.0  # that a report waits for another one; who stops the service waits as long for it
_log: Final = logging.getLogger(__name__)


class Tables:
    """The database as the writer sees it. SQLite's tables are made and migrated here; PostgreSQL's if asked for."""

    def __init__(self, engine: Engine, *, migrate: bool) -> None:
        self._engine, self._migrate, self._ready = engine, migrate, False

    def prepare(self) -> None:
        """Away or Behind, unless the tables are there. Asked again until they are."""
        if self._ready:
            return
        try:
            schema.check(self._engine)
        except database.Behind:
            if not self._migrate:
                raise
            schema.migrate(self._engine)
        self._ready = True

    def write(self, events: Sequence[Mapping[str, Any]]) -> database.Written:
        try:
            return database.write(self._engine, events)
        except database.Away:
            self._ready = False
            raise


class _Process:
    """What one process has: its folder in the spool, its thread, its connections, its memory."""

    def __init__(self, settings: Settings, clock: Clock, patience: float) -> None:
        url, root = settings.database_url, settings.spool
        self.recent = Recent()
        self.spool = Spool(root)
        self.reading = database.engine_of(url, patience)
        longest = settings.request_timeout_seconds  # of a report: a later one would reach nobody
        self.reporting = database.engine_of(url, longest, connections=2, wait=QUEUE_SECONDS)
        self._writing = database.engine_of(url, database.WRITING_SECONDS)
        self.answers = Answers(self.reading, patience=patience)
        self.counters = Counters(self.waiting, lambda: self.spool.lost, lambda: self.drain.set_aside)
        migrate = settings.migrate_at_start or self._writing.dialect.name == "sqlite"
        self.drain = Drain(root, self.spool, Tables(self._writing, migrate=migrate), self.counters.add)
        self.writer = Writer(self.spool, self.drain, clock, back=self.answers.reached)
        self._told = 0, ""

    def waiting(self) -> int:
        """The records that are not in the database yet, those of dead workers included."""
        return self.spool.waiting + self.drain.left

    def keep(self, line: bytes) -> bool:
        """Append to the spool, and say so if the disk does not take it. False: this was closed meanwhile."""
        if not self.spool.append(line):
            return False
        self.writer.wake()
        said = self.spool.lost, self.spool.unwritable
        if said != self._told:
            self._told = said
            _log.error("the spool: %s; records lost so far: %d", said[1] or "can be written again", said[0])
        return True

    def close(self, seconds: float) -> None:
        if not self.writer.close(seconds):
            _log.warning("the database did not take everything in time")
        left, lost = self.spool.waiting, self.spool.lost
        self.spool.close()
        if left:
            _log.warning("records that stay in the spool until the next start: %d", left)
        if self.spool.lost > lost:
            _log.critical("records lost, because neither database nor spool took them: %d", self.spool.lost - lost)
        self.answers.close()
        for engine in (self.reading, self.reporting, self._writing):
            engine.dispose()


class SqlJournal:
    """The Journal on SQLite or PostgreSQL.

    `patience`: seconds that `snoozed` waits for the database at most; `first_try`: those that `trouble` waits, once,
    for the database to be tried at all.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock = utc_now,
        patience: float = PATIENCE_SECONDS,
        first_try: float = FIRST_TRY_SECONDS,
    ) -> None:
        database.usable(settings.database_url)
        self._settings, self._clock = settings, clock
        self._patience, self._first_try = patience, first_try
        self._lock = threading.Lock()
        self._here: _Process | None = None
        self._inherited: list[_Process | None] = []  # kept, so that nothing of the parent's is closed by its end
        this = weakref.ref(self)
        os.register_at_fork(after_in_child=lambda: _forget(this()))

    @property
    def _process(self) -> _Process:
        if self._here is None:
            with self._lock:
                if self._here is None:
                    self._here = _Process(self._settings, self._clock, self._patience)
        return self._here

    def after_fork(self) -> None:
        """In the child of a fork: begin anew."""
        self._lock = threading.Lock()
        here, self._here = self._here, None
        if here is not None:
            here.spool.abandon()
            self._inherited.append(here)

    def begin(self) -> None:
        """See to the tables and to what dead workers left; nobody waits long for a database that does not answer."""
        self._process.writer.first_try(STARTING_SECONDS)

    def assessed(self, event: Assessed) -> None:
        """Keep one assessment and its cards; the record itself only where the settings say so."""
        self._process.recent.issued(event)
        self._keep(line_of(event if self._settings.keep_records else replace(event, record=None)))

    def feedback(self, entries: Sequence[Feedback]) -> None:
        """Keep feedback; the same entry twice is one."""
        self._process.recent.said(entries)
        self._keep(line_of(entries))

    def _keep(self, line: bytes) -> None:
        while not self._process.keep(line):  # closed in between: then it is kept by what comes after
            pass

    async def snoozed(self, *, user: str, patient: str, now: datetime) -> frozenset[tuple[str, str]]:
        """(topic, fingerprint) of the cards that stay away. Waits for the database within the journal's patience."""
        days = self._settings.snooze_days
        if not (user and patient and days):
            return frozenset()
        here = self._process
        since = in_utc(now) - timedelta(days=days)
        known = None if here.writer.away else await here.answers.words(user, patient, since)
        return snoozed([*(known or ()), *here.recent.words(user, patient)], now, days)

    def trouble(self) -> str | None:
        """Whatever stands between the records and the database, as sentences; None if nothing does."""
        here = self._process
        tried = here.writer.first_try(self._first_try)
        return " ".join(_troubles(here, tried, self._settings)) or None

    def flush(self, seconds: float = 30.0) -> bool:
        """Write now. True if everything of this process is in the database."""
        here = self._process
        return here.writer.flush(seconds) and not here.writer.away and not here.waiting()

    def close(self, seconds: float = CLOSING_SECONDS) -> None:
        """Write what can be written within `seconds`; the rest stays in the spool for the next start."""
        with self._lock:
            here, self._here = self._here, None
        if here is not None:
            here.close(seconds)

    @property
    def engine(self) -> Engine:
        """For reports: statements may take as long as a request."""
        return self._process.reporting

    @property
    def counters(self) -> Counters:
        """The Prometheus counters of this process."""
        return self._process.counters


def _forget(journal: SqlJournal | None) -> None:
    if journal is not None:
        journal.after_fork()


def _troubles(here: _Process, tried: bool, settings: Settings) -> list[str]:
    found, writer, spool = [], here.writer, here.spool
    if not tried:
        found.append("The database has not answered yet.")
    if writer.away:
        why = f"{writer.away[0].upper()}{writer.away[1:]}" if writer.behind else f"The database is away ({writer.away})"
        found.append(f"{why}, since {writer.since:%Y-%m-%dT%H:%M:%SZ}; records waiting: {here.waiting()}.")
    if why := spool.unwritable or writer.unsynced:
        found.append(f"The spool cannot be written ({why}): a crash would lose what waits.")
    if spool.lost:
        found.append(f"Records lost, because the database was away and the spool could not be written: {spool.lost}.")
    if _is_there(settings.spool / SET_ASIDE):
        found.append(f"Records that no database takes lie in the spool, in {SET_ASIDE}.")
    return found


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a folder that may not be entered is told above
        return False
