"""HTML as values: every text is escaped, unless it was made here or by the Markdown renderer."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Final

_VOID: Final = frozenset({"meta", "link", "input", "br", "hr"})


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


Child = str | None | Iterable["Child"]


def tag(element: str, /, *children: Child, **attributes: str | bool | None) -> Html:
    """An element. `class_` is the attribute class, `data_x` is data-x; False and None leave an attribute out."""
    shown = "".join(_attribute(key, value) for key, value in attributes.items())
    if element in _VOID:
        return Html(f"<{element}{shown}>")
    return Html(f"<{element}{shown}>{joined(children)}</{element}>")


def joined(children: Child) -> Html:
    """Children one after the other: HTML as it is, text escaped."""
    if children is None:
        return Html()
    if isinstance(children, str):
        return children if isinstance(children, Html) else Html(escape(children))
    return Html("".join(joined(child) for child in children))


def _attribute(key: str, value: str | bool | None) -> str:
    name = key.rstrip("_").replace("_", "-")
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{escape(value)}"'
