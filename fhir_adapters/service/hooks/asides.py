"""Two cards beside the advice: what could not be had and what that costs, and what is worth asking."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from fhir_adapters.service.advice import Advice
from fhir_adapters.service.hooks.gather import Gap
from fhir_adapters.service.hooks.matter import CARD_SYSTEM, Matter
from fhir_adapters.service.hooks.words import counted, listing, order_title, told_title
from guideline.assessment import Assessment, Question
from guideline.markdown import plain

SHOWN: Final = 10  # questions of one card; red flags come first among them


def data_card(advice: Advice, gaps: Sequence[Gap]) -> Iterator[Matter]:
    """What could not be had, the rules that stay open for it, and the orders that it could change.

    Where nothing of this guideline concerns the patient, only a gap in what would show that is worth a card.
    """
    concerned = advice.consultation.concerned
    told = [gap for gap in gaps if concerned or gap.template.required]
    if not told:
        return
    holds = list(dict.fromkeys(gap.template.holds for gap in told))
    yield Matter(
        topic="data",
        code=(CARD_SYSTEM, "data", "Data that could not be had"),
        indicator="info",
        summary=listing("Not all data could be had, and advice that needs them is missing", holds),
        notes=tuple(_told(gap, advice) for gap in told),
        lasting=True,
    )


def _told(gap: Gap, advice: Advice) -> str:
    template = gap.template
    text = f"**{template.key}** ({plain(template.holds)}) could not be had, or not whole: {plain(gap.why)}."
    if not template.facts:
        return f"{text} {_COST[template.required]}"
    rules = _rules_open(template.facts, advice)
    orders = _orders_open(template.facts, advice.assessment.questions)
    text += f" Unknown for that reason: {', '.join(map(told_title, template.facts))}."
    text += f" Rules that could not be settled: {', '.join(rules)}." if rules else ""
    return text + (f" Orders that could change: {plain('; '.join(orders))}." if orders else "")


_COST: Final = {
    True: "Anything that rests on it may be missing, red flags among it; a later value may have changed the picture.",
    False: "What is proposed may be ordered or done already.",
}


def _rules_open(facts: Sequence[str], advice: Advice) -> list[str]:
    """Rules that are unknown for want of these facts, and rules that hold as long as these stay unknown."""
    found = set()
    for _, reading in advice.consultation.readings:
        wanted = sum(reading.parts.bits[fact] for fact in facts if fact in reading.parts.bits)
        for rule, value in reading.rules.items():
            unknown = reading.open_bits(rule) if value is None else reading.assumed_bits(rule) if value else 0
            if wanted & unknown:
                found.add(rule)
    return sorted(found)


def _orders_open(facts: Sequence[str], questions: Sequence[Question]) -> list[str]:
    return list(
        dict.fromkeys(order_title(key) for each in questions if each.fact in facts for key in each.would_change)
    )


def question_card(assessment: Assessment) -> Iterator[Matter]:
    """What nobody recorded and could change the plan, the gravest first."""
    asked = assessment.questions
    if not asked:
        return
    shown = asked[:SHOWN]
    yield Matter(
        topic="questions",
        code=(CARD_SYSTEM, "questions", "What is not recorded"),
        indicator="info",
        summary=f"{counted(len(asked), 'finding')} that could change the foot-drop plan: nobody has recorded them.",
        questions=tuple(shown),
        notes=(f"{len(asked) - len(shown)} more are not listed here.",) if len(asked) > len(shown) else (),
        state=" ".join([f"{each.fact}/{each.side}" for each in asked]),
    )
