"""What the store's tests share: events, a PostgreSQL server that can be killed, and what a database holds."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import threading
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import select

from fhir_adapters.service.journal import Assessed, Feedback, IssuedCard
from fhir_adapters.service.store.database import engine_of
from fhir_adapters.service.store.journal import SqlJournal
from fhir_adapters.service.store.tables import METADATA
from tests.service.support import NOW, settings

ISSUER = "https://ehr.example"
REASONS = f"{ISSUER}/reasons"
TOPIC = "orthosis:left"
OVERRIDE = {
    "parameter": "severe-mrc",
    "default": "2",
    "value": "1",
    "signed_by": "Dr A. Example",
    "signed_on": "2026-02-01",
}


def journal(url: str, spool: Path, **given: Any) -> SqlJournal:
    """A journal at NOW that a slow machine does not make impatient."""
    return SqlJournal(
        settings(database_url=url, spool=spool, **given), clock=lambda: NOW, patience=30.0, first_try=30.0
    )


def card(uuid: str = "card-1", **given: Any) -> IssuedCard:
    """A card on an orthosis, or whatever a test needs it to be."""
    plain = IssuedCard(
        uuid=uuid,
        service="footdrop-patient-view",
        topic=TOPIC,
        fingerprint="f1",
        indicator="warning",
        red_flag=False,
        rules=("FD-ORT-01", "FD-ORT-03"),
        suggestions={"suggestion-1": "ankle-foot-orthosis"},
    )
    return replace(plain, **given)


def assessed(number: int = 1, *, cards: tuple[IssuedCard, ...] | None = None, **given: Any) -> Assessed:
    """Assessment `number`, of one patient by one user, with one card unless a test says otherwise."""
    plain = Assessed(
        id=f"assessment-{number:05}",
        at=NOW,
        face="patient-view",
        request_id=f"request-{number}",
        issuer=ISSUER,
        tenant="north",
        patient="patient-a",
        user="user-a",
        guideline_version="0.1.0",
        overrides=(OVERRIDE,),
        input_sha256="ab" * 32,
        as_of="2026-03-01",
        outcome="recommendations",
        features={"left": {"mrc-ankle-dorsiflexion": 3, "foot-drop": True}, "right": {}},
        rules_fired={"left": ["FD-ORT-01", "FD-ORT-03"], "right": []},
        cards=(card(f"card-{number}"),) if cards is None else cards,
    )
    return replace(plain, **given)


def feedback(
    uuid: str = "card-1", outcome: str = "overridden", *, after: timedelta = timedelta(), **given: Any
) -> Feedback:
    """Feedback on a card, with a coded reason if it was overridden."""
    at: datetime = NOW + after
    plain = Feedback(
        service="footdrop-patient-view",
        card=uuid,
        outcome=outcome,  # type: ignore[arg-type]
        at=at,
        received_at=at,
        issuer=ISSUER,
        reason_code="not-now" if outcome == "overridden" else "",
        reason_system=REASONS if outcome == "overridden" else "",
    )
    return replace(plain, **given)


def held(url: str, table: str) -> list[dict[str, Any]]:
    """The rows of a table, by primary key."""
    engine = engine_of(url, 30.0)
    which = METADATA.tables[table]
    try:
        with engine.connect() as connection:
            return [dict(row) for row in connection.execute(select(which).order_by(*which.primary_key)).mappings()]
    finally:
        engine.dispose()


class Postgres:
    """A PostgreSQL server on a socket in a folder of its own. It dies with the process that started it."""

    def __init__(self) -> None:
        self._programs = _programs()
        self._folder = Path(tempfile.mkdtemp(prefix="footdrop-pg-"))
        self._server: subprocess.Popen[str] | None = None
        if os.getuid() == 0:  # the server refuses to run as root
            shutil.chown(self._folder, "postgres", "postgres")
            self._as = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        else:
            self._as = ["setpriv"]
        made = [*self._as, self._programs / "initdb", "--no-sync", "--auth=trust", "-U", "postgres", "-D", self._data]
        subprocess.run(made, check=True, capture_output=True, cwd=self._folder)

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def start(self) -> None:
        """Start unless it runs, and return when it accepts connections: it says so itself."""
        if self._server is not None:
            return
        given = ["-c", "listen_addresses=", "-c", "fsync=off", "-c", f"unix_socket_directories={self._folder}"]
        command = [*self._as, "--pdeathsig=KILL", self._programs / "postgres", "-D", self._data, *given]
        self._server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=self._folder)
        assert self._server.stderr is not None
        for line in self._server.stderr:
            if "ready to accept connections" in line:
                break
        else:
            pytest.fail("PostgreSQL did not start")
        self._reader = threading.Thread(target=self._server.stderr.read, daemon=True)  # or the pipe fills up
        self._reader.start()

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """Stop: SIGQUIT is a crash (connections are cut, nothing is written out), SIGINT a shutdown."""
        if self._server is not None:
            self._server.send_signal(how)
            self._server.wait(60)
            self._reader.join()
            if self._server.stderr is not None:
                self._server.stderr.close()
            self._server = None

    def database(self) -> str:
        """The URL of the database, emptied."""
        with psycopg.connect(f"host={self._folder} user=postgres dbname=postgres", autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )
            connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        return f"postgresql+psycopg://postgres@/postgres?host={self._folder}"

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self._folder)


def _programs() -> Path:
    """Where initdb is: on the PATH, or where Debian puts it."""
    on_path = shutil.which("initdb")
    found = [Path(on_path)] if on_path else sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.fail("these tests need the PostgreSQL server (on Debian: sudo apt-get install postgresql)")
    return found[-1].parent
