"""The detail of a card: GitHub-flavoured Markdown without HTML. Record and rules are escaped, links are the service's.

Each proposal says how strongly, why, on which facts, what is missing, and on whose word, so that a clinician can judge
it without trusting it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from fhir_adapters.service.advice import Advice
from fhir_adapters.service.hooks.basis import dated, fact_line, missing_for, rule_facts, source_titles
from fhir_adapters.service.hooks.matter import Matter
from fhir_adapters.service.hooks.words import asked, name_of, order_title
from fhir_adapters.write.elements import sided
from guideline.assessment import Alert, Because, Proposal, Question
from guideline.markdown import plain
from guideline.sentences import capital
from guideline.wording import titles

_FACTS: Final = 8  # of one proposal; all of them are in the card's extension
ALTERNATIVE: Final = (
    "Another way may be right for this patient: decline with a reason, and the card will tell what was declined."
)
NO_ALTERNATIVE: Final = (
    "None is offered: what this sign may mean has to be excluded without delay. How that is done is the clinician's "
    "decision."
)


def alternatives(matter: Matter) -> str:
    """At least one alternative to what the card proposes, or why there is none."""
    return NO_ALTERNATIVE if matter.indicator == "critical" else ALTERNATIVE


def detail(matter: Matter, advice: Advice, base_url: str) -> str:
    """The detail of one card."""
    return "\n\n".join(_Page(matter, advice, base_url).blocks())


class _Page:
    def __init__(self, matter: Matter, advice: Advice, base_url: str) -> None:
        self.matter = matter
        self.advice = advice
        self.book = advice.consultation.book
        self.assessment = advice.assessment
        self.base_url = base_url

    def blocks(self) -> Iterator[str]:
        matter = self.matter
        yield from matter.notes if matter.topic != "questions" else ()
        for alert in matter.alerts:
            yield from self.alert(alert)
        orders = [each for each in matter.proposals if each.key in titles("orders")]
        for order in orders:
            yield from self.order(order)
        activities = [each for each in matter.proposals if each.key not in titles("orders")]
        if activities:
            yield "\n".join(("**Without an order**", "", *map(self.activity, activities)))
        if matter.topic == "plan":
            yield from self.outlook()
        if matter.questions:
            yield "\n".join(self.question(each) for each in matter.questions)
            yield from matter.notes
        if matter.rules:
            yield f"**Alternatives**: {alternatives(matter)}"
        yield f"*{plain(self.assessment.notice)}*"

    def alert(self, alert: Alert) -> Iterator[str]:
        yield f"**{plain(sided(alert.side, alert.text))}**"
        yield "\n".join((*map(self.why, alert.rules), *self.facts(alert.because), *self.basis(alert)))

    def order(self, order: Proposal) -> Iterator[str]:
        """One proposal: a heading, then a list."""
        yield f"### {plain(capital(name_of(order.key, order.side)))}"
        yield plain(f"{capital(asked(order))}. {order.text}")
        lines = [self.why(order.rules[0])]
        lines += self.facts(order.because)
        lines += self.missing(order)
        if order.supersedes:
            lines.append(f"- **Takes the place of** {plain(order.supersedes)}, which asks for less.")
        yield "\n".join((*lines, *self.basis(order)))

    def activity(self, one: Proposal) -> str:
        rules = ", ".join(map(self.link, one.rules))
        return f"- {plain(capital(name_of(one.key, one.side)))}: {plain(one.text)} ({one.strength}; {rules})"

    def why(self, rule: str) -> str:
        return f"- **Why**: {plain(rule_facts(self.book, rule)['why'])}"

    def facts(self, because: Sequence[Because]) -> Iterator[str]:
        """The facts that were used, with the resource each comes from."""
        if not because:
            return
        told = [plain(fact_line(fact, date)) for fact, date in dated(self.advice, because[:_FACTS])]
        rest = len(because) - _FACTS
        yield f"- **Facts used**: {'; '.join(told)}{f'; and {rest} more' if rest > 0 else ''}."

    def missing(self, order: Proposal) -> Iterator[str]:
        asked_ = missing_for([order], self.assessment.questions)
        if asked_:
            told = "; ".join(plain(each.fact) + (f" ({each.side})" if each.side else "") for each in asked_[:_FACTS])
            rest = len(asked_) - _FACTS
            yield f"- **Not recorded, and could change it**: {told}{f'; and {rest} more' if rest > 0 else ''}."

    def basis(self, part: Alert | Proposal) -> Iterator[str]:
        """Rules with their strength and certainty, statements, sources."""
        yield f"- **Rules** ({self.book.version}): {'; '.join(map(self.rule, part.rules))}"
        yield f"- **Statements**: {', '.join(part.statements)}"
        found = dict.fromkeys(title for rule in part.rules for title in source_titles(self.book, rule))
        yield f"- **Sources**: {plain('; '.join(found))}"

    def rule(self, rule: str) -> str:
        facts = rule_facts(self.book, rule)
        certainty = facts["certainty"].replace("-", " ")
        return f"{self.link(rule)} {plain(facts['title'])} ({facts['strength']}; evidence of {certainty} certainty)"

    def link(self, rule: str) -> str:
        return f"[{rule}]({self.base_url}/rules#{rule})"

    def question(self, question: Question) -> str:
        changed = [order_title(key) for key in question.would_change]
        shown = f" Could change: {plain('; '.join(changed[:3]))}" if changed else ""
        return f"- {plain(question.text)}{shown}{f' and {len(changed) - 3} more' if len(changed) > 3 else ''}"

    def outlook(self) -> Iterator[str]:
        """Goals, what may be expected, and what comes when."""
        yield from _listed("Goals", (each.text for each in self.assessment.goals))
        yield from _listed("What may be expected", (sided(one.side, one.text) for one in self.assessment.prognosis))
        yield from _listed("What comes when", (f"{each.date}: {each.change}" for each in self.assessment.timeline))


def _listed(heading: str, texts: Iterable[str]) -> Iterator[str]:
    lines = [f"- {plain(text)}" for text in texts if text]
    if lines:
        yield "\n".join((f"**{heading}**", "", *lines))
