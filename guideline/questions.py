"""What nobody recorded that could change the plan: computed from the rules still open, never listed by hand."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache, reduce
from operator import or_
from typing import Final, NamedTuple

from guideline import vocabulary
from guideline.assessment import PRIORITIES, STRENGTHS, Proposal, Question, Side, unchecked
from guideline.bits import set_bits
from guideline.case import Case, ask_for
from guideline.marks import Marks
from guideline.reader import Reading
from guideline.rule import Alert, Order, Rule
from guideline.rulebook import Rulebook
from guideline.wording import wording

_made: Final = unchecked(Question)
_OTHER: Final[dict[Side, Side]] = {"left": "right", "right": "left"}
Where = tuple[str, Side | None]
_Urgency = tuple[int, int, int, str, str]  # by which questions are sorted
_Planned = tuple[tuple[int, int], list[str]]  # the rank of an order in the plan, and its rules


class _Change(NamedTuple):
    """An order at a level: its priority, or above all priorities if one answer can decide it.

    Such an answer brings it about `alone`, or undoes what a rule does that passed over the fact.
    """

    level: int
    order: str
    alone: bool


class _Stake(NamedTuple):
    """A rule that can change the plan: its orders, its critical alerts, and its statements as bits.

    Of each order the key, the rank, and the bits of the changes it would undergo: if the rule is unknown, and if it is
    true.
    """

    rule: str
    orders: tuple[tuple[str, tuple[int, int], int, int], ...]
    alarms: bool
    statements: int


class _Bits(NamedTuple):
    """What a question could change, gathered as one number: thousands of (rule, fact) pairs then cost one `or` each.

    The first bits stand for changes, one order at one level, the heaviest first; then comes a bit for each statement.
    `helping` are the bits for all that helps to bring a change about, and not only for what does so alone.
    """

    changes: tuple[_Change, ...]
    statements: tuple[str, ...]
    stakes: tuple[_Stake, ...]
    helping: int

    def statement(self, named: str) -> int:
        return 1 << (len(self.changes) + self.statements.index(named))


@lru_cache(maxsize=8)
def _bits(book: Rulebook) -> _Bits:
    asked = {(PRIORITIES.index(each.priority), each.key) for rule in book.rules for each in _orders(rule)}
    levels = {change for priority, key in asked for change in _levels(priority, key)}
    changes = tuple(sorted(levels, key=lambda change: (-change.level, change.order, change.alone)))
    named = tuple(sorted({each for rule in book.rules for each in rule.statements[:2]} | {_RED_FLAG_STATEMENT}))
    alone = sum(1 << number for number, change in enumerate(changes) if change.alone)
    bits = _Bits(changes, named, (), ((1 << (len(changes) + len(named))) - 1) ^ alone)
    stakes = (_stake(rule, bits) for rule in book.rules)
    return bits._replace(stakes=tuple(stake for stake in stakes if stake.orders or stake.alarms))


def _levels(priority: int, order: str) -> tuple[_Change, _Change, _Change]:
    """What an answer can do to an order: help to bring it about, bring it about alone, undo it."""
    decided = priority + len(PRIORITIES)
    return _Change(priority, order, False), _Change(decided, order, True), _Change(decided, order, False)


def _orders(rule: Rule) -> list[Order]:
    return [effect for effect in rule.then if isinstance(effect, Order)]


def _stake(rule: Rule, bits: _Bits) -> _Stake:
    orders = []
    for order in _orders(rule):
        rank = PRIORITIES.index(order.priority), STRENGTHS.index(rule.strength)
        helps, alone, undoes = (1 << bits.changes.index(change) for change in _levels(rank[0], order.key))
        orders.append((order.key, rank, helps | alone, undoes))
    alarms = any(isinstance(effect, Alert) and effect.severity == "critical" for effect in rule.then)
    return _Stake(rule.id, tuple(orders), alarms, sum(bits.statement(each) for each in rule.statements[:2]))


_RED_FLAG_STATEMENT: Final = "LOC-07"


def questions(readings: Sequence[tuple[Case, Reading]], orders: Collection[Proposal]) -> list[Question]:
    """The questions for this patient: red flags first, then by the urgency and number of the orders they could change.

    On a limb whose foot drop is itself unknown only what would settle that, or show an emergency, is asked; and where
    everything turns on it, because no leg is known to drop and one may, that comes before all else.
    """
    found: dict[Where, int] = {}
    for case, reading in readings:
        present = reading.env.get("has-foot-drop")
        if present is False and reading.env.get("emergency") is False:
            continue
        planned = {order.key: _planned(order) for order in orders if order.side in (None, case.side)}
        _ask_open(case, reading, planned, found, -1 if present else _entry_facts(reading))
        if present:
            _ask_red_flags(case, _bits(reading.book), found)
    book, first = readings[0][1].book, _turning_facts(readings)
    made = [(where not in first, *_question(*where, each, book)) for where, each in found.items()]
    return [question for _, _, question in sorted(made, key=lambda each: each[:2])]


def _turning_facts(readings: Sequence[tuple[Case, Reading]]) -> frozenset[Where]:
    """What would say whether there is a foot drop at all, where one may have gone unexamined."""
    if any(reading.env["has-foot-drop"] is True for _, reading in readings):
        return frozenset()
    return frozenset(
        where
        for case, reading in readings
        if reading.env["possible-foot-drop"] is True
        for maker in reading.book.by_conclusion["has-foot-drop"]
        for name in reading.open_for(maker.rule.id)
        for where in _askable(name, case.side)
    )


def _planned(order: Proposal) -> _Planned:
    return (PRIORITIES.index(order.priority), STRENGTHS.index(order.strength)), order.rules


def _entry_facts(reading: Reading) -> int:
    """On a limb without a known foot drop: the facts that would say whether there is one, or an emergency."""
    makers = [entry.rule.id for name in ("has-foot-drop", "emergency") for entry in reading.book.by_conclusion[name]]
    return reduce(or_, [reading.open_bits(rule) for rule in makers if reading.rules[rule] is None], 0)


def _ask_open(
    case: Case, reading: Reading, planned: Mapping[str, _Planned], found: dict[Where, int], only: int
) -> None:
    bits, marks = _bits(reading.book), dict[str, int]()
    for stake in bits.stakes:
        value = reading.rules[stake.rule]
        if value is False:
            continue
        changes = _changes(stake, planned, fires=value is True)
        if changes or (stake.alarms and value is None):
            marks[stake.rule] = changes | stake.statements
    for fact, mark in Marks(reading, bits.helping).spread(marks).items():
        if only >> fact & 1:
            for where in _askable(reading.parts.names[fact], case.side):
                found[where] = found.get(where, 0) | mark


def _changes(stake: _Stake, planned: Mapping[str, _Planned], *, fires: bool) -> int:
    """The orders whose presence, priority or strength hangs on this rule."""
    found = 0
    for key, rank, brings, undoes in stake.orders:
        now = planned.get(key)
        if fires:
            if now is not None and now[1] == [stake.rule]:
                found |= undoes
        elif now is None or rank > now[0]:
            found |= brings
    return found


@lru_cache(maxsize=4096)
def _askable(name: str, side: Side) -> tuple[Where, ...]:
    return tuple((key, None if leg is None else side if leg == "same" else _OTHER[side]) for key, leg in ask_for(name))


@lru_cache(maxsize=1)
def _red_flags() -> tuple[tuple[str, bool], ...]:
    known = vocabulary.features()
    return tuple((key, known[key].sided) for key, words in wording().items() if words.red_flag and key in known)


def _ask_red_flags(case: Case, bits: _Bits, found: dict[Where, int]) -> None:
    """A red flag nobody asked about is always a question, even if it would change no order (P5: unknown is not no)."""
    statement = bits.statement(_RED_FLAG_STATEMENT)
    for key, sided in _red_flags():
        if case.values.get(key) is None:
            where = key, case.side if sided else None
            found[where] = found.get(where, 0) | statement


@lru_cache(maxsize=1024)
def _wording(key: str, side: Side | None) -> tuple[str, bool]:
    """What is asked, and whether it is a red flag."""
    words = wording()[key]
    text = f"{words.ask} ({side} leg)" if side else words.ask
    return text, words.red_flag and key in vocabulary.features()


@lru_cache(maxsize=2048)
def _orders_in(mask: int, book: Rulebook) -> tuple[int, tuple[str, ...]]:
    """The heaviest change among the bits (-1 if there is none), and the orders they name."""
    changes = [_bits(book).changes[bit] for bit in set_bits(mask)]
    return changes[0].level if changes else -1, tuple(dict.fromkeys([change.order for change in changes]))


@lru_cache(maxsize=2048)
def _statements_in(mask: int, book: Rulebook) -> tuple[str, ...]:
    named = _bits(book).statements
    return tuple([named[bit] for bit in set_bits(mask)])


def _question(
    key: str, side: Side | None, mask: int, book: Rulebook
) -> tuple[tuple[int, int, int, str, str], Question]:
    text, red_flag = _wording(key, side)
    width = len(_bits(book).changes)
    highest, orders = _orders_in(mask & ((1 << width) - 1), book)
    question = _made(
        fact=key,
        side=side,
        text=text,
        would_change=list(orders),
        statements=list(_statements_in(mask >> width, book)),
    )
    rank = 0 if red_flag else 1 if highest >= len(PRIORITIES) else 2
    return (rank, -highest, -len(orders), key, side or ""), question
