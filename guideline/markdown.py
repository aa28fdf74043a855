"""Words of Markdown: text as it is written, links inside the page, rows of a table."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_SPECIAL: Final = tuple((each, f"\\{each}") for each in "\\*_<>|[]")  # the backslash first: it must not be doubled


def row_of(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def links(ids: Iterable[str]) -> str:
    return ", ".join(f"[{each}](#{each})" for each in ids)


def anchor(key: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", key.lower())


def plain(text: str) -> str:
    """Text that Markdown shows as it is written; what stands in backticks stays code."""
    if not text.isprintable() or "  " in text or text != text.strip():  # white space other than blanks is not printable
        text = " ".join(text.split())
    if "`" not in text:
        return _escaped(text)
    return "`".join(part if place % 2 else _escaped(part) for place, part in enumerate(text.split("`")))


def _escaped(text: str) -> str:
    for each, escaped in _SPECIAL:
        if each in text:
            text = text.replace(each, escaped)
    return text
