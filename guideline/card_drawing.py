"""The pieces of a card: its head, one piece for each block, and its numbers. Whoever lays them out may break between.

Nothing is told by colour alone: urgency is a word, strength a disc that is full, half full or empty, what holds carries
a tick, what is open a question mark and a dashed line, and what does not hold is grey and short.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from guideline.patient_path import Item, State
from guideline.sheet import Block, Card
from guideline.svg import (
    Drawing,
    Style,
    bullet,
    first_line,
    framed,
    line_of,
    number,
    pointed,
    tick,
    tooltip,
    width_of,
)

PAD: Final = 12
INK, SOFT, FAINT, LINE, BLUE, PALE = "#1f2933", "#4a5563", "#6b7280", "#c3ccd6", "#0b4f8a", "#e6f0fa"
_OPEN: Final = "#9aa5b1"
_TAGS: Final = {
    "stat": "#8c1515", "critical": "#8c1515", "asap": "#a34700", "warning": "#a34700", "urgent": "#6b5500",
    "info": "#4a5563",
}  # fmt: skip
INKS: Final[dict[State, str]] = {"plain": INK, "yes": INK, "unknown": SOFT, "no": FAINT}


def pieces(card: Card, width: float) -> list[Drawing]:
    """A card from top to bottom; the first piece is its head."""
    return list(_pieces(card, width))


def _pieces(card: Card, width: float) -> Iterator[Drawing]:
    yield _head(card, width)
    blocks = [_block(block, width) for block in card.blocks if block.state != "no"]
    yield from blocks[:-1]
    foot = _foot(card, width)
    yield _joined(blocks[-1], foot) if blocks else foot


def _foot(card: Card, width: float) -> Drawing:
    """What does not apply, and the numbers the card's conditions name."""
    made = Drawing()
    silent = [heading for heading in _headings(card, "no") if heading not in _headings(card, "yes", "unknown", "plain")]
    if silent:
        made.height += 4
        made.text("Not asked for here: " + "; ".join(silent), PAD, width, Style(11, FAINT))
    if card.numbers and card.state in ("plain", "yes"):
        made.add(f'<path d="M{PAD} {number(made.height + 7)}h{number(width)}" stroke="{LINE}"/>')
        made.height += 10
        for each in card.numbers:
            made.text(each, PAD, width, Style(11, SOFT))
    return made


def _headings(card: Card, *states: State) -> list[str]:
    """What blocks of those states ask for, each once; alerts and lists ask for nothing."""
    found = (block.heading for block in card.blocks if block.state in states and block.asks)
    return list(dict.fromkeys(found))


def _joined(above: Drawing, below: Drawing) -> Drawing:
    made = Drawing()
    for each in (above, below):
        made.place(each, 0, made.height)
        made.height += each.height
    return made


def continued(card: Card, width: float) -> Drawing:
    """The head of a card that goes on in the next column."""
    made = Drawing(height=PAD)
    made.text(f"{card.title}, continued", PAD, width, Style(12.5, SOFT, italic=True))
    return made


def _head(card: Card, width: float) -> Drawing:
    made = Drawing(height=PAD)
    made.text(card.title, PAD, width, Style(15.5, INKS[card.state], bold=True))
    made.text(card.about, PAD, width, Style(12, FAINT if card.state == "no" else SOFT, italic=True))
    if card.state != "no":
        made.height += 3
        for item in card.reads:
            _read(made, item, width)
    return made


def _read(made: Drawing, item: Item, width: float) -> None:
    """A decision the card depends on, in small."""
    style = Style(11, INKS[item.state], bold=item.state == "yes")
    fill = BLUE if item.state in ("yes", "plain") else "#ffffff"
    made.add(f'<path d="M{PAD + 1} {number(made.height + 7)}l4 -4 4 4 -4 4z" fill="{fill}" stroke="{BLUE}"/>')
    sign = {"yes": "yes: ", "unknown": "?  ", "no": "no: ", "plain": ""}[item.state]
    made.text(sign + item.text, PAD + 14, width - 14, style)


