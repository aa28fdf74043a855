"""Text to tokens: one regular expression, one pass.

A token is (kind, text, start, end). Words and signs are their own kind, so the parser can ask for "and" or "<=". All
others have a kind in angle brackets, and their text is already without quotes and escapes.
"""

from __future__ import annotations

import re
from typing import Final

from cql_like.errors import CqlSyntaxError

Token = tuple[str, str, int, int]
QUOTED: Final = "<name>"
STRING: Final = "<string>"
NUMBER: Final = "<number>"
TEMPORAL: Final = "<temporal>"
END: Final = "<end>"

_TOKEN = re.compile(
    r"""
    (?P<space>[ \t\r\n\u00a0]+|//[^\r\n]*|/\*.*?\*/)
  | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<quoted>"(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`)
  | (?P<string>'(?:\\.|[^'\\])*')
  | (?P<number>\d+(?:\.\d+)?)
  | (?P<temporal>@T?\d\d[-\d:.]*(?:T(?:\d[\d:.]*(?:Z|[+-]\d\d:\d\d)?)?)?)
  | (?P<sign><=|>=|!=|!~|/(?!\*)|[-+*^&=<>~(){}\[\],.:])
    """,
    re.VERBOSE | re.DOTALL,
)
_KIND: Final = {"quoted": QUOTED, "string": STRING, "number": NUMBER, "temporal": TEMPORAL}
_AS_WRITTEN: Final = frozenset(("word", "sign"))
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_ESCAPED: Final = {"n": "\n", "r": "\r", "t": "\t", "f": "\f"}
_UNESCAPED: Final = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\f": "\\f"})


def tokenize(text: str) -> list[Token]:
    """All tokens of `text`, closed by one of kind END. CqlSyntaxError at the first character that starts none."""
    tokens: list[Token] = []
    add, match, at, size = tokens.append, _TOKEN.match, 0, len(text)
    while at < size:
        found = match(text, at)
        if found is None:
            raise syntax_error(text, at, _complaint(text, at))
        end, group = found.end(), found.lastgroup
        if group in _AS_WRITTEN:
            word = text[at:end]
            add((word, word, at, end))
        elif group != "space":
            raw = text[at:end]
            add((_KIND[group or ""], raw if group in ("number", "temporal") else _unescape(raw[1:-1]), at, end))
        at = end
    add((END, "", size, size))
    return tokens


def quote(text: str, mark: str) -> str:
    """`text` between two `mark`s, escaped so that `tokenize` gives it back."""
    return mark + text.translate(_UNESCAPED).replace(mark, "\\" + mark) + mark


def syntax_error(text: str, at: int, message: str) -> CqlSyntaxError:
    """The error for offset `at`, with line and column counted from 1."""
    return CqlSyntaxError(text, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at), message)


def _unescape(raw: str) -> str:
    return _ESCAPE.sub(_character, raw) if "\\" in raw else raw


def _character(found: re.Match[str]) -> str:
    code = found[1]
    return chr(int(code[1:], 16)) if len(code) == 5 else _ESCAPED.get(code, code)


def _complaint(text: str, at: int) -> str:
    if text[at] in "\"'`":
        return f"the {text[at]} is never closed"
    return "the comment is never closed" if text.startswith("/*", at) else f"unexpected character {text[at]!r}"
