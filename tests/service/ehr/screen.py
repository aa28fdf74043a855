"""Cards as a clinician reads them: the gravest first, Markdown as text, one line for each thing that can be done."""

from __future__ import annotations

from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

Json = dict[str, Any]
GRAVITY = {"critical": 0, "warning": 1, "info": 2}
MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def shown(cards: list[Json]) -> str:
    """The whole screen."""
    return "\n\n".join(card_text(card) for card in sorted(cards, key=lambda card: GRAVITY[card["indicator"]]))


def card_text(card: Json) -> str:
    lines = [f"[{card['indicator'].upper()}] {card['summary']}", *plain(card.get("detail", ""))]
    for suggestion in card.get("suggestions", []):
        mark = "(*)" if suggestion.get("isRecommended") else "( )"
        lines.append(f"{mark} {suggestion['label']}")
        lines += [f"      {action['type']}: {action['description']}" for action in suggestion.get("actions", [])]
    lines += [f"-> {link['label']}" for link in card.get("links", [])]
    lines += [f"No, because: {reason['display']}" for reason in card.get("overrideReasons", [])]
    return "\n".join([*lines, f"Source: {card['source']['label']}"])


def plain(markdown: str) -> list[str]:
    """The text of Markdown, line by line; markup that did not work is seen as it is."""
    blocks = [token for token in MARKDOWN.parse(markdown) if token.type == "inline"]
    text = "\n".join("".join(_word(child) for child in block.children or []) for block in blocks)
    return [f"  {line}" for line in text.splitlines()]


def _word(token: Token) -> str:
    return "\n" if token.type in ("softbreak", "hardbreak") else token.content