def _block(block: Block, width: float) -> Drawing:
    inner, state = Drawing(height=2), block.state
    _heading(inner, block, width)
    shown = [item for item in block.items if item.state != "no"]
    if block.flow:
        listed = flow((_diagnosis(item, block.state) for item in shown), width - 10, 4)
        inner.place(listed, 8, inner.height)
        inner.height += listed.height + 2
    else:
        for item in shown:
            _item(inner, item, width, block.state)
    inner.height += 2
    made = Drawing(height=5)
    if state != "plain":
        ground = PALE if state == "yes" else "#ffffff"
        frame = framed(width + 12, inner.height, ground, BLUE if state == "yes" else _OPEN, dashed=state == "unknown")
        made.place(Drawing([frame]), PAD - 6, made.height)
    made.place(inner, PAD, made.height)
    made.height += inner.height
    return made


def _heading(made: Drawing, block: Block, width: float) -> None:
    style, x = Style(13, INKS[block.state], bold=True), 0.0
    if block.state != "plain":
        made.add(mark(block.state, 0, made.height + 2, BLUE if block.state == "yes" else SOFT))
        x = 15
    if block.tag:
        x += tag(made, block.tag, x) + 6
    words = " — ".join(filter(None, (block.heading, block.window, block.note)))
    first, *rest = first_line(words, width - x, width - 10, style)
    made.add(line_of(first, x, made.height + 13, style))
    made.height += style.line + 1
    for line in rest:
        made.add(line_of(line, 10, made.height + 13, style))
        made.height += style.line
    made.height += 1


def tag(made: Drawing, word: str, x: float) -> float:
    """An urgency in capitals on its colour; its width."""
    style = Style(10.5, "#ffffff", bold=True)
    width = width_of(word.upper(), style) + 10
    made.place(Drawing([framed(width, 15, _TAGS[word], "none", radius=3)]), x, made.height + 1)
    made.add(line_of(word.upper(), x + 5, made.height + 12.2, style))
    return width


def _words(item: Item, around: State) -> str:
    """The text with its sign, which the block around it may already carry, and its note."""
    sign = "? " if item.state == "unknown" and around != "unknown" else ""
    return sign + item.text + (f" ({item.note})" if item.note else "")


def _item(made: Drawing, item: Item, width: float, around: State) -> None:
    style, inner = Style(12, INKS[item.state]), Drawing(height=made.height)
    inner.add(bullet(14, made.height + 8, item.strength, style.fill))
    inner.text(_words(item, around), 24, width - 24, style)
    made.add(tooltip(", ".join(item.rules), inner.parts))
    made.height = inner.height + 1


def _diagnosis(item: Item, around: State) -> tuple[float, float, str]:
    style = Style(12, INKS[item.state], bold=item.state == "yes")
    words = _words(item, around)
    width = width_of(words, style) + 12
    frame = framed(width, 18, "#ffffff", LINE, radius=9, dashed=item.state == "unknown")
    return width, 18, tooltip(", ".join(item.rules), [frame, line_of(words, 6, 13, style)])


def decision(item: Item) -> tuple[float, float, str]:
    """A word that is settled for other rules: its width, its height and its drawing."""
    style = Style(12.5, "#ffffff" if item.state == "yes" else INKS[item.state], bold=item.state == "yes")
    words = item.text + (f" ({item.note})" if item.note else "")
    left = 16 if item.state in ("yes", "unknown") else 0
    width, height = width_of(words, style) + left + 26, 24.0
    fill = BLUE if item.state == "yes" else "#ffffff"
    outline = pointed(width, height, fill, LINE if item.state == "no" else BLUE, dashed=item.state == "unknown")
    parts = [outline, mark(item.state, 12, 7, style.fill), line_of(words, 13 + left, 16.5, style)]
    return width, height, tooltip(", ".join(item.rules), parts)


def mark(state: State, x: float, y: float, colour: str) -> str:
    """The sign of a state, ten pixels wide; none for what is plain or does not hold."""
    if state == "yes":
        return tick(x, y, colour)
    return line_of("?", x + 1, y + 10, Style(14, colour, bold=True)) if state == "unknown" else ""


def flow(drawn: Iterable[tuple[float, float, str]], width: float, gap: float) -> Drawing:
    """Pieces (width, height, SVG) side by side, in rows that fit the width."""
    made, x, tall = Drawing(), 0.0, 0.0
    for wide, high, part in drawn:
        if x and x + wide > width:
            made.height, x, tall = made.height + tall + gap, 0.0, 0.0
        made.place(Drawing([part]), x, made.height)
        x, tall = x + wide + gap, max(tall, high)
    made.height += tall
    return made
