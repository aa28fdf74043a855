"""What an expression may come to, and how two values compare: true, false or unknown (None).

Unknown operands never get here: the caller has already answered. A list is a tuple.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, TypeAlias

from cql_like.periods import Uncertain, add
from cql_like.quantity import Quantity, compare_quantities, equivalent_quantities
from cql_like.temporal import PRECISIONS, Date, DateTime, Temporal, Time, compare


@dataclass(frozen=True, slots=True)
class Interval:
    """From `low` to `high`. An end that is None is open to everything if closed, and unknown if not."""

    low: Value | None
    high: Value | None
    low_closed: bool = True
    high_closed: bool = True


Value: TypeAlias = (
    bool | int | Decimal | str | Date | DateTime | Time | Quantity | Uncertain | Interval | tuple["Value | None", ...]
)
Test = Callable[[Any, Any], "bool | None"]
PLAIN: Final = frozenset((int, str, bool, Decimal))
_NUMBER: Final = frozenset((int, Decimal))


def less(a: Any, b: Any) -> bool | None:
    """Whether a < b; None where precision or units do not tell."""
    kind, other = type(a), type(b)
    if (kind is other and kind in PLAIN) or (kind in _NUMBER and other in _NUMBER):
        return bool(a < b)
    if kind is Uncertain or other is Uncertain:
        (a_low, a_high), (b_low, b_high) = span_of(a), span_of(b)
        return True if a_high < b_low else False if a_low >= b_high else None
    order = _order(a, b)
    return None if order is None else order < 0


def equal(a: Any, b: Any) -> bool | None:
    """CQL's `=`."""
    kind, other = type(a), type(b)
    if (kind is other and kind in PLAIN) or (kind in _NUMBER and other in _NUMBER):
        return bool(a == b)
    if kind is Uncertain or other is Uncertain:
        (a_low, a_high), (b_low, b_high) = span_of(a), span_of(b)
        apart = a_high < b_low or b_high < a_low
        return False if apart else True if a_low == a_high == b_low == b_high else None
    if kind is tuple and other is tuple:
        return _all_equal(a, b)
    if kind is Interval and other is Interval:
        return _same_ends(a, b)
    order = _order(a, b)
    return None if order is None else order == 0


