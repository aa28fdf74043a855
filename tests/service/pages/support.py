"""What a person does in the workbench, in one line each."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect
from starlette.types import ASGIApp, Receive, Scope, Send

WITHIN = "/footdrop"  # the path below which a proxy may serve it
DEMO = "/#sample=peroneal-leg-crossing.json&as_of=2026-03-01"
CAUDA_EQUINA = "/#sample=cauda-equina.json&as_of=2026-07-02T21:30:00Z"


def below(app: ASGIApp, path: str, *, only: bool = True) -> ASGIApp:
    """The app behind a proxy that takes away a path of its own, and has nothing elsewhere; not `only`: it, too."""

    async def proxy(scope: Scope, receive: Receive, send: Send) -> None:
        asked = scope.get("path", "")
        if scope["type"] == "http" and (only or asked.startswith(f"{path}/")):
            inner = asked.removeprefix(path) if asked.startswith(f"{path}/") else "/not/of/the/service"
            scope = {**scope, "path": inner}
        await app(scope, receive, send)

    return proxy


def choose(page: Page, story: str) -> None:
    """Choose an invented patient and wait for the plan."""
    page.get_by_role("button", name=story).click()
    expect(page.get_by_role("heading", level=1, name=story)).to_be_visible()


def paste(page: Page, text: str, day: str = "2026-03-01") -> None:
    """Paste a record from the clipboard, set the day and assess."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.get_by_label("FHIR R4").focus()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.press("ControlOrMeta+V")
    page.get_by_label("Day of assessment").fill(day)
    page.get_by_role("button", name="Assess", exact=True).click()


def section(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


def order(page: Page, title: str) -> Locator:
    """An order or activity of the plan by its title."""
    return page.locator("li.order").filter(has=page.get_by_role("heading", name=title, level=4))


def question(page: Page, text: str) -> Locator:
    return section(page, "Questions, most useful first").get_by_role("listitem").filter(has_text=text)


def answer(page: Page, text: str, choice: str) -> None:
    question(page, text).get_by_role("button", name=choice, exact=True).click()
