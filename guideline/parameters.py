"""The numbers of the guideline, read from parameters.toml, and a site's own values for them.

A site file is TOML: `signed_by`, `signed_on` (a date) and a table `[parameters]` of key = number. A value outside the
stated range, an unknown key, any other word in the file or a missing signature is an OverrideError.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple

from cql_like import Quantity, UnitError, convert
from guideline.assessment import Override
from guideline.errors import OverrideError, RulebookError

# How many days a calendar unit is roughly: only to see whether "10 weeks" lies within "2 months" and "4 months".
_DAYS: Final = {
    "minutes": Decimal(1) / 1440,
    "hours": Decimal(1) / 24,
    "days": Decimal(1),
    "weeks": Decimal(7),
    "months": Decimal("30.44"),
    "years": Decimal("365.25"),
}
_SPAN: Final = re.compile(r"\b(\d[\d.]*) (\w+) to (\d[\d.]*) \2\b")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
Number = int | Decimal | Quantity
Amount = tuple[Decimal, str]


class Parameter(NamedTuple):
    """One number. `unit` is "1" (a count), a calendar unit, or a UCUM unit; `low` and `high` (number and unit) bound
    what a site may set."""

    key: str
    title: str
    number: Decimal
    unit: str
    low: Amount
    high: Amount
    statements: tuple[str, ...]
    origin: Literal["source", "implementer"]

    @property
    def value(self) -> Number:
        """An int for a count, else a Quantity."""
        if self.unit == "1":
            return int(self.number) if self.number == int(self.number) else self.number
        return Quantity(self.number, self.unit.strip("'"))

    def words(self) -> str:
        """ "3 months", "200 mL", "4": as a sentence shows it."""
        return amount_words(self.number, self.unit)

    def range_words(self) -> str:
        """ "2 to 4 months": what a site may choose."""
        return spans(f"{amount_words(*self.low)} to {amount_words(*self.high)}")

    def allows(self, number: Decimal, unit: str) -> bool:
        """Whether a value lies within the range; a unit that cannot be told in the range's is a UnitError."""
        return (
            _comparable(*self.low, self.unit)
            <= _comparable(number, unit, self.unit)
            <= _comparable(*self.high, self.unit)
        )


def amount_words(number: Decimal, unit: str) -> str:
    """A number and its unit as people write them."""
    plain = f"{number.normalize():f}"
    if unit in ("1", "'1'"):
        return plain
    return f"{plain} {unit[:-1] if number == 1 and unit in _DAYS else _READABLE.get(unit, unit)}"


def spans(text: str) -> str:
    """The text with "28 days to 42 days" said as people say it: "28 to 42 days"."""
    return _SPAN.sub(r"\1 to \3 \2", text)


def _comparable(number: Decimal, unit: str, wanted: str) -> Decimal:
    if unit in _DAYS and wanted in _DAYS:
        return number * _DAYS[unit]
    return number if unit == wanted else convert(Quantity(number, unit.strip("'")), wanted.strip("'")).value


_READABLE: Final = {"mm[Hg]": "mmHg", "mL/min/{1.73_m2}": "mL/min/1.73 m²", "[degF]": "°F", "Cel": "°C", "h": "hours"}


@cache
def default_parameters() -> Mapping[str, Parameter]:
    """Every parameter of the guideline by key, in the file's order. RulebookError names an entry that is wrong."""
    import tomllib

    text = (Path(__file__).parent / "parameters.toml").read_text("utf-8")
    table = tomllib.loads(text, parse_float=Decimal)
    return MappingProxyType({key: _parameter(key, row) for key, row in table.items()})


def _parameter(key: str, row: Mapping[str, Any]) -> Parameter:
    try:
        number, unit = _amount(row["value"])
        bounds = [_amount(bound) for bound in row["range"]]
        parameter = Parameter(
            key=key,
            title=row["title"],
            number=number,
            unit=unit,
            low=bounds[0],
            high=bounds[1],
            statements=tuple(row["statements"]),
            origin=row["origin"],
        )
        within = parameter.allows(number, unit)
    except (KeyError, IndexError, TypeError, ValueError, ArithmeticError, UnitError) as wrong:
        raise RulebookError(f"parameters.toml: [{key}] is not a parameter: {wrong}") from wrong
    if not within:
        raise RulebookError(
            f"parameters.toml: [{key}] value {parameter.words()} lies outside {parameter.range_words()}"
        )
    if parameter.origin not in ("source", "implementer") or not parameter.statements:
        raise RulebookError(f"parameters.toml: [{key}] needs statements, and the origin source or implementer")
    return parameter


