"""`explain RULE` and `rules`: the rulebook read as a book. A rule is a page; the rules are a table of contents."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

from cql_like import Node, names, parse, spell_out, to_text
from guideline.citations import Citation, Number, Shown, citations, numbers_of
from guideline.errors import GuidelineError
from guideline.rule import Activity, Alert, Conclude, Differential, Effect, Goal, Order, Prognosis, Rule
from guideline.rulebook import Rulebook
from guideline.sentences import Clause, capital, clauses, sentence, yes_words
from guideline.wording import fill, title_of, titles

GROUPS: Final = {
    "RED": "Red flags and emergencies",
    "DEF": "Definitions",
    "LOC": "Localisation",
    "IMG": "Imaging",
    "EDX": "Nerve conduction studies and EMG",
    "LAB": "Laboratory tests",
    "CON": "Conservative care",
    "ORT": "Orthosis",
    "FES": "Functional electrical stimulation",
    "PT": "Physiotherapy and exercise",
    "SUR": "Surgical opinions",
    "MED": "Medication",
    "SUP": "Supportive care",
    "MON": "Monitoring",
    "PRG": "Prognosis",
    "PIT": "Pitfalls",
    "EDU": "Education",
}


class UnknownNameError(GuidelineError):
    """A name that the guideline does not have; the message suggests the nearest."""


class Says(Shown):
    """One effect of a rule. `name` is the key or conclusion; `text` what a person reads, its numbers filled in."""

    kind: str
    name: str | None
    title: str
    text: str | None
    priority: str | None
    severity: str | None
    window: str | None


class Reader(Shown):
    """A rule that reads what another concludes."""

    rule: str
    title: str
    conclusion: str


class Outline(Shown):
    """A part of a condition in words: by itself, or as the heading of its parts."""

    text: str
    parts: list[Outline]


class RulePage(Shown):
    """Everything one rule is. `sentence` is the whole condition in words, `conditions` the same as an outline.

    `statements` are the sources' own; `conflicts` say where the sources differ and how that was resolved; `beyond` are
    points that no source of the guideline makes, each with its evidence mark; `decisions` are readings of the sources.
    """

    id: str
    title: str
    group: str
    why: str
    strength: str
    certainty: str
    population: str
    sentence: str
    conditions: list[Outline]
    cql: str
    says: list[Says]
    parameters: list[Number]
    statements: list[Citation]
    conflicts: list[Citation]
    beyond: list[Citation]
    decisions: list[Citation]
    sources: list[str]
    read_by: list[Reader]
    fires_for: list[str]
    not_for: list[str]


def rule_page(rule_id: str, book: Rulebook) -> RulePage:
    """A rule as a page. An id that no rule has is an UnknownNameError with a suggestion."""
    rule = _find(rule_id, book)
    tree = condition(rule)
    by_kind = _by_kind(citations(rule))
    return RulePage(
        id=rule.id,
        title=rule.title,
        group=GROUPS.get(rule.group, rule.group),
        why=rule.why,
        strength=rule.strength,
        certainty=rule.certainty,
        population=rule.population,
        sentence=capital(sentence(tree, book)) + ".",
        conditions=[_outline(each) for each in clauses(tree, book)],
        cql=to_text(tree),
        says=[_says(effect, book) for effect in rule.then],
        parameters=numbers_of(rule, book),
        statements=by_kind("statement"),
        conflicts=by_kind("conflict"),
        beyond=by_kind("beyond"),
        decisions=by_kind("decision"),
        sources=list(book.sources_of(rule)),
        read_by=list(_readers(rule, book)),
        fires_for=[case.name for case in rule.cases if case.fires],
        not_for=[case.name for case in rule.cases if not case.fires],
    )


def condition(rule: Rule) -> Node:
    """The rule's own condition, without the guard for adults, which the page tells in words."""
    return spell_out(parse(rule.when))


def known(name: str, among: Iterable[str], what: str, like: str | None = None, *, few: bool = False) -> str:
    """`name`, or an UnknownNameError that names the nearest `among` those there are; where none is near, and they are
    `few`, all of them."""
    choices = list(among)
    if name in choices:
        return name
    close = get_close_matches(like or name, choices, 3, 0.6)
    hint = f"; did you mean {' or '.join(close)}?" if close else ""
    if few and not close:
        hint = f"; there are {', '.join(choices)}"
    raise UnknownNameError(f"there is no {what} {name!r}{hint}")


def _find(rule_id: str, book: Rulebook) -> Rule:
    wanted = {each.lower(): each for each in book.by_id}.get(rule_id.lower(), rule_id)
    two_digits = re.sub(r"-(\d)([a-z]?)$", r"-0\1\2", wanted.upper())
    return book.by_id[known(wanted, book.by_id, "rule", like=two_digits)].rule


def _by_kind(found: list[Citation]) -> Callable[[str], list[Citation]]:
    return lambda kind: [each for each in found if each.kind == kind]


def _outline(clause: Clause) -> Outline:
    return Outline(text=clause.text, parts=[_outline(each) for each in clause.parts])


def _says(effect: Effect, book: Rulebook) -> Says:
    name, title = named(effect, book)
    text = getattr(effect, "text", None)
    return Says(
        kind=effect.kind,
        name=name,
        title=title,
        text=text and fill(_with_titles(text, book), book.parameters, {}, lambda: ""),
        priority=effect.priority if isinstance(effect, Order | Activity) else None,
        severity=effect.severity if isinstance(effect, Alert) else None,
        window=_window(effect, book) if isinstance(effect, Order | Activity) else None,
    )


def _with_titles(text: str, book: Rulebook) -> str:
    """Placeholders of the patient's own values in words: no patient is looked at here."""
    for name in (part.partition("}")[0] for part in text.split("{")[1:]):
        if name not in book.parameters:
            text = text.replace(f"{{{name}}}", "[what is missing]" if name == "missing" else f"[{title_of(name)}]")
    return text


def named(effect: Effect, book: Rulebook) -> tuple[str | None, str]:
    """The key or name an effect is known by, and its title."""
    if isinstance(effect, Order):
        return effect.key, titles("orders")[effect.key]
    if isinstance(effect, Activity):
        return effect.key, titles("activities")[effect.key]
    if isinstance(effect, Goal):
        return effect.key, titles("goals")[effect.key]
    if isinstance(effect, Differential):
        return effect.diagnosis, f"{title_of(effect.diagnosis)}, {effect.certainty}"
    if isinstance(effect, Conclude):
        return effect.name, yes_words(effect.name, book)
    return (None, "prognosis") if isinstance(effect, Prognosis) else (effect.key, f"{effect.severity} alert")


def _window(effect: Order | Activity, book: Rulebook) -> str | None:
    start, end = (each and sentence(parse(each), book) for each in effect.window or (None, None))
    return ", ".join(f"{word} {day}" for word, day in (("from", start), ("until", end)) if day) or None


@lru_cache(maxsize=8)
def _reads(book: Rulebook) -> dict[str, tuple[Rule, ...]]:
    """Which rules read a conclusion in their own words."""
    found: dict[str, list[Rule]] = {}
    for entry in book.entries:
        for name in names(condition(entry.rule)) & book.by_conclusion.keys():
            found.setdefault(name, []).append(entry.rule)
    return {name: tuple(rules) for name, rules in found.items()}


def _readers(rule: Rule, book: Rulebook) -> Iterable[Reader]:
    for name in book.by_id[rule.id].settles:
        for reader in _reads(book).get(name, ()):
            yield Reader(rule=reader.id, title=reader.title, conclusion=name)
