"""What a plan says, in words and as plain JSON: the page shows it and knows no medicine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from guideline.assessment import Alert, Assessment, Because, Limb, Proposal, Question, Side
from guideline.citations import Citation, Number
from guideline.page import OUTCOMES, window
from guideline.prose import fact_words, order_name
from guideline.rulebook import Rulebook
from guideline.sentences import capital
from guideline.what_if import ASSUMED
from guideline.wording import title_of, titles, wording

Json = dict[str, Any]
_DROPS: Final = {True: "Foot drop", False: "No foot drop", None: "Foot drop not examined"}
_CERTAINTIES: Final = ("confirmed", "probable", "suspected")


def plan(found: Assessment, book: Rulebook) -> Json:
    """The whole plan."""
    return {
        "patient": found.patient,
        "as_of": found.as_of,
        "version": found.guideline.version,
        "notice": found.notice,
        "outcome": {"code": found.outcome, "text": OUTCOMES[found.outcome]},
        "site_values": [
            f"{each.parameter} is {each.value} instead of {each.default} ({each.signed_by}, {each.signed_on})"
            for each in found.overrides
        ],
        "limbs": [_limb(each) for each in found.limbs],
        "alerts": [_alert(each, book) for each in found.alerts],
        "orders": [_proposal(each, book) for each in found.orders],
        "activities": [_proposal(each, book) for each in found.activities],
        "goals": [{"key": each.key, "text": each.text} for each in found.goals],
        "questions": [_question(each) for each in found.questions],
        "prognosis": [{"side": each.side, "text": each.text} for each in found.prognosis],
        "timeline": [
            {"date": each.date, "text": each.change, "rules": rules(each.rules, book)} for each in found.timeline
        ],
        "problems": [each.model_dump() for each in found.problems],
    }


def _limb(limb: Limb) -> Json:
    notes = [*filter(None, (limb.severity, limb.course)), *([f"since {limb.onset}"] if limb.onset else [])]
    listed = sorted(limb.differential, key=lambda each: _CERTAINTIES.index(each.certainty))
    return {
        "side": limb.side,
        "foot_drop": limb.foot_drop,
        "text": _DROPS[limb.foot_drop],
        "notes": notes,
        "differential": [
            {"key": each.diagnosis, "title": capital(title_of(each.diagnosis)), "certainty": each.certainty}
            for each in listed
        ],
    }


def _alert(alert: Alert, book: Rulebook) -> Json:
    return {
        "key": alert.key,
        "side": alert.side,
        "severity": alert.severity,
        "text": alert.text,
        "facts": facts(alert.because),
        "rules": rules(alert.rules, book),
    }


def _proposal(order: Proposal, book: Rulebook) -> Json:
    return {
        "key": order.key,
        "side": order.side,
        "title": order_name(order.key),
        "priority": order.priority,
        "strength": order.strength,
        "status": order.status,
        "window": window(order),
        "supersedes": order.supersedes,
        "text": order.text,
        "facts": facts(order.because),
        "rules": rules(order.rules, book),
        "sources": sources(order.rules, book),
    }


def _question(question: Question) -> Json:
    return {
        "key": question.fact,
        "side": question.side,
        "text": question.text,
        "red_flag": wording()[question.fact].red_flag,
        "would_change": [capital(titles("orders")[key]) for key in question.would_change],
    }


def facts(found: Sequence[Because]) -> list[Json]:
    """Recorded facts, red flags first, each with its resource; what was only answered on the page is marked."""
    told = sorted(found, key=lambda each: not (each.fact in wording() and wording()[each.fact].red_flag))
    return [fact(each) for each in told]


def fact(each: Because) -> Json:
    """One fact in words. `resource` is None where nothing of the record says so."""
    assumed = each.resource == ASSUMED
    words = fact_words(each.model_copy(update={"resource": None}))
    return {"text": words, "resource": None if assumed else each.resource, "assumed": assumed}


def rules(ids: Iterable[str], book: Rulebook) -> list[Json]:
    """Rules by id and title."""
    return [{"id": each, "title": book.by_id[each].rule.title} for each in ids]


def sources(ids: Iterable[str], book: Rulebook) -> list[str]:
    """The keys of the sources behind some rules, each once."""
    return list(dict.fromkeys(key for each in ids for key in book.sources_of(book.by_id[each].rule)))


def statement(each: Citation) -> Json:
    """A row of the catalogue, with where it stands."""
    places = [
        {"key": place.key, "title": place.title, "where": " ".join(filter(None, (place.file, place.line)))}
        for place in each.places
    ]
    return {
        "id": each.id,
        "kind": each.kind,
        "text": each.text,
        "places": places,
        "strength": each.strength,
        "evidence": each.evidence,
        "inferred": each.inferred,
    }


def number(each: Number) -> Json:
    """A number of the guideline, with whose it is."""
    return {
        "key": each.key,
        "title": each.title,
        "value": each.value,
        "range": each.range,
        "origin": "given by the sources" if each.origin == "source" else "chosen by the implementers",
        "override": each.override,
    }


def sided(key: str, side: Side | None) -> str:
    """A name and its leg."""
    return capital(title_of(key)) + (f", {side}" if side else "")
