"""Run the engine many times in one process and print how much memory the later runs added, in KiB.

python -m tests.guideline.soak_engine 100000
python -m tests.guideline.soak_engine --rulebooks 100    (the same, for rulebooks loaded one after another)
"""

from __future__ import annotations

import resource
import sys

from guideline.engine import Engine
from tests.guideline.engine_programs import cases, rulebook

UNIT = 1024 if sys.platform == "darwin" else 1


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // UNIT


def soak(runs: int) -> int:
    """Peak memory after `runs` runs, over the peak after a tenth as many before them."""
    program = rulebook(rules=60, layers=3, atoms=80)
    engine, patients = Engine(program), cases(program, 50)
    for number in range(runs // 10):
        engine.run(patients[number % len(patients)])
    before = peak()
    for number in range(runs):
        engine.run(patients[number % len(patients)])
    return peak() - before


def soak_rulebooks(number: int) -> int:
    """The same for rulebooks, each loaded, used once and dropped."""
    before = 0
    for seed in range(number + 20):
        program = rulebook(rules=60, layers=3, atoms=80, seed=seed)
        Engine(program).run({})
        before = peak() if seed < 20 else before
    return peak() - before


if __name__ == "__main__":
    measure = soak_rulebooks if "--rulebooks" in sys.argv else soak
    print(measure(int(sys.argv[-1])))
