"""What nobody recorded that could change the plan: computed from the rules still open, never listed by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from guideline import vocabulary
from guideline.assessment import PRIORITIES, STRENGTHS, Proposal, Question, Side
from guideline.case import Case, ask_for
from guideline.reader import Reading
from guideline.rule import Alert, Order
from guideline.rulebook import Rulebook
from guideline.wording import wording

_LEVELS: Final = 2 * len(PRIORITIES)  # how much an order weighs: its priority; more if one answer alone can bring it
_OTHER: Final[dict[Side, Side]] = {"left": "right", "right": "left"}
Where = tuple[str, Side | None]


class _Stake(NamedTuple):
    """A rule that can change the plan: its orders (key, bit, whether sided, rank), and its critical alerts.

    What a question could change is gathered as one number: a bit for each order at each level, then one for each
    statement. Thousands of (rule, fact) pairs meet for one patient, and each then costs one `or`.
    """

    rule: str
    orders: tuple[tuple[str, int, bool, tuple[int, int]], ...]
    alarms: bool
    statements: int


class _Bits(NamedTuple):
    """Which bit stands for which order and which statement, and the rulebook's stakes in those terms."""

    orders: tuple[str, ...]
    statements: tuple[str, ...]
    stakes: tuple[_Stake, ...]


@lru_cache(maxsize=8)
def _bits(book: Rulebook) -> _Bits:
    keys = tuple(sorted(vocabulary.order_kinds()))
    named = tuple(sorted({each for rule in book.rules for each in rule.statements[:2]} | {_RED_FLAG_STATEMENT}))
    found = []
    for rule in book.rules:
        strength = STRENGTHS.index(rule.strength)
        orders = tuple(
            (
                effect.key,
                keys.index(effect.key),
                vocabulary.order_kinds()[effect.key].sided,
                (PRIORITIES.index(effect.priority), strength),
            )
            for effect in rule.then
            if isinstance(effect, Order)
        )
        alarms = any(isinstance(effect, Alert) and effect.severity == "critical" for effect in rule.then)
        if orders or alarms:
            statements = sum(1 << (_LEVELS * len(keys) + named.index(each)) for each in rule.statements[:2])
            found.append(_Stake(rule.id, orders, alarms, statements))
    return _Bits(keys, named, tuple(found))


_RED_FLAG_STATEMENT: Final = "LOC-07"


def questions(readings: Sequence[tuple[Case, Reading]], orders: Iterable[Proposal]) -> list[Question]:
    """The questions for this patient: red flags first, then by the urgency and number of the orders they could change.

    On a limb whose foot drop is itself unknown only what would settle that, or show an emergency, is asked.
    """
    planned = {
        (order.key, order.side): (PRIORITIES.index(order.priority), STRENGTHS.index(order.strength), order.rules)
        for order in orders
    }
    found: dict[Where, int] = {}
    for case, reading in readings:
        present = reading.env.get("has-foot-drop")
        if present is False and reading.env.get("emergency") is False:
            continue
        _ask_open(case, reading, planned, found, None if present else _entry_names(reading))
        if present:
            _ask_red_flags(case, _bits(reading.book), found)
    bits = _bits(readings[0][1].book)
    made = [_question(key, side, each, bits) for (key, side), each in found.items()]
    return [question for _, question in sorted(made, key=lambda pair: pair[0])]


def _entry_names(reading: Reading) -> frozenset[str]:
    """On a limb without a known foot drop: the facts that would say whether there is one, or an emergency."""
    makers = [entry.rule.id for name in ("has-foot-drop", "emergency") for entry in reading.book.by_conclusion[name]]
    return frozenset().union(*(reading.open_for(rule) for rule in makers if reading.rules[rule] is None))


def _ask_open(
    case: Case,
    reading: Reading,
    planned: dict[Where, tuple[int, int, list[str]]],
    found: dict[Where, int],
    only: frozenset[str] | None,
) -> None:
    bits, gathered = _bits(reading.book), dict[str, int]()
    for stake in bits.stakes:
        value = reading.rules[stake.rule]
        if value is False:
            continue
        together, alone = _changes(stake, case.side, planned, len(bits.orders), fires=value is True)
        if not alone and not (stake.alarms and value is None):
            continue
        names = reading.assumed_for(stake.rule) if value else reading.open_for(stake.rule)
        sufficient = names if value else reading.alone_for(stake.rule)
        for name in names if only is None else names & only:
            mask = alone if name in sufficient else together
            gathered[name] = gathered.get(name, 0) | mask | stake.statements
    for name, mask in gathered.items():
        for where in _askable(name, case.side):
            found[where] = found.get(where, 0) | mask


def _changes(
    stake: _Stake, side: Side, planned: dict[Where, tuple[int, int, list[str]]], width: int, *, fires: bool
) -> tuple[int, int]:
    """The orders whose presence, priority or strength hangs on this rule: as a help among others, and alone."""
    together = 0
    for key, bit, sided, rank in stake.orders:
        now = planned.get((key, side if sided else None))
        if (now is not None and now[2] == [stake.rule]) if fires else (now is None or rank > now[:2]):
            together |= 1 << (rank[0] * width + bit)
    return together, together << (len(PRIORITIES) * width)


@lru_cache(maxsize=4096)
def _askable(name: str, side: Side) -> tuple[Where, ...]:
    return tuple((key, None if leg is None else side if leg == "same" else _OTHER[side]) for key, leg in ask_for(name))


@lru_cache(maxsize=1)
def _red_flags() -> tuple[tuple[str, bool], ...]:
    known = vocabulary.features()
    return tuple((key, known[key].sided) for key, words in wording().items() if words.red_flag and key in known)


def _ask_red_flags(case: Case, bits: _Bits, found: dict[Where, int]) -> None:
    """A red flag nobody asked about is always a question, even if it would change no order (P5: unknown is not no)."""
    statement = 1 << (_LEVELS * len(bits.orders) + bits.statements.index(_RED_FLAG_STATEMENT))
    for key, sided in _red_flags():
        if case.values.get(key) is None:
            where = key, case.side if sided else None
            found[where] = found.get(where, 0) | statement


def _question(key: str, side: Side | None, mask: int, bits: _Bits) -> tuple[tuple[int, int, int, str, str], Question]:
    words = wording()[key]
    orders, highest = _orders(mask, bits.orders)
    leg = f" ({side} leg)" if side else ""
    question = Question(
        fact=key,
        side=side,
        text=words.ask + leg,
        would_change=orders,
        statements=[bits.statements[bit] for bit in _set_bits(mask >> (_LEVELS * len(bits.orders)))],
    )
    rank = 0 if words.red_flag and key in vocabulary.features() else 1 if highest >= len(PRIORITIES) else 2
    return (rank, -highest, -len(orders), key, side or ""), question


def _orders(mask: int, keys: tuple[str, ...]) -> tuple[list[str], int]:
    """The orders of a mask, the heaviest first, each once; and the highest level."""
    found, seen, highest = list[str](), 0, -1
    everything = (1 << len(keys)) - 1
    for level in range(_LEVELS - 1, -1, -1):
        here = (mask >> (level * len(keys))) & everything
        if here and highest < 0:
            highest = level
        found += [keys[bit] for bit in _set_bits(here & ~seen)]
        seen |= here
    return found, highest


def _set_bits(mask: int) -> Iterator[int]:
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest
