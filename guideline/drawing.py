"""The sheet as a picture, 1,200 pixels wide: seven bands from top to bottom, cards in columns of equal length."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from guideline.card_drawing import BLUE, FAINT, INK, LINE, PAD, SOFT, continued, decision, flow, pieces, tag
from guideline.sheet import Band, Card
from guideline.svg import Drawing, Style, bullet, document, framed, line_of, number, tick, width_of

WIDTH: Final = 1200
_EDGE: Final = 24
_LEFT: Final = _EDGE + 44
_INNER: Final = WIDTH - _LEFT - _EDGE
_GAP: Final = 16
_COLUMNS: Final = 3
_STEP: Final = 10
_TITLE: Final = Style(20, INK, bold=True)


def picture(title: str, lines: Sequence[str], description: str, bands: Sequence[Band], patient: bool) -> str:
    """The whole SVG text. `lines` stand below the title; a patient's picture has more to explain in its legend."""
    sheet = Drawing(height=_EDGE)
    sheet.text(title, _EDGE, WIDTH - 2 * _EDGE, Style(26, INK, bold=True))
    for line in lines:
        sheet.text(line, _EDGE, WIDTH - 2 * _EDGE, Style(14, SOFT))
    sheet.height += 8
    _Legend(sheet).draw(patient)
    badges = []
    for band in bands:
        sheet.height += 24
        badges.append((sheet.height + 16, any(card.state == "yes" for card in band.cards)))
        _band(sheet, band)
    _rail(sheet, badges)
    sheet.height += _EDGE
    return document(WIDTH, sheet, title, description)


def _rail(sheet: Drawing, badges: list[tuple[float, bool]]) -> None:
    """The stages' numbers, from arrow to arrow down the left edge."""
    x, style = _EDGE + 16, Style(16, "#ffffff", bold=True)
    for (top, _), (bottom, _) in pairwise(badges):
        sheet.add(f'<path d="M{x} {number(top + 17)}V{number(bottom - 26)}" stroke="{SOFT}" stroke-width="2.5"/>')
        sheet.add(f'<path d="M{x - 6} {number(bottom - 27)}h12l-6 9z" fill="{SOFT}"/>')
    for place, (y, lit) in enumerate(badges, 1):
        sheet.add(f'<circle cx="{x}" cy="{number(y)}" r="16" fill="{BLUE if lit else SOFT}"/>')
        sheet.add(line_of(str(place), x - width_of(str(place), style) / 2, y + 5.5, style))


def _band(sheet: Drawing, band: Band) -> None:
    sheet.add(line_of(band.stage.title, _LEFT, sheet.height + 22, _TITLE))
    after = _LEFT + width_of(band.stage.title, _TITLE) + 14
    sheet.add(line_of(band.stage.question, after, sheet.height + 22, Style(14, SOFT, italic=True)))
    sheet.height += 36
    if band.decisions:
        settled = flow(map(decision, band.decisions), _INNER, 7)
        sheet.place(settled, _LEFT, sheet.height)
        sheet.height += settled.height + 12
    count = min(_COLUMNS, len(band.cards))
    width = (_INNER - _GAP * (count - 1)) / count
    laid = _columns(band.cards, count, width)
    sheet.place(laid, _LEFT, sheet.height)
    sheet.height += laid.height


def _columns(cards: Sequence[Card], count: int, width: float) -> Drawing:
    """Cards one below the other in columns as short as they can be, broken between pieces where they must."""
    drawn = [(card, pieces(card, width - 2 * PAD)) for card in cards]
    room = max(head.height + first.height for _, (head, first, *_) in drawn) + 60
    while True:
        laid = _filled(drawn, width, room)
        if len(laid) <= count:
            break
        room += _STEP
    made = Drawing(height=max(column.height for column in laid))
    for place, column in enumerate(laid):
        made.place(column, place * (width + _GAP), 0)
    return made


def _filled(cards: Sequence[tuple[Card, list[Drawing]]], width: float, room: float) -> list[Drawing]:
    """As many columns of that room as the cards need."""
    columns = [Drawing()]
    for card, (head, *rest) in cards:
        part = [head]
        above = columns[-1].height
        for piece in rest:
            if above + sum(each.height for each in (*part, piece)) + PAD > room:
                if part != [head] and len(part) > 1:
                    _close(columns[-1], card, part, width)
                    part = [continued(card, width - 2 * PAD)]
                columns.append(Drawing())
                above = 0
            part.append(piece)
        _close(columns[-1], card, part, width)
    return columns


def _close(column: Drawing, card: Card, part: Sequence[Drawing], width: float) -> None:
    """A part of a card with its frame, at the foot of the column."""
    made = Drawing()
    for piece in part:
        made.place(piece, 0, made.height)
        made.height += piece.height
    made.height += PAD - 2
    lit = card.state == "yes"
    frame = framed(width, made.height, "#fbfcfd", BLUE if lit else LINE, dashed=card.state == "unknown",
                   line=2 if lit else 1, radius=6)  # fmt: skip
    column.place(Drawing([frame, *made.parts]), 0, column.height)
    column.height += made.height + _GAP


class _Legend:
    """What the signs mean, on one line."""

    def __init__(self, sheet: Drawing) -> None:
        self.sheet, self.x, self.y = sheet, float(_EDGE), sheet.height + 12

    def draw(self, patient: bool) -> None:
        for strength in ("recommend", "consider", "option"):
            self.sign(bullet(self.x + 5, self.y - 4, strength, INK), 14, strength)
        diamond = f'<path d="M{number(self.x)} {number(self.y - 4)}l5 -5 5 5 -5 5z" fill="{BLUE}"/>'
        self.sign(diamond, 15, "decided from what is recorded")
        for word in ("stat", "asap", "urgent"):
            made = Drawing(height=self.y - 12)
            self.x += tag(made, word, self.x) + 6
            self.sheet.add("".join(made.parts))
        self.sign("", 0, "how soon; no word: routine")
        if patient:
            self.sign(tick(self.x, self.y - 9, BLUE), 15, "holds for this patient")
            dashes = Drawing()
            dashes.place(Drawing([framed(16, 13, "#ffffff", FAINT, dashed=True)]), self.x, self.y - 11)
            self.sign("".join(dashes.parts), 21, "? not known")
            self.sign("", 0, "grey: does not hold")
        self.sheet.height += 18

    def sign(self, drawn: str, space: float, words: str) -> None:
        style = Style(12.5, INK)
        self.sheet.add(drawn)
        self.sheet.add(line_of(words, self.x + space, self.y, style))
        self.x += space + width_of(words, style) + 22
