"""What the rules can change in a plan, and what each rule would still change in the plan of one patient.

All of it is told by the bits of one number, a mark: thousands of (rule, fact) pairs then cost one `or` each.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Final, NamedTuple

from guideline.assessment import PRIORITIES, STRENGTHS, Proposal
from guideline.bits import set_bits, union
from guideline.marks import Mark
from guideline.reader import Reading
from guideline.rows import Truth
from guideline.rule import Alert, Order, Rule
from guideline.rulebook import Rulebook

_Rank = tuple[int, int]  # of an order: its priority and its strength
_RED_FLAG_STATEMENT: Final = "LOC-07"


class Told(NamedTuple):
    """What a mark says: the heaviest level of a change (-1: it has none), the orders that change, the statements."""

    level: int
    orders: tuple[str, ...]
    statements: tuple[str, ...]


class _Change(NamedTuple):
    """An order at a level: its priority, or above all priorities where one answer decides.

    Such an answer brings the order about `alone`, or undoes what a rule asked for that had passed over the fact.
    """

    level: int
    order: str
    alone: bool


class _Stake(NamedTuple):
    """A rule that can change a plan: its orders, each with the changes it would undergo; whether it raises an alarm."""

    rule: str
    orders: tuple[tuple[str, _Rank, Mark], ...]
    alarms: bool
    statements: Mark


class Marking(NamedTuple):
    """The marks of some rules; and of those that ask together for an order, the bits that stand for them, and what
    changes once none of them holds."""

    marks: dict[str, Mark]
    together: list[tuple[Mark, Mark]]


@dataclass(frozen=True, slots=True, eq=False)
class Stakes:
    """All rules of a rulebook that can change a plan.

    `undone` is what changes, by rule, order and priority, where a true rule asks for an order no more. `helping` are
    the bits for every answer that helps, and not only for one that decides alone. `red_flag` stands for the statement
    that asks about red flags, `entry` for nothing that is told: it marks what would say whether there is a foot drop,
    or an emergency. It is the last bit but those for rules that ask together.
    """

    rules: tuple[_Stake, ...]
    undone: Mapping[tuple[str, str, str], Mark]
    helping: Mark
    red_flag: Mark
    entry: Mark
    told: Callable[[Mark], Told]

    def marks(self, reading: Reading, orders: Iterable[Proposal]) -> Marking:
        """The unknown rules that could change the presence, priority or strength of these orders, or raise an alarm,
        and the true rules that give one its priority.
        """
        planned, rules, marks = {order.key: order for order in orders}, reading.rules, dict[str, Mark]()
        ranks = {key: _rank(order) for key, order in planned.items()}
        for rule, asked, alarms, statements in self.rules:
            if rules[rule] is None:
                changes = 0
                for key, rank, change in asked:
                    if key not in ranks or rank > ranks[key]:
                        changes |= change
                if changes or alarms:
                    marks[rule] = changes | statements
        return Marking(marks, self._undoing(planned.values(), rules, marks))

    def _undoing(
        self, orders: Iterable[Proposal], rules: Mapping[str, Truth], marks: dict[str, Mark]
    ) -> list[tuple[Mark, Mark]]:
        """Mark the rules that give an order its priority: one by itself with what undoing it changes, several together
        with a bit for each, because only what undoes all of them changes anything.
        """
        together, bit = list[tuple[Mark, Mark]](), self.entry << 1
        for order in orders:
            asked = order.key, order.priority
            behind = {rule: mark for rule in order.rules if (mark := self.undone.get((rule, *asked)))}
            if not all(map(rules.__getitem__, behind)):
                continue  # the other leg asks for it, too
            if len(behind) > 1:
                bits = 0
                undone = union(behind.values())
                for rule in behind:
                    behind[rule] = bit
                    bits, bit = bits | bit, bit << 1
                together.append((bits, undone))
            for rule, mark in behind.items():
                marks[rule] = marks.get(rule, 0) | mark
        return together

    def settled(self, spread: Mapping[int, Mark], together: Sequence[tuple[Mark, Mark]]) -> Mapping[int, Mark]:
        """The marks without the bits of rules that ask together, and with what changes where one has all of them."""
        limit, settled = self.entry << 1, dict[int, Mark]()
        for fact, mark in spread.items():
            if mark < limit:
                settled[fact] = mark
            elif found := mark & limit - 1 | union([undone for bits, undone in together if mark & bits == bits]):
                settled[fact] = found
        return settled


def _rank(order: Proposal) -> _Rank:
    return PRIORITIES.index(order.priority), STRENGTHS.index(order.strength)


@lru_cache(maxsize=8)
def stakes_of(book: Rulebook) -> Stakes:
    """What the rules of a rulebook can change. The heaviest changes have the first bits, then come the statements."""
    levels = {change for rule in book.rules for order in _orders(rule) for change in _levels(order)}
    changes = sorted(levels, key=lambda change: (-change.level, change.order, change.alone))
    statements = sorted({each for rule in book.rules for each in rule.statements[:2]} | {_RED_FLAG_STATEMENT})
    meanings: tuple[_Change | str, ...] = (*changes, *statements)
    bits = {meaning: 1 << number for number, meaning in enumerate(meanings)}
    stakes = [_stake(rule, bits) for rule in book.rules]
    return Stakes(
        rules=tuple([stake for stake in stakes if stake.orders or stake.alarms]),
        undone=_undone(book.rules, bits),
        helping=~union([bits[change] for change in changes if change.alone]),
        red_flag=bits[_RED_FLAG_STATEMENT],
        entry=1 << len(bits),
        told=lru_cache(maxsize=2048)(partial(_told, meanings, len(changes))),
    )


def _orders(rule: Rule) -> list[Order]:
    return [effect for effect in rule.then if isinstance(effect, Order)]


def _levels(order: Order) -> tuple[_Change, _Change, _Change]:
    """What an answer can do to an order: help to bring it about, bring it about alone, undo it."""
    priority = PRIORITIES.index(order.priority)
    decided = priority + len(PRIORITIES)
    return _Change(priority, order.key, False), _Change(decided, order.key, True), _Change(decided, order.key, False)


def _stake(rule: Rule, bits: Mapping[_Change | str, Mark]) -> _Stake:
    orders = []
    for order in _orders(rule):
        helps, alone, _ = _levels(order)
        orders.append((order.key, (helps.level, STRENGTHS.index(rule.strength)), bits[helps] | bits[alone]))
    return _Stake(rule.id, tuple(orders), raises_alarm(rule), _behind(rule, bits))


def raises_alarm(rule: Rule) -> bool:
    return any(isinstance(effect, Alert) and effect.severity == "critical" for effect in rule.then)


def _undone(rules: Iterable[Rule], bits: Mapping[_Change | str, Mark]) -> Mapping[tuple[str, str, str], Mark]:
    found: defaultdict[tuple[str, str, str], Mark] = defaultdict(int)
    for rule in rules:
        for order in _orders(rule):
            found[rule.id, order.key, order.priority] |= bits[_levels(order)[2]] | _behind(rule, bits)
    return dict(found)


def _behind(rule: Rule, bits: Mapping[_Change | str, Mark]) -> Mark:
    return union([bits[statement] for statement in rule.statements[:2]])


def _told(meanings: Sequence[Any], changes: int, mark: Mark) -> Told:
    """A level, then orders, then statements: what comes first is heaviest."""
    found = [meanings[bit] for bit in set_bits(mark)]
    named = (mark & ((1 << changes) - 1)).bit_count()
    orders = tuple(dict.fromkeys([change.order for change in found[:named]]))
    return Told(found[0].level if named else -1, orders, tuple(found[named:]))
