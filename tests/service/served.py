"""The service as `footdrop serve` runs it, over a journal that says when it is closed: for tests of the real server."""

from __future__ import annotations

import logging

import httpx
from fastapi import FastAPI

from fhir_adapters.service.context import Authenticate, Clock
from fhir_adapters.service.serve import assembled
from fhir_adapters.service.settings import Settings
from tests.service.support import MemoryJournal, known

LOG = logging.getLogger("fhir_adapters.tests")


class Spoken(MemoryJournal):
    def close(self) -> None:
        LOG.info("journal closed", extra={"fields": {"kept": len(self.assessments)}})


def _journal(_: Settings) -> Spoken:
    return Spoken()


def _authenticator(_: Settings, __: httpx.AsyncClient, ___: Clock) -> Authenticate:
    return known


def application() -> FastAPI:
    return assembled(Settings(), _journal, _authenticator)
