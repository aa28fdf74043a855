"""What the OpenAPI description says of the routes: bodies with an example, the services' ids, every refusal.

The example of a call is an invented patient with all that is asked for: it is answered with cards on any day.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any, Final

import orjson

from fhir_adapters.service import errors
from fhir_adapters.service.errors import ServiceError
from fhir_adapters.service.hooks.catalog import HOOKS
from fhir_adapters.service.openapi import refusals

Json = dict[str, Any]
_REFUSALS: Final[dict[type[ServiceError], str]] = {
    errors.InvalidInput: "The call is not what the specification says, or its data are of another patient.",
    errors.Unauthenticated: "The caller is not known; it is not told why.",
    errors.Forbidden: "The user is no health-care professional.",
    errors.NotFound: "There is no service with this id.",
    errors.InsufficientData: "Patient, findings or diagnoses could not be had.",
    errors.TooLarge: "The body is larger, or nested deeper, than is read.",
    errors.Unsupported: "The body is of another media type or charset than is read, or compressed.",
    errors.Unprocessable: "The record cannot be assessed.",
    errors.Unavailable: "The answer could not be given in time: try again.",
}
_CALL: Final[Json] = orjson.loads(files("fhir_adapters.service.hooks").joinpath("example.json").read_bytes())
_FEEDBACK: Final = {
    "feedback": [
        {
            "card": "4e0a3a1e-3283-4575-ab82-028d55fe2719",
            "outcome": "overridden",
            "overrideReason": {"userComment": "Seen by neurology."},
            "outcomeTimestamp": "2026-03-01T09:30:00Z",
        }
    ]
}
_ID: Final = {
    "name": "id",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "enum": [hook.service for hook in HOOKS]},
}


def _taking(example: Json) -> Json:
    media = {"schema": {"type": "object"}, "example": example}
    return {"parameters": [_ID], "requestBody": {"required": True, "content": {"application/json": media}}}


DISCOVERY: Final[Json] = {"responses": refusals(errors.Unauthenticated, sentences=_REFUSALS)}
CALL: Final[Json] = {"responses": refusals(*_REFUSALS, sentences=_REFUSALS), "openapi_extra": _taking(_CALL)}
FEEDBACK: Final[Json] = {
    "responses": refusals(
        errors.InvalidInput,
        errors.Unauthenticated,
        errors.NotFound,
        errors.TooLarge,
        errors.Unsupported,
        sentences=_REFUSALS,
    ),
    "openapi_extra": _taking(_FEEDBACK),
}
