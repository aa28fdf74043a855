"""The human edition as HTML: Markdown with HTML switched off, every anchor an id, every rule a section to search."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from fhir_adapters.service.pages.html import Html, tag
from guideline.edition import edition
from guideline.rulebook import Rulebook

_ANCHOR: Final = re.compile(r'<a id="([\w.-]+)"></a>')  # the one piece of HTML that the edition writes
_RULE: Final = "h4"
_OPENING: Final = ("h1", "h2", "h3", "h4")


@lru_cache(maxsize=8)
def edition_html(book: Rulebook) -> Html:
    """The edition between its table of contents and its search box."""
    tokens = _markdown().parse(edition(book))
    contents, rest = _parted(tokens)
    navigation = tag("nav", contents, aria_label="Contents", class_="contents")
    article = tag("article", _search(), _rendered(rest), class_="edition")
    return tag("div", navigation, article, class_="wide book")


def _search() -> Html:
    box = tag("input", type="search", id="search", autocomplete="off", spellcheck="false", aria_describedby="found")
    label = tag("label", "Search the rules", for_="search")
    return tag("search", label, box, tag("p", id="found", role="status", class_="quiet"), class_="search needs-script")


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False}).enable("table")
    made.inline.ruler.before("text", "anchor", _anchor)
    made.core.ruler.push("ids", _ids)
    made.core.ruler.push("sections", _sections)
    made.add_render_rule("table_open", _table_open)
    made.add_render_rule("table_close", _table_close)
    return made


def _anchor(state: StateInline, silent: bool) -> bool:
    found = _ANCHOR.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        state.push("anchor", "a", 0).attrSet("id", found[1])
    state.pos = found.end()
    return True


def _ids(state: StateCore) -> None:
    """An anchor at the beginning of a heading or a cell becomes the id of it."""
    for before, token in zip(state.tokens, state.tokens[1:], strict=False):
        children = token.children or []
        if children and children[0].type == "anchor":
            before.attrSet("id", str(children.pop(0).attrGet("id")))


def _sections(state: StateCore) -> None:
    """Each rule from its heading to the next heading is a section, and the heading leads to the rule's own page."""
    state.tokens = list(_with_sections(state.tokens))


def _with_sections(tokens: Sequence[Token]) -> Iterator[Token]:
    inside = False
    for place, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag in _OPENING:
            if inside:
                yield Token("section_close", "section", -1)
            inside = token.tag == _RULE
            if inside:
                yield _section(token)
                _link(tokens[place + 1], str(token.meta["rule"]))
        yield token
    if inside:
        yield Token("section_close", "section", -1)


def _section(heading: Token) -> Token:
    """The section takes over the heading's id, so that a link shows the whole rule."""
    rule = str(heading.attrs.pop("id"))
    heading.meta = {"rule": rule}
    return Token("section_open", "section", 1, attrs={"class": "rule", "id": rule})


def _link(inline: Token, rule: str) -> None:
    """ "FD-SUR-01 · title": the id is the link to the one-screen page."""
    first, *others = inline.children or []
    first.content = first.content.removeprefix(rule)
    opening = Token("link_open", "a", 1, attrs={"href": f"/rules/{rule}"})
    shown = Token("text", "", 0, content=rule)
    inline.children = [opening, shown, Token("link_close", "a", -1), first, *others]


def _table_open(_: RendererHTML, *__: Any) -> str:
    return '<div class="scroll" role="region" tabindex="0" aria-label="Table, to be scrolled"><table>\n'


def _table_close(_: RendererHTML, *__: Any) -> str:
    return "</table></div>\n"


def _parted(tokens: Sequence[Token]) -> tuple[Html, list[Token]]:
    """The list of contents, rendered, and everything else."""
    start = next(place for place, token in enumerate(tokens) if token.content == "Contents") - 1
    end = next(place for place in range(start + 3, len(tokens)) if tokens[place].type == "heading_open")
    return _rendered(tokens[start:end]), [*tokens[:start], *tokens[end:]]


def _rendered(tokens: Iterable[Token]) -> Html:
    markdown = _markdown()
    return Html(markdown.renderer.render(list(tokens), markdown.options, {}))
