"""What stands behind a card as data: rules, statements, sources; facts that were used, and facts that are missing."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import chain
from typing import Any, Final, NamedTuple

import orjson

from fhir_adapters.service.advice import Advice
from fhir_adapters.service.errors import as_json
from fhir_adapters.service.hooks.matter import Matter
from fhir_adapters.service.settings import Settings
from fhir_adapters.write.open_questions import OpenQuestions
from guideline.assessment import Because, Question, Side
from guideline.citations import cite
from guideline.explain import GROUPS
from guideline.markdown import plain
from guideline.prose import fact_words
from guideline.rulebook import Rulebook
from guideline.sentences import sentence

Json = dict[str, Any]
FactKey = tuple[str, Side | None, str | None, str]  # a fact, its leg, its resource, its value as text
_NUMBER: Final = (bool, int, float)  # neither False nor 0 is empty


@lru_cache(maxsize=4096)
def rule_facts(book: Rulebook, rule_id: str) -> orjson.Fragment:
    """One rule as JSON: id, title, section, strength, certainty, condition in words, ids of its statements."""
    entry = book.by_id[rule_id]
    rule = entry.rule
    facts = {
        "id": rule.id,
        "title": rule.title,
        "section": GROUPS.get(rule.group, rule.group),
        "strength": rule.strength,
        "certainty": rule.certainty,
        "condition": sentence(entry.tree, book),
        "statements": list(rule.statements),
    }
    return orjson.Fragment(as_json(present(facts)))


@lru_cache(maxsize=4096)
def sources_behind(book: Rulebook, rule_id: str) -> Mapping[str, orjson.Fragment]:
    """The sources of a rule by key, as JSON: title, and how a source beyond the seeds was read ([V], [V2], [G])."""
    places = {place.key: place for each in book.by_id[rule_id].rule.statements for place in cite(each).places}
    return {
        each.key: orjson.Fragment(as_json(present({"key": each.key, "title": each.title, "mark": each.mark})))
        for each in places.values()
    }


@lru_cache(maxsize=4096)
def inferred_by(book: Rulebook, rule_id: str) -> tuple[str, ...]:
    """The statements of a rule that were concluded from a source that does not say them in so many words."""
    return tuple(each for each in book.by_id[rule_id].rule.statements if cite(each).inferred)


@lru_cache(maxsize=4096)
def why(book: Rulebook, rule_id: str) -> tuple[str, str]:
    """Why a rule says what it says, as Markdown; and how strongly, on what evidence."""
    rule = book.by_id[rule_id].rule
    return plain(rule.why), f"{rule.strength}; evidence of {rule.certainty.replace('-', ' ')} certainty"


@lru_cache(maxsize=4096)
def source_titles(book: Rulebook, rule_id: str) -> tuple[str, ...]:
    """The titles of the sources behind a rule, as Markdown."""
    statements = book.by_id[rule_id].rule.statements
    return tuple(dict.fromkeys(plain(place.title) for each in statements for place in cite(each).places))


class Told(NamedTuple):
    """A fact as the cards tell it: as Markdown, as data."""

    line: str
    data: Json


class Ground:
    """What every card of one answer stands on: the advice, where the service is, and the date of each fact.

    `page` explains the rules to people; it is "" where the service has no pages. `source` is that, or else the
    guideline for machines.
    """

    def __init__(self, advice: Advice, open_: OpenQuestions, settings: Settings, service: str) -> None:
        base_url = settings.base_url
        self.feedback = f"{base_url}/cds-services/{service}/feedback"
        self.advice = advice
        self.assessment = advice.assessment
        self.book = advice.consultation.book
        self.page = f"{base_url}/rules" if settings.pages else ""
        self.source = self.page or f"{base_url}/PlanDefinition/footdrop"
        self.unusable = [each.model_dump() for each in self.assessment.problems]
        self.site_values = [each.model_dump() for each in self.assessment.overrides]
        findings = advice.consultation.record.findings
        self._told: dict[FactKey, Told] = {}  # many parts rest on the same fact
        self._facts: dict[tuple[str, Side | None], list[Told]] = {}
        self._missing: dict[tuple[str, Side | None], list[Question]] = {}
        self._open = open_
        self._when = {(each.key, each.side, each.resource): each.effective for each in findings}

    def facts(self, matter: Matter) -> list[Told]:
        """The facts that a card rests on, each with the date from which it is known."""
        key = matter.topic, matter.side
        if key not in self._facts:
            once = {id(fact): fact for part in matter.parts for fact in part.because}
            found = {(fact.fact, fact.side, fact.resource, str(fact.value)): fact for fact in once.values()}
            self._facts[key] = [self._told.get(each) or self._tell(each, fact) for each, fact in found.items()]
        return self._facts[key]

    def _tell(self, key: FactKey, fact: Because) -> Told:
        date = str(self._when.get((fact.fact, fact.side, fact.resource or "")) or "")
        known = {"fact": fact.fact, "side": fact.side, "value": fact.value, "resource": fact.resource, "date": date}
        told = self._told[key] = Told(plain(fact_line(fact, date)), present(known))
        return told

    def missing(self, matter: Matter) -> list[Question]:
        """The open questions whose answer could change one of its orders, in their own order."""
        key = matter.topic, matter.side
        if key not in self._missing:
            questions = self.assessment.questions
            places = set(chain.from_iterable(map(self._open.about, matter.orders)))
            self._missing[key] = [questions[place] for place in sorted(places)]
        return self._missing[key]

    def url_of(self, rule: str) -> str:
        """Where the page explains a rule."""
        return f"{self.page}#{rule}"

    def named(self, rule: str) -> str:
        """The id of a rule as Markdown, with a link to where it is explained if it is."""
        return f"[{rule}]({self.url_of(rule)})" if self.page else rule


def fact_line(fact: Because, date: str) -> str:
    """ "the patient has a foot drop (left) [Condition/1], 2026-01-05"."""
    return fact_words(fact) + (f", {date}" if date else "")


def present(holder: Json) -> Json:
    """The object without what CDS Hooks does not allow: nulls and empty values."""
    return {name: value for name, value in holder.items() if value or isinstance(value, _NUMBER)}
