"""`make bench-service`: the service's marks, beside an empty endpoint of the same framework in the same run.

    requests a second, 16 clients, one worker   to 1 / (assess alone + empty endpoint alone)
    p99 to p50                                  of all these requests

Both sides are measured in turns, of which the median counts: a machine's speed changes within seconds, and hits both.
Exit status 1 when a first bound is missed. The service runs as it would in a hospital, its journal on SQLite.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import orjson

from fhir_adapters import assess
from fixtures.hospital_export import AS_OF, hospital_export
from tests.bench.hook_calls import SERVICE, calls
from tests.bench.load import Load, post, send
from tests.bench.measure import Mark
from tests.bench.run import HEADER, ROW, row
from tests.bench.servers import footdrop_serve, free_port, running

CLIENTS = 16
EACH = 200  # requests of a turn
WARM = 300  # requests before the first


def templates(port: int) -> dict[str, str]:
    """What discovery asks for on patient-view."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/cds-services") as answer:
        services = orjson.loads(answer.read())["services"]
    found: dict[str, str] = next(each for each in services if each["id"] == SERVICE)["prefetch"]
    return found


@dataclass(frozen=True, slots=True)
class Turn:
    """The service under load, and right after it the seconds of one empty answer and of one assess alone."""

    load: Load
    empty: float
    assessing: float

    @property
    def floor(self) -> float:
        """Calls a second, if a call cost no more than an empty answer and assess."""
        return 1 / (self.empty + self.assessing)

    @property
    def share(self) -> float:
        """What of that is reached."""
        return self.load.a_second / self.floor


def turns(count: int, folder: Path) -> list[Turn]:
    """So many turns, after what start-up and the caches cost once."""
    record, found = hospital_export(32), []

    def assessing() -> None:
        assess(record, as_of=AS_OF)

    with _servers(folder) as (ours, theirs):
        bodies = calls(record, templates(ours), range(WARM + count * EACH))
        requests = [post(f"/cds-services/{SERVICE}", body) for body in bodies]
        empty = [post("/empty", record)] * EACH
        send(ours, requests[:WARM], CLIENTS)
        send(theirs, empty, CLIENTS)
        _alone(assessing, WARM)
        for start in range(WARM, len(requests), EACH):
            load = send(ours, requests[start : start + EACH], CLIENTS)
            if set(load.statuses) != {200}:
                raise SystemExit(f"not every answer was a 200: {load.statuses}")
            found.append(Turn(load, 1 / send(theirs, empty, CLIENTS).a_second, _alone(assessing, EACH // 2)))
    return found


@contextmanager
def _servers(folder: Path) -> Iterator[tuple[int, int]]:
    """The ports of the service and of the empty endpoint, both up."""
    ours, theirs = free_port(), free_port()
    empty = [sys.executable, "-m", "uvicorn", "tests.bench.empty_endpoint:app", "--port", str(theirs)]
    command, env = footdrop_serve(ours, folder)
    with (
        running([*empty, "--log-level", "warning", "--no-access-log"], f"http://127.0.0.1:{theirs}/openapi.json"),
        running(command, f"http://127.0.0.1:{ours}/ready", env),
    ):
        yield ours, theirs


def _alone(work: Callable[[], object], times: int) -> float:
    """Median wall seconds of one call, nothing else running."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return median(taken)


def marks(found: Sequence[Turn]) -> tuple[Mark, Mark]:
    """The median turn, and what the clients waited in all of them."""
    middle = sorted(found, key=lambda turn: turn.share)[len(found) // 2]
    waited = sorted(each for turn in found for each in turn.load.latencies)
    slow, usual = (waited[int(share * len(waited))] * 1e3 for share in (0.99, 0.5))
    return (
        Mark(
            "CDS Hooks patient-view, 16 clients", "1 / (assess + empty endpoint)",
            middle.load.a_second, middle.floor, middle.share, 0.7, 0.9, "requests/s", more_is_better=True,
        ),
        Mark("the same, p99", "p50", slow, usual, slow / usual, 3.0, 2.0, "ms"),
    )  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a short run, for a first impression")
    count = 3 if parser.parse_args().quick else 15
    with tempfile.TemporaryDirectory() as folder:
        found = turns(count, Path(folder))
    print(ROW.format(*HEADER))
    for mark in (both := marks(found)):
        print(row(mark))
    shares = sorted(turn.share for turn in found)
    print(
        f"{count} turns of {EACH} requests, {shares[0]:.2f} to {shares[-1]:.2f}; "
        f"assess alone {median(turn.assessing for turn in found) * 1e3:.2f} ms, "
        f"an empty answer {median(turn.empty for turn in found) * 1e3:.2f} ms"
    )
    return int(any(mark.verdict == "FAIL" for mark in both))


if __name__ == "__main__":
    sys.exit(main())
