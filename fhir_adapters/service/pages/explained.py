"""Why something is in the plan, and why something is not, step by step and in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from fhir_adapters.service.errors import InvalidInput
from fhir_adapters.service.pages import said
from guideline.ask import ask_one
from guideline.assess import Consultation
from guideline.assessment import Side
from guideline.explain import UnknownNameError
from guideline.patient_prose import answer_words
from guideline.prose import order_name
from guideline.sentences import capital
from guideline.vocabulary import diagnoses, features
from guideline.why import Condition, Derivation, named_effects, why
from guideline.why_not import Obstacle, why_not
from guideline.why_prose import blocker_words, condition_words

Json = dict[str, Any]


def why_view(consultation: Consultation, key: str, side: Side | None) -> Json:
    """The derivations of an order, activity, alert, goal or diagnosis, and the statements and numbers behind them."""
    try:
        found = why(consultation, key, side)
    except UnknownNameError as wrong:
        raise InvalidInput("Nothing in the guideline has that key.") from wrong
    derivations = [each.derivation for each in found.said]
    every = {each.rule: each for top in derivations for each in (top, *_below(top.conditions))}
    direct = {each.id: each for top in derivations for each in top.statements}
    numbers = {each.key: each for rule in every.values() for each in rule.parameters}
    return {
        "title": capital(found.title),
        "said": [
            {
                "side": each.side,
                "text": each.text,
                "answered": each.answered,
                "derivation": _derivation(each.derivation),
            }
            for each in found.said
        ],
        "statements": [said.statement(each) for each in direct.values()],
        "numbers": [said.number(numbers[key]) for key in sorted(numbers)],
    }


def _below(conditions: Iterable[Condition]) -> Iterator[Derivation]:
    for each in conditions:
        yield from _below(each.parts)
        for rule in each.rules:
            yield rule
            yield from _below(rule.conditions)


def _derivation(rule: Derivation) -> Json:
    return {
        "rule": rule.rule,
        "title": rule.title,
        "strength": rule.strength,
        "conditions": [_condition(each) for each in rule.conditions],
    }


def _condition(each: Condition) -> Json:
    return {
        "text": condition_words(each),
        "holds": each.value,
        "parts": [_condition(part) for part in each.parts],
        "facts": [said.fact(fact) for fact in each.facts],
        "rules": [_derivation(rule) for rule in each.rules],
    }


def why_not_view(consultation: Consultation, key: str, side: Side | None) -> Json:
    """What stands between the patient and an order, the nearest rule first."""
    try:
        found = why_not(consultation, key, side)
    except UnknownNameError as wrong:
        raise InvalidInput("Nothing in the guideline has that key.") from wrong
    return {
        "title": capital(found.title),
        "status": found.status,
        "existing": [each.model_dump() for each in found.existing],
        "obstacles": [_obstacle(each) for each in found.obstacles],
    }


def _obstacle(each: Obstacle) -> Json:
    return {
        "rule": each.rule,
        "title": each.title,
        "strength": each.strength,
        "side": each.side,
        "blockers": [
            {
                "text": blocker.text,
                "today": blocker_words(blocker),
                "unknown": blocker.unknown,
                "resources": [fact.resource for fact in blocker.facts if fact.resource],
            }
            for blocker in each.blockers
        ],
        "instead": each.instead,
        "enough": each.enough,
    }


def absent(consultation: Consultation) -> list[Json]:
    """Everything the guideline could say and does not say of this patient: what `why_not` can be asked about."""
    planned = {each.key for each in (*consultation.orders, *consultation.activities)}
    kinds = {"order": "Orders", "activity": "Care plan", "alert": "Alerts", "goal": "Goals"}
    made: set[str] = set(planned)
    made.update(getattr(claim.effect, "key", "") for claim in consultation.claims)
    return [
        {"key": key, "title": capital(_title(key, kind, title)), "group": kinds[kind]}
        for key, effects in named_effects(consultation.book).items()
        for kind, title in effects[:1]
        if key not in made and kind in kinds
    ]


def _title(key: str, kind: str, title: str) -> str:
    """An alert has no title of its own: it is called by its key."""
    return f"{key.replace('-', ' ')} ({title})" if kind == "alert" else title


def effects_view(consultation: Consultation, key: str, side: Side | None) -> Json:
    """What each answer to one question would do to the plan."""
    if key not in features() and key not in diagnoses():
        raise InvalidInput("There is no such question.")
    found = ask_one(consultation, key, side)
    if found is None:
        return {"answers": [], "with_others": []}
    return {
        "answers": [{"label": each.label, "text": answer_words(each) or "no change"} for each in found.answers],
        "with_others": [order_name(order) for order in found.with_others],
    }
