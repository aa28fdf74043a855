"""The sheet as a Mermaid flowchart: topics in their stages, the decisions they read before them, their orders behind.

Whoever renders it lays it out. Lit nodes have a thick border and a tick, open ones a dashed border and a question mark.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from guideline.patient_path import Item, State
from guideline.sheet import ALERT, Band, Block, Card

_SIGNS: Final[dict[State, str]] = {"plain": "", "yes": "✓ ", "unknown": "? ", "no": ""}
_CLASSES: Final = (
    "classDef yes fill:#e6f0fa,stroke:#0b4f8a,stroke-width:3px,color:#1f2933",
    "classDef unknown fill:#ffffff,stroke:#6b7280,stroke-dasharray:5 3,color:#4a5563",
    "classDef no fill:#ffffff,stroke:#c3ccd6,color:#6b7280",
)


def flowchart(bands: Sequence[Band]) -> str:
    """The flowchart as text, ending in a line break."""
    return "\n".join(_lines(bands)) + "\n"


def _lines(bands: Sequence[Band]) -> Iterator[str]:
    yield "flowchart LR"
    read = {item.text for band in bands for card in band.cards for item in card.reads}
    read |= {item.text for item in bands[0].decisions[:1]}  # what nearly every rule reads: the way in
    decided = {item.text: f"d{place}" for place, item in enumerate(_decisions(bands, read), 1)}
    for place, band in enumerate(bands, 1):
        yield f'  subgraph s{place}["{place} {_said(band.stage.title)}"]'
        for item in band.decisions:
            if item.text in decided:
                yield "    " + _node(decided[item.text], "{{", _SIGNS[item.state] + item.text, "}}", item.state)
        for number, card in enumerate(band.cards, 1):
            yield from (f"    {line}" for line in _card(f"t{place}_{number}", card))
        yield "  end"
    yield from (f"  s{place} ==> s{place + 1}" for place, _ in enumerate(pairwise(bands), 1))
    for place, band in enumerate(bands, 1):
        for number, card in enumerate(band.cards, 1):
            yield from (f"  {decided[each.text]} --> t{place}_{number}" for each in card.reads if each.text in decided)
    yield from (f"  {each}" for each in _CLASSES)


def _decisions(bands: Sequence[Band], read: set[str]) -> Iterator[Item]:
    seen: set[str] = set()
    for band in bands:
        for item in band.decisions:
            if item.text in read - seen:
                seen.add(item.text)
                yield item


def _card(name: str, card: Card) -> Iterator[str]:
    yield _node(name, "[", _SIGNS[card.state] + card.title, "]", card.state)
    for place, block in enumerate(card.blocks, 1):
        leaf = f"{name}_{place}"
        yield f"{name} --> {_node(leaf, '(', _leaf(block), ')', block.state)}"


def _leaf(block: Block) -> str:
    heading = "; ".join(item.text for item in block.items) if block.heading == ALERT else block.heading
    words = " — ".join(filter(None, (heading, block.window, block.note)))
    return _SIGNS[block.state] + (f"{block.tag.upper()}: " if block.tag else "") + words


def _node(name: str, opening: str, words: str, closing: str, state: State) -> str:
    lit = "" if state == "plain" else f":::{state}"
    return f'{name}{opening}"{_said(words)}"{closing}{lit}'


def _said(words: str) -> str:
    return words.replace('"', "#quot;")
