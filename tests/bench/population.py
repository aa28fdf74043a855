"""Many patients: memory over a long run in one process, and patients a second with one and with two workers."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path

import orjson

from fhir_adapters import assess, assess_many
from tests.bench.measure import resident_mb

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
LARGEST = 200_000  # bytes; the big export has a mark of its own
FIRST_DAY = date(2026, 3, 1)


def patients() -> list[tuple[bytes, bytes]]:
    """Every fixture that is one patient's Bundle, with that patient's id."""
    found = []
    for path in sorted(FIXTURES.glob("*.json")):
        text = path.read_bytes()
        entries = orjson.loads(text).get("entry", []) if len(text) < LARGEST else []
        ids = [e["resource"]["id"] for e in entries if e["resource"]["resourceType"] == "Patient"]
        if len(ids) == 1:
            found.append((text, ids[0].encode()))
    return found


def stream(count: int, start: int = 0) -> Iterator[tuple[bytes, date]]:
    """No two alike: each has an id and a day of its own, so that nothing kept from one patient can serve the next."""
    known = patients()
    for number in range(start, start + count):
        text, patient = known[number % len(known)]
        yield text.replace(patient, b"bench-%d" % number), FIRST_DAY + timedelta(days=number % 365)


def memory_growth(count: int, settle: int = 1_000) -> tuple[float, float]:
    """Megabytes held after the first `settle` patients, and after `count` more."""
    for text, day in stream(settle):
        assess(text, as_of=day)
    gc.collect()
    before = resident_mb()
    for text, day in stream(count, settle):
        assess(text, as_of=day)
    gc.collect()
    return before, resident_mb()


def _chunk(numbers: range) -> int:
    return len(list(assess_many([text for text, _ in stream(len(numbers), numbers.start)], as_of=FIRST_DAY)))


def patients_a_second(workers: int, count: int, chunk: int = 50) -> float:
    """Wall time of a process pool that is already warm."""
    chunks = [range(start, min(start + chunk, count)) for start in range(0, count, chunk)]
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        list(pool.map(_chunk, [range(20)] * (4 * workers)))
        start = time.perf_counter()
        done = sum(pool.map(_chunk, chunks))
        return done / (time.perf_counter() - start)
