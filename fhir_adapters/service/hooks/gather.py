"""From a call to the record that is assessed: prefetch, what is fetched beside it, drafts and new problems.

What could not be had stays unknown and becomes a Gap, which a card tells. Without patient, findings or diagnoses
nothing can be said safely: 412.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fhir_adapters.service.context import Caller, Service
from fhir_adapters.service.errors import InsufficientData, as_json
from fhir_adapters.service.hooks.call import Call
from fhir_adapters.service.hooks.elements import Json
from fhir_adapters.service.hooks.links import unresolved
from fhir_adapters.service.hooks.prefetched import Answer, read_prefetch
from fhir_adapters.service.hooks.remote import NotRead, Remote, allowed, may_read
from fhir_adapters.service.hooks.subjects import Found, check_drafts, check_patient
from fhir_adapters.service.hooks.templates import Template, expanded, templates

_MOST_LINKS: Final = 20  # each costs a call


@dataclass(frozen=True, slots=True)
class Gap:
    """A template whose data are not there, or not whole, and why (a phrase)."""

    template: Template
    why: str


@dataclass(frozen=True, slots=True)
class Material:
    """What is assessed: a collection Bundle whose order does not depend on the order in which it came."""

    record: Json
    gaps: tuple[Gap, ...]


async def gather(call: Call, caller: Caller, service: Service) -> Material:
    """Everything that can be had. InvalidInput (400) for data of another patient, InsufficientData (412) for too
    little."""
    answers, others = read_prefetch(call.prefetch, templates())
    drafts = _of_context("draftOrders", call.drafts)
    context = [*drafts, *_of_context("conditions", call.conditions)]
    check_patient([*_all(answers), *others, *context], call.patient, call.server)
    remote, refused = _remote(call, caller, service)
    open_ = [answer for answer in answers if answer.absent or answer.more or answer.missing]
    if open_:
        await asyncio.gather(*(_complete(answer, call, remote, refused) for answer in open_))
    linked = await _follow(answers, others, remote, call.server)
    found = [*_all(answers), *others, *linked]
    if open_ or linked:
        check_patient(found, call.patient, call.server)
    check_drafts(drafts, found)
    _require(answers, found)
    gaps = tuple(
        Gap(each.template, each.missing) for each in answers if each.missing and each.template.key != "patient"
    )
    return Material(_record(found, context), gaps)


def _all(answers: Iterable[Answer]) -> list[Found]:
    return [found for answer in answers for found in answer.found]


def _of_context(name: str, given: Iterable[Json]) -> list[Found]:
    return [Found(each, f"context.{name}.entry[{index}].resource") for index, each in enumerate(given)]


def _remote(call: Call, caller: Caller, service: Service) -> tuple[Remote | None, str]:
    """The server to read from; or why there is none, as a phrase."""
    if not call.server:
        return None, "it was not handed in, and no fhirServer is named"
    if not allowed(call.server, caller, service.settings):
        return None, "it was not handed in, and fhirServer is not one that may be read for this client"
    if call.authorization is None and not service.settings.development:
        return None, "it was not handed in, and there is no token for fhirServer"
    return Remote(service.http, call, service.settings), ""


async def _complete(answer: Answer, call: Call, remote: Remote | None, refused: str) -> None:
    """Fetch what is absent or was no answer, and the pages that follow what was handed in."""
    if remote is None:
        more = "there are more pages, which cannot be fetched"
        answer.missing = answer.missing or (refused if answer.absent else more)
        return
    kind = answer.template.query.partition("?")[0].partition("/")[0]
    if call.authorization is not None and not may_read(call.authorization.scope, kind):
        answer.missing = "it was not handed in, and the token does not grant it"
        return
    if answer.more and not answer.missing:
        found = await remote.pages(answer.more)
    else:
        found = await remote.ask(expanded(answer.template, call.patient))
        answer.total = answer.matches = 0
    answer.missing = ""
    for page in found.values:
        answer.add(page, f"fhirServer.{answer.template.key}")
    answer.close()
    if found.missing:
        answer.missing = f"the FHIR server {found.missing}"


async def _follow(
    answers: Sequence[Answer], others: Sequence[Found], remote: Remote | None, server: str
) -> list[Found]:
    """The drugs and devices that others only link to. What cannot be had leaves its template incomplete."""
    wanted = unresolved([*_all(answers), *others], server)
    if not wanted:
        return []
    near = [pointer for pointer in wanted if remote is not None and ":" not in pointer][:_MOST_LINKS]
    read = dict(zip(near, await asyncio.gather(*(_read(remote, pointer) for pointer in near)), strict=True))
    lost = {key for pointer, keys in wanted.items() if read.get(pointer) is None for key in keys}
    for answer in answers:
        if answer.template.key in lost and not answer.missing:
            answer.missing = "a drug or device is only linked, and could not be read"
    return [found for found in read.values() if found is not None]


async def _read(remote: Remote | None, pointer: str) -> Found | None:
    try:
        resource = await remote.read(pointer) if remote is not None else {}
    except NotRead:
        return None
    same = f"{resource.get('resourceType')}/{resource.get('id')}" == pointer
    return Found(resource, f"fhirServer.{pointer.partition('/')[0]}") if same else None


def _require(answers: Iterable[Answer], found: Iterable[Found]) -> None:
    """412 that names the keys, and why. Of the patient a resource must be there, under whatever key it came; of the
    others none at all is an answer, but an error is none."""
    there = any(each.kind == "Patient" for each in found)
    required = [each for each in answers if each.template.required and each.empty]
    lacking = [each for each in required if (not there if each.template.key == "patient" else each.missing)]
    if lacking:
        names = ", ".join(each.template.key for each in lacking)
        raise InsufficientData(
            f"Nothing can be said safely without {' and '.join(each.template.holds for each in lacking)}.",
            *(f"prefetch.{each.template.key}" for each in lacking),
            diagnostics=f"Prefetch keys {names}: " + "; ".join(dict.fromkeys(_why(each) for each in lacking)) + ".",
        )


def _why(answer: Answer) -> str:
    return answer.missing or "the client has none"


def _record(found: Iterable[Found], context: Iterable[Found]) -> Json:
    """One Bundle, sorted. A resource of the context takes the place of an older copy of itself."""
    newer = {(each.kind, each.resource["id"]) for each in context if isinstance(each.resource.get("id"), str)}
    kept = [each for each in found if (each.kind, str(each.resource.get("id"))) not in newer]
    entries = {as_json(entry): entry for entry in map(_entry, [*kept, *context])}
    return {"resourceType": "Bundle", "type": "collection", "entry": [entries[key] for key in sorted(entries)]}


def _entry(found: Found) -> dict[str, Any]:
    return {"fullUrl": found.url, "resource": found.resource} if found.url else {"resource": found.resource}
