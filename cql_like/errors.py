"""What can go wrong, one sentence a class.

CqlError                 anything this package raises on purpose
├── CqlSyntaxError       the text is not CQL, or not the part of it that is understood here (knows line and column)
├── CqlTypeError         the text is CQL that can never make sense (knows the expression at fault and its place)
└── UnitError            a unit is unknown, or one cannot be turned into the other
"""

from __future__ import annotations


class CqlError(Exception):
    """Base of every error this package raises on purpose."""


class CqlSyntaxError(CqlError):
    """`text` cannot be read at `line` and `column` (both count from 1); `message` says what was expected."""

    def __init__(self, text: str, line: int, column: int, message: str) -> None:
        super().__init__(f"line {line}, column {column}: {message}")
        self.text = text
        self.line = line
        self.column = column
        self.message = message


class CqlTypeError(CqlError):
    """`expression` (CQL text), found at offsets `start` to `end` of what was parsed, can never make sense."""

    def __init__(self, message: str, expression: str, start: int, end: int) -> None:
        super().__init__(f"{message}, in `{expression}` (characters {start} to {end})")
        self.message = message
        self.expression = expression
        self.start = start
        self.end = end


class UnitError(CqlError):
    """A unit is not UCUM, or two units measure different things."""
