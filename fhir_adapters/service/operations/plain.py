"""`POST /assess`: the bytes that `footdrop assess` prints, for integration engines that want no more than that."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from fhir_adapters.console import Format, printed
from fhir_adapters.service.context import Service
from fhir_adapters.service.errors import InvalidInput
from fhir_adapters.service.http.answers import AS_JSON, AS_TEXT, FHIR_JSON, JSON, NDJSON, body_kind, wants
from fhir_adapters.service.operations.advising import advise, moment, only_these

_MEDIA: Final[dict[Format, str]] = {
    "text": "text/plain; charset=utf-8",
    "json": "application/json",
    "fhir": FHIR_JSON,
}


async def assess(service: Service, request: Request) -> Response:
    """Answer one call: `as_of` (now if left out) and `format` (json if left out) stand in the query."""
    only_these(request, "as_of", "format")
    asked = request.query_params.get("format", "json")
    form = next((name for name in _MEDIA if name == asked), None)
    if form is None:
        raise InvalidInput(f"`format` is one of {', '.join(sorted(_MEDIA))}.", "http.format", code="value")
    wants(request, AS_TEXT if form == "text" else AS_JSON, f"The answer is given as {_MEDIA[form]} only.")
    body_kind(request, JSON | NDJSON)
    as_of = moment(service, request.query_params.get("as_of"), "http.as_of")
    advice = await advise(service, request, await request.body(), as_of, face="assess")
    return Response(printed(advice.assessment, form, cpt=service.settings.cpt), media_type=_MEDIA[form])
