"""Everything that can be answered, how, and what is known of it today."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from fhir_adapters.service.errors import InvalidInput
from fhir_adapters.service.pages import said
from guideline.answers import words_of
from guideline.assess import Consultation
from guideline.assessment import Because, Side
from guideline.findings import SIDES, Moment
from guideline.plan import json_value
from guideline.sentences import capital
from guideline.vocabulary import Feature, diagnoses, features
from guideline.what_if import ASSUMED, BIRTH_DATE, Setting, SettingError, parse_setting
from guideline.wording import value_words, wording

Json = dict[str, Any]
_YES_OR_NO: Final = ({"value": "yes", "label": "Yes"}, {"value": "no", "label": "No"})
_MOST_BUTTONS: Final = 11


def vocabulary() -> list[Json]:
    """Every finding and diagnosis with its question and how it is answered: choices, or a number, or a date."""
    rows = [_row(key, row.sided, _way(row)) | {"group": "Findings"} for key, row in features().items()]
    found = [
        _row(key, row.sided, {"way": "choice", "choices": list(_YES_OR_NO)}) | {"group": "Diagnoses"}
        for key, row in diagnoses().items()
    ]
    born = {"key": BIRTH_DATE, "sided": False, "title": "Date of birth", "ask": "When was the patient born?"}
    return [*rows, *found, born | {"red_flag": False, "way": "date", "group": "Findings"}]


def _row(key: str, sided: bool, way: Json) -> Json:
    words = wording()[key]
    return {
        "key": key,
        "sided": sided,
        "title": capital(words.title),
        "ask": words.ask,
        "red_flag": words.red_flag,
    } | way


def _way(feature: Feature) -> Json:
    if feature.type == "bool":
        return {"way": "choice", "choices": list(_YES_OR_NO)}
    if feature.type == "code":
        words = wording()[feature.key].answers
        return {
            "way": "choice",
            "choices": [{"value": each, "label": words.get(each, each)} for each in feature.allowed],
        }
    if feature.type == "dateTime":
        return {"way": "date"}
    low, high = feature.low, feature.high
    if feature.type == "integer" and low is not None and high is not None and high - low < _MOST_BUTTONS:
        grades = [str(grade) for grade in range(low, high + 1)]
        return {"way": "choice", "choices": [{"value": each, "label": each} for each in grades]}
    unit = words_of(feature.unit or "")
    step = "1" if feature.type == "integer" else "any"
    return {"way": "number", "low": low, "high": high, "unit": "" if unit == "1" else unit, "step": step}


def known(consultation: Consultation) -> dict[str, Json]:
    """What is known now, by "key" or "key:side": the value as it would be set, in words, its resource and its date."""
    found: dict[str, Json] = {}
    for case, _ in consultation.readings:
        for key, sided in _sides().items():
            if case.values.get(key) is not None:
                found[f"{key}:{case.side}" if sided else key] = _known(key, case.values[key], case.support.get(key, ()))
    born = consultation.record.birth_date
    return found | ({BIRTH_DATE: _known(BIRTH_DATE, born, ())} if born else {})


def _sides() -> dict[str, bool]:
    sides = {key: row.sided for key, row in features().items()}
    return sides | {key: row.sided for key, row in diagnoses().items()}


def _known(key: str, value: Any, support: Sequence[Any]) -> Json:
    shown = value_words(value)
    answers = wording()[key].answers if key in wording() else {}
    by = support[0] if support else None
    return {
        "value": shown.split(" ")[0],
        "text": answers.get(shown, words_of(value)),
        "resource": by.resource if by and by.resource != ASSUMED else None,
        "date": str(by.effective) if by and by.effective else None,
    }


def settings_of(texts: Sequence[str], as_of: Moment) -> list[Setting]:
    """Answers, each as KEY[:SIDE]=VALUE. InvalidInput names the question whose answer the vocabulary does not allow."""
    return [_setting(text, as_of) for text in texts]


def _setting(text: str, as_of: Moment) -> Setting:
    try:
        return parse_setting(text, as_of)
    except SettingError as wrong:
        key = text.partition("=")[0].partition(":")[0]
        name = said.sided(key, None) if key in _sides() or key == BIRTH_DATE else "An answer"
        raise InvalidInput(f"{name}: this is not an answer to that question. {_allowed(key)}".strip()) from wrong


def _allowed(key: str) -> str:
    feature = features().get(key)
    if feature is None or feature.type in ("bool", "code"):
        return ""
    if feature.type == "dateTime":
        return "It is a date, and not after the day of assessment."
    unit = words_of(feature.unit or "1")
    kind = "whole number" if feature.type == "integer" else "number" + ("" if unit == "1" else f" in {unit}")
    bounds = f"{feature.low} or more" if feature.high is None else f"from {feature.low} to {feature.high}"
    return f"It is a {kind}, {bounds}."


def assumed(settings: Sequence[Setting]) -> list[Json]:
    """The answers that were given, in words."""
    return [{"at": _at(each.key, each.side), "text": _assumed(each)} for each in settings]


def _at(key: str, side: Side | None) -> str:
    return f"{key}:{side}" if side in SIDES else key


def _assumed(each: Setting) -> str:
    if each.value is None:
        return f"{said.sided(each.key, each.side)}: unknown"
    if each.key == BIRTH_DATE:
        return f"Date of birth {value_words(each.value)}"
    fact = Because(fact=each.key, side=each.side, value=json_value(each.value), resource=None)
    return capital(said.fact(fact)["text"])
