"""What stands behind a card as data: rules, statements, sources; facts that were used, and facts that are missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from fhir_adapters.service.advice import Advice
from fhir_adapters.service.hooks.matter import Matter
from guideline.assessment import Because, Proposal, Question, Side
from guideline.citations import Place, cite
from guideline.explain import GROUPS
from guideline.markdown import plain
from guideline.prose import fact_words
from guideline.rulebook import Rulebook
from guideline.sentences import sentence

Json = dict[str, Any]


@lru_cache(maxsize=4096)
def rule_facts(book: Rulebook, rule_id: str) -> Json:
    """One rule: id, title, why, strength, certainty, condition in words, statements, source titles. Shared: copy it."""
    entry = book.by_id[rule_id]
    rule = entry.rule
    return {
        "id": rule.id,
        "version": book.version,
        "title": rule.title,
        "section": GROUPS.get(rule.group, rule.group),
        "why": rule.why,
        "strength": rule.strength,
        "certainty": rule.certainty,
        "condition": sentence(entry.tree, book),
        "statements": list(rule.statements),
    }


@lru_cache(maxsize=4096)
def statement_facts(statement: str) -> Json:
    """One statement of the catalogue: its text (a paraphrase of the sources), and where it stands. Shared: copy it."""
    cited = cite(statement)
    found: Json = {"id": cited.id, "text": cited.text, "paraphrase": True, "inferred": cited.inferred}
    return present(found | {"evidence": cited.evidence, "sources": [_where(each) for each in cited.places]})


def _where(place: Place) -> str:
    return f"{place.key}:{place.line}" if place.line else place.key


@lru_cache(maxsize=4096)
def sources_behind(statement: str) -> Mapping[str, Json]:
    """The sources of a statement by key: title, and how a source beyond the seeds was read ([V], [V2], [G])."""
    return {
        each.key: present({"key": each.key, "title": each.title, "mark": each.mark}) for each in cite(statement).places
    }


@lru_cache(maxsize=4096)
def why_words(book: Rulebook, rule_id: str) -> str:
    """Why a rule says what it says, as Markdown."""
    return plain(book.by_id[rule_id].rule.why)


@lru_cache(maxsize=4096)
def source_titles(book: Rulebook, rule_id: str) -> tuple[str, ...]:
    """The titles of the sources behind a rule."""
    statements = book.by_id[rule_id].rule.statements
    return tuple(dict.fromkeys(place.title for each in statements for place in cite(each).places))


class Ground:
    """What every card of one answer stands on: the advice, where the service is, and the date of each fact."""

    def __init__(self, advice: Advice, base_url: str, service: str) -> None:
        self.feedback = f"{base_url}/cds-services/{service}/feedback"
        self.advice = advice
        self.assessment = advice.assessment
        self.book = advice.consultation.book
        self.base_url = base_url
        findings = advice.consultation.record.findings
        self._facts: dict[tuple[str, Side | None], list[tuple[Because, str]]] = {}
        self._missing: dict[tuple[str, Side | None], list[Question]] = {}
        self._when = {(each.key, each.side, each.resource): each.effective for each in findings}

    def facts(self, matter: Matter) -> list[tuple[Because, str]]:
        """The facts that a card rests on, each with the date from which it is known, or ""."""
        key = matter.topic, matter.side
        if key not in self._facts:
            facts = {(f.fact, f.side, f.resource, str(f.value)): f for part in matter.parts for f in part.because}
            self._facts[key] = [(fact, self._date(fact)) for fact in facts.values()]
        return self._facts[key]

    def _date(self, fact: Because) -> str:
        return str(self._when.get((fact.fact, fact.side, fact.resource or "")) or "")

    def missing(self, matter: Matter) -> list[Question]:
        """The open questions whose answer could change one of its orders, in their own order."""
        key = matter.topic, matter.side
        if key not in self._missing:
            self._missing[key] = _missing(matter.orders, self.assessment.questions)
        return self._missing[key]

    def url_of(self, rule: str) -> str:
        """The explanation page of a rule."""
        return f"{self.base_url}/rules#{rule}"


def fact_line(fact: Because, date: str) -> str:
    """ "the patient has a foot drop (left) [Condition/1], 2026-01-05"."""
    return fact_words(fact) + (f", {date}" if date else "")


def _missing(orders: Sequence[Proposal], questions: Iterable[Question]) -> list[Question]:
    sides: dict[str, set[str | None]] = {}
    for order in orders:
        sides.setdefault(order.key, set()).add(order.side)
    return [each for each in questions if any(_concerns(each, sides[key]) for key in each.would_change if key in sides)]


def _concerns(question: Question, sides: set[str | None]) -> bool:
    return question.side is None or None in sides or question.side in sides


def present(holder: Json) -> Json:
    """The object without what CDS Hooks does not allow: nulls and empty values."""
    return {name: value for name, value in holder.items() if value not in (None, "", [], {})}
