"""`make soak-service`: clients call and give feedback while the database is stopped and started; nothing may be lost.

Every call that was answered 200 must stand in the database once, and so must every feedback, whatever the database did
meanwhile; and no answer may be anything but a 200. Exit status 1 otherwise.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from itertools import count, cycle
from pathlib import Path

import orjson
from prometheus_client.parser import text_string_to_metric_families

from fixtures.hospital_export import hospital_export
from tests.bench.hook_calls import SERVICE, call
from tests.bench.load import answer, post
from tests.bench.servers import footdrop_serve, free_port, running
from tests.bench.service import CLIENTS, templates
from tests.service.store.support import Postgres, held

_AWAY, _BACK = 20.0, 25.0  # seconds that the database is stopped, and then runs, again and again
_PATIENCE = 120.0  # seconds for a new start to write what the old one left
_PATH = f"/cds-services/{SERVICE}"


class Tally:
    """What the clients were told, to be compared with what was kept."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.cards: list[str] = []
        self.statuses: Counter[int] = Counter()


async def _client(port: int, numbers: Iterator[int], asked: dict[str, str], until: float, tally: Tally) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    record = hospital_export(32)
    for number in numbers:
        if time.monotonic() >= until:
            break
        instance, body = call(record, asked, number)
        writer.write(post(_PATH, body))
        status, text = await answer(reader)
        tally.statuses[status] += 1
        if status != 200:
            continue
        tally.calls.append(instance)
        shown = orjson.loads(text)["cards"]
        if shown:
            writer.write(post(f"{_PATH}/feedback", _overridden(shown[0]["uuid"])))
            status, _ = await answer(reader)
            tally.statuses[status] += 1
            if status == 200:
                tally.cards.append(shown[0]["uuid"])
    writer.close()


def _overridden(card: str) -> bytes:
    said = {"card": card, "outcome": "overridden", "outcomeTimestamp": "2026-03-01T09:30:00Z"}
    return orjson.dumps({"feedback": [said]})


async def _clients(port: int, asked: dict[str, str], until: float, tally: Tally) -> None:
    numbers = count()
    await asyncio.gather(*(_client(port, numbers, asked, until, tally) for _ in range(CLIENTS)))


def _disturb(database: Postgres, over: threading.Event) -> None:
    """Stop and start the database in turns, until told that it is over."""
    for away in cycle((False, True)):
        if over.wait(_AWAY if away else _BACK):
            break
        (database.start if away else database.stop)()


def soak(minutes: float) -> int:
    tally, over, database = Tally(), threading.Event(), Postgres()
    with tempfile.TemporaryDirectory() as folder:
        database.start()
        url = database.database()
        disturber = threading.Thread(target=_disturb, args=(database, over))
        try:
            port = free_port()
            command, env = footdrop_serve(port, Path(folder), database_url=url, migrate_at_start="true", workers="2")
            with running(command, f"http://127.0.0.1:{port}/ready", env):
                asked = templates(port)
                disturber.start()
                asyncio.run(_clients(port, asked, time.monotonic() + 60 * minutes, tally))
                over.set()
                disturber.join()
                database.stop()  # a server dies with the thread that started it
                database.start()
            env["FOOTDROP_WORKERS"] = "1"  # which tells of everything that waits
            with running(command, f"http://127.0.0.1:{port}/ready", env):
                _written(port)  # by the next start, whatever the end of the first one left in the spool
            return _report(tally, url)
        finally:
            over.set()
            if disturber.is_alive():
                disturber.join()
            database.remove()


def _written(port: int) -> None:
    """Wait until nothing is left in the spool; SystemExit if that takes longer than `_PATIENCE`."""
    end = time.monotonic() + _PATIENCE
    while (waiting := _waiting(port)) and time.monotonic() < end:
        time.sleep(0.5)
    if waiting:
        raise SystemExit(f"after {_PATIENCE:.0f} s the spool still holds {waiting:.0f} records")


def _waiting(port: int) -> float:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as told:
        families = text_string_to_metric_families(told.read().decode())
        return next(each.samples[0].value for each in families if each.name == "footdrop_journal_waiting")


def _report(tally: Tally, url: str) -> int:
    kept = Counter(row["request_id"] for row in held(url, "assessments"))
    heard = Counter(row["card"] for row in held(url, "feedback"))
    wrong = {
        "calls lost": sum(instance not in kept for instance in tally.calls),
        "calls kept twice": sum(times > 1 for times in kept.values()),
        "feedback lost": sum(card not in heard for card in tally.cards),
        "feedback kept twice": sum(times > 1 for times in heard.values()),
        "answers that were no 200": sum(times for status, times in tally.statuses.items() if status != 200),
    }
    print(f"{len(tally.calls)} calls and {len(tally.cards)} feedbacks answered; {dict(tally.statuses)}")
    for what, times in wrong.items():
        print(f"{times:6} {what}")
    return int(any(wrong.values()))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10.0)
    return soak(parser.parse_args().minutes)


if __name__ == "__main__":
    sys.exit(main())
