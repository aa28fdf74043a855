"""Why, and why not, as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from guideline.assessment import Because
from guideline.prose import (
    asked,
    citation_lines,
    fact_words,
    heading,
    leg,
    number_lines,
    order_name,
    section,
    text_of,
    wrap,
)
from guideline.sentences import capital
from guideline.why import Condition, Derivation, Named, Said, Why
from guideline.why_not import Blocker, Obstacle, WhyNot
from guideline.wording import title_of, value_words, wording

_MOST_OTHERS: Final = 4
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
        yield from wrap(f"Proposed: {order_name(proposal.key, proposal.side)} ({asked(proposal)}).")
    for said in found.said:
        rule = said.derivation
        yield from section(f"{rule.rule}, {said.side} leg", _said(said, rule))
    rules = {each.rule: each for said in found.said for each in (said.derivation, *_below(said.derivation.conditions))}
    numbers = {each.key: each for rule in rules.values() for each in rule.parameters}
    yield from section("NUMBERS", number_lines([numbers[key] for key in sorted(numbers)]))
    direct = {each.id: each for said in found.said for each in said.derivation.statements}
    yield from section("WHAT THE SOURCES SAY", citation_lines(list(direct.values())))


def _said(said: Said, rule: Derivation) -> Iterator[str]:
    yield from wrap(f"{rule.title} ({rule.strength})" + ("; answered by what is done" if said.answered else ""))
    if said.text:
        yield from wrap(f'"{said.text}"')
    yield from _conditions(rule.conditions, "  ")


def _below(conditions: Iterable[Condition]) -> Iterator[Derivation]:
    for each in conditions:
        yield from _below(each.parts)
        for rule in each.rules:
            yield rule
            yield from _below(rule.conditions)


def _conditions(conditions: Sequence[Condition], indent: str) -> Iterator[str]:
    for each in conditions:
        yield from wrap(condition_words(each), f"{indent}- ")
        yield from _conditions(each.parts, indent + "    ")
        for fact in each.facts:
            yield from wrap(fact_words(fact), f"{indent}    = ")
        for rule in each.rules:
            if len(rule.conditions) > 1 or rule.title.lower() != each.text.lower():
                yield from wrap(f"by {rule.rule}: {rule.title}", f"{indent}    ")
            else:
                yield from wrap(f"by {rule.rule}", f"{indent}    ")
            yield from _conditions(rule.conditions, indent + "      ")


def condition_words(each: Condition) -> str:
    """A part of a rule's condition on this patient, with what is derived or missing."""
    if each.kind in ("all", "any"):
        return "all of these:" if each.kind == "all" else "at least one of these:"
    if each.shown_above:
        return f"{each.text} (see above)"
    if each.kind == "conclusion":
        value = each.values[0].value
        return each.text if value is True else f"{each.text} ({'ruled out' if value is False else 'unknown'})"
    missing = [title_of(value.name) for value in each.values if value.value is None]
    notes = _derived(each.values, each.facts)
    if missing and not each.facts:
        notes.append(f"not recorded: {', '.join(missing)}")
    return each.text + (f" ({'; '.join(notes)})" if notes else "")


def _derived(values: Sequence[Named], facts: Sequence[Because]) -> list[str]:
    """The values that no finding says by itself: a course told from two grades, a clock."""
    recorded = {fact.fact for fact in facts}
    return [_value(each) for each in values if each.value is not None and _own(each.name) not in recorded]


def _own(name: str) -> str:
    return name.removeprefix("opposite-").removesuffix("-since")


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
        yield from wrap(f"{blocker.text}: {blocker_words(blocker)}", "  - ")
    if obstacle.instead:
        told, hidden = "; ".join(obstacle.instead[:_MOST_OTHERS]), len(obstacle.instead) - _MOST_OTHERS
        yield from wrap(f"or instead: {told}{f'; or one of {hidden} more' if hidden > 0 else ''}", "    ")
    if not obstacle.enough:
        yield from wrap("Even then the rule would not hold: other facts in the record stand against it.", "    ")


def blocker_words(blocker: Blocker) -> str:
    """How it is today: what is recorded against it, or that nothing is, and when time alone brings it about."""
    if blocker.unknown:
        return "not recorded"
    facts = "; ".join([*_derived(blocker.values, blocker.facts), *map(fact_words, blocker.facts)])
    later = f"; so from {blocker.holds_from} on, if nothing else changes" if blocker.holds_from else ""
    return f"not so ({facts or 'by what is recorded'}){later}"
