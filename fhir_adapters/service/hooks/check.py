"""The last look at an answer: the specification's own invariants, before anything is sent.

A card that breaks one is a defect of this service. It is never sent: the client gets an error that says where.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import orjson

from fhir_adapters.service.errors import ServiceError, as_json
from fhir_adapters.service.hooks.words import LONGEST

LOG: Final = logging.getLogger(__name__)
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_HTML: Final = re.compile(r"<(?<!\\<)[a-zA-Z/!?]")  # begins with a literal, which is searched for fast
_PARTS: Final = (str, list, dict)


class BrokenAnswer(ServiceError):  # noqa: N818 - a sentence: raise BrokenAnswer
    """500: the service made an answer that it must not send."""


def check_answer(answer: Mapping[str, Any]) -> bytes:
    """The answer as JSON. Raises BrokenAnswer that names the first element at fault."""
    for index, card in enumerate(answer["cards"]):
        fault = next(_faults(card), "") or _empty(card)
        if fault:
            place = f"cards[{index}]{fault}"
            LOG.error("an answer broke the specification at %s, and was not sent", place)
            raise BrokenAnswer("The answer did not pass the service's own checks, so it was not sent.", place)
    return as_json(answer)


def _faults(card: Mapping[str, Any]) -> Iterator[str]:
    if not 0 < len(card["summary"]) <= LONGEST or "\n" in card["summary"]:
        yield ".summary"
    if card["indicator"] not in ("info", "warning", "critical"):
        yield ".indicator"
    if not card["source"]["label"] or not _absolute(card["source"]["url"]):
        yield ".source"
    if not _UUID.fullmatch(card["uuid"]):
        yield ".uuid"
    if "<" in card["detail"] and _HTML.search(card["detail"]):
        yield ".detail"
    yield from _choice_faults(card)
    reasons = card.get("overrideReasons", ())
    for place, reason in enumerate(() if isinstance(reasons, orjson.Fragment) else reasons):
        if not all(reason.get(name) for name in ("code", "system", "display")):  # cds-resp-4
            yield f".overrideReasons[{place}]"
    for place, link in enumerate(card.get("links", ())):
        absolute = link["type"] == "absolute" and _absolute(link["url"]) and "appContext" not in link  # cds-resp-3
        if not link["label"] or not absolute:
            yield f".links[{place}]"


def _choice_faults(card: Mapping[str, Any]) -> Iterator[str]:
    suggestions = card.get("suggestions", ())
    behaviour = card.get("selectionBehavior")
    if bool(suggestions) != (behaviour in ("at-most-one", "any")):  # cds-resp-6
        yield ".selectionBehavior"
    if behaviour == "at-most-one" and sum("isRecommended" in each for each in suggestions) > 1:  # cds-resp-1
        yield ".suggestions"
    for place, suggestion in enumerate(suggestions):
        if (
            not suggestion["label"]
            or not _UUID.fullmatch(suggestion["uuid"])
            or "actionSelectionBehavior" in suggestion
        ):
            yield f".suggestions[{place}]"  # cds-resp-7, and nobody has said that the client knows it
        for number, action in enumerate(suggestion["actions"]):
            if not _is_action(action):
                yield f".suggestions[{place}].actions[{number}]"


def _is_action(action: Mapping[str, Any]) -> bool:
    if not action.get("description"):  # cds-resp-5
        return False
    if action["type"] == "delete":  # cds-resp-2
        return bool(action.get("resourceId")) and "resource" not in action
    return action["type"] in ("create", "update") and bool(action["resource"].get("resourceType"))


def _absolute(url: str) -> bool:
    return url.startswith(("https://", "http://"))


def _empty(value: Any) -> str:
    """Where the first null, empty text, list or object stands ("" if nowhere): CDS Hooks allows none of them.

    Resources are left aside: FHIR has rules of its own (a null stands where an extension stands alone), ours are held
    to them for every face, and a draft is given back as it came. So is what is JSON already (orjson.Fragment): it is
    the guideline's own, and the same in every answer.
    """
    named = type(value) is dict
    for place, inner in value.items() if named else enumerate(value):
        kind = type(inner)
        below = ""
        if inner and (kind is list or (kind is dict and "resourceType" not in inner)):
            below = _empty(inner)
        if below or inner is None or (not inner and kind in _PARTS):
            return f".{place}{below}" if named else f"[{place}]{below}"
    return ""
