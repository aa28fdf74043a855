"""The human edition, one rule beside its source, and the algorithm, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from guideline.explain import rule_page
from guideline.rulebook import rulebook
from tests.service.pages.conftest import PHONE, Open


def test_a_card_links_to_its_rule_in_the_human_edition(visit: Open) -> None:
    page = visit("/rules#FD-SUR-01")
    rule = page.locator("#FD-SUR-01")
    expect(rule).to_be_in_viewport()
    expect(rule).to_contain_text("A peroneal palsy that does not improve")
    rule.get_by_role("link", name="FD-SUR-01").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("A peroneal palsy that does not improve")


def test_a_search_leaves_the_rules_that_hold_every_word(visit: Open) -> None:
    page = visit("/rules")
    page.get_by_label("Search the rules").fill("residual urine saddle")
    found = page.locator("section.rule:visible")
    expect(page.get_by_role("status")).to_contain_text(f"of {len(rulebook().rules)} rules")
    assert 0 < found.count() < 20
    for rule in found.all():
        words = rule.inner_text().lower()
        assert all(word in words for word in ("residual", "urine", "saddle"))


def test_a_link_shows_what_the_search_had_hidden(visit: Open) -> None:
    page = visit("/rules")
    page.get_by_label("Search the rules").fill("cauda")
    expect(page.locator("#FD-FES-01")).to_be_hidden()
    page.evaluate("location.hash = 'FD-FES-01'")
    expect(page.locator("#FD-FES-01")).to_be_in_viewport()


def test_a_rule_and_its_source_are_on_one_screen(visit: Open) -> None:
    """A neurologist reads both side by side, and can say with which line she disagrees."""
    told = rule_page("FD-SUR-01", rulebook())
    page = visit("/rules/FD-SUR-01")
    rule, source = (page.get_by_role("region", name=name) for name in ("The rule", "Its sources"))
    left, right = rule.bounding_box(), source.bounding_box()
    assert left is not None
    assert right is not None
    assert left["y"] == right["y"]
    assert left["x"] + left["width"] <= right["x"]
    for condition in told.conditions:
        expect(rule.locator(".conditions")).to_contain_text(condition.text)
    for statement in told.statements:
        quoted = source.locator(f"figure[id='{statement.id}']")
        expect(quoted).to_contain_text(statement.text.replace("`", ""))
        for place in statement.places:
            expect(quoted).to_contain_text(place.title)
    source.get_by_text("Disagree precisely").click()
    text = source.get_by_label("Text to copy").input_value()
    for said in (told.sentence, told.parameters[0].key, told.statements[0].id, "I disagree with"):
        assert said in text
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    source.get_by_role("button", name="Copy").click()
    expect(source.get_by_role("status")).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()") == text


def test_the_algorithm_is_read_and_enlarged(visit: Open) -> None:
    page = visit("/algorithm")
    picture = page.get_by_role("img", name="Foot drop: the clinical algorithm")
    expect(picture).to_be_visible()
    page.get_by_role("button", name="300 %").click()
    box = picture.bounding_box()
    assert box is not None
    assert box["width"] > 3000
    expect(page.get_by_role("region", name="The stages in words")).to_contain_text("Red flags")


@pytest.mark.parametrize("path", ["/rules", "/rules/FD-RED-01", "/algorithm", "/"])
def test_no_page_scrolls_sideways_on_a_phone(visit: Open, path: str) -> None:
    page = visit(path, viewport=PHONE, has_touch=True)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize("path", ["/rules", "/rules/FD-RED-01", "/algorithm"])
def test_reading_needs_no_scripts(visit: Open, path: str) -> None:
    page = visit(path, java_script_enabled=False)
    expect(page.get_by_role("main")).to_contain_text(
        "Suspected cauda equina syndrome" if "RED" in path else "Red flags"
    )
    expect(page.get_by_role("searchbox")).to_have_count(0)
