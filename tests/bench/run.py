"""`make bench`: the ratios we hold ourselves to, both sides measured in one run, as a table and bench-results.json.

A mark has two bounds: `first` must be met, `goal` is where it should go. Exit status 1 when a first bound is missed.
"""

from __future__ import annotations

import argparse
import compileall
import platform
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import orjson
from fhir.resources.R4B.bundle import Bundle

from fhir_adapters import assess
from fixtures.hospital_export import AS_OF, hospital_export
from tests.bench.cql_execution import peer
from tests.bench.measure import Mark, commands_in_turns, in_turns, python
from tests.bench.population import memory_growth, patients_a_second

DAY = date.fromisoformat(AS_OF)
ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "bench-results.json"
DEPENDENCIES = "import orjson, pydantic, durable.lang"


def small_record(quick: bool) -> Mark:
    record = hospital_export(32)
    ours, theirs = in_turns(
        lambda: assess(record, as_of=DAY), lambda: Bundle.model_validate_json(record), 2 if quick else 10
    )
    name = "assess, 32 entries, bytes to Assessment"
    return Mark(name, "fhir.resources parse", ours * 1e3, theirs * 1e3, ours / theirs, 0.6, 0.25, "ms")


def small_record_to_fhir(quick: bool) -> Mark:
    record = hospital_export(32)
    ours, theirs = in_turns(
        lambda: orjson.dumps(assess(record, as_of=DAY).to_fhir()),
        lambda: Bundle.model_validate_json(record),
        2 if quick else 10,
    )
    name = "the same, to the FHIR output as bytes"
    return Mark(name, "fhir.resources parse", ours * 1e3, theirs * 1e3, ours / theirs, 1.0, 0.4, "ms")


def large_record(quick: bool) -> Mark:
    record = hospital_export(5_000)
    ours, theirs = in_turns(lambda: assess(record, as_of=DAY), lambda: orjson.loads(record), 3 if quick else 15)
    name = "assess, 5,000 entries"
    return Mark(name, "orjson.loads", ours * 1e3, theirs * 1e3, ours / theirs, 2.0, 1.2, "ms")


def memory(quick: bool) -> Mark:
    count = 5_000 if quick else 100_000
    before, after = memory_growth(count)
    name = f"memory, growth over {count:,} patients"
    return Mark(name, "after the first 1,000", after, before, after - before, 5.0, 0.0, "MB")


def workers(quick: bool) -> Mark:
    count = 500 if quick else 4_000
    one, two = patients_a_second(1, count), patients_a_second(2, count)
    name = "population, two workers"
    return Mark(name, "one worker", two, one, two / one, 1.8, 1.9, "patients/s", more_is_better=True)


def cold_start(quick: bool) -> Mark:
    """Both sides with their bytecode, as an installed package has it."""
    for package in ("cql_like", "guideline", "fhir_adapters"):
        compileall.compile_dir(ROOT / package, quiet=2)
    command = [
        str(Path(sys.executable).parent / "footdrop"),
        "assess",
        str(ROOT / "fixtures" / "peroneal-leg-crossing.json"),
        "--as-of",
        AS_OF,
    ]
    ours, theirs = commands_in_turns(command, python(DEPENDENCIES), 5 if quick else 15)
    name = "footdrop assess, cold start"
    return Mark(name, "importing its dependencies", ours * 1e3, theirs * 1e3, ours / theirs, 3.0, 1.5, "ms")


def cql_execution(entries: int, first: float, goal: float) -> Callable[[bool], Mark]:
    """The published rules in the reference CQL engine, which must give the same answers before it is timed."""

    def mark(quick: bool) -> Mark:
        record = hospital_export(entries)
        theirs = peer.measure(entries, 5 if quick else 30).seconds
        ours, _ = in_turns(lambda: assess(record, as_of=DAY), lambda: orjson.loads(record), 2 if quick else 10)
        name = f"assess, {entries} entries, one core"
        return Mark(name, "cql-execution", 1 / ours, 1 / theirs, theirs / ours, first, goal, "patients/s", True)

    return mark


MARKS: dict[str, Callable[[bool], Mark]] = {
    "small": small_record,
    "small-fhir": small_record_to_fhir,
    "large": large_record,
    "cold-start": cold_start,
    "cql-execution-32": cql_execution(32, 15, 50),
    "cql-execution-561": cql_execution(561, 50, 200),
    "workers": workers,
    "memory": memory,
}

HEADER = ("measured", "against", "ours", "theirs", "", "value", "first", "goal", "")
ROW = "{:<42} {:<27} {:>9} {:>9} {:<10} {:>7} {:>8} {:>8}  {}"


def row(mark: Mark) -> str:
    sign = "≥" if mark.more_is_better else "≤"
    ours, theirs, value = f"{mark.ours:.1f}", f"{mark.theirs:.1f}", f"{mark.value:.2f}"
    bounds = f"{sign} {mark.first:g}", f"{sign} {mark.goal:g}"
    return ROW.format(mark.name, mark.against, ours, theirs, mark.unit, value, *bounds, mark.verdict)


def as_json(name: str, mark: Mark) -> dict[str, object]:
    fields = {field: getattr(mark, field) for field in Mark.__slots__ if field != "name"}
    return {"mark": name, "name": mark.name, **fields, "verdict": mark.verdict}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", action="append", choices=MARKS, help="measure this mark alone; may be repeated")
    parser.add_argument("--quick", action="store_true", help="a short run, for a first impression")
    options = parser.parse_args()
    print(ROW.format(*HEADER))
    measured = {}
    for name in options.only or MARKS:
        measured[name] = MARKS[name](options.quick)
        print(row(measured[name]), flush=True)
    machine = {"python": platform.python_version(), "machine": platform.machine(), "quick": options.quick}
    results = {**machine, "marks": [as_json(name, mark) for name, mark in measured.items()]}
    RESULTS.write_bytes(orjson.dumps(results, option=orjson.OPT_INDENT_2))
    return int(any(mark.verdict == "FAIL" for mark in measured.values()))


if __name__ == "__main__":
    sys.exit(main())
