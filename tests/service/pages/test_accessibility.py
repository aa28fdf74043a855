"""What axe finds on every page, in light and dark: nothing that is serious."""

from __future__ import annotations

from itertools import pairwise

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.service.pages.conftest import PHONE, Open
from tests.service.pages.support import CAUDA_EQUINA, answer, order, paste, section

SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])


def serious(page: Page, scheme: str = "light") -> list[str]:
    """Violations that are serious or worse. In the dark only the colours are other ones."""
    context = {"exclude": [["svg > g"]]}  # the picture is one image with a text alternative
    options = {"runOnly": ["color-contrast"]} if scheme == "dark" else {}
    found = Axe().run(page, context, options).response["violations"]
    grave = [each for each in found if each["impact"] in ("serious", "critical")]
    return [f"{each['id']}: {node['html'][:200]}" for each in grave for node in each["nodes"]]


@SCHEMES
@pytest.mark.parametrize("path", ["/", "/rules/FD-SUR-01", "/algorithm"])
def test_a_page_has_no_barrier(visit: Open, path: str, scheme: str) -> None:
    page = visit(path, color_scheme=scheme, bypass_csp=True)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert not serious(page, scheme)


@SCHEMES
def test_the_human_edition_has_no_barrier(visit: Open, scheme: str) -> None:
    page = visit("/rules", color_scheme=scheme, bypass_csp=True)
    page.evaluate("document.querySelectorAll('section.rule ~ section.rule ~ section.rule').forEach(e => e.remove())")
    page.evaluate("document.querySelectorAll('tr:nth-child(n+6)').forEach(e => e.remove())")  # the rest is alike
    assert not serious(page, scheme)


@SCHEMES
def test_a_whole_plan_has_no_barrier(visit: Open, scheme: str) -> None:
    page = visit(CAUDA_EQUINA, color_scheme=scheme, bypass_csp=True, reduced_motion="reduce")
    order(page, "Spine surgeon's opinion").get_by_text("Why", exact=False).first.click()
    section(page, "Alerts").locator("summary").first.click()
    section(page, "Everything that can be answered").locator("summary").first.click()
    section(page, "For integrators").locator("summary").first.click()
    answer(page, "red flag", "worsening")
    expect(section(page, "Alerts").locator(".derivations").first).to_be_visible()
    expect(page.locator("#changed")).not_to_be_empty()
    assert not serious(page, scheme)


def test_a_refusal_has_no_barrier_on_a_phone(visit: Open) -> None:
    page = visit("/", viewport=PHONE, bypass_csp=True)
    paste(page, "{}")
    expect(page.get_by_role("alert")).to_be_visible()
    assert not serious(page)


def test_headings_descend_one_level_at_a_time(visit: Open) -> None:
    page = visit(CAUDA_EQUINA)
    expect(section(page, "Orders proposed")).to_be_visible()
    levels = page.evaluate(
        "[...document.querySelectorAll('main :is(h1,h2,h3,h4)')]"
        ".filter(e => e.checkVisibility() && !e.closest('summary')).map(e => Number(e.tagName[1]))"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
