"""A cursor over the tokens of one text: what stands here, one step further, and the constants."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from cql_like.errors import CqlSyntaxError
from cql_like.frozen import Span
from cql_like.quantity import CALENDAR_UNITS, Quantity
from cql_like.temporal import PRECISIONS, Date, DateTime, Time
from cql_like.tokens import END, NUMBER, STRING, TEMPORAL, Token, syntax_error, tokenize
from cql_like.tree import Constant

PLURAL_UNITS: Final = frozenset(CALENDAR_UNITS)
UNIT_WORDS: Final = PLURAL_UNITS | {unit[:-1] for unit in CALENDAR_UNITS}
_WORDS: Final[dict[str, Constant]] = {"true": True, "false": False, "null": None}


class Cursor:
    """`kind` is the kind of the token that comes next."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokenize(text)
        self.at = 0
        self.kind = self.tokens[0][0]

    @property
    def start(self) -> int:
        """Where the next token begins."""
        return self.tokens[self.at][2]

    def span(self, start: int) -> Span:
        """From `start` to the end of the token just taken."""
        return Span(start, self.tokens[self.at - 1][3])

    def step(self) -> Token:
        token = self.tokens[self.at]
        if token[0] != END:
            self.at += 1
            self.kind = self.tokens[self.at][0]
        return token

    def take(self, kind: str) -> bool:
        """Step over a token of this kind, if it is next."""
        if self.kind != kind:
            return False
        self.step()
        return True

    def need(self, *kinds: str) -> str:
        """Step over tokens of these kinds and give the text of the last. CqlSyntaxError if they are not next."""
        word = ""
        for kind in kinds:
            if self.kind != kind:
                raise self.error(f"expected {kind}")
            word = self.step()[1]
        return word

    def one_of(self, *kinds: str) -> str:
        """Step over a token of one of these kinds and give its text."""
        if self.kind not in kinds:
            raise self.error("expected " + ", ".join(kinds[:-1]) + f" or {kinds[-1]}")
        return self.step()[1]

    def follows(self, *kinds: str) -> bool:
        """Whether the token after the next one is of one of these kinds."""
        return self.kind != END and self.tokens[self.at + 1][0] in kinds

    def finish(self) -> None:
        if self.kind != END:
            raise self.error("expected an operator or the end")

    def error(self, message: str) -> CqlSyntaxError:
        kind, word, start, _ = self.tokens[self.at]
        return syntax_error(self.text, start, f"{message}, found {'the end' if kind == END else repr(word)}")

    def constant(self) -> Constant:
        """A number, quantity, string, date, moment or time of day; true, false or null."""
        word = self.tokens[self.at][1]
        if self.kind == NUMBER:
            return self.quantity() if self.follows(STRING, *UNIT_WORDS) else self.number()
        value = self.moment(word) if self.kind == TEMPORAL else word if self.kind == STRING else _WORDS[word]
        self.step()
        return value

    def number(self) -> int | Decimal:
        word = self.tokens[self.at][1]
        if "." not in word and int(word) >= 2**31:
            raise self.error("an Integer is at most 2147483647")
        self.need(NUMBER)
        return Decimal(word) if "." in word else int(word)

    def quantity(self) -> Quantity:
        number = Decimal(self.need(NUMBER))
        if self.kind != STRING and self.kind not in UNIT_WORDS:
            raise self.error("expected a unit")
        return Quantity(number, self.step()[1])

    def moment(self, word: str) -> Date | DateTime | Time:
        try:
            if word.startswith("@T"):
                return Time.parse(word[2:])
            return DateTime.parse(word[1:]) if "T" in word else Date.parse(word[1:])
        except ValueError as error:
            raise self.error(str(error)) from error

    def unit(self) -> str:
        return self.one_of(*CALENDAR_UNITS)

    def precision_of(self) -> str | None:
        """`day of`, if it is next."""
        if self.kind not in PRECISIONS or not self.follows("of"):
            return None
        precision = self.step()[1]
        self.need("of")
        return precision
