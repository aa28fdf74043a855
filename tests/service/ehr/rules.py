"""What the specification asks of an answer, told apart from whether the advice in it is good.

Sources: CDS Hooks 2.0.1 and the invariants cds-resp-1 to cds-resp-7 of 3.0.0-ballot. Each finding names the element.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from fhir.resources.R4B import get_fhir_model_class
from markdown_it import MarkdownIt
from pydantic import ValidationError

from tests.service.ehr.hooks import HOOKS, wrong_with_template

Json = dict[str, Any]
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SEMVER = re.compile(r"\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?")
REASONS = "http://terminology.hl7.org/CodeSystem/non-adherence-reason-codes"
MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])

KEYS = {
    "response": {"cards", "systemActions", "extension"},
    "card": {
        "uuid", "summary", "detail", "indicator", "source", "suggestions", "selectionBehavior", "overrideReasons",
        "links", "extension",
    },
    "source": {"label", "url", "icon", "topic", "extension"},
    "suggestion": {"label", "uuid", "isRecommended", "actions", "extension"},
    "action": {"type", "description", "resource", "resourceId", "extension"},
    "link": {"label", "url", "type", "appContext", "autolaunchable", "extension"},
    "service": {
        "hook", "title", "description", "id", "prefetch", "usageRequirements", "extension", "version", "hookVersion",
    },
}  # fmt: skip


def wrong_with_answer(answer: Any) -> list[str]:
    """Everything in an answer of a service that the specification forbids."""
    return list(_answer(answer)) if isinstance(answer, dict) else ["the answer is no object"]


def wrong_with_discovery(answer: Any, edition: str) -> list[str]:
    """Everything in an answer of cds-services that the specification forbids, or that a 2.0.1 client could not use."""
    return list(_discovery(answer, edition))


def _discovery(answer: Any, edition: str) -> Iterator[str]:
    if not isinstance(answer, dict) or not isinstance(answer.get("services"), list):
        yield "services: no array"
        return
    yield from _empty(answer, "", {".services"})
    ids = [each.get("id") for each in answer["services"]]
    if len(ids) != len(set(ids)):
        yield "services: an id stands there twice, and later cards replace earlier ones"
    for service in answer["services"]:
        at = f"services[{service.get('id')}]"
        yield from _keys(service, "service", at)
        yield from (f"{at}.{name}: missing" for name in ("hook", "title", "description", "id") if name not in service)
        if not re.fullmatch(r"[A-Za-z0-9._~-]+", service["id"]):
            yield f"{at}.id: not a part of a URL"
        hook = HOOKS[service["hook"]]
        for key, template in service.get("prefetch", {}).items():
            yield from (f"{at}.prefetch.{key}: {wrong}" for wrong in wrong_with_template(template, hook))
        yield from _versions(service, hook.version, edition, at)


def _versions(service: Json, published: str, edition: str, at: str) -> Iterator[str]:
    if edition == "2.0.1":
        yield from (f"{at}.{name}: not in 2.0.1" for name in ("version", "hookVersion") if name in service)
        return
    if not SEMVER.fullmatch(service.get("version", "")):
        yield f"{at}.version: no semantic version"
    if service.get("hookVersion", published) != published:
        yield f"{at}.hookVersion: not the published definition"


def _answer(answer: Json) -> Iterator[str]:
    yield from _keys(answer, "response", "")
    yield from _empty(answer, "", {".cards"})
    if "systemActions" in answer:
        yield "systemActions: nobody agreed to them"
    if not isinstance(answer.get("cards"), list):
        yield "cards: no array"
        return
    uuids = [each.get("uuid") for each in answer["cards"]]
    uuids += [each.get("uuid") for card in answer["cards"] for each in card.get("suggestions", [])]
    if len(uuids) != len(set(uuids)):
        yield "uuid: one stands for two"
    yield from (f"uuid: {each} is none" for each in uuids if not UUID.fullmatch(each or ""))
    for index, card in enumerate(answer["cards"]):
        yield from _card(card, f"cards[{index}]")


def _card(card: Json, at: str) -> Iterator[str]:
    yield from _keys(card, "card", at)
    summary = card.get("summary", "")
    if not 0 < len(summary) < 140 or "\n" in summary:
        yield f"{at}.summary: not one sentence of less than 140 characters"
    if card.get("indicator") not in ("info", "warning", "critical"):
        yield f"{at}.indicator: not one of the three"
    yield from _html(card.get("detail", ""), f"{at}.detail")
    yield from _source(card.get("source", {}), f"{at}.source")
    if ("suggestions" in card) != ("selectionBehavior" in card):
        yield f"{at}.selectionBehavior: stands where there are suggestions"
    if card.get("selectionBehavior", "any") not in ("at-most-one", "any"):
        yield f"{at}.selectionBehavior: neither at-most-one nor any"
    recommended = [each for each in card.get("suggestions", []) if each.get("isRecommended")]
    if card.get("selectionBehavior") == "at-most-one" and len(recommended) > 1:
        yield f"{at}.suggestions: more than one is recommended (cds-resp-1)"
    for index, suggestion in enumerate(card.get("suggestions", [])):
        yield from _suggestion(suggestion, f"{at}.suggestions[{index}]")
    for index, reason in enumerate(card.get("overrideReasons", [])):
        yield from _coding(reason, f"{at}.overrideReasons[{index}]")
    for index, link in enumerate(card.get("links", [])):
        yield from _link(link, f"{at}.links[{index}]")


def _source(source: Json, at: str) -> Iterator[str]:
    yield from _keys(source, "source", at)
    if not source.get("label"):
        yield f"{at}.label: missing"
    yield from (
        f"{at}.{name}: not absolute" for name in ("url", "icon") if name in source and not _absolute(source[name])
    )
    if "topic" in source:
        yield from _coding(source["topic"], f"{at}.topic")


def _suggestion(suggestion: Json, at: str) -> Iterator[str]:
    yield from _keys(suggestion, "suggestion", at)
    if not suggestion.get("label"):
        yield f"{at}.label: missing"
    if not isinstance(suggestion.get("isRecommended", True), bool):
        yield f"{at}.isRecommended: no truth value"
    for index, action in enumerate(suggestion.get("actions", [])):
        yield from _action(action, f"{at}.actions[{index}]")


def _action(action: Json, at: str) -> Iterator[str]:
    yield from _keys(action, "action", at)
    if not action.get("description"):
        yield f"{at}.description: missing (cds-resp-5)"
    match action.get("type"), action.get("resource"), action.get("resourceId"):
        case "create", {}, None:
            yield from _resource(action["resource"], f"{at}.resource")
            if "id" in action["resource"]:
                yield f"{at}.resource.id: what is new has none"
        case "update", {"id": str()}, _:
            yield from _resource(action["resource"], f"{at}.resource")
        case "delete", None, str():
            return
        case _:
            yield f"{at}.type: not a create or update with its resource, nor a delete with resourceId (cds-resp-2)"


def _resource(resource: Json, at: str) -> Iterator[str]:
    """Whole and valid FHIR R4, ready to be stored."""
    try:
        get_fhir_model_class(resource.get("resourceType", "")).model_validate(resource)
    except (ValidationError, KeyError) as wrong:
        yield f"{at}: {wrong}"
        return
    if resource["resourceType"] == "ServiceRequest":
        needed = ("status", "intent", "code", "subject", "priority")
        yield from (f"{at}.{name}: missing" for name in needed if name not in resource)


def _link(link: Json, at: str) -> Iterator[str]:
    yield from _keys(link, "link", at)
    yield from (f"{at}.{name}: missing" for name in ("label", "url", "type") if not link.get(name))
    if link.get("type") not in ("absolute", "smart"):
        yield f"{at}.type: neither absolute nor smart"
    if not _absolute(link.get("url", "")):
        yield f"{at}.url: not absolute"
    if link.get("type") != "smart" and "appContext" in link:
        yield f"{at}.appContext: only for a SMART app (cds-resp-3)"


def _coding(coding: Any, at: str) -> Iterator[str]:
    for name in ("system", "code", "display"):
        if not isinstance(coding, dict) or not coding.get(name):
            yield f"{at}.{name}: missing (cds-resp-4)"


def _html(markdown: str, at: str) -> Iterator[str]:
    for token in MARKDOWN.parse(markdown) if "<" in markdown else ():
        for each in (token, *(token.children or [])):
            if each.type in ("html_block", "html_inline"):
                yield f"{at}: HTML: {each.content}"


def _absolute(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("https", "http") and bool(parts.netloc)


def _keys(holder: Json, kind: str, at: str) -> Iterator[str]:
    yield from (f"{at}.{name}: unknown element" for name in holder.keys() - KEYS[kind])


def _empty(value: Any, at: str, allowed: set[str]) -> Iterator[str]:
    if value is None or (value in ("", [], {}) and at not in allowed):
        yield f"{at}: empty"
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _empty(inner, f"{at}.{name}", allowed)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _empty(inner, f"{at}[{index}]", allowed)
