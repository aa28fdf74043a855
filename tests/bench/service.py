"""`make bench-service`: the service's marks, beside an empty endpoint of the same framework in the same run.

    requests a second, 16 clients, one worker   to 1 / (assess alone + empty endpoint alone)
    p99 to p50                                  of the same load

Exit status 1 when a first bound is missed. The service runs as it would in a hospital, its journal on SQLite.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
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


def templates(port: int) -> dict[str, str]:
    """What discovery asks for on patient-view."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/cds-services") as answer:
        services = orjson.loads(answer.read())["services"]
    found: dict[str, str] = next(each for each in services if each["id"] == SERVICE)["prefetch"]
    return found


def alone(work: Callable[[], object], rounds: int) -> float:
    """Median wall seconds of one call, nothing else running."""
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return median(taken)


def empty_load(count: int) -> Load:
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "tests.bench.empty_endpoint:app", "--port", str(port)]
    with running([*command, "--log-level", "warning", "--no-access-log"], f"http://127.0.0.1:{port}/openapi.json"):
        request = post("/empty", hospital_export(32))
        send(port, [request] * 200, CLIENTS)
        return send(port, [request] * count, CLIENTS)


def service_load(count: int, folder: Path) -> Load:
    port = free_port()
    command, env = footdrop_serve(port, folder)
    with running(command, f"http://127.0.0.1:{port}/ready", env):
        record, asked = hospital_export(32), templates(port)
        path = f"/cds-services/{SERVICE}"
        send(port, [post(path, body) for body in calls(record, asked, range(200))], CLIENTS)
        load = send(port, [post(path, body) for body in calls(record, asked, range(200, 200 + count))], CLIENTS)
    if set(load.statuses) != {200}:
        raise SystemExit(f"not every answer was a 200: {load.statuses}")
    return load


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a short run, for a first impression")
    count = 400 if parser.parse_args().quick else 3_000
    record = hospital_export(32)
    assess(record, as_of=AS_OF)
    with tempfile.TemporaryDirectory() as folder:
        empty = empty_load(count)
        load = service_load(count, Path(folder))
        assessing = alone(lambda: assess(record, as_of=AS_OF), 50 if count < 1_000 else 300)
    floor = 1 / (assessing + 1 / empty.a_second)
    marks = (
        Mark(
            "CDS Hooks patient-view, 16 clients", "1 / (assess + empty endpoint)",
            load.a_second, floor, load.a_second / floor, 0.7, 0.9, "requests/s", more_is_better=True,
        ),
        Mark(
            "the same, p99", "p50",
            load.percentile(0.99) * 1e3, load.percentile(0.5) * 1e3, load.percentile(0.99) / load.percentile(0.5),
            3.0, 2.0, "ms",
        ),
    )  # fmt: skip
    print(ROW.format(*HEADER))
    for mark in marks:
        print(row(mark))
    print(f"assess alone {assessing * 1e3:.2f} ms; empty endpoint {empty.a_second:.0f} requests/s")
    return int(any(mark.verdict == "FAIL" for mark in marks))


if __name__ == "__main__":
    sys.exit(main())