def _amount(written: object) -> Amount:
    """4 -> (4, "1"); "3 months" -> (3, "months"); "200 mL" -> (200, "mL"). ValueError says what is wrong."""
    if isinstance(written, int | Decimal) and not isinstance(written, bool):
        return _finite(Decimal(written)), "1"
    if not isinstance(written, str):
        raise TypeError(f"{written!r} is neither a number nor a number with its unit")
    number, _, unit = written.partition(" ")
    if not unit:
        raise ValueError(f"{written!r} has no unit")
    return _finite(Decimal(number)), f"{unit}s" if f"{unit}s" in _DAYS else unit


def _finite(number: Decimal) -> Decimal:
    if not number.is_finite():
        raise ValueError(f"{number} is none")
    return number


def with_site_values(site: str) -> tuple[Mapping[str, Parameter], tuple[Override, ...]]:
    """The parameters with a site's TOML text applied, and what it changed."""
    import tomllib

    if not isinstance(site, str):
        raise OverrideError(f"site is the text of the site's file, not {type(site).__name__}")
    parameters = dict(default_parameters())
    try:
        table = tomllib.loads(site, parse_float=Decimal)
    except tomllib.TOMLDecodeError as wrong:
        hint = "" if "=" in site else " (the text of the file is wanted, not its name)"
        raise OverrideError(f"the site file is not TOML: {wrong}{hint}") from wrong
    if stray := sorted(table.keys() - {"signed_by", "signed_on", "parameters"}):
        raise OverrideError(f"the site file says {stray[0]}, which is no part of it: numbers stand under [parameters]")
    signed_by, signed_on = _signed(table)
    values = table.get("parameters", {})
    if not isinstance(values, dict):
        raise OverrideError("parameters is a table in the site file: a line [parameters], and below it key = number")
    overrides = []
    for key, wanted in values.items():
        known = parameters.get(key)
        if known is None:
            raise OverrideError(f"the site file sets {key}, which is no parameter of this guideline")
        number, unit = _site_amount(known, wanted)
        if not known.allows(number, unit):
            raise OverrideError(f"{key} may be set from {known.range_words()}, not to {amount_words(number, unit)}")
        parameters[key] = known._replace(number=number, unit=unit)
        overrides.append(
            Override(
                parameter=key,
                default=known.words(),
                value=parameters[key].words(),
                signed_by=signed_by,
                signed_on=signed_on,
            )
        )
    return MappingProxyType(parameters), tuple(sorted(overrides, key=lambda each: each.parameter))


def _signed(table: Mapping[str, Any]) -> tuple[str, str]:
    """Who signed, and when. The day may be written as a TOML date or as text."""
    signed_by, day = table.get("signed_by", ""), table.get("signed_on", "")
    signed_on = str(day.date() if isinstance(day, datetime) else day).strip()
    if not str(signed_by).strip() or not signed_on:
        raise OverrideError("the site file needs signed_by and signed_on: an override has an author and a date")
    if not isinstance(signed_by, str):
        raise OverrideError("signed_by in the site file is not a text: it names whoever answers for the numbers")
    try:
        if not _DAY.fullmatch(signed_on):
            raise ValueError(signed_on)
        date.fromisoformat(signed_on)
    except ValueError as wrong:
        raise OverrideError("signed_on in the site file is not a date (2026-03-01)") from wrong
    return signed_by.strip(), signed_on


def _site_amount(known: Parameter, wanted: object) -> Amount:
    """A site's value: a number in the guideline's own unit, or text with a unit that can be told in it."""
    try:
        number, unit = _amount(wanted)
        if unit == "1" != known.unit:
            unit = known.unit
        if (unit == "1") is not (known.unit == "1") or (unit in _DAYS) is not (known.unit in _DAYS):
            raise ValueError(f"{known.words()} is what it is in the guideline")
        if unit not in _DAYS and unit != known.unit:
            return convert(Quantity(number, unit.strip("'")), known.unit.strip("'")).value, known.unit
        return number, unit
    except (TypeError, ValueError, ArithmeticError, UnitError) as wrong:
        raise OverrideError(f"{known.key} must be a number, with or without its unit: {wrong}") from wrong
