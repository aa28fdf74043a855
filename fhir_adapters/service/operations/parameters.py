"""What `$apply` is given: a Parameters resource, read strictly. No refusal quotes what it holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import orjson

from fhir_adapters.service.errors import InsufficientData, InvalidInput, NotFound
from fhir_adapters.service.operations.names import IDS, PLAN, PLAN_URL
from guideline.rulebook import GUIDELINE_VERSION

Json = dict[str, Any]
Form = Literal["careplan", "bundle"]

_READ: Final = frozenset({"subject", "data", "encounter", "practitioner", "evaluatedAt", "form", "version"})
_NAMING: Final = ("planDefinition", "canonical", "url")
# Known to the operation, and without effect on this guideline.
_WITHOUT_EFFECT: Final = frozenset({
    "organization", "userType", "userLanguage", "userTaskContext", "setting", "settingContext",
    "contentEndpoint", "terminologyEndpoint",
})  # fmt: skip
_NOT_HONOURED: Final = {
    "useServerData": "No data are kept here: give them as `data`.",
    "parameters": "The guideline's numbers are the site's: none is taken from a call.",
}
_TEXTS: Final = (
    "valueString", "valueUri", "valueCanonical", "valueUrl", "valueCode", "valueId",
    "valueDateTime", "valueInstant", "valueDate",
)  # fmt: skip
_REFERENCE: Final = re.compile(
    r"(?:https?://[^\s|?#]+/)?(?P<kind>[A-Z][A-Za-z]+)/[A-Za-z0-9.\-]{1,64}(?:/_history/[A-Za-z0-9.\-]{1,64})?"
    r"|urn:uuid:[0-9a-fA-F-]{36}"
)


@dataclass(frozen=True, slots=True)
class Apply:
    """One call of `$apply`. References are as they came; `evaluated_at` None: now."""

    subject: str
    data: Json
    evaluated_at: str | None
    encounter: str | None
    practitioner: str
    form: Form


def apply_of(body: bytes, query: Mapping[str, str], *, instance: bool) -> Apply:
    """Read the body. `instance`: the guideline was named by the address.

    InvalidInput (400) for what is no Parameters, a wrong value, or a parameter that we cannot honour; NotFound (404)
    for another guideline or version; InsufficientData (412) without `data`.
    """
    given = _parameters(body)
    _named(given, needed=not instance)
    subject = _reference(given, "subject", "Patient")
    if subject is None:
        raise InvalidInput("The parameter `subject` is missing.", _path("subject"), code="required")
    data = given.get("data", {}).get("resource")
    if data is None:
        raise InsufficientData("The parameter `data` is missing: a Bundle with the patient's record.", _path("data"))
    if not isinstance(data, dict) or data.get("resourceType") != "Bundle":
        raise InvalidInput("The parameter `data` is not a Bundle.", f"{_path('data')}.resource", code="structure")
    return Apply(
        subject=subject,
        data=data,
        evaluated_at=_text(given, "evaluatedAt"),
        encounter=_reference(given, "encounter", "Encounter"),
        practitioner=_reference(given, "practitioner", "Practitioner", "PractitionerRole") or "",
        form=_form(_text(given, "form") or query.get("form")),
    )


def _parameters(body: bytes) -> dict[str, Json]:
    """The parameters by name, each once."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as wrong:
        raise InvalidInput("The body is not JSON.", code="structure") from wrong
    if not isinstance(document, dict) or document.get("resourceType") != "Parameters":
        raise InvalidInput("The body is not a Parameters resource.", "resourceType", code="structure")
    listed = document.get("parameter", [])
    if not isinstance(listed, list):
        raise InvalidInput("Parameters.parameter is not a list.", "Parameters.parameter", code="structure")
    return dict(_one_by_one(listed))


def _one_by_one(listed: list[Any]) -> Iterator[tuple[str, Json]]:
    met: set[str] = set()
    for position, each in enumerate(listed):
        place = f"Parameters.parameter[{position}]"
        name = each.get("name") if isinstance(each, dict) else None
        if not isinstance(name, str) or name not in {*_READ, *_NAMING, *_WITHOUT_EFFECT, *_NOT_HONOURED}:
            raise InvalidInput("This parameter is not known here.", place, code="not-supported")
        if name in _NOT_HONOURED and not (name == "useServerData" and each.get("valueBoolean") is False):
            raise InvalidInput(_NOT_HONOURED[name], place, code="not-supported")
        if name in _READ and name in met:
            raise InvalidInput(f"The parameter `{name}` is given twice; one is taken.", place, code="not-supported")
        met.add(name)
        yield name, each


def _named(given: dict[str, Json], *, needed: bool) -> None:
    names = [name for name in _NAMING if name in given]
    if not names and needed:
        raise InvalidInput(
            "Name the guideline: `canonical`, `url` or `planDefinition`.", "Parameters.parameter", code="required"
        )
    for name in names:
        if not (_is_ours(given[name].get("resource")) if name == "planDefinition" else _is_url(_text(given, name))):
            raise _not_ours(name)
    if "version" in given and _text(given, "version") != GUIDELINE_VERSION:
        raise _not_ours("version")


def _not_ours(name: str) -> NotFound:
    return NotFound(f"There is no such guideline, or no such version of it, here; ours is {PLAN}.", _path(name))


def _is_ours(plan: Any) -> bool:
    if not isinstance(plan, dict) or plan.get("resourceType") != "PlanDefinition":
        return False
    if plan.get("version", GUIDELINE_VERSION) != GUIDELINE_VERSION:
        return False
    return plan["url"] == PLAN_URL if "url" in plan else plan.get("id") in IDS


def _is_url(canonical: str | None) -> bool:
    url, _, version = (canonical or "").partition("|")
    return url == PLAN_URL and version in ("", GUIDELINE_VERSION)


def _form(asked: str | None) -> Form:
    if asked in (None, "careplan"):
        return "careplan"
    if asked == "bundle":
        return "bundle"
    raise InvalidInput("`form` is `careplan` or `bundle`.", _path("form"), code="value")


def _text(given: dict[str, Json], name: str) -> str | None:
    if name not in given:
        return None
    found = next((given[name][value] for value in _TEXTS if value in given[name]), None)
    if not isinstance(found, str):
        raise InvalidInput(f"The parameter `{name}` has no value of a type that is read.", _path(name), code="value")
    return found


def _reference(given: dict[str, Json], name: str, *kinds: str) -> str | None:
    if name not in given:
        return None
    reference = given[name].get("valueReference")
    text = reference.get("reference") if isinstance(reference, dict) else _text(given, name)
    found = _REFERENCE.fullmatch(text) if isinstance(text, str) else None
    if found is None or found["kind"] not in (None, *kinds):
        raise InvalidInput(f"The parameter `{name}` is no reference to a {' or '.join(kinds)}.", _path(name))
    return found.group()


def _path(name: str) -> str:
    return f"Parameters.parameter.where(name = '{name}')"
