"""What the service's tests share: settings, a journal in memory, a clock that stands still, an app with its client."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request

from fhir_adapters.service.app import create_app
from fhir_adapters.service.context import Caller
from fhir_adapters.service.journal import Assessed, Feedback
from fhir_adapters.service.settings import Settings

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
CALLER = Caller("https://ehr.example", fhir_servers=("https://ehr.example/fhir",))


def fixture(name: str) -> bytes:
    """A fixture's record, as it lies in fixtures/."""
    return next(FIXTURES.glob(f"{name}.*json")).read_bytes()


def settings(**given: Any) -> Settings:
    """Development settings, with whatever a test needs to be otherwise; the environment is not asked.

    At a clock that stands still the minute of a rate limit never ends: there is none.
    """
    unlimited = {"caller_requests_per_minute": 0, "address_requests_per_minute": 0}
    return Settings.model_validate({"development": True, "pseudonym_key": "k" * 32, **unlimited, **given})


class MemoryJournal:
    """Keeps what it is given, for a test to look at."""

    def __init__(self) -> None:
        self.assessments: list[Assessed] = []
        self.entries: list[Feedback] = []
        self.away: frozenset[tuple[str, str]] = frozenset()
        self.wrong: str | None = None
        self.begun = self.closed = False

    def begin(self) -> None:
        self.begun = True

    def assessed(self, event: Assessed) -> None:
        self.assessments.append(event)

    def feedback(self, entries: Sequence[Feedback]) -> None:
        self.entries.extend(entries)

    async def snoozed(self, *, user: str, patient: str, now: datetime) -> frozenset[tuple[str, str]]:
        return self.away

    def trouble(self) -> str | None:
        return self.wrong

    def close(self) -> None:
        self.closed = True


async def known(_: Request) -> Caller:
    """Authentication that lets everybody in as the one known client."""
    return CALLER


def app(journal: MemoryJournal | None = None, **given: Any) -> FastAPI:
    """The whole service on development settings (`given` overrides them), at NOW."""
    return create_app(settings(**given), journal=journal or MemoryJournal(), authenticate=known, clock=lambda: NOW)
