"""A door for each test, and the reason that it logged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.service.caller.signing import Door


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door(tmp_path)


@pytest.fixture
def reason(caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """The short code in the last line that the authentication logged."""

    def last() -> str:
        found: str = caplog.records[-1].fields["reason"]  # type: ignore[attr-defined]
        return found

    return last
