"""Where an assessment runs: usual records at once, large ones and whatever comes behind them beside the event loop."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from fhir_adapters.service.advice import Advice, Advisor
from tests.service.support import fixture

AT = datetime(2026, 3, 1, tzinfo=UTC)
MOST = 200  # entries of a usual record


def usual() -> Any:
    return orjson.loads(fixture("peroneal-leg-crossing"))


def of_size(entries: int) -> dict[str, Any]:
    """The same record with so many entries."""
    record = usual()
    note = {"resource": {"resourceType": "Observation", "status": "final", "code": {"text": "a note"}}}
    return {**record, "entry": [*record["entry"], *([note] * (entries - len(record["entry"])))]}


def large() -> dict[str, Any]:
    return of_size(MOST + 1)


def runs_in(_: Advice) -> str:
    return threading.current_thread().name.partition("_")[0]


@pytest.fixture
def advisor() -> Any:
    made = Advisor()
    yield made
    made.close()


def test_a_usual_record_is_assessed_at_once(advisor: Advisor) -> None:
    assert asyncio.run(advisor.advise_and(usual(), AT, runs_in)) == "MainThread"
    assert asyncio.run(advisor.advise_and(of_size(MOST), AT, runs_in)) == "MainThread"


def test_a_large_record_does_not_keep_the_event_loop(advisor: Advisor) -> None:
    assert asyncio.run(advisor.advise_and(large(), AT, runs_in)) == "assess"


def test_what_comes_behind_a_large_record_waits_beside_the_event_loop_and_not_on_it(advisor: Advisor) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(advice: Advice) -> str:
        begun.set()
        assert go_on.wait(60)
        return runs_in(advice)

    async def both() -> list[str]:
        first = asyncio.create_task(advisor.advise_and(large(), AT, slow))
        await asyncio.to_thread(begun.wait, 60)
        second = asyncio.create_task(advisor.advise_and(usual(), AT, runs_in))
        await asyncio.sleep(0)
        assert not second.done(), "and the loop goes on meanwhile"
        go_on.set()
        return [await first, await second, await advisor.advise_and(usual(), AT, runs_in)]

    assert asyncio.run(both()) == ["assess", "assess", "MainThread"]


def test_the_thread_is_busy_until_it_is_done_even_if_nobody_waits_for_it_any_more(advisor: Advisor) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(_: Advice) -> None:
        begun.set()
        assert go_on.wait(60)

    async def gone() -> str:
        first = asyncio.create_task(advisor.advise_and(large(), AT, slow))
        await asyncio.to_thread(begun.wait, 60)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        second = asyncio.create_task(advisor.advise_and(usual(), AT, runs_in))
        await asyncio.sleep(0)
        go_on.set()
        return await second

    assert asyncio.run(gone()) == "assess"


def test_wherever_it_runs_the_advice_is_the_same(advisor: Advisor) -> None:
    here = asyncio.run(advisor.advise_and(usual(), AT, lambda advice: advice.assessment))
    there = asyncio.run(advisor.advise(usual(), AT)).assessment
    assert here == there
