"""What nobody recorded that could change the plan: computed from the rules that are still open, never listed by hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from guideline import vocabulary
from guideline.assessment import PRIORITIES, STRENGTHS, Proposal, Question, Side
from guideline.case import Case, ask_for
from guideline.reader import Reading
from guideline.rule import Alert, Order, Rule
from guideline.wording import wording

_OTHER: dict[Side, Side] = {"left": "right", "right": "left"}


@dataclass(slots=True)
class _Open:
    """A question in the making: which orders it could add, raise or take away, and on whose word."""

    orders: dict[str, int] = field(default_factory=dict)
    statements: dict[str, None] = field(default_factory=dict)
    weight: int = 0


def questions(readings: Sequence[tuple[Case, Reading]], orders: Iterable[Proposal]) -> list[Question]:
    """The questions for this patient: red flags first, then by the urgency and number of the orders they could change.

    On a limb whose foot drop is itself unknown only what would settle that is asked.
    """
    planned = {(order.key, order.side): order for order in orders}
    found: dict[tuple[str, Side | None], _Open] = {}
    for case, reading in readings:
        present = reading.env.get("has-foot-drop")
        if present is False and reading.env.get("emergency") is False:
            continue
        entry_names = _entry_names(reading) if present is not True else None
        _ask_open(case, reading, planned, found, entry_names)
        if present is True:
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
    planned: dict[tuple[str, Side | None], Proposal],
    found: dict[tuple[str, Side | None], _Open],
    only: frozenset[str] | None,
) -> None:
    for entry in reading.book.entries:
        value = reading.rules[entry.rule.id]
        if value is False:
            continue
        changed = _changes(entry.rule, case.side, planned, fires=value is True)
        if not changed and not _alarms(entry.rule, fires=value is True):
            continue
        names = reading.assumed_for(entry.rule.id) if value else reading.open_for(entry.rule.id)
        for name in names if only is None else names & only:
            for key, side in _askable(name, case.side):
                _note(found.setdefault((key, side), _Open()), entry.rule, changed)


def _changes(
    rule: Rule, side: Side, planned: dict[tuple[str, Side | None], Proposal], *, fires: bool
) -> dict[str, int]:
    """Order keys whose presence, priority or strength hangs on this rule, with the priority at stake."""
    changed = {}
    for effect in rule.then:
        if not isinstance(effect, Order):
            continue
        now = planned.get((effect.key, side if vocabulary.order_kinds()[effect.key].sided else None))
        priority = PRIORITIES.index(effect.priority)
        stronger = now is None or (priority, STRENGTHS.index(rule.strength)) > (
            PRIORITIES.index(now.priority),
            STRENGTHS.index(now.strength),
        )
        alone = now is not None and now.rules == [rule.id]
        if (fires and alone) or (not fires and stronger):
            changed[effect.key] = priority
    return changed


def _alarms(rule: Rule, *, fires: bool) -> bool:
    return not fires and any(isinstance(effect, Alert) and effect.severity == "critical" for effect in rule.then)


def _askable(name: str, side: Side) -> Iterable[tuple[str, Side | None]]:
    for key, where in ask_for(name):
        if where is None:
            yield key, None
        else:
            yield key, side if where == "same" else _OTHER[side]


def _note(each: _Open, rule: Rule, changed: dict[str, int]) -> None:
    for key, priority in changed.items():
        each.orders[key] = max(priority, each.orders.get(key, 0))
    each.statements.update(dict.fromkeys(rule.statements[:2]))


def _ask_red_flags(case: Case, found: dict[tuple[str, Side | None], _Open]) -> None:
    """A red flag nobody asked about is always a question, even if it would change no order (P5: unknown is not no)."""
    for key, words in wording().items():
        if not words.red_flag or case.values.get(key) is not None or key not in vocabulary.features():
            continue
        each = found.setdefault((key, case.side if vocabulary.features()[key].sided else None), _Open())
        each.statements.setdefault("LOC-07")


def _question(key: str, side: Side | None, each: _Open) -> tuple[tuple[int, int, int, str, str], Question]:
    words = wording()[key]
    orders = sorted(each.orders, key=lambda order: (-each.orders[order], order))
    leg = f" ({side} leg)" if side else ""
    question = Question(
        fact=key, side=side, text=words.ask + leg, would_change=orders, statements=list(each.statements)
    )
    highest = max(each.orders.values(), default=-1)
    return (0 if words.red_flag else 1, -highest, -len(orders), key, side or ""), question
