"""How deep a JSON text nests, told before anything parses it: a parser may not survive to tell."""

from __future__ import annotations

import re
from typing import Final

PIECE: Final = 65_536  # bytes looked at in one go: at most some milliseconds, whatever they are
# Strings one after the other. None goes over the end of a line, so that a broken one hides nothing after it.
_STRINGS: Final = re.compile(rb'"[^"\n]*+"?+(?:\n*+"[^"\n]*+"?+)*+')
_ESCAPES: Final = re.compile(rb"\\.(?:\\.)*+")
_KEPT: Final = b'{[}]"\n'
_DROPPED: Final = bytes(sorted(set(range(256)) - set(_KEPT)))
_BRACKETS: Final = bytes.maketrans(b"{[}]", b"(())")
_RUN: Final = re.compile(rb"\(+|\)+")
_OPEN: Final = ord("(")


class Nesting:
    """Whether JSON (or NDJSON), handed in piece by piece, nests deeper than `limit`, brackets in strings left aside.

    Of a broken text it may say yes too early, and never no too late.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._level = 0  # at the end of what was seen
        self._open = b""  # a quote, if that lies in a string, and a backslash, if its character is yet to come

    def too_deep(self, piece: bytes) -> bool:
        """Take in the next piece. True once the limit is passed."""
        marks = self._brackets(self._open + piece)
        rest, taken, before = marks, 0, 2 * len(marks)
        while b"()" in rest and 4 * len(rest) <= 3 * before:  # the innermost pairs, all at once, while they are many
            before, rest = len(rest), rest.replace(b"()", b"")
            taken += 1
        began = self._level
        self._level, highest = _climbed(began, rest)
        if highest + taken <= self._limit:
            return False
        return _climbed(began, marks)[1] > self._limit  # the deepest pairs need not stand at the highest place

    def _brackets(self, text: bytes) -> bytes:
        """The brackets of a text that stand in no string, as parentheses."""
        self._open = b""
        if b"\\" in text:
            text = _ESCAPES.sub(b"", text)
            self._open = b"\\" if text.endswith(b"\\") else b""
        marks = text.translate(_BRACKETS, _DROPPED).replace(b'""', b"")
        if b'"' in marks:
            if marks.count(b'"', marks.rfind(b"\n") + 1) % 2:
                self._open = b'"' + self._open
            marks = _STRINGS.sub(b"", marks)
        return marks.replace(b"\n", b"")


def _climbed(level: int, marks: bytes) -> tuple[int, int]:
    """The level after these parentheses, and the highest on the way."""
    highest = level
    for run in _RUN.findall(marks):
        level = level + len(run) if run[0] == _OPEN else max(level - len(run), 0)
        highest = max(highest, level)
    return level, highest
