"""What to ask, what comes and what if, as text; and the frame around every explanation of one patient's plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from guideline.ask import AlertEffect, Answer, Ask, OrderEffect
from guideline.assess import Consultation
from guideline.assessment import NOTICE
from guideline.difference import AlertChange, Difference, OrderChange
from guideline.forecast import Turn
from guideline.prose import asked, heading, leg, order_name, section, text_of, wrap
from guideline.rulebook import GUIDELINE_ID
from guideline.what_if import Assumed, WhatIf
from guideline.wording import title_of, value_words

_MOST_QUESTIONS: Final = 20
_SIGNS: Final = {"added": "+", "removed": "-", "raised": "^", "lowered": "v", "changed": "~"}


def ask_text(questions: Sequence[Ask], *, everything: bool = False) -> str:
    """`ask` as a page: the most useful questions, or all."""
    return text_of(_ask(questions, len(questions) if everything else _MOST_QUESTIONS))


def _ask(questions: Sequence[Ask], most: int) -> Iterator[str]:
    yield from heading("WHAT TO ASK  most useful first")
    if not questions:
        yield "No answer would change the plan."
    flagged = [each for each in questions[:most] if each.red_flag]
    yield from section("RED FLAGS", (line for each in flagged for line in _question(each)))
    others = [each for each in questions[:most] if not each.red_flag]
    yield from section("OTHER QUESTIONS", (line for each in others for line in _question(each)))
    if len(questions) > most:
        yield from ("", *wrap(f"{len(questions) - most} more questions: --all, or --format json."))


def _question(question: Ask) -> Iterator[str]:
    yield from wrap(question.text, "  ? ")
    telling = [answer for answer in question.answers if answer.orders or answer.alerts]
    for answer in telling:
        yield from wrap(f"{answer.label}: {answer_words(answer)}", " " * 6, " " * 10)
    idle = " or ".join(answer.label for answer in question.answers if answer not in telling)
    if telling and idle:
        yield from wrap(f"{idle}: no change", " " * 6, " " * 10)
    if not telling:
        others = ", ".join(order_name(key) for key in question.with_others[:4])
        more = f" and {len(question.with_others) - 4} more" if len(question.with_others) > 4 else ""
        yield from wrap(
            f"by itself it changes nothing; with other answers: {others}{more}" if others else "changes no order",
            "      ",
        )


def answer_words(answer: Answer) -> str:
    """What an answer does to orders and alerts; nothing where it changes none."""
    orders = [f"{verb} {', '.join(items)}" for verb, items in _by_change(answer.orders)]
    return "; ".join([*orders, *(_alert(alert) for alert in answer.alerts)])


def _by_change(effects: Sequence[OrderEffect]) -> Iterator[tuple[str, list[str]]]:
    for verb in ("added", "raised", "lowered", "removed"):
        items = [_effect(each) for each in effects if each.change == verb]
        if items:
            yield {"added": "adds", "raised": "raises", "lowered": "lowers", "removed": "removes"}[verb], items


def _effect(each: OrderEffect) -> str:
    name = order_name(each.key, each.side)
    if each.before and each.after:
        before, after = each.before, each.after
        if before.priority != after.priority:
            return f"{name} ({before.priority} to {after.priority})"
        return f"{name} ({before.strength} to {after.strength})"
    return f"{name} ({each.after.priority})" if each.after else name


def _alert(each: AlertEffect) -> str:
    return (
        f"{'ends the' if each.change == 'removed' else 'raises the'} {each.severity} alert {each.key}{leg(each.side)}"
    )


def forecast_text(turns: Sequence[Turn], as_of: str) -> str:
    """`forecast` as a list of dates."""
    return text_of(_forecast(turns, as_of))


def _forecast(turns: Sequence[Turn], as_of: str) -> Iterator[str]:
    yield from heading(f"WHAT COMES NEXT  if nothing else changes after {as_of}")
    if not turns:
        yield "The plan stays as it is."
    for day, group in groupby(turns, key=lambda each: each.date):
        yield ""
        for number, turn in enumerate(group):
            first = f"{day}  " if number == 0 else " " * 12
            yield from wrap(f"{turn.change}{_how(turn)}. [{', '.join(turn.rules)}]", first, " " * 12)


def _how(turn: Turn) -> str:
    if turn.kind not in ("added", "raised", "lowered"):
        return ""
    return f" ({turn.priority}, {turn.strength}{f', until {turn.latest}' if turn.latest else ''})"


def what_if_text(found: WhatIf) -> str:
    """`what-if` as the difference between two plans."""
    return text_of(_what_if(found))


def _what_if(found: WhatIf) -> Iterator[str]:
    yield from heading("WHAT IF  " + "; ".join(_assumed(each) for each in found.assumed))
    difference = found.difference
    if difference.is_empty:
        yield "The plan stays as it is."
        return
    if difference.outcome[0] != difference.outcome[1]:
        yield from wrap(f"Outcome: {difference.outcome[1]} instead of {difference.outcome[0]}.")
    yield from section("LEGS", _legs(difference))
    yield from section("DIAGNOSES", _diagnoses(difference))
    yield from section("ALERTS", (line for each in difference.alerts for line in _alert_change(each)))
    yield from section("ORDERS", (line for each in difference.orders for line in _order_change(each)))
    yield from section("IN THE CARE PLAN", (line for each in difference.activities for line in _order_change(each)))
    goals = [("+", key) for key in difference.goals_added] + [("-", key) for key in difference.goals_removed]
    yield from section("GOALS", (f"  {sign} {order_name(key)}" for sign, key in goals))


def _assumed(each: Assumed) -> str:
    return f"{title_of(each.key)}{leg(each.side)} = {'unknown' if each.value is None else value_words(each.value)}"


def _legs(difference: Difference) -> Iterator[str]:
    for each in difference.limbs:
        what = each.what.replace("_", " ")
        yield from wrap(f"{each.side}: {what} {value_words(each.after)}, was {value_words(each.before)}", "  - ")


def _diagnoses(difference: Difference) -> Iterator[str]:
    for each in difference.diagnoses:
        before, after = each.before or "not on the list", each.after or "not on the list"
        yield from wrap(f"{each.side}: {title_of(each.diagnosis)}: {after}, was {before}", "  - ")


def _alert_change(each: AlertChange) -> Iterator[str]:
    for alert in [alert for alert in (each.after, each.before) if alert][:1]:
        yield from wrap(f"{each.change}: {alert.text} ({alert.severity}{leg(each.side)})", f"  {_SIGNS[each.change]} ")


def _order_change(each: OrderChange) -> Iterator[str]:
    told = f"{order_name(each.key, each.side)} ({change_words(each)})"
    yield from wrap(f"{each.change}: {told}", f"  {_SIGNS[each.change]} ")


def change_words(each: OrderChange) -> str:
    """How an order is asked for now, and was before: "now urgent, recommend; was routine, consider"."""
    before, after = each.before, each.after
    if before is None or after is None:
        return "; ".join(asked(order) for order in (before, after) if order)
    if asked(before) != asked(after):
        return f"now {asked(after)}; was {asked(before)}"
    return f"now: {after.text}"


def framed(consultation: Consultation, text: str) -> str:
    """An explanation with whose it is, when and by which rulebook, and the notice that every output carries."""
    book = consultation.book
    lines = wrap(f"{consultation.record.patient}, as of {consultation.as_of} ({GUIDELINE_ID} {book.version})")
    for each in book.overrides:
        signed = f"({each.signed_by}, {each.signed_on})"
        lines += wrap(f"Site value: {each.parameter} is {each.value} instead of {each.default} {signed}.")
    return text_of([*lines, "", text.rstrip(), "", *wrap(NOTICE)])
