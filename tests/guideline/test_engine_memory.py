"""Memory stays flat however many patients one process sees. SOAK_RUNS=100000 runs the whole soak."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOAK_RUNS = os.environ.get("SOAK_RUNS", "20000")
ALLOWED_KIB = 2 * 1024  # a single session that stayed behind in each run would take gigabytes


def test_memory_stays_flat_over_thousands_of_patients() -> None:
    """In a process of its own, whose peak no other test has raised."""
    script = [sys.executable, "-m", "tests.guideline.soak_engine", SOAK_RUNS]
    printed = subprocess.run(script, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert int(printed) < ALLOWED_KIB


def test_memory_stays_flat_over_a_hundred_rulebooks() -> None:
    """Rulesets are freed with their engine: a site that reloads its parameters does not grow."""
    script = [sys.executable, "-m", "tests.guideline.soak_engine", "--rulebooks", "100"]
    printed = subprocess.run(script, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert int(printed) < ALLOWED_KIB
