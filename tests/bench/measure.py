"""How a thing is timed: both sides of a ratio in one process, turn by turn, CPU time, medians."""

from __future__ import annotations

import gc
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Mark:
    """One line of the table. A ratio is held to `first` and `goal` from below, or from above where `more_is_better`."""

    name: str
    against: str
    ours: float
    theirs: float
    value: float
    first: float
    goal: float
    unit: str
    more_is_better: bool = False

    def reaches(self, bound: float) -> bool:
        return self.value >= bound if self.more_is_better else self.value <= bound

    @property
    def verdict(self) -> str:
        if self.reaches(self.goal):
            return "goal"
        return "pass" if self.reaches(self.first) else "FAIL"


def once(work: Work) -> float:
    """CPU seconds of one call, with garbage collection running as it does in use."""
    start = time.process_time()
    work()
    return time.process_time() - start


def in_turns(ours: Work, theirs: Work, seconds: float) -> tuple[float, float]:
    """The medians of both, measured alternately until the time is used up, so that a slow minute hits both."""
    for work in (ours, theirs, ours):
        work()
    gc.collect()
    mine, other = [], []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(mine) < 5:
        mine.append(once(ours))
        other.append(once(theirs))
    return statistics.median(mine), statistics.median(other)


def child_cpu(*command: str) -> float:
    """CPU seconds of a command, its own children included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def commands_in_turns(ours: list[str], theirs: list[str], rounds: int) -> tuple[float, float]:
    for command in (ours, theirs):
        child_cpu(*command)
    pairs = [(child_cpu(*ours), child_cpu(*theirs)) for _ in range(rounds)]
    return statistics.median(mine for mine, _ in pairs), statistics.median(other for _, other in pairs)


def resident_mb() -> float:
    """What this process holds in memory now (Linux)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]
