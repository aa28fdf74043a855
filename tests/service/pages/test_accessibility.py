"""What axe finds on every page, in light and dark: nothing that is serious."""

from __future__ import annotations

from itertools import pairwise

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.service.pages.conftest import PHONE, Open
from tests.service.pages.support import CAUDA_EQUINA, answer, order, paste, section

# Hundreds of rules, rows, orders and conditions are alike, and a picture is one image: axe needs to see a few.
_ALIKE = ", ".join(
    f"{each}:nth-of-type(n+4)"
    for each in (
        "section.rule",
        "tr",
        "li.order",
        ".conditions li",
        ".facts li",
        ".statements li",
        ".question",
        "svg > g",
    )
)


def barriers(page: Page) -> list[str]:
    """What axe calls serious or worse in light; in the dark, where only the colours are other ones, of contrast."""
    page.evaluate("alike => document.querySelectorAll(alike).forEach(each => each.remove())", _ALIKE)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    found = Axe().run(page).response["violations"]
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    found += Axe().run(page, None, {"runOnly": ["color-contrast"]}).response["violations"]
    grave = [each for each in found if each["impact"] in ("serious", "critical")]
    return [f"{each['id']}: {node['html'][:200]}" for each in grave for node in each["nodes"]]


@pytest.mark.parametrize("path", ["/", "/rules/FD-SUR-01", "/algorithm"])
def test_a_page_has_no_barrier_in_light_and_dark(visit: Open, path: str) -> None:
    page = visit(path, bypass_csp=True)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert not barriers(page)


def test_the_human_edition_has_no_barrier_in_light_and_dark(visit: Open) -> None:
    page = visit("/rules", bypass_csp=True)
    expect(page.get_by_label("Search the rules")).to_be_visible()
    assert not barriers(page)


def test_a_whole_plan_has_no_barrier_in_light_and_dark(visit: Open) -> None:
    page = visit(CAUDA_EQUINA, bypass_csp=True)
    order(page, "Spine surgeon's opinion").get_by_text("Why", exact=False).first.click()
    section(page, "Alerts").locator("summary").first.click()
    everything = section(page, "Everything that can be answered")
    everything.locator("summary").first.click()
    everything.get_by_label("Search").fill("clonus")
    everything.locator("summary:visible").nth(1).click()
    section(page, "For integrators").get_by_text("From the command line").click()
    answer(page, "red flag", "worsening")
    expect(section(page, "Alerts").locator(".derivations").first).to_be_visible()
    expect(page.locator("#changed")).not_to_be_empty()
    assert not barriers(page)


def test_a_refusal_has_no_barrier_on_a_phone(visit: Open) -> None:
    page = visit("/", viewport=PHONE, bypass_csp=True)
    paste(page, "{}")
    expect(page.get_by_role("alert")).to_be_visible()
    assert not barriers(page)


@pytest.mark.parametrize("path", [CAUDA_EQUINA, "/rules/FD-SUR-01", "/algorithm"])
def test_whatever_is_pressed_is_large_enough_for_a_finger(visit: Open, path: str) -> None:
    """WCAG 2.2, 2.5.8: 24 pixels; a link within a sentence may be smaller."""
    page = visit(path, viewport=PHONE)
    if path == CAUDA_EQUINA:
        section(page, "Alerts").locator("summary").first.click()
        expect(section(page, "Alerts").locator(".derivations").first).to_be_visible()
    small = page.evaluate(
        "[...document.querySelectorAll('main :is(summary, button, input, select, textarea)')]"
        ".filter(e => e.checkVisibility() && !e.matches('.visually-hidden')).map(e => [e, e.getBoundingClientRect()])"
        ".filter(([_, box]) => box.height < 24 || box.width < 24).map(([e, box]) => `${box.height} ${e.outerHTML}`)"
    )
    assert not small


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
