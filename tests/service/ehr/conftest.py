"""A hospital for each test: one of the invented patients, on the day for which the answer is known."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from tests.service.ehr.record import Json, Record
from tests.service.ehr.running import Hospital, hospital

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures"
PATIENTS = sorted(path.stem for kind in ("*.json", "*.ndjson") for path in FIXTURES.glob(kind))
Opening = Callable[..., Hospital]


def expected(name: str) -> Json:
    """What the fixture's own clinician expects."""
    return tomllib.loads((FIXTURES / f"{name}.expected.toml").read_text())


def day_of(name: str) -> datetime:
    given = datetime.fromisoformat(expected(name)["as_of"])
    return given if given.tzinfo else given.replace(hour=9, tzinfo=UTC)


def record_of(name: str, **other: Any) -> Record:
    return Record.of(*(path for path in FIXTURES.glob(f"{name}.*json")), **other)


@pytest.fixture
def opening(tmp_path: Path) -> Iterator[Opening]:
    """`opening("cauda-equina", edition="/v3", page=5, **settings)`: the hospital with that patient."""
    with ExitStack() as open_ones:

        def opened(name: str, *, edition: str = "", page: int = 100, **settings: Any) -> Hospital:
            folder = Path(mkdtemp(dir=tmp_path))
            return open_ones.enter_context(
                hospital(folder, record_of(name, page=page), day_of(name), edition, **settings)
            )

        yield opened
