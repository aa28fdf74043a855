"""The data types the resources are made of, as plain dicts without a null or an empty value."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from html import escape
from typing import Any

Json = dict[str, Any]


def clean(text: str) -> str:
    """Text as FHIR and XHTML can carry it: no control characters, no blank ends."""
    if not text.isprintable() and not text.replace("\n", " ").isprintable():
        text = "".join(c if c.isprintable() or c == "\n" else " " for c in text)
    return text.strip()


def cleaned(texts: Iterable[str]) -> list[str]:
    """Those texts that say something, cleaned: looked at together, because nearly always there is nothing to clean."""
    texts = list(texts)
    clean_one = str.strip if "".join(texts).replace("\n", "").isprintable() else clean
    return [text for text in map(clean_one, texts) if text]


def present(element: Json) -> Json:
    """The element without the parts that turned out empty: FHIR allows neither null nor an empty value."""
    return {name: value for name, value in element.items() if value}


def concept(text: str, *codings: tuple[str, str]) -> Json:
    """A CodeableConcept; a coding is (system, code)."""
    out: Json = {}
    if codings:
        out["coding"] = [{"system": system, "code": code} for system, code in codings]
    if text:
        out["text"] = text
    return out


def identifier(system: str, value: str) -> Json:
    return {"system": system, "value": value}


def notes(*texts: str) -> list[Json]:
    """Annotations, one for each text that says something."""
    return [{"text": text} for text in cleaned(texts)]


def narrative(title: str, *lines: str) -> Json:
    """A generated narrative: a heading and lines, escaped."""
    return narrative_of(title, cleaned(lines))


def narrative_of(title: str, lines: list[str]) -> Json:
    """The same of lines that are clean already, and say something."""
    said = "\0".join(lines)  # a clean line holds no such character
    body = f"<p>{escape(said, quote=False)}</p>".replace("\0", "</p><p>") if said else ""
    div = f'<div xmlns="http://www.w3.org/1999/xhtml"><p><b>{escape(clean(title), quote=False)}</b></p>{body}</div>'
    return {"status": "generated", "div": div}


def window(earliest: str | None, latest: str | None) -> Json:
    """A Period, or an empty dict. A window that ends before it starts keeps its end: what is due must not be lost."""
    if earliest and latest and latest < earliest:
        earliest = None
    out: Json = {}
    if earliest:
        out["start"] = earliest
    if latest:
        out["end"] = latest
    return out


def moments(as_of: str) -> tuple[str, str]:
    """`as_of` as a dateTime and as an instant. A date's instant is the start of that day in UTC."""
    if len(as_of) == len("2026-03-01"):
        return as_of, f"{as_of}T00:00:00Z"
    at = datetime.fromisoformat(as_of)
    text = (at if at.tzinfo else at.replace(tzinfo=UTC)).isoformat().replace("+00:00", "Z")
    return text, text


def sided(side: str | None, text: str) -> str:
    """The text, cleaned and opened with the leg it is about; nothing said stays nothing."""
    text = clean(text)
    return f"{side.capitalize()} leg: {text}" if side and text else text
