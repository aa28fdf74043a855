"""How deep a JSON text nests, told before anything parses it: a parser may not survive to tell."""

from __future__ import annotations

import re
from typing import Final

_ESCAPE: Final = re.compile(rb"\\.")
_STRING: Final = re.compile(rb'"[^"\n]*"?')  # no JSON string goes over the end of a line: a broken one hides nothing
_KEPT: Final = b'{[}]"\n'
_DROPPED: Final = bytes(sorted(set(range(256)) - set(_KEPT)))
_BRACKETS: Final = bytes.maketrans(b"{[}]", b"(())")
_OPEN: Final = ord("(")
_USUAL: Final = 12  # levels of an honest FHIR Bundle: so many are taken away in bulk, the rest is walked


def deeper_than(limit: int, text: bytes) -> bool:
    """Whether JSON (or NDJSON) nests deeper than `limit`, brackets in strings left aside. Time grows with the length.

    Of a broken text it may say yes too early, and never no too late.
    """
    if b"\\" in text:
        text = _ESCAPE.sub(b"", text)
    marks = text.translate(_BRACKETS, _DROPPED).replace(b'""', b"")
    if b'"' in marks:  # a string that holds brackets
        marks = _STRING.sub(b"", marks)
    marks = marks.replace(b"\n", b"")
    taken = 0
    while b"()" in marks and taken < min(limit, _USUAL):  # the innermost pairs, all at once
        marks = marks.replace(b"()", b"")
        taken += 1
    return _walks_over(limit - taken, marks)


def _walks_over(limit: int, marks: bytes) -> bool:
    level = 0
    for mark in marks:
        if mark != _OPEN:
            level = max(level - 1, 0)
        elif level == limit:
            return True
        else:
            level += 1
    return False
