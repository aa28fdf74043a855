"""What nobody recorded that could change the plan: computed from the rules still open, never listed by hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple

from guideline import vocabulary
from guideline.assessment import PRIORITIES, STRENGTHS, Proposal, Question, Side
from guideline.case import Case, ask_for
from guideline.reader import Reading
from guideline.rule import Alert, Order
from guideline.rulebook import Rulebook
from guideline.wording import wording

_ALONE: Final = len(PRIORITIES)
_OTHER: Final[dict[Side, Side]] = {"left": "right", "right": "left"}
Where = tuple[str, Side | None]


class _Stake(NamedTuple):
    """A rule that can change the plan: its orders (key, sided, rank), and whether it raises a critical alert."""

    rule: str
    orders: tuple[tuple[str, bool, tuple[int, int]], ...]
    alarms: bool
    statements: tuple[str, ...]


@lru_cache(maxsize=8)
def _stakes(book: Rulebook) -> tuple[_Stake, ...]:
    found = []
    for rule in book.rules:
        strength = STRENGTHS.index(rule.strength)
        orders = tuple(
            (effect.key, vocabulary.order_kinds()[effect.key].sided, (PRIORITIES.index(effect.priority), strength))
            for effect in rule.then
            if isinstance(effect, Order)
        )
        alarms = any(isinstance(effect, Alert) and effect.severity == "critical" for effect in rule.then)
        if orders or alarms:
            found.append(_Stake(rule.id, orders, alarms, rule.statements[:2]))
    return tuple(found)


@dataclass(slots=True)
class _Open:
    """A question in the making: which orders it could add, raise or take away, and on whose word.

    An order weighs its priority; one that this answer alone could bring weighs more than any that needs others too.
    """

    orders: dict[str, int] = field(default_factory=dict)
    statements: dict[str, None] = field(default_factory=dict)


def questions(readings: Sequence[tuple[Case, Reading]], orders: Iterable[Proposal]) -> list[Question]:
    """The questions for this patient: red flags first, then by the urgency and number of the orders they could change.

    On a limb whose foot drop is itself unknown only what would settle that, or show an emergency, is asked.
    """
    planned = {
        (order.key, order.side): (PRIORITIES.index(order.priority), STRENGTHS.index(order.strength), order.rules)
        for order in orders
    }
    found: dict[Where, _Open] = {}
    for case, reading in readings:
        present = reading.env.get("has-foot-drop")
        if present is False and reading.env.get("emergency") is False:
            continue
        _ask_open(case, reading, planned, found, None if present else _entry_names(reading))
        if present:
            _ask_red_flags(case, found)
    made = [_question(key, side, each) for (key, side), each in found.items()]
    return [question for _, question in sorted(made, key=lambda pair: pair[0])]


def _entry_names(reading: Reading) -> frozenset[str]:
    """On a limb without a known foot drop: the facts that would say whether there is one, or an emergency."""
    makers = [entry.rule.id for name in ("has-foot-drop", "emergency") for entry in reading.book.by_conclusion[name]]
    return frozenset().union(*(reading.open_for(rule) for rule in makers if reading.rules[rule] is None))


def _ask_open(
    case: Case,
    reading: Reading,
    planned: dict[Where, tuple[int, int, list[str]]],
    found: dict[Where, _Open],
    only: frozenset[str] | None,
) -> None:
    for stake in _stakes(reading.book):
        value = reading.rules[stake.rule]
        if value is False:
            continue
        changed = _changes(stake, case.side, planned, fires=value is True)
        if not changed and not (stake.alarms and value is None):
            continue
        names = reading.assumed_for(stake.rule) if value else reading.open_for(stake.rule)
        alone = names if value else reading.alone_for(stake.rule)
        for name in names if only is None else names & only:
            bonus = _ALONE if name in alone else 0
            for where in _askable(name, case.side):
                each = found.get(where)
                if each is None:
                    each = found[where] = _Open()
                for key, priority in changed:
                    if each.orders.get(key, -1) < priority + bonus:
                        each.orders[key] = priority + bonus
                for statement in stake.statements:
                    each.statements[statement] = None


def _changes(
    stake: _Stake, side: Side, planned: dict[Where, tuple[int, int, list[str]]], *, fires: bool
) -> list[tuple[str, int]]:
    """Order keys whose presence, priority or strength hangs on this rule, with the priority at stake."""
    changed = []
    for key, sided, rank in stake.orders:
        now = planned.get((key, side if sided else None))
        if (now is not None and now[2] == [stake.rule]) if fires else (now is None or rank > now[:2]):
            changed.append((key, rank[0]))
    return changed


@lru_cache(maxsize=4096)
def _askable(name: str, side: Side) -> tuple[Where, ...]:
    return tuple((key, None if leg is None else side if leg == "same" else _OTHER[side]) for key, leg in ask_for(name))


@lru_cache(maxsize=1)
def _red_flags() -> tuple[tuple[str, bool], ...]:
    known = vocabulary.features()
    return tuple((key, known[key].sided) for key, words in wording().items() if words.red_flag and key in known)


def _ask_red_flags(case: Case, found: dict[Where, _Open]) -> None:
    """A red flag nobody asked about is always a question, even if it would change no order (P5: unknown is not no)."""
    for key, sided in _red_flags():
        if case.values.get(key) is None:
            each = found.setdefault((key, case.side if sided else None), _Open())
            each.statements.setdefault("LOC-07")


def _question(key: str, side: Side | None, each: _Open) -> tuple[tuple[int, int, int, str, str], Question]:
    words = wording()[key]
    orders = sorted(each.orders, key=lambda order: (-each.orders[order], order))
    leg = f" ({side} leg)" if side else ""
    question = Question(
        fact=key, side=side, text=words.ask + leg, would_change=orders, statements=list(each.statements)
    )
    highest = max(each.orders.values(), default=-1)
    rank = 0 if words.red_flag and key in vocabulary.features() else 1 if highest >= _ALONE else 2
    return (rank, -highest, -len(orders), key, side or ""), question
