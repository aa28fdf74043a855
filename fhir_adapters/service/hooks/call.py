"""One call of a service, read strictly: every element that the specification asks for, or a 400 that names it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
from pydantic import SecretStr

from fhir_adapters.service.errors import Forbidden, InvalidInput
from fhir_adapters.service.hooks.catalog import Hook
from fhir_adapters.service.hooks.elements import Json, array_of, normal_url, object_of, text_of

_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_ID: Final = re.compile(r"(?!\.+$)[A-Za-z0-9.\-]{1,128}")  # longer than FHIR's 64: EHRs have such ids; never ".."
_USER: Final = re.compile(r"(?P<kind>[A-Z][A-Za-z]+)/(?P<id>[A-Za-z0-9.\-]{1,256})")
_TOKEN: Final = re.compile(r"[\x21-\x7e]+")
_PROFESSIONALS: Final = frozenset({"Practitioner", "PractitionerRole"})
_LAY: Final = frozenset({"Patient", "RelatedPerson"})


@dataclass(frozen=True, slots=True)
class Authorization:
    """A token for the client's FHIR server. It lives as long as the call, and shows itself to nobody."""

    token: SecretStr
    scope: str


@dataclass(frozen=True, slots=True)
class Call:
    """A valid call. `drafts` and `conditions` are the resources of the context; `selected` are the drafts that the
    clinician chose just now (order-select), or all of them (order-sign), as positions in `drafts`. `encounter` is its
    id, or "" where the context names none; `trail` are the headers by which the request is found again."""

    hook: Hook
    instance: str
    user: str
    patient: str
    server: str = ""
    authorization: Authorization | None = None
    prefetch: Mapping[str, Any] = field(default_factory=dict)
    drafts: tuple[Json, ...] = ()
    selected: frozenset[int] = frozenset()
    conditions: tuple[Json, ...] = ()
    encounter: str = ""
    trail: Mapping[str, str] = field(default_factory=dict)


def read_call(body: Any, hook: Hook, *, insecure: bool, trail: Mapping[str, str]) -> Call:
    """The call, or InvalidInput (400) that names the element; Forbidden (403) where the user is no professional.

    `insecure` allows a FHIR server over http (development).
    """
    instance = _instance(body, hook)
    context = object_of(body, "context")
    user, patient = _user(context), _id(context, "patientId")
    named = hook.encounter or context.get("encounterId") is not None
    encounter = _id(context, "encounterId") if named else ""
    drafts = _bundled(context, "draftOrders") if "drafts" in hook.carries else ()
    selected = _selected(context, drafts) if "selections" in hook.carries else frozenset(range(len(drafts)))
    conditions = _conditions(context) if "conditions" in hook.carries else ()
    server, authorization = _access(body, patient, insecure=insecure)
    prefetch = object_of(body, "prefetch", empty=True) if body.get("prefetch") is not None else {}
    return Call(
        hook=hook,
        instance=instance,
        user=user,
        patient=patient,
        server=server,
        authorization=authorization,
        prefetch=prefetch,
        drafts=drafts,
        selected=selected,
        conditions=conditions,
        encounter=encounter,
        trail=trail,
    )


def _instance(body: Any, hook: Hook) -> str:
    """The call's own id, once it is a call of this hook."""
    if not isinstance(body, dict):
        raise InvalidInput("The body is not a JSON object.")
    if text_of(body, "hook") != hook.name:
        raise InvalidInput(f"hook is not {hook.name}, which this service answers.", "hook", code="value")
    instance = text_of(body, "hookInstance")
    if not _UUID.fullmatch(instance):
        raise InvalidInput("hookInstance is not a UUID.", "hookInstance", code="value")
    return instance.lower()


