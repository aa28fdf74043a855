"""The functions a Call may name. Each takes all its arguments, null included, and raises nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from typing import Any, Final

from cql_like.arithmetic import fit, negate, plus
from cql_like.periods import Uncertain
from cql_like.quantity import Quantity
from cql_like.temporal import Date, DateTime, Temporal
from cql_like.values import less


def coalesce(*values: Any) -> Any:
    if len(values) == 1 and isinstance(values[0], tuple):
        values = values[0]
    return next((value for value in values if value is not None), None)


def exists(values: Any) -> bool:
    return any(value is not None for value in values or ())


def _known(values: Any) -> list[Any]:
    return [value for value in values or () if value is not None]


def _extreme(is_better: Callable[[Any, Any], bool | None]) -> Callable[[Any], Any]:
    def extreme(values: Any) -> Any:
        best = None
        for value in _known(values):
            better = True if best is None else is_better(value, best)
            if better is None:
                return None
            best = value if better else best
        return best

    return extreme


def _sum(values: Any) -> Any:
    known = _known(values)
    return reduce(lambda a, b: None if a is None else plus(a, b), known) if known else None


def _absolute(value: Any) -> Any:
    if isinstance(value, Quantity):
        return Quantity(abs(value.value), value.unit)
    if isinstance(value, Uncertain):
        least = 0 if value.low <= 0 <= value.high else min(abs(value.low), abs(value.high))
        return Uncertain(least, max(abs(value.low), abs(value.high)))
    return None if value is None else negate(value) if value < 0 else value


def _to_date(value: Any) -> Any:
    if isinstance(value, str):
        return _parsed(Date.parse, value)
    return value.date() if isinstance(value, Date | DateTime) else None


def _to_date_time(value: Any) -> Any:
    if isinstance(value, str):
        return _parsed(DateTime.parse, value)
    return DateTime.trusted(value.parts) if isinstance(value, Date) else value


def _parsed(parse: Callable[[str], Any], text: str) -> Any:
    try:
        return parse(text)
    except ValueError:
        return None


def _made(build: Callable[..., Temporal]) -> Callable[..., Any]:
    def make(*parts: Any) -> Any:
        try:
            return None if parts[0] is None else build(*parts)
        except (ValueError, TypeError):  # no such day, or a part that is not certain
            return None

    return make


def _to_decimal(value: Any) -> Any:
    return None if value is None or isinstance(value, Uncertain) else fit(Decimal(value))


@dataclass(frozen=True, slots=True)
class Function:
    """`takes` and `gives` name the shapes the static check knows; `least` and `most` count arguments."""

    run: Callable[..., Any]
    takes: str
    gives: str
    least: int = 1
    most: int = 1


FUNCTIONS: Final[dict[str, Function]] = {
    "Coalesce": Function(coalesce, "same", "element", 1, 100),
    "First": Function(lambda values: values[0] if values else None, "list", "element"),
    "Last": Function(lambda values: values[-1] if values else None, "list", "element"),
    "Count": Function(lambda values: len(_known(values)), "list", "Integer"),
    "Min": Function(_extreme(less), "ordered list", "element"),
    "Max": Function(_extreme(lambda a, b: less(b, a)), "ordered list", "element"),
    "Sum": Function(_sum, "number list", "element"),
    "AllTrue": Function(lambda values: False not in (values or ()), "truth list", "Boolean"),
    "AnyTrue": Function(lambda values: True in (values or ()), "truth list", "Boolean"),
    "Abs": Function(_absolute, "number", "element"),
    "Length": Function(lambda value: None if value is None else len(value), "text or list", "Integer"),
    "ToDate": Function(_to_date, "moment or text", "Date"),
    "ToDateTime": Function(_to_date_time, "moment or text", "DateTime"),
    "ToDecimal": Function(_to_decimal, "plain number", "Decimal"),
    "Date": Function(_made(Date), "Integer", "Date", 1, 3),
    "DateTime": Function(_made(DateTime), "Integer", "DateTime", 1, 7),
}
