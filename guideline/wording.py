"""Human words: titles, questions, and a rule's text with its numbers and values filled in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from cql_like import Date, DateTime, Quantity
from guideline.parameters import Parameter, amount_words, spans
from guideline.prepared import prepared

if TYPE_CHECKING:
    from pydantic import BaseModel

_PLACE = re.compile(r"\{([a-z0-9-]+)\}")


class Words(NamedTuple):
    """What people call one name of the vocabulary."""

    title: str
    ask: str
    yes: str
    no: str
    answers: Mapping[str, str]
    red_flag: bool


@cache
def wording() -> Mapping[str, Words]:
    """The words for every feature and diagnosis by key."""
    table = _table()
    return {
        key: Words(
            title=row.get("title", key),
            ask=row.get("ask", f"What is known of {row.get('title', key)}?"),
            yes=row.get("yes", row.get("title", key)),
            no=row.get("no", f"no {row.get('title', key)}"),
            answers=row.get("answers", {}),
            red_flag=row.get("red_flag", False),
        )
        for part in ("features", "diagnoses")
        for key, row in table[part].items()
    }


@cache
def titles(part: str) -> Mapping[str, str]:
    """Titles of "orders", "activities" or "goals" by key."""
    return {key: row["title"] for key, row in _table()[part].items()}


@cache
def _table() -> Mapping[str, Any]:
    return prepared("wording", _read_table)


def _read_table() -> Mapping[str, Any]:
    import tomllib

    return tomllib.loads((Path(__file__).parent / "data" / "wording.toml").read_text("utf-8"))


@cache
def title_of(name: str) -> str:
    """What people call a name, derived names included: "umn-signs" -> "umn signs"."""
    if name in wording():
        return wording()[name].title
    for prefix, words in (
        ("opposite-", "{} of the other leg"),
        ("proposed-", "a proposal of {}"),
        ("ddx-", "suspected {}"),
    ):
        if name.startswith(prefix):
            return words.format(title_of(name.removeprefix(prefix)))
    if name.endswith("-since"):
        return f"the date since when {title_of(name.removesuffix('-since'))}"
    return titles("orders").get(name, name.replace("-", " "))


def placeholders(effect: BaseModel) -> Iterable[str]:
    """The names in braces in an effect's text."""
    return _PLACE.findall(getattr(effect, "text", ""))


def value_words(value: object) -> str:
    """A recorded value as a person writes it."""
    if value is None:
        return "not recorded"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Quantity):
        return amount_words(value.value, value.unit or "1")
    if isinstance(value, Decimal):
        return _plain(value)
    return str(value)


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


class Template(NamedTuple):
    """A text taken apart at its places once, to be filled for many patients: text, name, text, name ..., text."""

    pieces: tuple[str, ...]

    def filled(self, values: Mapping[str, Any], missing: Callable[[], str]) -> str:
        """The text with every {name} replaced by the recorded value's words."""
        if len(self.pieces) == 1:
            return self.pieces[0]
        made = list(self.pieces)
        for place in range(1, len(made), 2):
            name = made[place]
            made[place] = missing() if name == "missing" else value_words(values.get(name))
        return "".join(made)


def template(text: str, parameters: Mapping[str, Parameter]) -> Template:
    """The text with the parameters' words in place already: they are the same for every patient."""
    first, *rest = _PLACE.split(text)
    pieces = [first]
    for name, after in zip(rest[::2], rest[1::2], strict=True):
        if name in parameters and name != "missing":
            pieces[-1] += parameters[name].words() + after
        else:
            pieces += name, after
    return Template(tuple(map(spans, pieces)))


def fill(text: str, parameters: Mapping[str, Parameter], values: Mapping[str, Any], missing: Callable[[], str]) -> str:
    """The text with every {name} replaced by the parameter's or the recorded value's words."""
    return template(text, parameters).filled(values, missing)


def date_words(moment: Date | DateTime | None) -> str | None:
    """The ISO form, or None."""
    return None if moment is None else str(moment)
