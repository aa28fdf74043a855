"""What a rule rests on, ready to be shown: its statements with their sources, and its numbers with their origin."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict

from cql_like import names, parse
from guideline import catalogue
from guideline.parameters import Parameter
from guideline.rule import Activity, Order, Rule
from guideline.rulebook import Rulebook
from guideline.wording import placeholders


class Shown(BaseModel):
    """Base of everything an explanation returns: frozen, closed, plain JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Place(Shown):
    """Where a statement stands: the source's key, title and file, and the line ("L404"; None: no line is known).

    `mark` says how a source beyond the seeds was read: V (an excerpt), V2 (a secondary page), G (general knowledge).
    """

    key: str
    title: str
    file: str | None
    line: str | None
    mark: str | None


class Citation(Shown):
    """A row of the catalogue. `kind`: statement, conflict (the sources differ), beyond (beyond the sources), decision.

    `evidence` is the catalogue's own mark: keys of the evidence a source cites, or [V], [V2], [G] for a point beyond.
    """

    id: str
    kind: str
    text: str
    places: list[Place]
    strength: str
    evidence: str
    inferred: bool
    rows: list[str]


class Number(Shown):
    """A parameter as this rulebook holds it: its value and the range a site may set, in words, and whose it is."""

    key: str
    title: str
    value: str
    unit: str
    origin: Literal["source", "implementer"]
    range: str
    statements: list[str]
    sources: list[str]
    override: str | None


def cite(statement: str) -> Citation:
    """One row of the catalogue, by id."""
    row = catalogue.statements()[statement]
    return Citation(
        id=row.id,
        kind=row.kind,
        text=row.text,
        places=[_place(each) for each in row.sources],
        strength=row.strength.strip('"'),
        evidence="" if row.evidence == "–" else row.evidence,
        inferred=row.inferred,
        rows=list(row.rows),
    )


def citations(rule: Rule) -> list[Citation]:
    """Everything a rule names, in its own order."""
    return [cite(each) for each in rule.statements]


def _place(where: str) -> Place:
    key, _, line = where.partition(":")
    source = catalogue.sources()[key]
    return Place(key=key, title=source_title(key), file=source.get("file"), line=line or None, mark=source.get("mark"))


def source_title(key: str) -> str:
    """What a source is called; its key where it has no name."""
    source = catalogue.sources()[key]
    named = source.get("title") or source.get("citation")
    return named or ", ".join(str(source[part]) for part in ("author", "journal", "year") if part in source) or key


def numbers_of(rule: Rule, book: Rulebook) -> list[Number]:
    """The parameters that a rule's condition, windows and texts name, by key."""
    found = set(names(book.by_id[rule.id].tree))
    for effect in rule.then:
        found.update(placeholders(effect))
        found.update(_in_dates(effect))
    return [number(book.parameters[key], book) for key in sorted(found & book.parameters.keys())]


def _in_dates(effect: object) -> Iterable[str]:
    texts: list[str | None] = []
    if isinstance(effect, Order | Activity):
        texts.extend(effect.window or ())
    if isinstance(effect, Order):
        texts.append(effect.fresh_from)
    return [name for text in texts if text for name in names(parse(text))]


def number(parameter: Parameter, book: Rulebook) -> Number:
    """One parameter; `override` says who changed it, when and from what."""
    signed = [
        f"instead of {each.default} ({each.signed_by}, {each.signed_on})"
        for each in book.overrides
        if each.parameter == parameter.key
    ]
    return Number(
        key=parameter.key,
        title=parameter.title,
        value=parameter.words(),
        unit=parameter.unit.strip("'"),
        origin=parameter.origin,
        range=parameter.range_words(),
        statements=list(parameter.statements),
        sources=list(catalogue.sources_behind(parameter.statements)),
        override=signed[0] if signed else None,
    )
