"""What is kept between starts can make a start quick, and can never make advice stale."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.numbers import another, words

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("cql_like", "guideline", "fhir_adapters")
PATIENT = ROOT / "fixtures" / "peroneal-leg-crossing.json"
DAY = "2026-04-01"  # more than four months after the onset: no site may ask for a longer wait
COUNTS_LOADS = "import sys, guideline.prepare as p; p.prepare(); print('guideline.loading' in sys.modules)"
COUNTS_CASES = """
from guideline import rulebook
import guideline.prepare as p
p.prepare()
rules = rulebook.rulebook().rules
print(rulebook._cases.cache_info().currsize)
print(sum(len(list(rule.cases)) for rule in rules))
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The packages in a folder of their own, with nothing kept yet."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def python(copy: Path, *arguments: str, bytecode: bool = False) -> str:
    """Run the copy's code; `bytecode` lets Python, and so the guideline, write beside the sources."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    env |= {"PYTHONPATH": str(copy)} | ({} if bytecode else {"PYTHONDONTWRITEBYTECODE": "1"})
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=copy, env=env, check=True, capture_output=True, text=True).stdout


def page(copy: Path, **options: bool) -> str:
    return python(copy, "-m", "fhir_adapters", "assess", str(PATIENT), "--as-of", DAY, **options)


def kept(copy: Path) -> list[Path]:
    return list(copy.rglob("*.prepared"))


def test_a_start_from_what_was_kept_says_the_same_as_a_start_from_the_files(copy: Path) -> None:
    fresh = page(copy)
    python(copy, "-m", "guideline.prepare")
    assert kept(copy)
    assert page(copy) == fresh


def test_a_start_from_what_was_kept_loads_no_rule(copy: Path) -> None:
    assert python(copy, "-c", COUNTS_LOADS) == "True\n"
    assert python(copy, "-c", COUNTS_LOADS) == "False\n"


def test_a_start_from_what_was_kept_loads_no_case_until_one_is_looked_at(copy: Path) -> None:
    fresh = python(copy, "-c", COUNTS_CASES).splitlines()
    kept_apart = python(copy, "-c", COUNTS_CASES).splitlines()
    assert (fresh[0], kept_apart[0]) == ("1", "0")
    assert fresh[1] == kept_apart[1] != "0"


def test_a_number_changed_in_one_line_shows_at_once(copy: Path) -> None:
    python(copy, "-m", "guideline.prepare")
    numbers = copy / "guideline" / "parameters.toml"
    before = numbers.read_text()
    key = "peroneal-surgery-eligible"
    first, second = words(key), another(key)
    start = before.index(f'value = "{first}"', before.index(f"[{key}]"))
    numbers.write_text(before[:start] + before[start:].replace(first, second, 1))
    assert f"opinion: {second} or more after onset" in page(copy)
    numbers.write_text(before)
    assert f"opinion: {first} or more after onset" in page(copy)


def test_changed_code_is_never_served_from_before(copy: Path) -> None:
    python(copy, "-m", "guideline.prepare")
    rule = copy / "guideline" / "rules" / "gait_training.py"
    rule.write_text(rule.read_text().replace("Gait training, with", "Training of gait, with"))
    assert "Training of gait, with" in page(copy)


@pytest.mark.parametrize("damage", [b"", b"\0" * 100, None])
def test_a_damaged_file_is_passed_over(copy: Path, damage: bytes | None) -> None:
    fresh = page(copy)
    python(copy, "-m", "guideline.prepare")
    (file,) = kept(copy)
    file.write_bytes(file.read_bytes()[:5_000] if damage is None else damage)
    assert page(copy) == fresh


def test_it_is_written_where_bytecode_is_and_only_there(copy: Path) -> None:
    page(copy)
    assert not kept(copy)
    page(copy, bytecode=True)
    assert [file.parent.name for file in kept(copy)] == ["__pycache__"]


def test_assessing_touches_no_file_once_the_guideline_is_loaded() -> None:
    script = f"""
import sys
from fhir_adapters import assess
text = open({str(PATIENT)!r}, "rb").read()
assess(text, as_of="2026-03-01")
sys.addaudithook(lambda event, args: print(event, args[0]) if event in ("open", "os.rename", "os.remove") else None)
assess(text, as_of="2026-03-02").to_fhir()
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True)
    opened = [line for line in done.stdout.splitlines() if not line.endswith((".py", ".pyc"))]
    assert not opened
