"""Many Cases read at once: what stands at a place for all of them is one number, its Row.

Of `width` Cases, bit k of a Row says that it is possible for Case k (true or unknown), bit width + k that it is true.
So `and` is `&` and `or` is `|`, and reading a rule costs the same for one leg as for both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from guideline.bits import Bits

Truth = bool | None
Table = Mapping[Truth, Truth]  # a value for each value of something else
Row = int
Follow = Callable[[Row, int], Row]

FALSE: Final[Row] = 0


def bits_of(cases: Bits, width: int) -> Mapping[Truth, Row]:
    """The bits of some Cases (as a set of their numbers) that share a value, by that value."""
    return {False: FALSE, None: cases, True: cases << width | cases}


def truths(rows: Iterable[Row], case: int, width: int) -> list[Truth]:
    """What stands there for one Case."""
    bits = bits_of(1 << case, width)
    values, own = {row: value for value, row in bits.items()}, bits[True]
    return [values[row & own] for row in rows]


def followed(table: Table) -> Follow:
    """What a table makes of a Row."""
    true, possible = _picked(table, (True,)), _picked(table, (True, None))
    return lambda row, width: true(row, width) << width | possible(row, width)


def _picked(table: Table, wanted: tuple[Truth, ...]) -> Follow:
    """One bit for each Case that the table gives one of these values.

    A Row's Cases are sets one within the other: true, possible, every. What is picked is bounded by some of the three.
    """
    of_true, of_unknown, of_false = (table[value] in wanted for value in (True, None, False))
    by_true, by_possible, by_every = -(of_true != of_unknown), -(of_unknown != of_false), -of_false

    def pick(row: Row, width: int) -> int:
        every = (1 << width) - 1
        return row >> width & by_true ^ row & every & by_possible ^ every & by_every

    return pick
