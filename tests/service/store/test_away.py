"""Nothing is lost while the database is away, whoever dies meanwhile; readiness says what is wrong."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from fhir_adapters.service.store import database, writer
from fhir_adapters.service.store.journal import SqlJournal
from fhir_adapters.service.store.upkeep import erase
from tests.service.store.support import NOW, Postgres, assessed, card, feedback, held

Opened = Callable[..., SqlJournal]
ROOT = Path(__file__).resolve().parents[3]


def ids(url: str) -> list[str]:
    return [row["id"] for row in held(url, "assessments")]


def named(numbers: range) -> list[str]:
    return [f"assessment-{number:05}" for number in numbers]


@contextmanager
def worker(url: str, spool: Path, numbers: range, *how: str) -> Iterator[subprocess.Popen[str]]:
    """A process that keeps these assessments, and lives until the block ends (then it is killed)."""
    command = [sys.executable, "-m", "tests.service.store.worker", url, str(spool)]
    command += [str(numbers.start), str(numbers.stop), *how]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def has_kept(process: subprocess.Popen[str]) -> bool:
    """Wait until the process says that it has kept everything."""
    assert process.stdout is not None
    return process.stdout.readline() == "kept\n"


def test_a_server_that_is_killed_in_mid_stream_costs_nothing(opened: Opened, fragile: Postgres) -> None:
    url = fragile.database()
    journal = opened(url)
    assert journal.trouble() is None
    streaming, killed = threading.Event(), threading.Event()

    def stream() -> None:
        for number in range(3000):
            journal.assessed(assessed(number))
            if number == 1000:
                streaming.set()
            if number == 2000:
                killed.wait(60)

    thread = threading.Thread(target=stream)
    thread.start()
    streaming.wait(60)
    fragile.stop()
    killed.set()
    thread.join()
    assert not journal.flush()
    assert "The database is away (OperationalError" in (journal.trouble() or "")
    assert f"since {NOW:%Y-%m-%dT%H:%M:%SZ}" in (journal.trouble() or "")
    fragile.start()
    held_at_restart = ids(url)
    assert held_at_restart == named(range(len(held_at_restart))), "what is there is what came first"
    assert journal.flush()
    assert journal.trouble() is None
    assert ids(url) == named(range(3000)), "nothing lost, nothing twice"


def test_nobody_waits_for_a_database_that_does_not_answer(
    opened: Opened, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, answer = threading.Event(), threading.Event()
    write = database.write

    def slow(*given: Any) -> database.Written:
        asked.set()
        assert answer.wait(60)
        return write(*given)

    monkeypatch.setattr(database, "write", slow)
    journal = opened(sqlite_url)
    journal.assessed(assessed(0))
    assert asked.wait(60)
    for number in range(1, 200):
        journal.assessed(assessed(number))
        journal.feedback([feedback(f"card-{number}")])
    assert not answer.is_set(), "all of it was kept while the database had not answered once"
    assert asyncio.run(journal.snoozed(user="user-a", patient="patient-a", now=NOW)) == {("orthosis:left", "f1")}
    answer.set()
    assert journal.flush()
    assert ids(sqlite_url) == named(range(200))


def test_a_database_that_never_answers_does_not_keep_the_service_from_stopping(
    opened: Opened, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked, answer = threading.Event(), threading.Event()

    def stuck(*_: Any) -> database.Written:
        asked.set()
        answer.wait(60)
        raise database.Away("stuck")

    journal = opened(sqlite_url)
    assert journal.trouble() is None
    with monkeypatch.context() as patched:
        patched.setattr(database, "write", stuck)
        journal.assessed(assessed(7))
        assert asked.wait(60)
        journal.close(seconds=0)
        answer.set()
    assert "stay in the spool until the next start: 1" in caplog.text
    assert opened(sqlite_url).flush()
    assert ids(sqlite_url) == named(range(7, 8))


def test_a_database_that_was_never_there_is_found_when_it_comes(opened: Opened, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'not-there-yet' / 'footdrop.db'}"
    journal = opened(url)
    assert "The database is away (OperationalError)" in (journal.trouble() or "")
    journal.assessed(assessed(1))
    assert not journal.flush()
    assert "records waiting: 1." in (journal.trouble() or "")
    (tmp_path / "not-there-yet").mkdir()
    assert journal.flush()
    assert journal.trouble() is None
    assert ids(url) == named(range(1, 2))


def test_what_a_killed_worker_leaves_is_written_by_another(opened: Opened, postgres: Postgres, tmp_path: Path) -> None:
    url = postgres.database()
    away = f"sqlite:///{tmp_path / 'nowhere' / 'footdrop.db'}"
    with worker(away, tmp_path / "spool", range(100)) as dying:
        journal = opened(url)
        assert has_kept(dying)
        assert journal.flush()
        assert ids(url) == [], "as long as it lives, its records are its own"
        dying.send_signal(signal.SIGKILL)
        dying.wait()
        assert journal.flush()
    assert ids(url) == named(range(100))
    assert len(held(url, "cards")) == 100


def test_what_is_in_the_database_lies_nowhere_else_and_does_not_come_back_once_it_is_erased(
    opened: Opened, url: str, tmp_path: Path
) -> None:
    spool = tmp_path / "spool"
    with worker(url, spool, range(3), "flush") as dying:
        assert has_kept(dying)
        assert not [path for path in spool.rglob("*") if path.is_file() and b"assessment" in path.read_bytes()]
        engine = database.engine_of(url, 30.0)
        assert erase(engine, "patient-a")["assessments"] == 3
        engine.dispose()
        dying.send_signal(signal.SIGKILL)
        dying.wait()
    assert opened(url).flush()
    assert ids(url) == []


def test_what_is_erased_is_not_in_the_files_of_sqlite(opened: Opened, sqlite_url: str, tmp_path: Path) -> None:
    journal = opened(sqlite_url)
    journal.assessed(assessed(1))
    journal.feedback([feedback(comment="CANARY")])
    assert journal.flush()
    assert erase(journal.engine, "patient-a")["feedback"] == 1
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and b"CANARY" in path.read_bytes()]


def test_two_workers_share_one_spool(sqlite_url: str, tmp_path: Path) -> None:
    with (
        worker(sqlite_url, tmp_path / "spool", range(50), "flush") as one,
        worker(sqlite_url, tmp_path / "spool", range(50, 100), "flush") as other,
    ):
        assert has_kept(one)
        assert has_kept(other)
        assert ids(sqlite_url) == named(range(100))
        assert len([each for each in (tmp_path / "spool").iterdir() if each.is_dir()]) == 2
        for each in (one, other):
            each.communicate("", timeout=60)
            assert each.returncode == 0
    assert not [each for each in (tmp_path / "spool").iterdir() if each.is_dir()], "who stops in peace leaves nothing"


def test_records_outlive_a_restart_without_a_database(opened: Opened, tmp_path: Path, sqlite_url: str) -> None:
    journal = opened(f"sqlite:///{tmp_path / 'nowhere' / 'footdrop.db'}")
    journal.assessed(assessed(1))
    journal.feedback([feedback()])
    journal.close()
    again = opened(sqlite_url)
    assert again.flush()
    assert [len(held(sqlite_url, table)) for table in ("assessments", "cards", "feedback")] == [1, 1, 1]


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # a service may be forked all the same
def test_a_forked_worker_begins_anew(opened: Opened, sqlite_url: str) -> None:
    journal = opened(sqlite_url)
    journal.assessed(assessed(1))
    assert journal.flush()
    child = os.fork()
    if child == 0:  # no assertion may leave this branch: the child is a copy of the test run
        try:
            journal.assessed(assessed(2))
            kept = journal.flush()
            journal.close()
        finally:
            os._exit(0 if kept else 1)
    assert os.waitpid(child, 0)[1] == 0
    journal.assessed(assessed(3))
    assert journal.flush()
    assert ids(sqlite_url) == named(range(1, 4))


def test_a_record_that_comes_in_while_others_are_written_is_not_flushed_with_them(
    opened: Opened, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "COMMIT_SECONDS", 3_600.0)  # only a flush writes
    journal = opened(sqlite_url)
    assert journal.flush()
    write, more = database.write, [assessed(2)]

    def another_comes(*given: Any) -> database.Written:
        while more:
            journal.assessed(more.pop())
        return write(*given)

    monkeypatch.setattr(database, "write", another_comes)
    journal.assessed(assessed(1))
    assert not journal.flush()
    assert ids(sqlite_url) == named(range(1, 2))
    assert journal.flush()
    assert ids(sqlite_url) == named(range(1, 3))


def test_a_flush_that_does_not_reach_the_database_has_failed_even_if_nothing_waits(opened: Opened) -> None:
    assert not opened("sqlite:////nowhere/at/all.db").flush()


def test_what_the_database_refuses_is_set_aside_and_holds_nothing_up(
    opened: Opened, url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    journal = opened(url)
    journal.assessed(assessed(1))
    journal.assessed(assessed(2, outcome=None))
    journal.assessed(assessed(3, cards=(card("CANARY", topic=None),), patient="CANARY"))  # type: ignore[arg-type]
    journal.assessed(assessed(4))
    assert journal.flush()
    assert ids(url) == ["assessment-00001", "assessment-00004"]
    assert "set-aside.ndjson" in (journal.trouble() or "")
    aside = (tmp_path / "spool" / "set-aside.ndjson").read_bytes().splitlines()
    assert [b"assessment-0000%d" % number in line for number, line in zip((2, 3), aside, strict=True)] == [True, True]
    assert "the database refused a record (IntegrityError" in caplog.text
    assert "CANARY" not in caplog.text + (journal.trouble() or ""), "a record is never quoted"


def test_a_damaged_line_costs_only_itself(opened: Opened, sqlite_url: str, tmp_path: Path) -> None:
    journal = opened(f"sqlite:///{tmp_path / 'nowhere' / 'footdrop.db'}")
    for number in range(3):
        journal.assessed(assessed(number))
    journal.close()
    (segment,) = (tmp_path / "spool").glob("*/1")
    segment.write_bytes(segment.read_bytes().replace(b"request-1", b"request-X"))
    again = opened(sqlite_url)
    assert again.flush()
    assert ids(sqlite_url) == ["assessment-00000", "assessment-00002"]
    assert "set-aside.ndjson" in (again.trouble() or "")
    assert b"request-X" in (tmp_path / "spool" / "set-aside.ndjson").read_bytes()


def test_a_spool_that_cannot_be_written_is_told_and_records_reach_the_database(
    opened: Opened, sqlite_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    journal = opened(sqlite_url, spool=tmp_path / "file")
    assert "The spool cannot be written" in (journal.trouble() or ""), "before anything is lost"
    journal.assessed(assessed(1))
    assert "the spool: E" in caplog.text
    assert journal.flush()
    assert ids(sqlite_url) == named(range(1, 2))


def test_without_database_and_spool_what_is_lost_is_told_loudly(
    opened: Opened, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    journal = opened(f"sqlite:///{tmp_path / 'nowhere' / 'footdrop.db'}", spool=tmp_path / "file")
    journal.assessed(assessed(1))
    assert not journal.flush()
    trouble = journal.trouble() or ""
    assert "The database is away" in trouble
    assert "The spool cannot be written" in trouble
    journal.close()
    assert ("CRITICAL", "records lost, because neither database nor spool took them: 1") in [
        (record.levelname, record.getMessage()) for record in caplog.records
    ]


def test_no_log_line_quotes_a_record(opened: Opened, fragile: Postgres, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    journal = opened(fragile.database())
    assert journal.trouble() is None
    fragile.stop()
    journal.assessed(assessed(1, patient="CANARY", features={"left": {"CANARY": "CANARY"}}, request_id="CANARY"))
    journal.feedback([feedback(comment="CANARY")])
    assert not journal.flush()
    assert "records are kept in the spool: OperationalError" in caplog.text
    assert "CANARY" not in caplog.text + (journal.trouble() or "")
