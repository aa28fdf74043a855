"""`ask PATIENT`: what nobody recorded, most useful first, and what each answer would do to the plan.

Nothing is listed by hand: every unknown finding and diagnosis that a rule reads is answered in every way that matters,
the record is read again with the answer, and the two plans are compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, Literal

from guideline.answers import answers, grouped, label
from guideline.assess import Consultation
from guideline.assessment import PRIORITIES, Priority, Proposal, Side, Strength
from guideline.case import Case, ask_for
from guideline.citations import Shown
from guideline.difference import AlertChange, Change, OrderChange, alert_changes, order_changes
from guideline.findings import Value
from guideline.plan import json_value
from guideline.questions import questions
from guideline.reader import Reading
from guideline.rulebook import Rulebook
from guideline.vocabulary import features
from guideline.what_if import Setting, assume, rehearse
from guideline.wording import wording

_OTHER: Final[dict[Side, Side]] = {"left": "right", "right": "left"}
_TOLD: Final = frozenset[Change](("added", "removed", "raised", "lowered"))
Where = tuple[str, Side | None]


class Asked(Shown):
    """How urgently and how strongly something is asked for."""

    priority: Priority
    strength: Strength


class OrderEffect(Shown):
    """An order that an answer adds, removes, raises or lowers: how it is asked for before and after (None: not)."""

    change: Change
    key: str
    side: Side | None
    before: Asked | None
    after: Asked | None


class AlertEffect(Shown):
    """An alert that an answer raises or takes away; `text` is what it says, or said."""

    change: Change
    key: str
    side: Side | None
    severity: Literal["critical", "warning", "info"]
    text: str


class Answer(Shown):
    """An answer, or several that come to the same, and what it does: no change where both lists are empty.

    `values` stand for the answers; `label` says them in words ("2 or less"). Orders whose text or window alone would
    change are left out, and so are notes.
    """

    label: str
    values: list[bool | int | float | str | None]
    orders: list[OrderEffect]
    alerts: list[AlertEffect]


class Ask(Shown):
    """Something nobody recorded. `would_change` holds the orders that any answer adds, removes, raises or lowers;
    `with_others` those that it could change only together with further answers."""

    fact: str
    side: Side | None
    text: str
    red_flag: bool
    answers: list[Answer]
    would_change: list[str]
    with_others: list[str]


def ask(consultation: Consultation) -> list[Ask]:
    """The questions for this patient: red flags first, then by the urgency and the number of orders they could change.

    What no single answer changes is asked only if `assess` asks it, too.
    """
    listed = questions(consultation.readings, consultation.orders) if consultation.concerned else []
    together = {(each.fact, each.side): each.would_change for each in listed}
    where = dict.fromkeys((*together, *_unknown(consultation)))
    asked = [_ask(consultation, key, side, together.get((key, side))) for key, side in where]
    return sorted((each for each in asked if each is not None), key=_rank)


def ask_one(consultation: Consultation, key: str, side: Side | None) -> Ask | None:
    """One of these questions by itself, or None where no answer changes anything or the answer is known."""
    listed = questions(consultation.readings, consultation.orders) if consultation.concerned else []
    together = {(each.fact, each.side): each.would_change for each in listed}
    return _ask(consultation, key, side, together.get((key, side)))


def _unknown(consultation: Consultation) -> Iterator[Where]:
    """Everything a rule reads that is unknown, on the legs that the guideline looks at."""
    for case, reading in consultation.readings:
        if reading.env["has-foot-drop"] is False and reading.env["emergency"] is False:
            continue
        for name in _read_by_rules(consultation.book):
            if case.values.get(name) is None:
                yield from _askable(name, case)


def _askable(name: str, case: Case) -> Iterator[Where]:
    for key, leg in ask_for(name):
        yield key, None if leg is None else case.side if leg == "same" else _OTHER[case.side]


@lru_cache(maxsize=8)
def _read_by_rules(book: Rulebook) -> tuple[str, ...]:
    read = frozenset().union(*(entry.reads for entry in book.entries))
    return tuple(sorted(read - book.by_conclusion.keys() - {"as-of", "age"}))


def _ask(consultation: Consultation, key: str, side: Side | None, together: Sequence[str] | None) -> Ask | None:
    """One question, or None if it is idle. What is known already, of however old a record, is not asked again."""
    if _is_known(consultation.readings, key, side):
        return None
    scale = answers(key, consultation.book, consultation.as_of)
    effects = [_effect(consultation, Setting(key, side, value)) for value in scale]
    changed = [change.key for orders, _ in effects for change in orders]
    if together is None and not any(orders or alerts for orders, alerts in effects):
        return None
    words = wording()[key]
    return Ask(
        fact=key,
        side=side,
        text=words.ask + (f" ({side} leg)" if side else ""),
        red_flag=words.red_flag and key in features(),
        answers=[_answer(key, scale, effects, positions) for positions in grouped(scale, effects)],
        would_change=sorted(dict.fromkeys(changed)),
        with_others=[order for order in together or () if order not in changed],
    )


def _is_known(readings: Iterable[tuple[Case, Reading]], key: str, side: Side | None) -> bool:
    return any(case.values.get(key) is not None for case, _ in readings if side in (None, case.side))


Effect = tuple[list[OrderEffect], list[AlertEffect]]


def _effect(consultation: Consultation, setting: Setting) -> Effect:
    """What one answer does to orders, and to alerts graver than a note."""
    after = rehearse(consultation, assume(consultation.record, [setting], consultation.as_of))
    orders = order_changes(consultation.orders, after.orders)
    alerts = alert_changes(consultation.alerts(), after.alerts())
    return (
        [_order_effect(each) for each in orders if each.change in _TOLD],
        [_alert_effect(each) for each in alerts if each.change in _TOLD and _is_grave(each)],
    )


def _order_effect(change: OrderChange) -> OrderEffect:
    before, after = _asked(change.before), _asked(change.after)
    return OrderEffect(change=change.change, key=change.key, side=change.side, before=before, after=after)


def _asked(order: Proposal | None) -> Asked | None:
    return Asked(priority=order.priority, strength=order.strength) if order else None


def _is_grave(change: AlertChange) -> bool:
    return any(alert.severity != "info" for alert in (change.before, change.after) if alert)


def _alert_effect(change: AlertChange) -> AlertEffect:
    (alert, *_) = (each for each in (change.after, change.before) if each)
    return AlertEffect(change=change.change, key=change.key, side=change.side, severity=alert.severity, text=alert.text)


def _answer(key: str, scale: Sequence[Value], effects: Sequence[Effect], positions: Sequence[int]) -> Answer:
    group = [scale[position] for position in positions]
    orders, alerts = effects[positions[0]]
    return Answer(
        label=label(group, scale, key), values=[json_value(each) for each in group], orders=orders, alerts=alerts
    )


def _rank(question: Ask) -> tuple[bool, int, int, int, str, str]:
    """Red flags first; then what alone could bring the most urgent order; then the most orders."""
    urgent = [
        PRIORITIES.index(effect.after.priority)
        for answer in question.answers
        for effect in answer.orders
        if effect.after and effect.change in ("added", "raised")
    ]
    critical = any(alert.severity == "critical" for answer in question.answers for alert in answer.alerts)
    highest = max(urgent, default=-1)
    return (
        not question.red_flag,
        -max(highest, len(PRIORITIES) - 1 if critical else -1),
        -highest,
        -len(question.would_change),
        question.fact,
        question.side or "",
    )
