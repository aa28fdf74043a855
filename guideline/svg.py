"""Pieces of SVG: text that is measured and wrapped without a font, tags, marks and boxes. It knows no medicine.

A piece is SVG text drawn from a top left corner; whoever draws says where. Every line says how long it is, so that a
viewer's own sans-serif font, wider or narrower, fills the same place.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from xml.sax.saxutils import escape, quoteattr

FONT: Final = "Helvetica, Arial, 'Liberation Sans', sans-serif"
# Widths of Helvetica in thousandths of its size, by letter.
_WIDTHS: Final = {
    letter: width
    for letters, width in {
        "ijl'": 222, "|": 260, "I ft.,:;!/[]·": 278, "r()-": 333, "cksvxyzJ": 500, "FTZ": 611, "?L0123456789": 556,
        "ABEKPSVXY&": 667, "wCDHNRU": 722, "GOQ": 778, "mM": 833, "W": 944, "%": 889, "—": 1000, "+<=>": 584,
    }.items()
    for letter in letters
}  # fmt: skip
_OTHER: Final = 556
_BOLD: Final = 1.07
_DASHES: Final = ' stroke-dasharray="5 3"'


@dataclass(frozen=True, slots=True)
class Style:
    """How text looks: size in pixels, colour, and the space from line to line."""

    size: float = 12
    fill: str = "#1f2933"
    bold: bool = False
    italic: bool = False

    @property
    def line(self) -> float:
        return self.size * 1.25


@dataclass(slots=True)
class Drawing:
    """SVG drawn from the top down; `height` is how far it has come."""

    parts: list[str] = field(default_factory=list)
    height: float = 0

    def add(self, part: str) -> None:
        self.parts.append(part)

    def text(self, words: str, x: float, width: float, style: Style) -> None:
        """Words wrapped to the width, below what there is."""
        for line in wrap(words, width, style):
            self.add(line_of(line, x, self.height + style.size, style))
            self.height += style.line

    def place(self, other: Drawing, x: float, y: float) -> None:
        self.add(f'<g transform="translate({number(x)} {number(y)})">{"".join(other.parts)}</g>')


def number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def width_of(words: str, style: Style) -> float:
    """How wide the words are, in pixels."""
    thousandths = sum(_WIDTHS.get(letter, _OTHER) for letter in words)
    return thousandths / 1000 * style.size * (_BOLD if style.bold else 1)


def wrap(words: str, width: float, style: Style) -> list[str]:
    """The words as lines that fit the width; a word that is too long stands alone."""
    return first_line(words, width, width, style)


def first_line(words: str, first: float, others: float, style: Style) -> list[str]:
    """Words as lines of which the first has other room than the rest."""
    lines, room = [""], first
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and width_of(longer, style) > room:
            lines.append(word)
            room = others
        else:
            lines[-1] = longer
    return lines


def line_of(words: str, x: float, y: float, style: Style) -> str:
    """One line of text; `y` is its baseline."""
    weight = ' font-weight="bold"' if style.bold else ""
    slant = ' font-style="italic"' if style.italic else ""
    place = f'x="{number(x)}" y="{number(y)}" font-size="{number(style.size)}" fill="{style.fill}"'
    place += f' textLength="{number(width_of(words, style))}" lengthAdjust="spacingAndGlyphs"'
    return f"<text {place}{weight}{slant}>{escape(words)}</text>"


def framed(
    width: float, height: float, fill: str, stroke: str, *, dashed: bool = False, line: float = 1, radius: float = 4
) -> str:
    """A box with round corners."""
    return (
        f'<rect width="{number(width)}" height="{number(height)}" rx="{number(radius)}" fill="{fill}" '
        f'stroke="{stroke}" stroke-width="{number(line)}"{_DASHES if dashed else ""}/>'
    )


def pointed(width: float, height: float, fill: str, stroke: str, *, dashed: bool = False) -> str:
    """A box with pointed ends: a decision."""
    tip = min(height / 2, 9)
    path = f"M{number(tip)} 0H{number(width - tip)}L{number(width)} {number(height / 2)}"
    path += f"L{number(width - tip)} {number(height)}H{number(tip)}L0 {number(height / 2)}Z"
    return f'<path d="{path}" fill="{fill}" stroke="{stroke}"{_DASHES if dashed else ""}/>'


def tick(x: float, y: float, colour: str) -> str:
    """A tick, ten pixels wide."""
    path = f"M{number(x)} {number(y + 5)}l3.5 4 6 -8.5"
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2.4" stroke-linecap="round"/>'


def bullet(x: float, y: float, strength: str, colour: str) -> str:
    """A disc: full for recommend, half full for consider, empty for option; a dash where there is no strength."""
    if not strength:
        return f'<path d="M{number(x - 3)} {number(y)}h6" stroke="{colour}" stroke-width="1.4"/>'
    fill = colour if strength == "recommend" else "#ffffff"
    disc = f'<circle cx="{number(x)}" cy="{number(y)}" r="3.5" fill="{fill}" stroke="{colour}" stroke-width="1.2"/>'
    half = f'<path d="M{number(x)} {number(y - 3.5)}a3.5 3.5 0 0 0 0 7z" fill="{colour}"/>'
    return disc + (half if strength == "consider" else "")


def tooltip(words: str, inner: Iterable[str]) -> str:
    """What is drawn, with a title that a pointer or a screen reader finds."""
    return f"<g><title>{escape(words)}</title>{''.join(inner)}</g>"


def document(width: float, drawing: Drawing, title: str, description: str) -> str:
    """A whole picture: no script, no font and nothing from elsewhere."""
    size = f'width="{number(width)}" height="{number(drawing.height)}"'
    view = f'viewBox="0 0 {number(width)} {number(drawing.height)}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} {view} role="img" aria-labelledby="title description"'
    return "\n".join(
        [
            f"{head} font-family={quoteattr(FONT)}>",
            f'<title id="title">{escape(title)}</title>',
            f'<desc id="description">{escape(description)}</desc>',
            framed(width, drawing.height, "#ffffff", "none", radius=0),
            *drawing.parts,
            "</svg>\n",
        ]
    )
