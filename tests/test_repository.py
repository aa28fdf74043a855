"""What the repository promises about itself: which way imports point, what is shipped, what is written down."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("cql_like", "guideline", "fhir_adapters")
FOLDERS = {*PACKAGES, "fixtures", "tests", "docs"}
IGNORED = {line.strip("/") for line in (ROOT / ".gitignore").read_text().split()} | {".git"}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LONGEST_MODULE = 300  # 250 is the aim
LONGEST_RULE_FILE = 600  # rules stand beside their cases, which are data

ENGINE = {"durable", "durable_rules_engine"}

# What each package must never import: the house has one direction.
FORBIDDEN_IMPORTS = {
    "cql_like": ENGINE | {"guideline", "fhir_adapters", "fhir", "fixtures", "tests"},
    "guideline": {"fhir_adapters", "fhir", "fixtures", "tests"},
    "fhir_adapters": ENGINE | {"fixtures", "tests"},
}

# Spelled in pieces, so that this page does not find itself.
FORBIDDEN_TEXT = re.compile(
    "|".join(
        [
            r"(?<![\w.])/" + r"(?:work|root|opt|home/\w+)/",
            r"\.\./" + "(?:shared|clinical|contract|design)/",
            r"pypi\." + "org",
            r"python" + "hosted",
            r"registry\." + "npmjs",
            r"deb\." + r"debian\." + "org",
        ]
    )
)


def files(folder: Path = ROOT) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if any(fnmatch(path.name, pattern) for pattern in IGNORED):
            continue
        if path.is_dir():
            yield from files(path)
        else:
            yield path


def modules(package: str) -> list[Path]:
    return [path for path in files(ROOT / package) if path.suffix == ".py"]


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or ".").split(".")[0])
    return found


def required(requirements: list[str]) -> list[str]:
    return [re.split(r"[<>=!~;\[ ]", requirement)[0] for requirement in requirements]


DEPENDENCIES = required(PROJECT["project"]["dependencies"])
SERVICE = required(PROJECT["project"]["optional-dependencies"]["service"])
DEVELOPMENT = required(PROJECT["dependency-groups"]["dev"])


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_point_one_way(package: str) -> None:
    wrong = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(package)
        for name in imported(path) & FORBIDDEN_IMPORTS[package]
    }
    assert not wrong


def test_only_the_engine_knows_durable_rules() -> None:
    users = [path.relative_to(ROOT).as_posix() for path in modules("guideline") if imported(path) & ENGINE]
    assert all(user.startswith("guideline/engine") for user in users), users


def test_the_guideline_never_names_the_fhir_library() -> None:
    assert not [path.name for path in modules("guideline") if "fhir.resources" in path.read_text()]


@pytest.mark.parametrize("package", PACKAGES)
def test_modules_stay_short(package: str) -> None:
    lengths = {path.relative_to(ROOT).as_posix(): path.read_text().count("\n") for path in modules(package)}
    longest = {path: LONGEST_RULE_FILE if "/rules/" in path else LONGEST_MODULE for path in lengths}
    assert not {path: lines for path, lines in lengths.items() if lines > longest[path]}


def test_top_level_folders_are_the_known_ones() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in files() if path.parent != ROOT} - {".ci"} <= FOLDERS


def test_nothing_names_a_machine_or_a_registry() -> None:
    found = []
    for path in files():
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            if match := FORBIDDEN_TEXT.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {match.group()}")
    assert not found


@pytest.mark.parametrize("package", PACKAGES)
def test_every_module_and_data_file_is_shipped(package: str) -> None:
    setuptools = PROJECT["tool"]["setuptools"]
    shipped_data = setuptools["package-data"]
    for path in files(ROOT / package):
        folder = path.parent.relative_to(ROOT).as_posix().replace("/", ".")
        assert folder in setuptools["packages"], f"{folder} is missing in [tool.setuptools] packages"
        patterns = shipped_data.get(folder, [])
        assert path.suffix == ".py" or any(fnmatch(path.name, pattern) for pattern in patterns), (
            f"{path} is not shipped"
        )


def test_the_changelog_begins_with_this_version() -> None:
    versions = re.findall(r"^## (\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert versions[0] == PROJECT["project"]["version"]


@pytest.mark.parametrize("dependency", DEPENDENCIES + SERVICE + DEVELOPMENT)
def test_the_readme_says_why_a_dependency_is_there(dependency: str) -> None:
    assert re.search(rf"^\| `{re.escape(dependency)}` \| .{{20,}} \|$", (ROOT / "README.md").read_text(), re.MULTILINE)


@pytest.mark.parametrize("dependency", DEPENDENCIES + SERVICE + DEVELOPMENT)
def test_the_lock_holds_every_dependency_with_its_hashes(dependency: str) -> None:
    name = re.sub(r"[-_.]+", "-", dependency).lower()
    lock = (ROOT / "requirements.lock").read_text()
    assert re.search(rf"^{re.escape(name)}==\S+.*\\\n    --hash=sha256:", lock, re.MULTILINE)


def test_the_readme_shows_what_the_demo_prints() -> None:
    command = [sys.executable, "-c", "import sys; from fhir_adapters.cli import main; sys.exit(main())"]
    demo = [*command, "assess", "fixtures/peroneal-leg-crossing.json"]
    printed = subprocess.run([*demo, "--as-of", "2026-03-01"], cwd=ROOT, check=True, capture_output=True, text=True)
    shown = re.search(r"<!-- demo:begin -->\n```text\n(.*?)```\n", (ROOT / "README.md").read_text(), re.DOTALL)
    assert shown is not None
    assert shown.group(1) == printed.stdout, "run `make readme`"


def test_the_licence_notices_name_every_terminology() -> None:
    notice = (ROOT / "NOTICE").read_text()
    for owner in ("SNOMED International", "Regenstrief Institute", "American Medical Association", "HCPCS", "NCHS"):
        assert owner in notice
