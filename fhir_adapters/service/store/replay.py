"""Running an audited assessment again: from the features that were kept, the same rules must fire."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal

from cql_like import Quantity, parse_moment
from cql_like.kinds import MOMENTS, QuantityType, Type
from guideline.errors import OverrideError
from guideline.reader import read_case
from guideline.rulebook import Rulebook, rulebook, site_rulebook

Replay = Literal["same", "differs", "another version"]


def replay(row: Mapping[str, Any]) -> Replay:
    """Whether an audit row's features make the rules fire that are named in it, limb by limb.

    "another version": the rules of then are not those of this installation, so nothing can be said; install that
    version to ask it.
    """
    book = _book(row["guideline_version"], json.dumps(row["overrides"], sort_keys=True))
    if book is None or any(name not in book.types for known in row["features"].values() for name in known):
        return "another version"
    fired = {side: read_case(book, _values(known, book)).fired() for side, known in row["features"].items()}
    return "same" if fired == {side: list(rules) for side, rules in row["rules_fired"].items()} else "differs"


@lru_cache(maxsize=16)
def _book(version: str, overrides: str) -> Rulebook | None:
    """The rulebook of this version with a site's own numbers, if it is the one that is installed."""
    own = rulebook()
    if own.version != version:
        return None
    signed = json.loads(overrides)
    if not signed:
        return own
    try:
        lines = [f"{name} = {json.dumps(signed[0][name])}" for name in ("signed_by", "signed_on")]
        lines += ["[parameters]", *(f"{each['parameter']} = {_number(each['value'])}" for each in signed)]
        return site_rulebook("\n".join(lines))
    except (OverrideError, KeyError):  # numbers that this version does not know
        return None


def _number(words: str) -> str:
    return json.dumps(words) if " " in words else words


def _values(known: Mapping[str, Any], book: Rulebook) -> dict[str, Any]:
    return {name: _value(book.types[name], told) for name, told in known.items()}


def _value(kind: Type, told: Any) -> Any:
    """A feature's value from its JSON (the inverse of guideline.plan.json_value)."""
    if kind in MOMENTS:
        return parse_moment(told)
    if isinstance(kind, QuantityType):
        number, _, unit = str(told).partition(" ")
        return Quantity(Decimal(number), unit or "1")
    return told
