"""The frame around every page: head, skip link, navigation, what the software is not."""

from __future__ import annotations

from typing import Final

from fhir_adapters.service.pages.html import Child, Html, tag
from guideline.assessment import NOTICE
from guideline.rulebook import Rulebook

_NAVIGATION: Final = (("/", "Workbench"), ("/rules", "Rules"), ("/algorithm", "Algorithm"))


def shell(
    title: str, *main: Child, book: Rulebook, here: str = "", script: str = "", style: str = "", up: str = "./"
) -> str:
    """A whole document. `here` is the navigation's current page; `script` and `style` name files of static/.

    `up` leads from the page to where the service is: a proxy may serve it below a path of its own. Every address in the
    document begins with a slash until then, and nothing else does right after ="; a text has no such sign.
    """
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", f"{title} · Foot drop guideline"),
        tag("link", rel="icon", href="/static/icon.svg", type="image/svg+xml"),
        tag("link", rel="stylesheet", href="/static/base.css"),
        tag("link", rel="stylesheet", href=f"/static/{style}") if style else None,
        tag("script", src=f"/static/{script}", type="module") if script else None,
    )
    body = tag(
        "body",
        tag("a", "Skip to the content", class_="skip", href="#main"),
        _header(here),
        tag("main", *main, id="main", tabindex="-1"),
        _footer(book),
    )
    return ("<!doctype html>\n" + tag("html", head, body, lang="en")).replace('="/', f'="{up}')


def _header(here: str) -> Html:
    links = [
        tag("li", tag("a", name, href=path, aria_current="page" if path == here else None))
        for path, name in _NAVIGATION
    ]
    name = tag("a", tag("span", aria_hidden="true", class_="logo"), "Foot drop guideline", href="/", class_="brand")
    return tag(
        "header",
        tag("div", name, tag("nav", tag("ul", links), aria_label="Pages"), class_="wide"),
        class_="top",
    )


def _footer(book: Rulebook) -> Html:
    changed = [f"{each.parameter} is {each.value} instead of {each.default}" for each in book.overrides]
    site = tag("p", f"Site values: {'; '.join(changed)}.") if changed else None
    about = (
        f"Version {book.version}, {len(book.rules)} rules. For adults. Not a medical device; not validated in patients."
    )
    return tag("footer", tag("div", tag("p", NOTICE), tag("p", about), site, class_="wide"), class_="bottom")
