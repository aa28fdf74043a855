"""From a record to kept advice: the same few steps for every operation."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from starlette.requests import Request

from fhir_adapters.assessment import moment_of
from fhir_adapters.service.advice import Advice
from fhir_adapters.service.context import Service, people
from fhir_adapters.service.errors import InvalidInput, as_json
from fhir_adapters.service.journal import Assessed
from fhir_adapters.service.observe.kept import remember
from guideline.vocabulary import BASE

_OF_EVERY_REQUEST: Final = ("_format", "_pretty")
_WORDS: Final = (
    "asof", "asofdate", "date", "datetime", "day", "effectivedate", "evaluatedat", "form", "format", "moment",
    "patient", "site", "subject", "time", "timestamp", "when",
)  # fmt: skip
_NAMESPACE: Final = uuid5(NAMESPACE_URL, f"{BASE}/audit")


def only_these(request: Request, *known: str) -> None:
    """InvalidInput (400) for a misspelt parameter of the query: with `asof` a record would be assessed as of now.

    Beside the `known` ones `_format` and `_pretty` are read of every request. What is like no word of ours is somebody
    else's, a gateway's perhaps, and passes.
    """
    misspelt = sorted(filter(_like_ours, request.query_params.keys() - {*known, *_OF_EVERY_REQUEST}))
    if misspelt:
        text = f"A parameter of the query is not known here; {', '.join(f'`{name}`' for name in known)} can be given."
        raise InvalidInput(text, *(f"http.{name}" for name in misspelt), code="not-supported")


def _like_ours(name: str) -> bool:
    plain = "".join(filter(str.isalnum, name[:24].lower()))
    return bool(get_close_matches(plain, _WORDS, 1, 0.85))


def moment(service: Service, given: str | None, expression: str) -> str:
    """The moment of assessment in ISO form: as given, else now. InvalidInput names `expression` if it is neither."""
    if given is None:
        return service.clock().isoformat()
    text = given.replace(" ", "+")  # an offset in a query whose plus sign was not escaped
    try:
        moment_of(text)
    except ValueError as wrong:
        raise InvalidInput(
            "The moment of assessment is a day (2026-03-01) or a moment with its zone (2026-03-01T14:00:00Z).",
            expression,
            code="value",
        ) from wrong
    return text


async def advise(
    service: Service,
    request: Request,
    record: Any,
    as_of: str,
    *,
    face: str,
    user: str = "",
    check: Callable[[Advice], None] | None = None,
) -> Advice:
    """Assess a record (bytes or a Bundle as dict), keep what was assessed, and give the advice.

    `user` is the reference of whoever asked. `check` may refuse the advice before anything is kept of it.
    """
    advice = await service.advisor.advise(record, as_of)
    if check:
        check(advice)
    remember(service, _event(service, request, record, advice, as_of, face, user))
    return advice


def _event(
    service: Service, request: Request, record: Any, advice: Advice, as_of: str, face: str, user: str
) -> Assessed:
    caller = request.state.caller
    assessment = advice.assessment
    names = (face, request.state.request_id, advice.input_sha256, as_of, assessment.guideline.version)
    who = people(service, caller, user=user, patient=assessment.patient)
    kept = record if isinstance(record, bytes) else as_json(record)
    return Assessed(
        id=str(uuid5(_NAMESPACE, "\x1f".join(names))),
        at=service.clock(),
        face=face,
        request_id=request.state.request_id,
        issuer=caller.issuer,
        tenant=caller.tenant,
        patient=who[1],
        user=who[0],
        guideline_version=assessment.guideline.version,
        overrides=tuple(each.model_dump(mode="json") for each in assessment.overrides),
        input_sha256=advice.input_sha256,
        as_of=as_of,
        outcome=assessment.outcome,
        features=advice.features(),
        rules_fired=advice.rules_fired(),
        record=kept if service.settings.keep_records else None,
    )
