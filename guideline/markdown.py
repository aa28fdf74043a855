"""Words of Markdown: text as it is written, links inside the page, rows of a table."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_SPECIAL: Final = re.compile(r"[\\*_<>|\[\]]")
_ESCAPED: Final = str.maketrans({each: f"\\{each}" for each in "\\*_<>|[]"})


def row_of(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def links(ids: Iterable[str]) -> str:
    return ", ".join(f"[{each}](#{each})" for each in ids)


def anchor(key: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", key.lower())


def plain(text: str) -> str:
    """Text that Markdown shows as it is written; what stands in backticks stays code."""
    text = " ".join(text.split())
    if not _SPECIAL.search(text):
        return text
    parts = text.split("`")
    return "`".join(part if place % 2 else part.translate(_ESCAPED) for place, part in enumerate(parts))
