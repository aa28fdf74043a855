"""Whatever comes in, however often and from however many threads: an answer, or the one documented exception."""

from __future__ import annotations

import copy
import gc
import random
import resource
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import orjson
import pytest

from fhir_adapters import Assessment, CannotAssess, assess, assess_many
from tests.support.patients import any_patient
from tests.test_fixtures import FIXTURES, expected

ROOT = Path(__file__).resolve().parents[2]
ODD: list[Any] = [
    None, True, False, 0, -1, 7, 1.5, 10**30, "", "x", "2026-13-45", "9999-12-31T23:59:59-14:00", "\u0000", [], [None],
    {}, {"coding": None}, {"coding": [{}]}, [{"reference": []}], "Patient/somebody-else", "entered-in-error",
]  # fmt: skip
RECORDS = sorted(path.name for path in FIXTURES.glob("*.json"))
CORRUPTED = 500
RUNS, GROWTH_MIB = 2_000, 8
THREADS = 8


def elements(node: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [here] if here else []
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in items:
        found += elements(child, (*here, key))
    return found


def corrupted(record: Any, numbers: random.Random) -> Any:
    """The record with one to six of its elements taken out, replaced, garbled or doubled."""
    broken = copy.deepcopy(record)
    for path in numbers.sample(elements(record), k=numbers.randint(1, 6)):
        node = broken
        try:
            for step in path[:-1]:
                node = node[step]
            _spoil(node, path[-1], numbers)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took the place away
    return broken


def _spoil(node: Any, last: Any, numbers: random.Random) -> None:
    how = numbers.randrange(4)
    if how == 0:
        del node[last]
    elif how == 1:
        node[last] = numbers.choice(ODD)
    elif how == 2:
        node[last] = str(node[last])[::-1]
    else:
        node[last] = [copy.deepcopy(node[last])] * 2


@pytest.mark.parametrize("part", range(10))
def test_each_of_500_corrupted_records_ends_in_an_answer_or_in_the_one_exception(part: int) -> None:
    numbers = random.Random(part)
    loaded = {name: orjson.loads((FIXTURES / name).read_bytes()) for name in RECORDS}
    for _ in range(CORRUPTED // 10):
        name = numbers.choice(RECORDS)
        broken = corrupted(loaded[name], numbers)
        found = assess_many([broken], as_of=expected(name.removesuffix(".json"))["as_of"])[0]
        if isinstance(found, CannotAssess):
            assert found.outcome["resourceType"] == "OperationOutcome"
            assert found.outcome["issue"]
        else:
            assert orjson.dumps(found.model_dump(mode="json"))
            assert found.to_fhir()["type"] == "transaction"


@pytest.mark.parametrize("part", range(5))
def test_garbled_bytes_end_the_same_way(part: int) -> None:
    numbers = random.Random(100 + part)
    text = (FIXTURES / numbers.choice(RECORDS)).read_bytes()
    for _ in range(20):
        garbled = bytearray(text)
        for _ in range(numbers.randint(1, 5)):
            garbled[numbers.randrange(len(garbled))] = numbers.randrange(256)
        end = numbers.choice([len(garbled), numbers.randrange(len(garbled))])
        found = assess_many([bytes(garbled[:end])], as_of="2026-06-15")[0]
        assert isinstance(found, Assessment | CannotAssess)


def test_eight_threads_at_once_give_the_answers_of_one() -> None:
    numbers = random.Random(8)
    patients = [any_patient(numbers) for _ in range(60)] * 4

    def answer(number: int) -> bytes:
        patient = patients[number]
        found = assess(patient.bundle(), as_of=patient.as_of)
        return orjson.dumps(found.model_dump(mode="json")) + orjson.dumps(found.to_fhir())

    alone = [answer(number) for number in range(60)] * 4
    with ThreadPoolExecutor(THREADS) as pool:
        assert list(pool.map(answer, range(len(patients)))) == alone


def test_memory_stays_flat_over_thousands_of_patients() -> None:
    """In a process of its own, whose peak no other test has raised; no two patients are alike."""
    script = [sys.executable, "-m", "tests.properties.test_robustness"]
    printed = subprocess.run(script, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert float(printed) < GROWTH_MIB


def growth(runs: int) -> float:
    """By how many MiB the peak rises over `runs` patients, after half as many have warmed everything up."""
    numbers = random.Random(3)
    peaks = []
    for count in (runs // 2, runs):
        for _ in range(count):
            patient = any_patient(numbers, sizes=(3, 8, 15))
            assess(patient.bundle(), as_of=patient.as_of)
        gc.collect()
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    unit = 1024**2 if sys.platform == "darwin" else 1024
    return (peaks[1] - peaks[0]) / unit


if __name__ == "__main__":
    print(growth(RUNS))
