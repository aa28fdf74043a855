"""The short texts of a card: names, the one sentence of a summary, lists that fit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from fhir_adapters.write.elements import clean, sided
from guideline.assessment import Alert, Proposal, Side
from guideline.markdown import plain
from guideline.rulebook import Rulebook
from guideline.sentences import capital
from guideline.wording import title_of, titles

LONGEST: Final = 139  # a summary has fewer than 140 characters
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")


@lru_cache(maxsize=1024)
def order_title(key: str) -> str:
    """ "MRI of the brain": an order or activity as it stands inside a sentence."""
    return next((titles(part)[key] for part in ("orders", "activities") if key in titles(part)), key)


@lru_cache(maxsize=1024)
def name_of(key: str, side: Side | None) -> str:
    """The same with its leg: "ankle-foot orthosis, fitted by an orthotist (left leg)"."""
    return f"{order_title(key)} ({side} leg)" if side else order_title(key)


@lru_cache(maxsize=1024)
def heading(key: str, side: Side | None) -> str:
    """The same at the beginning of a line, as Markdown."""
    return plain(capital(name_of(key, side)))


@lru_cache(maxsize=1024)
def told_title(fact: str) -> str:
    """ "symptoms in both legs": a recorded fact as it stands inside a sentence, as Markdown."""
    return plain(title_of(fact))


def asked(order: Proposal) -> str:
    """How it is asked for: "urgent, recommend, by 2026-03-08"."""
    window = [f"from {order.earliest}" if order.earliest else "", f"by {order.latest}" if order.latest else ""]
    return ", ".join(part for part in (order.priority, order.strength, *window) if part)


def sentence(text: str) -> str:
    """A text as one sentence: closed by a full stop if it has no end of its own."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def alert_summary(alert: Alert, book: Rulebook) -> str:
    """The alert's first sentence with its leg; where that is too long, the title of its first rule that fits."""
    first = _SENTENCE_END.split(clean(alert.text))[0]
    titles_ = (book.by_id[rule].rule.title for rule in alert.rules)
    said = (sentence(sided(alert.side, text)) for text in (first, *titles_))
    return next((text for text in said if len(text) <= LONGEST), sentence(capital(alert.key.replace("-", " "))))


def listing(lead: str, names: Sequence[str]) -> str:
    """ "Proposed now: A; B; and 3 more." in at most 139 characters. At least one name must fit."""
    for count in range(len(names), 0, -1):
        rest = len(names) - count
        more = f"; and {rest} more" if rest else ""
        text = f"{lead}: {'; '.join(names[:count])}{more}."
        if len(text) <= LONGEST:
            return text
    return f"{lead}: {len(names)} in all, listed in the detail."


def counted(count: int, noun: str, plural: str = "") -> str:
    """ "1 order", "2 orders"."""
    return f"{count} {noun if count == 1 else plural or noun + 's'}"
