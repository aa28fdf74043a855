"""What stands behind a card as data: rules, statements, sources; facts that were used, and facts that are missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from fhir_adapters.service.advice import Advice
from guideline.assessment import Because, Proposal, Question
from guideline.citations import cite
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
        "why": rule.why,
        "strength": rule.strength,
        "certainty": rule.certainty,
        "condition": sentence(entry.tree, book),
        "statements": list(rule.statements),
    }


@lru_cache(maxsize=4096)
def statement_facts(statement: str) -> Json:
    """One statement of the catalogue: its text (a paraphrase of the sources), and where it stands."""
    cited = cite(statement)
    found: Json = {"id": cited.id, "text": cited.text, "paraphrase": True, "inferred": cited.inferred}
    if cited.places:
        found["sources"] = [
            _present({"title": each.title, "line": each.line, "mark": each.mark}) for each in cited.places
        ]
    return _present(found | {"evidence": cited.evidence})


@lru_cache(maxsize=4096)
def source_titles(book: Rulebook, rule_id: str) -> tuple[str, ...]:
    """The titles of the sources behind a rule."""
    statements = book.by_id[rule_id].rule.statements
    return tuple(dict.fromkeys(place.title for each in statements for place in cite(each).places))


def dated(advice: Advice, facts: Iterable[Because]) -> list[tuple[Because, str]]:
    """Each fact with the date from which it is known, or ""."""
    when = {
        (each.key, each.side, each.resource): str(each.effective)
        for each in advice.consultation.record.findings
        if each.effective is not None
    }
    return [(fact, when.get((fact.fact, fact.side, fact.resource or ""), "")) for fact in facts]


def fact_line(fact: Because, date: str) -> str:
    """ "the patient has a foot drop (left) [Condition/1], 2026-01-05"."""
    return fact_words(fact) + (f", {date}" if date else "")


def missing_for(orders: Sequence[Proposal], questions: Iterable[Question]) -> list[Question]:
    """The open questions whose answer could change one of these orders, in their own order."""
    sides: dict[str, set[str | None]] = {}
    for order in orders:
        sides.setdefault(order.key, set()).add(order.side)
    return [each for each in questions if any(_concerns(each, sides[key]) for key in each.would_change if key in sides)]


def _concerns(question: Question, sides: set[str | None]) -> bool:
    return question.side is None or None in sides or question.side in sides


def _present(holder: Json) -> Json:
    return {name: value for name, value in holder.items() if value not in (None, "", [], {})}