def equivalent(a: Value | None, b: Value | None) -> bool:
    """CQL's `~`: never unknown. Nulls are alike, case and white space of strings do not count."""
    if a is None or b is None:
        return a is b
    if isinstance(a, str) and isinstance(b, str):
        return " ".join(a.lower().split()) == " ".join(b.lower().split())
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(equivalent(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, Quantity) and isinstance(b, Quantity):
        return equivalent_quantities(a, b)
    if type(a) in _NUMBER and type(b) in _NUMBER:
        return _to_the_coarser(Decimal(a), Decimal(b))  # type: ignore[arg-type]
    return equal(a, b) is True


def _to_the_coarser(a: Decimal, b: Decimal) -> bool:
    """Whether two numbers agree as far as both are written out; trailing zeros do not count."""
    step = max(Decimal(1).scaleb(min(0, int(x.normalize().as_tuple().exponent))) for x in (a, b))
    return a.quantize(step) == b.quantize(step)


def span_of(value: Any) -> tuple[Any, Any]:
    """The least and the greatest a number may be."""
    return (value.low, value.high) if type(value) is Uncertain else (value, value)


def ends(interval: Interval) -> tuple[Value | None, Value | None, bool, bool]:
    """Both ends and whether they belong to it."""
    return interval.low, interval.high, interval.low_closed, interval.high_closed


def plain_or(fast: Callable[[Any, Any], Any], slow: Test) -> Test:
    """`fast` for two plain values of one type, `slow` for all others."""

    def test(a: Any, b: Any) -> bool | None:
        kind = type(a)
        return bool(fast(a, b)) if kind is type(b) and kind in PLAIN else slow(a, b)

    return test


def _inverse(answer: bool | None) -> bool | None:
    return None if answer is None else not answer


COMPARISONS: Final[dict[str, Test]] = {
    "=": plain_or(operator.eq, equal),
    "!=": plain_or(operator.ne, lambda a, b: _inverse(equal(a, b))),
    "<": plain_or(operator.lt, less),
    ">": plain_or(operator.gt, lambda a, b: less(b, a)),
    "<=": plain_or(operator.le, lambda a, b: _inverse(less(b, a))),
    ">=": plain_or(operator.ge, lambda a, b: _inverse(less(a, b))),
}


def moment_test(op: str, precision: str | None) -> Test:
    """The test for `before`, `on or after day of` …; an Interval is compared by the end that faces the other side."""
    decide = _DECIDE[op]

    def test(a: Any, b: Any) -> bool | None:
        if isinstance(a, Temporal) and isinstance(b, Temporal):
            order = compare(a, b, precision)
            return None if order is None else decide(order)
        if not isinstance(a, Interval) and not isinstance(b, Interval):
            return COMPARISONS[_SIGN[op]](a, b)
        return _interval_test(op, precision, a, b)

    return test


_SIGN: Final = {"same as": "=", "before": "<", "after": ">", "on or before": "<=", "on or after": ">="}
_DECIDE: Final[dict[str, Callable[[int], bool]]] = {
    "same as": lambda order: order == 0,
    "before": lambda order: order < 0,
    "after": lambda order: order > 0,
    "on or before": lambda order: order <= 0,
    "on or after": lambda order: order >= 0,
}


def _interval_test(op: str, precision: str | None, a: Any, b: Any) -> bool | None:
    if op == "same as":
        pairs = [(_end(a, "low"), _end(b, "low")), (_end(a, "high"), _end(b, "high"))]
    elif "before" in op:
        pairs = [(_end(a, "high"), _end(b, "low"))]
    else:
        pairs = [(_end(a, "low"), _end(b, "high"))]
    test, answer = moment_test(op, precision), True
    unknown = False
    for left, right in pairs:
        found = None if left is None or right is None else test(left, right)
        unknown, answer = unknown or found is None, answer and found is not False
    return False if not answer else None if unknown else True


def _end(value: Any, which: str) -> Any:
    return boundary(value, which) if isinstance(value, Interval) else value


def boundary(interval: Interval, which: str) -> Value | None:
    """The first ("low") or last ("high") value inside; None if it is not known."""
    value, closed = (interval.low, interval.low_closed) if which == "low" else (interval.high, interval.high_closed)
    return value if closed or value is None else _next(value, 1 if which == "low" else -1)


def _next(value: Value, sign: int) -> Value | None:
    if isinstance(value, Date | DateTime):
        stepped = add(value, Quantity(Decimal(1), PRECISIONS[len(value.parts) - 1]), sign)
        return stepped if isinstance(stepped, Date | DateTime) else None
    if isinstance(value, int):
        return value + sign
    step = sign * Decimal("0.00000001")
    if isinstance(value, Decimal):
        return value + step
    return Quantity(value.value + step, value.unit) if isinstance(value, Quantity) else None


def inside(point: Value | None, holder: Any, precision: str | None = None) -> bool | None:
    """Whether `point` is in the list or Interval `holder`. Null is in a list that holds null, as CQL says."""
    if isinstance(holder, Interval):
        return None if point is None else _inside_interval(point, holder, precision)
    if holder is None:
        return False
    if point is None:
        return None in holder
    answers = [item is not None and COMPARISONS["="](point, item) for item in holder]
    return True if True in answers else None if None in answers else False


def _inside_interval(point: Value, interval: Interval, precision: str | None) -> bool | None:
    low, high, low_closed, high_closed = ends(interval)
    above = _beyond("low", low, low_closed, point, precision)
    below = _beyond("high", high, high_closed, point, precision)
    return False if above is False or below is False else None if above is None or below is None else True


def _beyond(which: str, end: Value | None, closed: bool, point: Value, precision: str | None) -> bool | None:
    if end is None:
        return True if closed else None
    if isinstance(point, Temporal):
        op = ("on or " if closed else "") + ("after" if which == "low" else "before")
        return moment_test(op, precision)(point, end)
    return COMPARISONS[(">" if which == "low" else "<") + ("=" if closed else "")](point, end)


def _same_ends(a: Interval, b: Interval) -> bool | None:
    pairs = [(boundary(a, which), boundary(b, which)) for which in ("low", "high")]
    answers = [None if x is None or y is None else equal(x, y) for x, y in pairs]
    return False if False in answers else None if None in answers else True


def _order(a: Any, b: Any) -> int | None:
    if isinstance(a, Temporal) and isinstance(b, Temporal):
        return compare(a, b)
    if isinstance(a, Quantity) and isinstance(b, Quantity):
        return compare_quantities(a, b)
    return None


def _all_equal(a: tuple[Any, ...], b: tuple[Any, ...]) -> bool | None:
    if len(a) != len(b):
        return False
    answers = [x is y if x is None or y is None else equal(x, y) for x, y in zip(a, b, strict=True)]
    return False if False in answers else None if None in answers else True
