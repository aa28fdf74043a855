"""An assessment as a page a clinician reads: alerts first, then orders by urgency with why and source."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from guideline.assessment import Alert, Assessment, Because, Limb, Proposal, Question, Side
from guideline.rulebook import Rulebook, rulebook
from guideline.wording import titles, value_words, wording

WIDTH: Final = 100
OUTCOMES: Final = {
    "recommendations": "There are new recommendations.",
    "needs-data": "Nothing can be proposed before the questions below are answered.",
    "not-applicable": "No foot drop is recorded, and nothing suggests one: this guideline does not apply.",
    "nothing-new": "Everything this guideline would propose is already ordered or done.",
}
_MARKS: Final = {"critical": "!! CRITICAL", "warning": "!  WARNING", "info": "i  NOTE"}
_STATUS: Final = {"new": "", "already-ordered": " — already ordered", "done": " — done"}
_MOST_QUESTIONS: Final = 12
_MOST_FACTS: Final = 6


def page(assessment: Assessment, book: Rulebook | None = None) -> str:
    """The whole page, ending in a line break. Lines hold at most 100 characters."""
    lines = _lines(assessment, book or rulebook())
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _lines(assessment: Assessment, book: Rulebook) -> Iterator[str]:
    guideline = assessment.guideline
    yield f"FOOT DROP  {assessment.patient}  as of {assessment.as_of}  ({guideline.id} {guideline.version})"
    yield "=" * WIDTH
    yield from _wrap(assessment.notice)
    yield from _wrap(OUTCOMES[assessment.outcome])
    for each in assessment.overrides:
        signed = f"({each.signed_by}, {each.signed_on})"
        yield from _wrap(f"Site value: {each.parameter} is {each.value} instead of {each.default} {signed}.")
    yield ""
    yield from (line for limb in assessment.limbs for line in _limb(limb))
    yield from _section("ALERTS", (_alert(each) for each in assessment.alerts))
    yield from _section("ORDERS PROPOSED", (_order(each, book) for each in _live(assessment.orders)))
    yield from _section("ALREADY ORDERED OR DONE", (_existing(each) for each in _past(assessment.orders)))
    yield from _section("IN THE CARE PLAN", (_activity(each) for each in assessment.activities))
    yield from _section("GOALS", (_wrap(each.text, "  - ", "    ") for each in assessment.goals))
    yield from _section(_questions_title(assessment.questions), map(_question, assessment.questions[:_MOST_QUESTIONS]))
    yield from _section(
        "WHAT TO EXPECT", (_wrap(_sided(each.side) + each.text, "  - ", "    ") for each in assessment.prognosis)
    )
    yield from _section(
        "WHAT COMES NEXT", (_wrap(each.change, f"  {each.date}  ", " " * 14) for each in assessment.timeline)
    )
    yield from _section(
        "DATA THAT COULD NOT BE USED",
        (_wrap(f"{each.resource}: {each.text}", "  - ", "    ") for each in assessment.problems),
    )


def _section(title: str, items: Iterable[Iterable[str]]) -> Iterator[str]:
    lines = [line for item in items for line in item]
    if lines:
        yield title
        yield "-" * len(title)
        yield from lines
        yield ""


def _wrap(text: str, first: str = "", rest: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False) or [first]


def _sided(side: Side | None) -> str:
    return f"({side}) " if side else ""


def _limb(limb: Limb) -> Iterator[str]:
    drop = {True: "foot drop", False: "no foot drop", None: "foot drop not examined"}[limb.foot_drop]
    parts = [drop, *filter(None, (limb.severity, limb.course))]
    if limb.onset:
        parts.append(f"since {limb.onset}")
    yield from _wrap(", ".join(parts), f"{limb.side.upper()} LEG  ".ljust(11), " " * 11)
    for certainty in ("confirmed", "probable", "suspected"):
        found = [wording()[each.diagnosis].title for each in limb.differential if each.certainty == certainty]
        if found:
            yield from _wrap("; ".join(found), f"{'':11}{certainty}: ", " " * 13)
    if limb.side == "right":
        yield ""


def _alert(alert: Alert) -> Iterator[str]:
    yield from _wrap(_sided(alert.side) + alert.text, f"  {_MARKS[alert.severity]:<12} ", " " * 15)
    yield from _because(alert.because, " " * 15)
    yield f"{'':15}[{_ids(alert.rules)}]"


def _live(orders: Sequence[Proposal]) -> list[Proposal]:
    return [order for order in orders if order.status == "new"]


def _past(orders: Sequence[Proposal]) -> list[Proposal]:
    return [order for order in orders if order.status != "new"]


def _name(part: str, key: str, side: Side | None) -> str:
    title = titles(part)[key]
    return title[:1].upper() + title[1:] + (f", {side}" if side else "")


def _order(order: Proposal, book: Rulebook) -> Iterator[str]:
    yield from _wrap(
        f"{_name('orders', order.key, order.side)}  ({', '.join(filter(None, (order.strength, window(order))))})",
        f"  {order.priority.upper():<8}",
        " " * 10,
    )
    yield from _wrap(order.text, " " * 10, " " * 10)
    yield from _because(order.because, " " * 10)
    if order.supersedes:
        yield f"{'':10}replaces: {order.supersedes}"
    yield from _wrap(f"[{_ids(order.rules)}]  {_sources(order.rules, book)}", " " * 10, " " * 11)


def window(order: Proposal) -> str:
    """When: "2026-03-01 to 2026-03-08", "from 2026-03-01", "by 2026-03-08", or nothing."""
    if order.earliest and order.latest:
        return f"{order.earliest} to {order.latest}" if order.earliest != order.latest else f"on {order.earliest}"
    if order.earliest:
        return f"from {order.earliest}"
    return f"by {order.latest}" if order.latest else ""


def _because(facts: Sequence[Because], indent: str) -> list[str]:
    if not facts:
        return []
    told = sorted(facts, key=lambda each: not (each.fact in wording() and wording()[each.fact].red_flag))[:_MOST_FACTS]
    more = f"; and {len(facts) - len(told)} more" if len(facts) > len(told) else ""
    return _wrap("because: " + "; ".join(_fact(each) for each in told) + more, indent, indent + "  ")


def _fact(fact: Because) -> str:
    words = wording().get(fact.fact)
    source = f" [{fact.resource}]" if fact.resource else ""
    if words is None:
        return f"{fact.fact} {value_words(fact.value)}{source}"
    if isinstance(fact.value, bool):
        said = words.yes if fact.value else words.no
    else:
        said = f"{words.title} {words.answers.get(str(fact.value), value_words(fact.value))}"
    return said + (f" ({fact.side})" if fact.side else "") + source


def _existing(order: Proposal) -> list[str]:
    return _wrap(_name("orders", order.key, order.side) + _STATUS[order.status], "  - ", "    ")


def _activity(activity: Proposal) -> list[str]:
    return _wrap(
        f"{_name('activities', activity.key, activity.side)}{_STATUS[activity.status]}: {activity.text}", "  - ", "    "
    )


def _questions_title(questions: Sequence[Question]) -> str:
    hidden = len(questions) - _MOST_QUESTIONS
    return "QUESTIONS, MOST USEFUL FIRST" + (f" ({hidden} more in --format json)" if hidden > 0 else "")


def _question(question: Question) -> list[str]:
    could = ", ".join(titles("orders")[key] for key in question.would_change[:4])
    more = len(question.would_change) - 4
    changes = f"  (could change: {could}{f' and {more} more' if more > 0 else ''})" if could else ""
    return _wrap(question.text + changes, "  - ", "    ")


def _ids(rules: Sequence[str]) -> str:
    return ", ".join(rules)


def _sources(rules: Sequence[str], book: Rulebook) -> str:
    found = dict.fromkeys(source for rule in rules for source in book.sources_of(book.by_id[rule].rule))
    return "sources: " + ", ".join(found) if found else "beyond the sources"
