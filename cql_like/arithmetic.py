"""Sums over values: numbers, amounts with units, calendar time, text. Nothing here raises; no answer is None.

Integers are 32 bit and Decimals have 28 digits before the point and 8 after; beyond that the answer is null, and so is
a division by zero.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any, Final

from cql_like.errors import UnitError
from cql_like.periods import Uncertain, add
from cql_like.quantity import Quantity, conversion, convert
from cql_like.temporal import Temporal
from cql_like.values import span_of

_CONTEXT: Final = Context(prec=40, rounding=ROUND_HALF_UP)
_STEP: Final = Decimal("0.00000001")
_MOST: Final = Decimal(10) ** 28


def plus(a: Any, b: Any) -> Any:
    if isinstance(a, Temporal):
        return add(a, b)
    return a + b if isinstance(a, str) else _sum(a, b, 1)


def minus(a: Any, b: Any) -> Any:
    return add(a, b, -1) if isinstance(a, Temporal) else _sum(a, b, -1)


def times(a: Any, b: Any) -> Any:
    if isinstance(a, Quantity):
        return _quantity(times(a.value, b), a.unit)
    if isinstance(b, Quantity):
        return _quantity(times(a, b.value), b.unit)
    return _numbers(_product, a, b)


def divide(a: Any, b: Any) -> Any:
    if isinstance(a, Quantity) and isinstance(b, Quantity):
        return _ratio(a, b)
    if isinstance(a, Quantity):
        return _quantity(divide(a.value, b), a.unit)
    return None if isinstance(a, Uncertain) or _no_divisor(b) else _quotient(a, b)


def whole_divide(a: Any, b: Any) -> Any:
    return None if _no_divisor(b) else _numbers(_whole_quotient, a, b)


def remainder(a: Any, b: Any) -> Any:
    if isinstance(a, Uncertain) or _no_divisor(b):
        return None
    return fit(_difference(a, _product(b, _whole_quotient(a, b))))


def power(a: Any, b: Any) -> Any:
    if isinstance(a, Uncertain) or isinstance(b, Uncertain):
        return None
    try:
        result = _CONTEXT.power(Decimal(a), Decimal(b))
    except ArithmeticError:
        return None
    return fit(int(result) if isinstance(a, int) and isinstance(b, int) and b >= 0 else result)


def negate(a: Any) -> Any:
    if isinstance(a, Quantity):
        return Quantity(a.value.copy_negate(), a.unit)
    if isinstance(a, Uncertain):
        return Uncertain(-a.high, -a.low)
    return a.copy_negate() if isinstance(a, Decimal) else fit(-a)


OPERATIONS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": plus, "-": minus, "*": times, "/": divide, "div": whole_divide, "mod": remainder, "^": power, "&": plus
}  # fmt: skip


def fit(number: Any) -> Any:
    """The number as CQL can hold it, or None."""
    if isinstance(number, int):
        return number if -(2**31) <= number < 2**31 else None
    if not number.is_finite() or abs(number) >= _MOST:
        return None
    return number if number.as_tuple().exponent >= -8 else number.quantize(_STEP, context=_CONTEXT)


def _sum(a: Any, b: Any, sign: int) -> Any:
    if isinstance(a, Quantity):
        return _sum_of_quantities(a, b, sign)
    return _numbers(_total if sign > 0 else _difference, a, b)


def _sum_of_quantities(a: Quantity, b: Quantity, sign: int) -> Quantity | None:
    """In the finer of the two units."""
    try:
        if a.unit != b.unit and conversion(a.unit, b.unit)[0] > 1:
            a = convert(a, b.unit)
        else:
            b = convert(b, a.unit)
    except UnitError:
        return None
    return _quantity(_sum(a.value, b.value, sign), a.unit)


def _ratio(a: Quantity, b: Quantity) -> Quantity | None:
    try:
        divisor = convert(b, a.unit).value
    except UnitError:
        return None
    return _quantity(_quotient(a.value, divisor), "1") if divisor else None


def _quantity(number: Any, unit: str) -> Quantity | None:
    return None if number is None else Quantity(Decimal(number), unit)


def _no_divisor(b: Any) -> bool:
    return isinstance(b, Uncertain) or b == 0


def _quotient(a: Any, b: Any) -> Any:
    return fit(_CONTEXT.divide(Decimal(a), Decimal(b)))


def _total(a: Any, b: Any) -> Any:
    return a + b if type(a) is type(b) is int else _CONTEXT.add(Decimal(a), Decimal(b))


def _difference(a: Any, b: Any) -> Any:
    return a - b if type(a) is type(b) is int else _CONTEXT.subtract(Decimal(a), Decimal(b))


def _product(a: Any, b: Any) -> Any:
    return a * b if type(a) is type(b) is int else _CONTEXT.multiply(Decimal(a), Decimal(b))


def _whole_quotient(a: Any, b: Any) -> Any:
    return _truncated(a, b) if type(a) is type(b) is int else Decimal(_truncated(a, b))


def _truncated(a: Any, b: Any) -> int:
    return int(_CONTEXT.divide_int(Decimal(a), Decimal(b)))


def _numbers(operation: Callable[[Any, Any], Any], a: Any, b: Any) -> Any:
    if not isinstance(a, Uncertain) and not isinstance(b, Uncertain):
        return fit(operation(a, b))
    corners = [fit(operation(x, y)) for x in span_of(a) for y in span_of(b)]
    return Uncertain(min(corners), max(corners)) if all(type(each) is int for each in corners) else None