def _user(context: Json) -> str:
    user = text_of(context, "userId", "context.")
    found = _USER.fullmatch(user)
    if found and found["kind"] in _LAY:
        raise Forbidden(
            "The advice is for health-care professionals, who can judge it; it is not shown to patients or relatives.",
            "context.userId",
        )
    if not found or found["kind"] not in _PROFESSIONALS:
        raise InvalidInput("context.userId does not name a Practitioner or a PractitionerRole.", "context.userId")
    return user


def _id(context: Json, name: str) -> str:
    value = text_of(context, name, "context.")
    if not _ID.fullmatch(value):
        raise InvalidInput(f"context.{name} is not a FHIR id.", f"context.{name}", code="value")
    return value


def _bundled(context: Json, name: str) -> tuple[Json, ...]:
    """The resources of a Bundle in the context."""
    bundle = object_of(context, name, "context.")
    path = f"context.{name}"
    if bundle.get("resourceType") != "Bundle":
        raise InvalidInput(f"{path} is not a Bundle.", path, code="structure")
    found = []
    for index, entry in enumerate(array_of(bundle, "entry", f"{path}.") if bundle.get("entry") else ()):
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
            place = f"{path}.entry[{index}].resource"
            raise InvalidInput(f"{place} is not a FHIR resource.", place, code="structure")
        found.append(resource)
    return tuple(found)


def _conditions(context: Json) -> tuple[Json, ...]:
    found = _bundled(context, "conditions")
    for index, resource in enumerate(found):
        if resource["resourceType"] != "Condition":
            place = f"context.conditions.entry[{index}].resource"
            raise InvalidInput(f"{place} is not a Condition.", place, code="value")
    return found


def _selected(context: Json, drafts: tuple[Json, ...]) -> frozenset[int]:
    """Which drafts are selected: "ServiceRequest/1", as the hook's examples have it, or its bare id."""
    named: dict[str, set[int]] = {}
    for index, draft in enumerate(drafts):
        for name in (str(draft.get("id")), f"{draft['resourceType']}/{draft.get('id')}"):
            named.setdefault(name, set()).add(index)
    found: set[int] = set()
    for index, name in enumerate(array_of(context, "selections", "context.")):
        if not isinstance(name, str) or name not in named:
            path = f"context.selections[{index}]"
            raise InvalidInput(f"{path} is not one of context.draftOrders.", path, code="value")
        found |= named[name]
    return frozenset(found)


def _access(body: Json, patient: str, *, insecure: bool) -> tuple[str, Authorization | None]:
    server = _server(body, insecure=insecure) if body.get("fhirServer") is not None else ""
    if body.get("fhirAuthorization") is None:
        return server, None
    if not server:
        raise InvalidInput("fhirServer is missing, and fhirAuthorization needs it.", "fhirServer", code="required")
    given = object_of(body, "fhirAuthorization")
    at = "fhirAuthorization."
    token = text_of(given, "access_token", at)
    if text_of(given, "token_type", at).lower() != "bearer" or not _TOKEN.fullmatch(token):
        raise InvalidInput("fhirAuthorization is not a Bearer token.", "fhirAuthorization.token_type", code="value")
    if type(given.get("expires_in")) is not int:
        raise InvalidInput(f"{at}expires_in is not a whole number.", f"{at}expires_in", code="value")
    text_of(given, "subject", at)
    if "patient" in given and text_of(given, "patient", at) not in (patient, f"Patient/{patient}"):
        raise InvalidInput("The token is for another patient than the context.", f"{at}patient", "context.patientId")
    return server, Authorization(SecretStr(token), text_of(given, "scope", at))


def _server(body: Json, *, insecure: bool) -> str:
    """The base URL in its normal form."""
    server = normal_url(text_of(body, "fhirServer"))
    url = httpx.URL(server)
    if url.scheme not in ("https", "http") or not url.host or url.userinfo or url.query or url.fragment:
        raise InvalidInput("fhirServer is not the base URL of a FHIR server.", "fhirServer", code="value")
    if url.scheme == "http" and not insecure:
        raise InvalidInput("fhirServer is not https.", "fhirServer", code="security")
    return server
