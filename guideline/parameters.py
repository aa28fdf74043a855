"""The numbers of the guideline, read from parameters.toml, and a site's own values for them.

A site file is TOML: `signed_by`, `signed_on` and a table `[parameters]` of key = number. A value outside the stated
range, an unknown key or a missing signature is an OverrideError.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Final, Literal

from cql_like import Quantity
from guideline.assessment import Override
from guideline.errors import OverrideError, RulebookError

_CALENDAR: Final = ("minutes", "hours", "days", "weeks", "months", "years")
Number = int | Decimal | Quantity


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number. `unit` is "1" (a count), a calendar unit, or a UCUM unit; `low`..`high` is what a site may set."""

    key: str
    title: str
    number: Decimal
    unit: str
    low: Decimal
    high: Decimal
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
        if self.unit in ("1", "'1'"):
            return f"{self.number.normalize():f}"
        unit = _READABLE.get(self.unit, self.unit)
        return f"{self.number.normalize():f} {unit[:-1] if self.number == 1 and self.unit in _CALENDAR else unit}"


_READABLE: Final = {"mm[Hg]": "mmHg", "mL/min/{1.73_m2}": "mL/min/1.73 m²", "[degF]": "°F", "Cel": "°C", "h": "hours"}


@cache
def default_parameters() -> Mapping[str, Parameter]:
    """Every parameter of the guideline by key, in the file's order. RulebookError names an entry that is wrong."""
    text = resources.files("guideline").joinpath("parameters.toml").read_text("utf-8")
    table = tomllib.loads(text, parse_float=Decimal)
    return MappingProxyType({key: _parameter(key, row) for key, row in table.items()})


def _parameter(key: str, row: Mapping[str, Any]) -> Parameter:
    try:
        low, high = (Decimal(bound) for bound in row["range"])
        unit = str(row["unit"])
        number = Decimal(row["value"])
        parameter = Parameter(
            key=key,
            title=row["title"],
            number=number,
            unit=unit if unit in ("1", *_CALENDAR) else unit.strip("'") if unit != "'1'" else "'1'",
            low=low,
            high=high,
            statements=tuple(row["statements"]),
            origin=row["origin"],
        )
    except (KeyError, TypeError, ValueError, ArithmeticError) as wrong:
        raise RulebookError(f"parameters.toml: [{key}] is not a parameter: {wrong}") from wrong
    if not low <= number <= high:
        raise RulebookError(f"parameters.toml: [{key}] value {number} lies outside its range {low} to {high}")
    if unit not in ("1", *_CALENDAR) and not (unit.startswith("'") and unit.endswith("'")):
        raise RulebookError(f"parameters.toml: [{key}] unit {unit} is neither a calendar unit nor a quoted UCUM unit")
    if parameter.origin not in ("source", "implementer") or not parameter.statements:
        raise RulebookError(f"parameters.toml: [{key}] needs statements, and the origin source or implementer")
    return parameter


def with_site_values(site: str) -> tuple[Mapping[str, Parameter], tuple[Override, ...]]:
    """The parameters with a site's TOML text applied, and what it changed."""
    parameters = dict(default_parameters())
    try:
        table = tomllib.loads(site, parse_float=Decimal)
    except tomllib.TOMLDecodeError as wrong:
        raise OverrideError(f"the site file is not TOML: {wrong}") from wrong
    signed_by, signed_on = table.get("signed_by"), table.get("signed_on")
    if not signed_by or not signed_on:
        raise OverrideError("the site file needs signed_by and signed_on: an override has an author and a date")
    overrides = []
    for key, wanted in table.get("parameters", {}).items():
        known = parameters.get(key)
        if known is None:
            raise OverrideError(f"the site file sets {key}, which is no parameter of this guideline")
        number = _site_number(key, wanted)
        if not known.low <= number <= known.high:
            raise OverrideError(f"{key} may be set from {known.low} to {known.high} {known.unit}, not to {number}")
        parameters[key] = replace(known, number=number)
        overrides.append(
            Override(
                parameter=key,
                default=known.words(),
                value=parameters[key].words(),
                signed_by=str(signed_by),
                signed_on=str(signed_on),
            )
        )
    return MappingProxyType(parameters), tuple(sorted(overrides, key=lambda each: each.parameter))


def _site_number(key: str, wanted: object) -> Decimal:
    if isinstance(wanted, bool) or not isinstance(wanted, int | Decimal):
        raise OverrideError(f"{key} must be a number, in the unit of parameters.toml")
    return Decimal(wanted)
