"""From a valid call to its answer and its audit: gather, assess, plan, render, check, keep."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from fhir_adapters.service.advice import Advice
from fhir_adapters.service.context import Caller, Service, people
from fhir_adapters.service.errors import as_json
from fhir_adapters.service.hooks.basis import Ground
from fhir_adapters.service.hooks.call import Call
from fhir_adapters.service.hooks.check import check_answer
from fhir_adapters.service.hooks.drafts import compare, read_drafts
from fhir_adapters.service.hooks.gather import Material, gather
from fhir_adapters.service.hooks.offers import requests
from fhir_adapters.service.hooks.plan import plan
from fhir_adapters.service.hooks.render import Scope, Shown, awake, render
from fhir_adapters.service.journal import Assessed
from fhir_adapters.service.observe.kept import remember
from fhir_adapters.write.context import Context
from fhir_adapters.write.identifiers import Names
from guideline.vocabulary import BASE

_NAMES: Final = Names(uuid5(NAMESPACE_URL, f"{BASE}/assessment"))
FACE: Final = "cds-hooks"


async def answer(call: Call, caller: Caller, service: Service) -> bytes:
    """The cards for one call, as JSON; what was shown, and on what it rests, is in the journal then."""
    now = service.clock()
    user, patient = _people(call, caller, service)
    material = await gather(call, caller, service)
    away = await service.journal.snoozed(user=user, patient=patient, now=now)

    def written(advice: Advice) -> tuple[bytes, Assessed]:
        shown = cards(advice, call, material, caller.issuer, service, away)
        body = check_answer({"cards": [each.card for each in shown]})
        return body, _assessed(advice, call, caller, material, shown, (user, patient), now, service)

    body, event = await service.advisor.advise_and(material.record, now, written)
    remember(service, event)
    return body


def cards(
    advice: Advice, call: Call, material: Material, issuer: str, service: Service, away: frozenset[tuple[str, str]]
) -> list[Shown]:
    """Pure: the same advice for the same call gives the same cards."""
    drafts = compare(advice.assessment.orders, read_drafts(call))
    ctx = Context(advice.assessment, cpt=service.settings.cpt)
    matters = plan(advice, call.hook.name, drafts, material, requests(ctx, call.encounter))
    ground = Ground(advice, ctx.open, service.settings, call.hook.service)
    scope = Scope(issuer, call.hook.service, call.instance)
    return [render(each, ground, scope) for each in awake(matters, advice, away)]


def _people(call: Call, caller: Caller, service: Service) -> tuple[str, str]:
    """Pseudonyms of user and patient. A server is named only where it tells patients of the same id apart."""
    server = call.server if len(caller.fhir_servers) > 1 else ""
    return people(service, caller, user=call.user, patient=f"Patient/{call.patient}", server=server)


def _assessed(
    advice: Advice, call: Call, caller: Caller, material: Material, shown: list[Shown], who: tuple[str, str],
    now: datetime, service: Service,
) -> Assessed:  # fmt: skip
    made = advice.assessment
    version = made.guideline.version
    name = "\x1f".join((FACE, caller.issuer, call.instance, advice.input_sha256, made.as_of, version))
    return Assessed(
        id=_NAMES.of(name),
        at=now,
        face=f"{FACE}/{call.hook.name}",
        request_id=call.instance,
        issuer=caller.issuer,
        tenant=caller.tenant,
        patient=who[1],
        user=who[0],
        guideline_version=version,
        overrides=tuple(each.model_dump() for each in made.overrides),
        input_sha256=advice.input_sha256,
        as_of=made.as_of,
        outcome=made.outcome,
        features=advice.features(),
        rules_fired=advice.rules_fired(),
        cards=tuple(each.issued for each in shown),
        record=as_json(material.record) if service.settings.keep_records else None,
    )
