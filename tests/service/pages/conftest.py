"""A real Chromium on the real service: one server for all tests of the pages, one browser a module, a fresh page for
each.

Every page fails its test at the end if the browser logged an error, or asked anything of another origin.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, expect, sync_playwright

from tests.service import support
from tests.service.pages.support import WITHIN, below

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
DESKTOP = {"width": 1360, "height": 900}
PHONE = {"width": 360, "height": 740}
Open = Callable[..., Page]


class _Server(uvicorn.Server):
    """Says when it is ready."""

    ready = threading.Event()

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@pytest.fixture(scope="session")
def journal() -> support.MemoryJournal:
    return support.MemoryJournal()


@pytest.fixture(scope="session")
def address(journal: support.MemoryJournal) -> Iterator[str]:
    """The base URL of the service, running with its lifespan on a port of its own."""
    app = below(support.app(journal), WITHIN, only=False)
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", lifespan="on", ws="none")
    server = _Server(config)
    thread = threading.Thread(target=server.run, name="service")
    thread.start()
    try:
        assert server.ready.wait(30), "the service did not start"
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(30)


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """It runs an event loop in this thread until its module is done: other tests have theirs."""
    expect.set_options(timeout=20_000)
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.fail("These tests drive Debian's Chromium: sudo apt-get install chromium (`make setup` does it as root)")
    launched = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield launched
    launched.close()


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Open]:
    """Opens a path in a browser of the given kind (any option of a Playwright context)."""
    opened: list[Page] = []
    wrong: list[str] = []

    def open_page(path: str = "/", **options: Any) -> Page:
        page = browser.new_context(**{"viewport": DESKTOP, "base_url": address, **options}).new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda said: wrong.append(said.text) if _is_wrong(said) else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda sent: None if _is_own(sent.url, address) else wrong.append(f"asked {sent.url}"))
        opened.append(page)
        page.goto(path)
        return page

    yield open_page
    for page in opened:
        page.context.close()
    assert not wrong


def _is_wrong(said: ConsoleMessage) -> bool:
    """Chromium itself notes every refusal of a request; the page shows that in words."""
    refused = said.location["url"].endswith(("/workbench/api/plan", "/cds-services")) and said.text.startswith(
        "Failed to load resource"
    )
    return said.type in ("error", "warning") and not refused


def _is_own(url: str, address: str) -> bool:
    return url.startswith((f"{address}/", "blob:", "data:"))
