"""The sheet as a picture, 1,200 pixels wide: seven bands from top to bottom, cards in three columns.

Nothing is told by colour alone: urgency is a word, strength a disc that is full, half full or empty, what holds carries
a tick, what is open a question mark and a dashed line, and what does not hold is grey and short.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from guideline.patient_path import Item, State
from guideline.sheet import Band, Block, Card
from guideline.svg import (
    Drawing, Style, box, bullet, document, line_of, number, pointed, tick, tooltip, width_of,
)  # fmt: skip

WIDTH: Final = 1200
_EDGE: Final = 24
_RAIL: Final = 44
_GAP: Final = 16
_COLUMNS: Final = 3
_LEFT: Final = _EDGE + _RAIL
_INNER: Final = WIDTH - _LEFT - _EDGE
_PAD: Final = 12

INK, SOFT, FAINT, LINE, BLUE, PALE = "#1f2933", "#4a5563", "#6b7280", "#c3ccd6", "#0b4f8a", "#e6f0fa"
_TAGS: Final = {
    "stat": "#8c1515", "critical": "#8c1515", "asap": "#a34700", "warning": "#a34700", "urgent": "#6b5500",
    "info": "#4a5563",
}  # fmt: skip
_INKS: Final[dict[State, str]] = {"plain": INK, "yes": INK, "unknown": SOFT, "no": FAINT}


def picture(title: str, lines: Sequence[str], description: str, bands: Sequence[Band], patient: bool) -> str:
    """The whole SVG text. `lines` stand below the title."""
    sheet = Drawing(height=_EDGE)
    sheet.text(title, _EDGE, WIDTH - 2 * _EDGE, Style(26, INK, bold=True))
    for line in lines:
        sheet.text(line, _EDGE, WIDTH - 2 * _EDGE, Style(14, SOFT))
    sheet.height += 8
    _legend(sheet, patient)
    badges = []
    for place, band in enumerate(bands, 1):
        sheet.height += 22
        badges.append((sheet.height + 16, place, any(card_state(card) == "yes" for card in band.cards)))
        _band(sheet, band)
    _rail(sheet, badges)
    sheet.height += _EDGE
    return document(WIDTH, sheet, title, description)


def card_state(card: Card) -> State:
    states = {block.state for block in card.blocks}
    return next((state for state in ("yes", "unknown", "no") if state in states), "plain")  # type: ignore[return-value]


def _rail(sheet: Drawing, badges: list[tuple[float, int, bool]]) -> None:
    x = _EDGE + 16
    for (top, _, _), (bottom, _, _) in zip(badges, badges[1:], strict=False):
        sheet.add(f'<path d="M{x} {number(top + 17)}V{number(bottom - 26)}" stroke="{SOFT}" stroke-width="2.5"/>')
        sheet.add(f'<path d="M{x - 6} {number(bottom - 27)}h12l-6 9z" fill="{SOFT}"/>')
    for y, place, lit in badges:
        sheet.add(f'<circle cx="{x}" cy="{number(y)}" r="16" fill="{BLUE if lit else SOFT}"/>')
        style = Style(16, "#ffffff", bold=True)
        sheet.add(line_of(str(place), x - width_of(str(place), style) / 2, y + 5.5, style))


def _band(sheet: Drawing, band: Band) -> None:
    sheet.add(line_of(band.stage.title, _LEFT, sheet.height + 22, Style(20, INK, bold=True)))
    after = _LEFT + width_of(band.stage.title, Style(20, bold=True)) + 14
    sheet.add(line_of(band.stage.question, after, sheet.height + 22, Style(14, SOFT, italic=True)))
    sheet.height += 36
    if band.decisions:
        flow = _flow([_decision(each) for each in band.decisions], _INNER, 7)
        sheet.place(flow, _LEFT, sheet.height)
        sheet.height += flow.height + 12
    columns = min(_COLUMNS, len(band.cards))
    width = (_INNER - _GAP * (columns - 1)) / columns
    tops = [sheet.height] * columns
    for card in band.cards:
        drawn, column = _card(card, width), tops.index(min(tops))
        sheet.place(drawn, _LEFT + column * (width + _GAP), tops[column])
        tops[column] += drawn.height + _GAP
    sheet.height = max(tops)


def _flow(pieces: Iterable[tuple[float, float, str]], width: float, gap: float) -> Drawing:
    """Pieces (width, height, SVG) side by side, in rows that fit the width."""
    made, x, tall = Drawing(), 0.0, 0.0
    for wide, high, drawn in pieces:
        if x and x + wide > width:
            made.height, x, tall = made.height + tall + gap, 0.0, 0.0
        made.add(f'<g transform="translate({number(x)} {number(made.height)})">{drawn}</g>')
        x, tall = x + wide + gap, max(tall, high)
    made.height += tall
    return made


def _decision(item: Item) -> tuple[float, float, str]:
    style = Style(12.5, "#ffffff" if item.state == "yes" else _INKS[item.state], bold=item.state == "yes")
    words = item.text + (f" ({item.note})" if item.note else "")
    mark = 16 if item.state in ("yes", "unknown") else 0
    width, height = width_of(words, style) + mark + 26, 24.0
    fill = BLUE if item.state == "yes" else "#ffffff"
    stroke = LINE if item.state == "no" else BLUE
    parts = [pointed(width, height, fill=fill, stroke=stroke, dashed=item.state == "unknown")]
    parts.append(_mark(item.state, 12, 7, style.fill))
    parts.append(line_of(words, 13 + mark, 16.5, style))
    return width, height, tooltip(", ".join(item.rules), parts)


def _mark(state: State, x: float, y: float, colour: str) -> str:
    """The sign of a state, ten pixels wide; none for what is plain or does not hold."""
    if state == "yes":
        return tick(x, y, colour)
    return line_of("?", x + 1, y + 10, Style(14, colour, bold=True)) if state == "unknown" else ""


def _card(card: Card, whole: float) -> Drawing:
    inner, state = Drawing(height=_PAD), card_state(card)
    width = whole - 2 * _PAD
    inner.text(card.title, _PAD, width, Style(15.5, _INKS[state], bold=True))
    inner.text(card.about, _PAD, width, Style(12, FAINT if state == "no" else SOFT, italic=True))
    if card.reads and state != "no":
        _reads(inner, card.reads, width)
    for block in card.blocks:
        _block(inner, block, width)
    if card.numbers and state != "no":
        inner.height += 4
        inner.add(f'<path d="M{_PAD} {number(inner.height)}h{number(width)}" stroke="{LINE}"/>')
        inner.height += 4
        for each in card.numbers:
            inner.text(each, _PAD, width, Style(11, SOFT))
    inner.height += _PAD - 2
    frame = box(0, 0, whole, inner.height, fill="#fbfcfd", stroke=BLUE if state == "yes" else LINE,
                dashed=state == "unknown", line=2 if state == "yes" else 1)  # fmt: skip
    return Drawing([frame, *inner.parts], inner.height)


def _reads(inner: Drawing, reads: Sequence[Item], width: float) -> None:
    """The decisions a topic depends on, in small."""
    inner.height += 3
    for item in reads:
        style = Style(11, _INKS[item.state], bold=item.state == "yes")
        middle = inner.height + 7
        diamond = f"M{_PAD + 1} {number(middle)}l4 -4 4 4 -4 4z"
        filled = BLUE if item.state in ("yes", "plain") else "#ffffff"
        inner.add(f'<path d="{diamond}" fill="{filled}" stroke="{BLUE}"/>')
        sign = {"yes": "yes: ", "unknown": "?  ", "no": "no: ", "plain": ""}[item.state]
        inner.text(sign + item.text, _PAD + 14, width - 14, style)


def _block(inner: Drawing, block: Block, width: float) -> None:
    made, state = Drawing(height=2), block.state
    _heading(made, block, width)
    shown = [item for item in block.items if item.state in ("plain", "yes", "unknown")]
    if block.flow:
        pieces = [_diagnosis(item) for item in shown]
        flow = _flow(pieces, width - 10, 4)
        made.place(flow, 8, made.height)
        made.height += flow.height + 2
    else:
        for item in shown:
            _item(made, item, width)
    made.height += 2
    inner.height += 5
    if state in ("yes", "unknown"):
        inner.add(box(_PAD - 6, inner.height, width + 12, made.height, fill=PALE if state == "yes" else "#ffffff",
                      stroke=BLUE if state == "yes" else FAINT, dashed=state == "unknown", radius=4))  # fmt: skip
    inner.place(made, _PAD, inner.height)
    inner.height += made.height


def _heading(made: Drawing, block: Block, width: float) -> None:
    state, style = block.state, Style(13, _INKS[block.state], bold=block.state != "no")
    x = 0.0
    if state in ("yes", "unknown"):
        made.add(_mark(state, 0, made.height + 2, BLUE if state == "yes" else SOFT))
        x = 15
    if block.tag:
        x += _tag(made, block.tag, x, faint=state == "no") + 6
    words = block.heading + (f" — {block.window}" if block.window else "")
    words += f" — {block.note}" if block.note else ""
    first, *rest = _first_line(words, width - x, width - 10, style)
    made.add(line_of(first, x, made.height + 13, style))
    made.height += style.line + 1
    for line in rest:
        made.add(line_of(line, 10, made.height + 13, style))
        made.height += style.line
    made.height += 1


def _first_line(words: str, first: float, others: float, style: Style) -> list[str]:
    """Lines of which the first has less room."""
    lines, room = [""], first
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and width_of(longer, style) > room:
            lines.append(word)
            room = others
        else:
            lines[-1] = longer
    return lines


def _tag(made: Drawing, tag: str, x: float, *, faint: bool) -> float:
    style = Style(10.5, "#ffffff", bold=True)
    width = width_of(tag.upper(), style) + 10
    made.add(box(x, made.height + 1, width, 15, fill=FAINT if faint else _TAGS[tag], radius=3))
    made.add(line_of(tag.upper(), x + 5, made.height + 12.2, style))
    return width


def _item(made: Drawing, item: Item, width: float) -> None:
    style = Style(12, _INKS[item.state])
    words = ("? " if item.state == "unknown" else "") + item.text + (f" ({item.note})" if item.note else "")
    inner = Drawing(height=made.height)
    inner.add(bullet(14, made.height + 8, item.strength, style.fill))
    inner.text(words, 24, width - 24, style)
    made.add(tooltip(", ".join(item.rules), inner.parts))
    made.height = inner.height + 1


def _diagnosis(item: Item) -> tuple[float, float, str]:
    style = Style(12, _INKS[item.state], bold=item.state == "yes")
    words = ("? " if item.state == "unknown" else "") + item.text
    width = width_of(words, style) + 12
    frame = box(0, 0, width, 18, fill="#ffffff", stroke=LINE, radius=9, dashed=item.state == "unknown")
    return width, 18, tooltip(", ".join(item.rules), [frame, line_of(words, 6, 13, style)])


def _legend(sheet: Drawing, patient: bool) -> None:
    style, y = Style(12.5, INK), sheet.height + 12
    x = float(_EDGE)

    def say(words: str, space: float) -> None:
        nonlocal x
        sheet.add(line_of(words, x + space, y, style))
        x += space + width_of(words, style) + 22

    for strength in ("recommend", "consider", "option"):
        sheet.add(bullet(x + 5, y - 4, strength, INK))
        say(strength, 13)
    sheet.add(f'<path d="M{number(x)} {number(y - 4)}l5 -5 5 5 -5 5z" fill="{BLUE}"/>')
    say("decided from what is recorded", 15)
    for tag in ("stat", "asap", "urgent"):
        made = Drawing(height=y - 12)
        wide = _tag(made, tag, x, faint=False)
        sheet.add("".join(made.parts))
        x += wide + 6
    say("how soon; no word: routine", 2)
    if patient:
        sheet.add(tick(x, y - 9, BLUE))
        say("holds for this patient", 15)
        sheet.add(box(x, y - 11, 16, 13, fill="#ffffff", stroke=FAINT, dashed=True, radius=3))
        say("? not known", 21)
        say("grey: does not hold", 0)
    sheet.height += 18
