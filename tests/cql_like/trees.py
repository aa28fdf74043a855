"""Generators: any tree the parser can make, and well-typed Boolean trees with values for their names."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from cql_like import (
    BOOLEAN,
    DATE,
    DATETIME,
    INTEGER,
    Choice,
    Date,
    DateTime,
    Name,
    Node,
    Quantities,
    Quantity,
    Time,
    tree,
)

SIZES = st.integers(0, 2**31 - 1)
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=8)


def _dates(year: st.SearchStrategy[int], month: st.SearchStrategy[int]) -> st.SearchStrategy[Date]:
    return st.builds(lambda parts, n: Date(*parts[:n]), st.tuples(year, month, st.integers(1, 28)), st.integers(1, 3))


DATES = _dates(st.integers(1, 9999), st.integers(1, 12))
CLOCK = st.tuples(st.integers(0, 23), st.integers(0, 59), st.integers(0, 59), st.integers(0, 999))


def _moment(day: tuple[int, int, int], clock: tuple[int, int, int, int], known: int, offset: int | None) -> DateTime:
    parts = (*day, *clock)[:known]
    return DateTime(*parts, offset=offset if known >= 5 else None)


MOMENTS = st.builds(
    _moment,
    st.tuples(st.integers(2, 9998), st.integers(1, 12), st.integers(1, 28)),
    CLOCK,
    st.integers(1, 7),
    st.none() | st.integers(-840, 840),
)
TIMES = st.builds(lambda clock, n: Time(*clock[:n]), CLOCK, st.integers(1, 4))
_RELATION = st.sampled_from(["same as", "before", "after", "on or before", "on or after"])
DECIMALS = st.decimals(0, 10**9, places=3)
UNITS = st.sampled_from(["mL", "L", "1", "{score}", "mm[Hg]", "years", "month", "weeks", "days", "hours"])
QUANTITIES = st.builds(Quantity, DECIMALS, UNITS)
CONSTANTS = st.one_of(st.none(), st.booleans(), SIZES, DECIMALS, st.text(max_size=8), DATES, MOMENTS, TIMES, QUANTITIES)
PRECISION = st.none() | st.sampled_from(["year", "month", "day", "hour", "minute", "second", "millisecond"])
UNIT = st.sampled_from(["years", "months", "weeks", "days", "hours", "minutes", "seconds", "milliseconds"])
LEAVES = st.builds(tree.Literal, CONSTANTS) | st.builds(Name, NAMES)


def _above(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    some = st.lists(inner, max_size=3).map(tuple)
    two, when = st.builds, st.builds(tree.When, inner, inner)
    return st.one_of(
        two(tree.Logic, st.sampled_from(["and", "or", "xor", "implies"]), inner, inner),
        two(tree.Compare, st.sampled_from(["=", "!=", "<", ">", "<=", ">=", "~", "!~"]), inner, inner),
        two(tree.Arith, st.sampled_from(["+", "-", "*", "/", "div", "mod", "^", "&"]), inner, inner),
        two(
            tree.Timing,
            st.sampled_from(["same as", "before", "after", "on or before", "on or after"]),
            PRECISION,
            inner,
            inner,
        ),
        two(tree.Membership, st.sampled_from(["in", "contains"]), inner, inner, PRECISION),
        two(tree.Is, inner, st.sampled_from(["null", "true", "false"]), st.booleans()),
        *(two(kind, inner) for kind in (tree.Not, tree.Negate, tree.Exists)),
        *(two(kind, UNIT, inner, inner) for kind in (tree.PeriodBetween, tree.DifferenceBetween)),
        *(two(kind, UNIT, inner) for kind in (tree.DurationOf, tree.DifferenceOf)),
        two(tree.Boundary, st.sampled_from(["start", "end"]), inner),
        two(tree.Component, st.sampled_from(["date", "year", "month", "day", "hour"]), inner),
        two(tree.Between, inner, inner, inner),
        two(tree.If, inner, inner, inner),
        two(
            tree.Case,
            st.none() | inner,
            st.lists(when, min_size=1, max_size=2).map(tuple),
            inner,
        ),
        two(tree.Call, st.sampled_from(["Coalesce", "Count", "Max"]), some),
        two(tree.ListOf, some),
        two(tree.IntervalOf, inner, inner, st.booleans(), st.booleans()),
    )


ANY_TREE = st.recursive(LEAVES, _above, max_leaves=12)

TYPES = {
    "yes": BOOLEAN, "no": BOOLEAN, "n": INTEGER, "m": INTEGER, "code": Choice("a", "b", "c"), "day": DATE,
    "other day": DATE, "moment": DATETIME, "volume": Quantities("mL"), "wait": Quantities("months"),
}  # fmt: skip
_DAYS = _dates(st.integers(2025, 2026), st.integers(1, 3))
_NEAR = st.builds(
    _moment,
    st.tuples(st.integers(2025, 2026), st.integers(1, 3), st.integers(1, 28)),
    CLOCK,
    st.integers(1, 7),
    st.none() | st.just(60),
)
_SMALL = st.integers(0, 5)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "yes": st.booleans(), "no": st.booleans(), "n": _SMALL, "m": _SMALL, "code": st.sampled_from("abc"), "day": _DAYS,
    "other day": _DAYS, "moment": _NEAR,
    "volume": st.builds(Quantity, st.decimals(0, 5, places=1), st.sampled_from(["mL", "L"])),
    "wait": st.builds(Quantity, _SMALL.map(Decimal), st.sampled_from(["months", "days"])),
}  # fmt: skip
ENVS = st.fixed_dictionaries({}, optional={name: st.none() | values for name, values in VALUES.items()})

_T = st.sampled_from([Name("day"), Name("other day"), Name("moment")]) | st.builds(tree.Literal, _DAYS | _NEAR)
_TIME = _T | st.builds(tree.Arith, st.sampled_from("+-"), _T, st.just(Name("wait")))
_COUNT = st.recursive(
    st.sampled_from([Name("n"), Name("m")])
    | st.builds(tree.Literal, _SMALL)
    | st.builds(tree.PeriodBetween, st.sampled_from(["years", "months", "weeks", "days"]), _TIME, _TIME),
    lambda inner: st.one_of(
        st.builds(tree.Arith, st.sampled_from(["+", "-", "*", "/", "div", "mod", "^"]), inner, inner),
        st.builds(tree.Negate, inner),
        st.builds(lambda a, b: tree.Call("Coalesce", (a, b)), inner, inner),
        st.builds(lambda a, b: tree.Call("Max", (tree.ListOf((a, b)),)), inner, inner),
        st.builds(lambda a: tree.Call("Abs", (a,)), inner),
    ),
    max_leaves=3,
)
_UNITS = st.sampled_from(["mL", "L"])
_Q = st.just(Name("volume")) | st.builds(tree.Literal, st.builds(Quantity, _SMALL.map(Decimal), _UNITS))
_ORDER = st.sampled_from(["=", "!=", "<", ">", "<=", ">="])
_CODE = st.builds(tree.Literal, st.sampled_from("abc"))
_OPEN = st.just(tree.Literal(None))
_KNOWN = st.builds(tree.Literal, _DAYS | _NEAR)
_RANGE = st.builds(tree.IntervalOf, _KNOWN, _KNOWN | _OPEN, st.booleans(), st.booleans()) | st.builds(
    tree.IntervalOf, _T, _T | _OPEN, st.just(False), st.just(False)
)
_CLAIM = st.one_of(
    st.sampled_from([Name("yes"), Name("no")]),
    st.builds(tree.Compare, _ORDER, _COUNT, _COUNT),
    st.builds(tree.Compare, _ORDER, _Q, _Q),
    st.builds(tree.Compare, st.sampled_from(["=", "!=", "~"]), st.just(Name("code")), _CODE),
    st.builds(tree.Timing, _RELATION, st.none() | st.sampled_from(["year", "month", "day"]), _TIME, _TIME),
    st.builds(tree.Between, _COUNT, _COUNT, _COUNT),
    st.builds(tree.Membership, st.just("in"), _TIME, _RANGE),
)
CLAIMS = st.recursive(
    _CLAIM,
    lambda inner: st.one_of(
        st.builds(tree.Logic, st.sampled_from(["and", "or", "xor", "implies"]), inner, inner),
        st.builds(tree.Not, inner),
        st.builds(tree.Is, inner, st.sampled_from(["null", "true", "false"]), st.booleans()),
        st.builds(tree.If, inner, inner, inner),
    ),
    max_leaves=6,
)
