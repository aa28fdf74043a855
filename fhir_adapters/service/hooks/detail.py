"""The detail of a card: GitHub-flavoured Markdown without HTML. Record and rules are escaped, links are the service's.

First what is proposed and how strongly; then, once for the card, why, on which facts, what is missing, and on whose
word, so that a clinician can judge it without trusting it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final

from fhir_adapters.service.hooks.basis import Ground, source_titles, why
from fhir_adapters.service.hooks.matter import Matter
from fhir_adapters.service.hooks.words import asked, heading, order_title, told_title
from fhir_adapters.write.elements import sided
from guideline.assessment import Proposal, Question
from guideline.markdown import plain

_SHOWN: Final = 12  # facts of one card, used or missing; all of them are in its extension
ALTERNATIVE: Final = "Another way may be right for this patient: decline with a reason."
NO_ALTERNATIVE: Final = (
    "None is offered: what this sign may mean has to be excluded without delay. How that is done is the clinician's "
    "decision."
)


def alternatives(matter: Matter) -> str:
    """At least one alternative to what the card proposes, or why there is none."""
    return NO_ALTERNATIVE if matter.red_flag else ALTERNATIVE


def detail(matter: Matter, ground: Ground) -> str:
    """The detail of one card."""
    return "\n\n".join(_Page(matter, ground).blocks())


class _Page:
    def __init__(self, matter: Matter, ground: Ground) -> None:
        self.matter = matter
        self.ground = ground
        self.book = ground.book
        self.assessment = ground.assessment

    def blocks(self) -> Iterator[str]:
        matter = self.matter
        for alert in matter.alerts:
            rules = f" ({', '.join(alert.rules)})" if len(matter.alerts) > 1 or matter.proposals else ""
            yield f"**{plain(sided(alert.side, alert.text))}**{rules}"
        yield from matter.notes
        for order in matter.orders:
            yield self.order(order)
        yield from _listed("Without an order", map(self.activity, matter.activities))
        if matter.topic == "plan":
            yield from self.outlook()
        yield from _listed("", map(self.question, matter.questions))
        if matter.rules:
            yield "\n".join(("**Basis**", "", *self.basis()))  # without a heading it would go on with the list above
        yield f"*{plain(self.assessment.notice)}*"

    def order(self, order: Proposal) -> str:
        """One proposal: what, how urgently and strongly, the rule's own text, and what it takes the place of."""
        takes = f" Takes the place of {plain(order.supersedes)}." if order.supersedes else ""
        name = heading(order.key, order.side)
        return f"**{name}**: {asked(order)}. {plain(order.text)}{takes} ({', '.join(order.rules)})"

    def activity(self, one: Proposal) -> str:
        return f"{heading(one.key, one.side)}: {plain(one.text)} ({one.strength}; {', '.join(one.rules)})"

    def basis(self) -> Iterator[str]:
        """Why, on which facts, what is missing, on whose word; said once for the card."""
        matter = self.matter
        yield from self.whys()
        yield f"- **Rules**: version {self.book.version}"
        yield from _some("Facts used", [fact.line for fact in self.ground.facts(matter)])
        missing = self.ground.missing(matter)
        shown = [_unknown(each) if place < _SHOWN else "" for place, each in enumerate(missing)]
        yield from _some("Not recorded, and could change this", shown)
        statements = dict.fromkeys(chain.from_iterable(part.statements for part in matter.parts))
        yield f"- **Statements**: {', '.join(statements)}"
        found = dict.fromkeys(chain.from_iterable(source_titles(self.book, rule) for rule in matter.rules))
        yield f"- **Sources**: {'; '.join(found)}"
        yield f"- **Alternatives**: {alternatives(matter)}"

    def whys(self) -> Iterator[str]:
        """The reasons of the rules; one that several rules share is said once."""
        alike: dict[tuple[str, str], list[str]] = {}
        for rule in self.matter.rules:
            alike.setdefault(why(self.book, rule), []).append(self.ground.named(rule))
        lines = [f"{reason} ({', '.join(rules)}; {grade})" for (reason, grade), rules in alike.items()]
        if len(lines) == 1:
            yield f"- **Why**: {lines[0]}"
            return
        yield "- **Why**:"
        yield from (f"  - {line}" for line in lines)

    def question(self, question: Question) -> str:
        changed = [order_title(key) for key in question.would_change]
        shown = f" Could change: {plain('; '.join(changed[:3]))}" if changed else ""
        return f"{plain(question.text)}{shown}{f'; and {len(changed) - 3} more' if len(changed) > 3 else ''}"

    def outlook(self) -> Iterator[str]:
        """Goals, what may be expected, and what comes when."""
        yield from _listed("Goals", (plain(each.text) for each in self.assessment.goals))
        expected = (plain(sided(one.side, one.text)) for one in self.assessment.prognosis)
        yield from _listed("What may be expected", expected)
        yield from _listed(
            "What comes when", (f"{each.date}: {plain(each.change)}" for each in self.assessment.timeline)
        )


def _unknown(question: Question) -> str:
    """ "ankle clonus (left)": what is not recorded, as a person calls it."""
    return told_title(question.fact) + (f" ({question.side})" if question.side else "")


def _some(heading: str, texts: Sequence[str]) -> Iterator[str]:
    rest = len(texts) - _SHOWN
    if texts:
        yield f"- **{heading}**: {'; '.join(texts[:_SHOWN])}{f'; and {rest} more' if rest > 0 else ''}."


def _listed(heading: str, texts: Iterable[str]) -> Iterator[str]:
    lines = [f"- {text}" for text in texts if text]
    if lines:
        yield "\n".join((f"**{heading}**", "", *lines) if heading else lines)
