"""What can be reached without a token is a short list, and every address of the service is held to it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from fhir_adapters.service.app import ROUTERS, create_app
from fhir_adapters.service.context import Caller
from fhir_adapters.service.errors import Unauthenticated
from tests.service.caller.signing import run
from tests.service.support import NOW, MemoryJournal, settings

# Is it alive, what can it do, what has it counted, what does it say of itself: nothing of a patient.
PUBLIC = ("/health", "/ready", "/metrics", "/metadata", "/docs", "/openapi.json", "/rules", "/static")
# The pages, while the setting `pages` is on: they show the guideline; the workbench, what the reader pastes there.
PUBLIC += ("/algorithm", "/algorithm.svg", "/foot-drop.cql", "/workbench")


async def stranger(_: object) -> Caller:
    raise Unauthenticated


@pytest.mark.requirement("1.7-52")
@pytest.mark.requirement("1.7-53")
def test_every_address_but_the_public_ones_asks_for_a_token() -> None:
    app = create_app(settings(), journal=MemoryJournal(), authenticate=stranger, clock=lambda: NOW)

    async def statuses() -> dict[tuple[str, str], int]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://cds.example") as client:
            return {(m, path): (await client.request(m, path)).status_code for m, path in addresses()}

    def addresses() -> Iterator[tuple[str, str]]:
        for router in ROUTERS:
            for route in router(app.state.service).routes:
                for method in getattr(route, "methods", None) or ():
                    yield method, getattr(route, "path", "").replace("{id}", "footdrop-patient-view")

    found: dict[tuple[str, str], int] = run(statuses())
    guarded = {each: status for each, status in found.items() if not public(each[1])}
    assert set(guarded.values()) <= {401}, {each: status for each, status in guarded.items() if status != 401}


def public(path: str) -> bool:
    return path == "/" or any(path == each or path.startswith(f"{each}/") for each in PUBLIC)
