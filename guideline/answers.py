"""The answers to a question that can make a difference: yes and no, each code, and both sides of every number.

A number or date can be answered in endlessly many ways, but the rulebook compares it with a few thresholds only; so the
threshold and its neighbours stand for everything between them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Final

from cql_like import Date, DateTime, Node, Quantity, tree, walk
from cql_like.periods import add
from cql_like.tree import with_constants
from guideline.case import DERIVED
from guideline.findings import Value
from guideline.rulebook import Rulebook
from guideline.turning import python_day
from guideline.vocabulary import Feature, features
from guideline.wording import value_words, wording

_OTHER_LEG: Final = "opposite-"
_FEW: Final = 11  # a whole scale, such as MRC grades, is asked value by value
_ONE_DAY: Final = Quantity(Decimal(1), "days")
_ONE_MINUTE: Final = Quantity(Decimal(1), "minutes")
_READABLE: Final = {"mm[Hg]": "mmHg", "mL/min/{1.73_m2}": "mL/min/1.73 m²"}


def answers(key: str, book: Rulebook, as_of: Date | DateTime) -> tuple[Value, ...]:
    """The answers that stand for all others, from the least to the greatest; yes before no, codes in their order."""
    feature = features().get(key)
    if feature is None or feature.type == "bool":
        return True, False
    if feature.type == "code":
        return feature.allowed
    if feature.type == "dateTime":
        return tuple(_days(key, book, as_of))
    if feature.high is not None and feature.low is not None and feature.high - feature.low < _FEW and not feature.unit:
        return tuple(range(feature.low, feature.high + 1))
    return tuple(numbers(feature, book))


def numbers(feature: Feature, book: Rulebook) -> Iterator[Value]:
    """Each threshold with its neighbours, in the steps it is written in; without a threshold, one example."""
    found: set[Decimal] = set()
    for limit in limits(book).get(feature.key, (Decimal(0),)):
        step = Decimal(1).scaleb(min(int(limit.normalize().as_tuple().exponent), 0))
        found.update((limit - step, limit, limit + step))
    low = Decimal(feature.low or 0)
    for number in sorted(each for each in found if each >= low and (feature.high is None or each <= feature.high)):
        yield int(number) if feature.type == "integer" else Quantity(number, feature.unit or "1")


def _days(key: str, book: Rulebook, as_of: Date | DateTime) -> Iterator[Value]:
    """Today, and each day (or moment) on which a comparison with the date of assessment turns, with its neighbours."""
    today = Date.from_python(python_day(as_of))
    found: dict[tuple[int, ...], Date | DateTime] = {as_of.low().key: today}
    for shift in _shifts(book).get(key, ()):
        step = _ONE_DAY if shift.unit in ("years", "months", "weeks", "days") else _ONE_MINUTE
        turning = add(today if step is _ONE_DAY else as_of.low(), shift, -1)
        for moved in (add(turning, step, sign) for sign in (-1, 1)) if turning else ():
            found.update((each.key, each) for each in (turning, moved) if isinstance(each, Date | DateTime))
    yield from (found[at] for at in sorted(found) if at <= as_of.high().key)


@lru_cache(maxsize=8)
def limits(book: Rulebook) -> Mapping[str, tuple[Decimal, ...]]:
    """The numbers that each feature is compared with."""
    found: dict[str, set[Decimal]] = {}
    for name, other in _compared(book):
        value = other.value if isinstance(other, tree.Literal) else None
        number = value.value if isinstance(value, Quantity) else value
        if isinstance(number, int | Decimal) and not isinstance(number, bool):
            found.setdefault(name.removeprefix(_OTHER_LEG), set()).add(Decimal(number))
    return {name: tuple(sorted(numbers)) for name, numbers in found.items()}


@lru_cache(maxsize=8)
def _shifts(book: Rulebook) -> Mapping[str, tuple[Quantity, ...]]:
    """How long before today the turning points of each date lie: `as-of op onset + 3 months` turns at 3 months."""
    found: dict[str, set[Quantity]] = {}
    for name, other in _compared(book):
        durations = [node.value for node in walk(other) if isinstance(node, tree.Literal)]
        for duration in durations:
            if isinstance(duration, Quantity):
                for key in (name, *DERIVED.get(name, ())):
                    found.setdefault(key, set()).add(duration)
    return {name: tuple(sorted(shifts, key=str)) for name, shifts in found.items()}


def _compared(book: Rulebook) -> Iterator[tuple[str, Node]]:
    """Every comparison as (name, what it is compared with); `X + 3 months` stands under X, with the whole sum."""
    for entry in book.entries:
        for node in walk(with_constants(entry.tree, book.numbers)):
            if isinstance(node, tree.Compare | tree.Timing):
                for mine, other in ((node.left, node.right), (node.right, node.left)):
                    sum_of = mine if isinstance(mine, tree.Arith) else None
                    name = sum_of.left if sum_of else mine
                    if isinstance(name, tree.Name):
                        yield name.name, sum_of or other


def label(group: Sequence[Value], scale: Sequence[Value], key: str) -> str:
    """Some neighbouring answers of a scale in words: "yes", "reduced or absent", "2 or less", "above 200 mL"."""
    if isinstance(group[0], bool | str):
        words = wording()[key].answers
        return " or ".join(words.get(str(each), value_words(each)) for each in group)
    if len(group) == len(scale):
        return "any"
    first, last = words_of(group[0]), words_of(group[-1])
    dated, (low, high) = isinstance(group[0], Date | DateTime), _ends(key)
    if group[0] == scale[0] and _amount(group[0]) != low:
        return f"{last} or {'before' if dated else 'less'}"
    if group[-1] == scale[-1] and _amount(group[-1]) != high:
        return f"{first} or {'later' if dated else 'more'}"
    return first if first == last else f"{first} to {last}"


def _ends(key: str) -> tuple[int | None, int | None]:
    feature = features().get(key)
    return (feature.low, feature.high) if feature else (None, None)


def _amount(value: object) -> object:
    return value.value if isinstance(value, Quantity) else value


def words_of(value: object) -> str:
    """A value as a person writes it, its unit too."""
    text = value_words(value)
    for unit, readable in _READABLE.items():
        text = text.replace(unit, readable)
    return text


def grouped(scale: Sequence[Value], effects: Sequence[object]) -> Iterable[tuple[int, ...]]:
    """The positions of answers that come to the same: neighbours on a scale, any of several codes."""
    if scale and isinstance(scale[0], bool | str):
        by_effect: dict[int, list[int]] = {}
        for position, effect in enumerate(effects):
            by_effect.setdefault(effects.index(effect), []).append(position)
        return [tuple(positions) for positions in by_effect.values()]
    groups: list[list[int]] = []
    for position, effect in enumerate(effects):
        if groups and effects[groups[-1][0]] == effect:
            groups[-1].append(position)
        else:
            groups.append([position])
    return [tuple(positions) for positions in groups]
