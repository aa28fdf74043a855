"""cql-execution with cql-exec-fhir as a peer: patients a second on the published Library, its answers checked first.

    python -m tests.bench.cql_execution.peer [SECONDS]

needs Node.js 20 and npm. What it installs stays in this folder; what it makes goes to build/cql.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cql_like import Date
from fhir_adapters.read import read_record
from fixtures.hospital_export import AS_OF, hospital_export
from guideline.assess import consult
from guideline.library import cql_library
from guideline.rulebook import rulebook
from tests.bench.cql_execution.record_library import Retrieves, record_library

HERE = Path(__file__).resolve().parent
BUILD = HERE.parents[2] / "build" / "cql"


class DisagreementError(Exception):
    """The peer came to another answer than this project, so its time means nothing."""


@dataclass(frozen=True, slots=True)
class Peer:
    """Median CPU seconds of one patient, both legs, JSON text to every define, in a process that is warm."""

    entries: int
    seconds: float

    @property
    def patients_a_second(self) -> float:
        return 1 / self.seconds


def measure(entries: int, seconds: float, retrieves: Retrieves = "each") -> Peer:
    """Time the peer on the hospital export. DisagreementError if a rule or conclusion of either leg differs."""
    record = hospital_export(entries)
    bundle = BUILD / f"export-{entries}.json"
    library = translated(f"record-{retrieves}", record_library(rulebook(), retrieves))
    bundle.write_bytes(record)
    command = ["node", "run.mjs", str(library), str(bundle), AS_OF, str(seconds)]
    answer = json.loads(subprocess.run(command, cwd=HERE, check=True, capture_output=True).stdout)
    wrong = differing(record, answer["results"])
    if wrong:
        raise DisagreementError(f"cql-execution differs on {', '.join(wrong[:10])}")
    return Peer(entries, answer["seconds"])


def differing(record: bytes, results: dict[str, dict[str, Any]]) -> list[str]:
    """The rules and conclusions on which the peer and the reference reading differ, leg by leg."""
    as_of = Date.parse(AS_OF)
    found = []
    for case, reading in consult(read_record(record, as_of), as_of).readings:
        expected = reading.rules | {name: reading.env[name] for name in reading.book.by_conclusion}
        answers = results[case.side]
        found += [f"{case.side} {name}" for name in expected if answers.get(name, "nothing") is not expected[name]]
    return found


@cache
def translated(name: str, text: str) -> Path:
    """The ELM of a CQL text, made by the official translator; what it complains of ends the run."""
    install()
    BUILD.mkdir(parents=True, exist_ok=True)
    source, target = BUILD / f"{name}.cql", BUILD / f"{name}.json"
    source.write_text(text, encoding="utf-8")
    subprocess.run(["node", "translate.mjs", str(source), str(target)], cwd=HERE, check=True)
    return target


@cache
def install() -> None:
    """The engine, the FHIR source and the translator, as the lock file has them."""
    if not (HERE / "node_modules").exists():
        subprocess.run(["npm", "ci", "--silent", "--no-fund", "--no-audit"], cwd=HERE, check=True)


def main(seconds: float) -> None:
    translated("foot-drop", cql_library(rulebook()))
    print("docs/foot-drop.cql: the official translator finds no error")
    for retrieves in ("each", "once"):
        for entries in (32, 561):
            peer = measure(entries, seconds, retrieves)
            print(f"{entries} entries, retrieves: {retrieves}: {peer.seconds * 1e3:.0f} ms CPU a patient")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 5)
