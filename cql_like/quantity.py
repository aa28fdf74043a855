"""Amounts with a unit. Units are UCUM codes ("mL", "mm[Hg]") or calendar words ("months", "days").

Equal units and units of time need no library; the UCUM library is loaded when some other conversion is asked for, and
each pair of units is worked out once. `1`, "" and annotations such as "{score}" all mean "no unit". Calendar years and
months convert into each other only: how many days a month has depends on the month. Calendar weeks, days and everything
below equal the UCUM units of the same name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import lru_cache
from typing import Any, Final

from cql_like.errors import UnitError

CALENDAR_UNITS: Final = ("years", "months", "weeks", "days", "hours", "minutes", "seconds", "milliseconds")
_PLURAL: Final = {unit[:-1]: unit for unit in CALENDAR_UNITS}
_MILLISECONDS: Final = {
    "weeks": 604_800_000, "days": 86_400_000, "hours": 3_600_000, "minutes": 60_000, "seconds": 1000, "milliseconds": 1,
    "wk": 604_800_000, "d": 86_400_000, "h": 3_600_000, "min": 60_000, "s": 1000, "ms": 1,
}  # fmt: skip
_MONTHS: Final = {"years": 12, "months": 1}
_LOOSELY: Final = {"months": ((30, "days"), (1, "mo")), "years": ((365, "days"), (1, "a"))}
_UCUM_TIME: Final = {"wk": "weeks", "d": "days", "h": "hours", "min": "minutes", "s": "seconds", "ms": "milliseconds"}
_UCUM_WORD: Final = {word: unit for unit, word in _UCUM_TIME.items()}
_ANNOTATION = re.compile(r"(^|[/.(])?\{[^{}]*\}")  # by itself it is a unit, 1: "mL/min/{1.73_m2}" is mL/min/1
_DIGITS: Final = Context(prec=28)
_FLOAT_DIGITS: Final = Context(prec=14)


@dataclass(frozen=True, slots=True)
class Quantity:
    """`value` times `unit`. A calendar unit is kept in the plural: Quantity(1, "month") has the unit "months"."""

    value: Decimal
    unit: str = "1"

    def __post_init__(self) -> None:
        if type(self.value) is not Decimal:
            object.__setattr__(self, "value", Decimal(str(self.value)))
        if self.unit in _PLURAL:
            object.__setattr__(self, "unit", _PLURAL[self.unit])

    def __str__(self) -> str:
        """As CQL writes it: 200 'mL', 1 month, 28 days."""
        number = f"{self.value:f}"
        if self.unit in CALENDAR_UNITS:
            return f"{number} {self.unit[:-1] if self.value == 1 else self.unit}"
        return f"{number} '{self.unit}'"


def convert(quantity: Quantity, unit: str) -> Quantity:
    """The same amount in another unit (14 digits where the library had to be asked). UnitError if there is none."""
    slope, intercept = conversion(quantity.unit, unit)
    return Quantity(_DIGITS.add(_DIGITS.multiply(quantity.value, slope), intercept), unit)


def convertible(source: str, target: str) -> bool:
    """Whether amounts in `source` can be told in `target`. UnitError if either is no unit at all."""
    known_unit(source)
    known_unit(target)
    try:
        conversion(source, target)
    except UnitError:
        return False
    return True


def compare_quantities(left: Quantity, right: Quantity) -> int | None:
    """-1, 0 or 1; None if the units do not convert."""
    a, b = left.value, right.value
    if left.unit != right.unit:
        try:
            b = convert(right, left.unit).value
        except UnitError:
            return None
    return (a > b) - (a < b)


def equivalent_quantities(left: Quantity, right: Quantity) -> bool:
    """CQL's `~`: a calendar month is as good as 30 days or 1 'mo', a year as 365 days or 1 'a'."""
    readings = [[one, *_readings(one)] for one in (left, right)]
    return any(compare_quantities(a, b) == 0 for a in readings[0] for b in readings[1])


def _readings(quantity: Quantity) -> list[Quantity]:
    return [Quantity(quantity.value * size, unit) for size, unit in _LOOSELY.get(quantity.unit, ())]


def calendar_unit(unit: str) -> str | None:
    """The calendar word for a unit of time that may be added to a date: "d" gives "days"; None for all others."""
    return unit if unit in CALENDAR_UNITS else _UCUM_TIME.get(unit)


@lru_cache(maxsize=4096)
def conversion(source: str, target: str) -> tuple[Decimal, Decimal]:
    """(slope, intercept) such that target = source * slope + intercept. UnitError if the units do not convert."""
    source, target = plain_unit(source), plain_unit(target)
    if source == target:
        return Decimal(1), Decimal(0)
    for table in (_MILLISECONDS, _MONTHS):
        if source in table and target in table:
            return _DIGITS.divide(Decimal(table[source]), Decimal(table[target])), Decimal(0)
    if source in _MONTHS or target in _MONTHS:
        raise UnitError(f"{source!r} cannot be told in {target!r}: the length of a month varies")
    return _ask_library(source, target)


@lru_cache(maxsize=4096)
def known_unit(unit: str) -> None:
    """UnitError unless `unit` is a calendar word or valid UCUM."""
    if plain_unit(unit) not in CALENDAR_UNITS and plain_unit(unit) not in _MILLISECONDS and plain_unit(unit) != "1":
        _ucum(plain_unit(unit))


def plain_unit(unit: str) -> str:
    """The unit without its annotations, which change nothing: "{score}" is "1", "%{Hb}" is "%"."""
    unit = _PLURAL.get(unit, unit)
    if "{" in unit:
        unit = _ANNOTATION.sub(lambda found: "" if found[1] is None else f"{found[1]}1", unit)
    return unit or "1"


def _ask_library(source: str, target: str) -> tuple[Decimal, Decimal]:
    here, there = _ucum(_UCUM_WORD.get(source, source)), _ucum(_UCUM_WORD.get(target, target))
    try:
        zero, one = (_registry().Quantity(x * here.magnitude, here.units).to(there.units).magnitude for x in (0.0, 1.0))
    except Exception as error:
        raise UnitError(f"{source!r} cannot be told in {target!r}") from error
    divisor = there.magnitude
    return _exact((one - zero) / divisor), _exact(zero / divisor)


def _exact(number: Any) -> Decimal:
    return _FLOAT_DIGITS.create_decimal(repr(float(number))).normalize()


@lru_cache(maxsize=1)
def _registry() -> Any:
    from ucumvert import PintUcumRegistry

    return PintUcumRegistry()


@lru_cache(maxsize=4096)
def _ucum(unit: str) -> Any:
    try:
        if unit == "1":
            return _registry().Quantity(1, "dimensionless")
        return _registry().from_ucum(unit)
    except Exception as error:
        raise UnitError(f"{unit!r} is not a UCUM unit") from error
