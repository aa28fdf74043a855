"""A rule's cases as Cases: the given features, their CQL worked out on one fixed day, everything else unknown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from cql_like import CqlError, DateTime, Quantity, check, evaluate, parse
from cql_like.kinds import DATE, QuantityType
from guideline.errors import RulebookError
from guideline.rule import Cql, Example
from guideline.rulebook import Rulebook

AS_OF: Final = DateTime.parse("2026-06-15T12:00:00Z")


def _worked_out(example: Example, text: str, book: Rulebook, env: Mapping[str, Any]) -> Any:
    try:
        tree = parse(text)
        check(tree, book.types)
    except CqlError as wrong:
        raise RulebookError(f"case {example.name!r}: {wrong}") from wrong
    return evaluate(tree, env)


def values_of(example: Example, book: Rulebook) -> dict[str, Any]:
    """The features of an example by name. A name that is no feature is a RulebookError."""
    env: Mapping[str, Any] = {**book.numbers, "as-of": AS_OF}
    values: dict[str, Any] = {"as-of": AS_OF}
    for name, given in example.given.items():
        if name not in book.types or name in book.by_conclusion or name in book.numbers:
            raise RulebookError(f"case {example.name!r}: {name} is no feature of a case")
        value = _worked_out(example, given.cql, book, env) if isinstance(given, Cql) else given
        if value is None:
            if isinstance(given, Cql):
                raise RulebookError(f"case {example.name!r}: {given.cql} comes to nothing")
            continue
        if book.types[name] == DATE and isinstance(value, DateTime):
            value = value.date()
        if isinstance(book.types[name], QuantityType) and not isinstance(value, Quantity):
            raise RulebookError(f"case {example.name!r}: {name} is a quantity, so it needs a unit")
        if isinstance(value, str) and type(book.types[name]).__name__ == "ChoiceType":
            allowed = getattr(book.types[name], "values", ())
            if value not in allowed:
                raise RulebookError(f"case {example.name!r}: {name} cannot be {value!r}")
        values[name] = value
    return values
