"""Explanations of one patient's plan as text: why, why not, what to ask, what comes, what if."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from guideline.ask import AlertEffect, Answer, Ask, OrderEffect
from guideline.assessment import Proposal
from guideline.difference import AlertChange, Difference, OrderChange
from guideline.forecast import Turn
from guideline.prose import citation_lines, fact_words, heading, leg, number_lines, order_name, section, text_of, wrap
from guideline.sentences import capital
from guideline.what_if import Assumed, WhatIf
from guideline.why import Condition, Derivation, Named, Why
from guideline.why_not import Blocker, Obstacle, WhyNot
from guideline.wording import title_of, value_words, wording

_MOST_QUESTIONS: Final = 20
_STATUS: Final = {
    "not-applicable": "Nothing is proposed: no foot drop is recorded, and nothing suggests one.",
    "not-proposed": "It is not proposed.",
    "proposed": "It is proposed; `footdrop why` tells why.",
    "already-ordered": "It is proposed, and already ordered; `footdrop why` tells why.",
    "done": "It is proposed, and already done; `footdrop why` tells why.",
}


def why_text(found: Why) -> str:
    """`why` as a page."""
    return text_of(_why(found))


def _why(found: Why) -> Iterator[str]:
    yield from heading(f"WHY  {capital(found.title)}{leg(found.side)}")
    if not found.said:
        yield from wrap("It is not proposed for this patient; `footdrop why-not` names what is missing.")
        return
    for proposal in found.proposals:
        yield from wrap(f"Proposed: {order_name(proposal.key, proposal.side)} ({_asked(proposal)}).")
    for said in found.said:
        rule = said.derivation
        yield from section(f"{rule.rule}, {said.side} leg", _said(said.text, rule))
    rules = {each.rule: each for said in found.said for each in (said.derivation, *_below(said.derivation.conditions))}
    numbers = {each.key: each for rule in rules.values() for each in rule.parameters}
    yield from section("NUMBERS", number_lines([numbers[key] for key in sorted(numbers)]))
    direct = {each.id: each for said in found.said for each in said.derivation.statements}
    yield from section("WHAT THE SOURCES SAY", citation_lines(list(direct.values())))


def _asked(order: Proposal) -> str:
    window = [f"from {order.earliest}" if order.earliest else "", f"until {order.latest}" if order.latest else ""]
    status = "" if order.status == "new" else order.status
    return ", ".join(part for part in (order.priority, order.strength, *window, status) if part)


def _said(text: str | None, rule: Derivation) -> Iterator[str]:
    yield from wrap(f"{rule.title} ({rule.strength})")
    if text:
        yield from wrap(f'"{text}"')
    yield from _conditions(rule.conditions, "  ")


def _below(conditions: Iterable[Condition]) -> Iterator[Derivation]:
    for each in conditions:
        yield from _below(each.parts)
        for rule in each.rules:
            yield rule
            yield from _below(rule.conditions)


def _conditions(conditions: Sequence[Condition], indent: str) -> Iterator[str]:
    for each in conditions:
        yield from wrap(_condition(each), f"{indent}- ")
        yield from _conditions(each.parts, indent + "    ")
        for fact in each.facts:
            yield from wrap(fact_words(fact), f"{indent}    = ")
        for rule in each.rules:
            if len(rule.conditions) > 1 or rule.title.lower() != each.text.lower():
                yield from wrap(f"by {rule.rule}: {rule.title}", f"{indent}    ")
            else:
                yield from wrap(f"by {rule.rule}", f"{indent}    ")
            yield from _conditions(rule.conditions, indent + "      ")


def _condition(each: Condition) -> str:
    if each.kind in ("all", "any"):
        return "all of these:" if each.kind == "all" else "at least one of these:"
    if each.shown_above:
        return f"{each.text} (see above)"
    if each.kind == "conclusion":
        value = each.values[0].value
        return each.text if value is True else f"{each.text} ({'ruled out' if value is False else 'unknown'})"
    missing = [title_of(value.name) for value in each.values if value.value is None]
    derived = [_value(value) for value in each.values if value.value is not None and _is_derived(value)]
    notes = [*derived, *([f"not recorded: {', '.join(missing)}"] if missing and not derived else [])]
    return each.text + (f" ({'; '.join(notes)})" if notes and (derived or not each.facts) else "")


def _is_derived(value: Named) -> bool:
    return value.name not in wording() or value.name in ("clock-start", "improvement")


def _value(value: Named) -> str:
    words = wording().get(value.name.removeprefix("opposite-"))
    answer = words.answers.get(str(value.value)) if words else None
    return f"{title_of(value.name)}: {answer or value_words(value.value)}"


def why_not_text(found: WhyNot) -> str:
    """`why-not` as a page."""
    return text_of(_why_not(found))


def _why_not(found: WhyNot) -> Iterator[str]:
    yield from heading(f"WHY NOT  {capital(found.title)}{leg(found.side)}")
    yield from wrap(_STATUS[found.status])
    for care in found.existing:
        said = [care.state, care.priority or "", f"on {care.date}" if care.date else ""]
        yield from wrap(f"{care.resource or 'the record'}: {', '.join(part for part in said if part)}", "  - ")
    if found.obstacles:
        yield from ("", "What is missing, the nearest rule first:")
    for each in found.obstacles:
        yield from ("", *wrap(f"{each.title} ({each.strength}, {each.side} leg)", f"{each.rule}  "))
        yield from _obstacle(each)


def _obstacle(obstacle: Obstacle) -> Iterator[str]:
    for blocker in obstacle.blockers:
        yield from wrap(f"{blocker.text}: {_today(blocker)}", "  - ")
    if obstacle.others:
        what = "set of conditions" if len(obstacle.blockers) > 1 else "condition"
        one = obstacle.others == 1
        number = "One other" if one else f"{obstacle.others} other"
        yield from wrap(f"{number} {what}{'' if one else 's'} would do as well.".replace("set of conditionss", "sets of conditions"), "    ")
    if not obstacle.enough:
        yield from wrap("Even then the rule would not hold: other facts in the record stand against it.", "    ")


def _today(blocker: Blocker) -> str:
    if blocker.unknown:
        return "not recorded"
    facts = "; ".join(fact_words(fact) for fact in blocker.facts) or "; ".join(_value(each) for each in blocker.values)
    later = f"; so from {blocker.holds_from} on, if nothing else changes" if blocker.holds_from else ""
    return f"not so ({facts or 'by what is recorded'}){later}"


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
        yield from wrap(_answer(answer), f"      {answer.label}: ", " " * 10)
    idle = " or ".join(answer.label for answer in question.answers if answer not in telling)
    if telling and idle:
        yield from wrap("no change", f"      {idle}: ", " " * 10)
    if not telling:
        others = ", ".join(order_name(key) for key in question.with_others[:4])
        more = f" and {len(question.with_others) - 4} more" if len(question.with_others) > 4 else ""
        yield from wrap(
            f"by itself it changes nothing; with other answers: {others}{more}" if others else "changes no order",
            "      ",
        )


def _answer(answer: Answer) -> str:
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
    return f"{'ends the' if each.change == 'removed' else 'raises the'} {each.severity} alert {each.key}{leg(each.side)}"


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


_SIGNS: Final = {"added": "+", "removed": "-", "raised": "^", "lowered": "v", "changed": "~"}


def _alert_change(each: AlertChange) -> Iterator[str]:
    for alert in [alert for alert in (each.after, each.before) if alert][:1]:
        yield from wrap(f"{each.change}: {alert.text} ({alert.severity}{leg(each.side)})", f"  {_SIGNS[each.change]} ")


def _order_change(each: OrderChange) -> Iterator[str]:
    name = order_name(each.key, each.side)
    told = [f"now {_asked(each.after)}"] if each.after and each.before else []
    told += [f"was {_asked(each.before)}"] if each.before and each.after else []
    told += [_asked(order) for order in (each.before, each.after) if order] if not told else []
    if each.before and each.after and told[0][4:] == told[1][4:]:
        told = [f"now: {each.after.text}"]
    yield from wrap(f"{each.change}: {name} ({'; '.join(told)})", f"  {_SIGNS[each.change]} ")
