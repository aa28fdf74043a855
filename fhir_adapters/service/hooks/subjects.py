"""Whose data these are: every Patient and every subject is the patient of the context, or nothing is assessed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from fhir_adapters.read import names
from fhir_adapters.service.errors import InvalidInput
from fhir_adapters.service.hooks.elements import Json, normal_url

_PATIENT: Final = re.compile(r"(?:(?P<base>https?://.+)/)?Patient/(?P<id>[^/?#\s]+)(?:/_history/[^/?#\s]+)?")
_WHOSE: Final = ("subject", "patient")
_SEVERAL: Final = frozenset({"Account", "Contract", "Composition", "List"})  # FHIR gives them a list of subjects
_BESIDE: Final = ("include", "outcome")  # search modes of what is no match


@dataclass(frozen=True, slots=True)
class Found:
    """One resource as it was handed in: where ("prefetch.observations.entry[3].resource"), its fullUrl or "", and
    whether it is a match of the search, not something that came beside the matches."""

    resource: Json
    path: str
    url: str = ""
    match: bool = True

    @property
    def kind(self) -> str:
        return str(self.resource["resourceType"])


def is_resource(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("resourceType"), str)


def resources(value: Any, path: str, odd: list[str]) -> Iterator[Found]:
    """The resources in a value: itself, or the entries of a Bundle, of Bundles in Bundles too.

    `odd` gets the place of everything that should be one and is none. An entry without a resource is no fault.
    """
    waiting: list[tuple[Any, str, str, bool]] = [(value, path, "", True)]
    while waiting:
        each, place, url, match = waiting.pop()
        if not is_resource(each):
            odd.append(place)
            continue
        if each["resourceType"] != "Bundle":
            yield Found(each, place, url, match)
            continue
        entries = each.get("entry")
        if entries is not None and not isinstance(entries, list):
            odd.append(f"{place}.entry")
            continue
        for index, entry in enumerate(entries or ()):
            if not isinstance(entry, dict):
                odd.append(f"{place}.entry[{index}]")
            elif entry.get("resource") is not None:
                full, search = entry.get("fullUrl"), entry.get("search")
                inner = f"{place}.entry[{index}].resource"
                beside = isinstance(search, dict) and search.get("mode") in _BESIDE
                waiting.append((entry["resource"], inner, full if isinstance(full, str) else "", not beside))


def check_patient(found: Iterable[Found], patient: str, server: str) -> None:
    """InvalidInput (400) that names the element unless everything is about this patient.

    `patient` is the id of the context, `server` the base URL that knows it, in its normal form ("" if the client did
    not say). What has no reference that can be followed (a display, an identifier, a contained patient) is left to the
    reader, which uses it only where it is this patient's and reports it where nobody can tell.
    """
    everything = list(found)
    own = {f"Patient/{patient}"}
    for each in everything:
        if each.kind == "Patient":
            if each.resource.get("id") != patient:
                raise _other(f"{each.path}.id")
            own.add(each.url)
    for each in everything:
        for path, subject in _subjects(each):
            reference = _reference(path, subject)
            if reference and reference not in own and not reference.startswith("#"):
                if not _names(reference, patient, server):
                    raise _other(f"{path}.reference")
                own.add(reference)


def check_drafts(drafts: Iterable[Found], found: Iterable[Found]) -> None:
    """The same, more strictly: an order that says whose it is must name this patient for certain, or be refused.

    Taken for this patient's, somebody else's draft would hide an order that this patient needs. Without a reference
    only one of the identifiers of the Patient in `found` is certain.
    """
    own = {names.of_identifier(one) for each in found if each.kind == "Patient" for one in _identifiers(each)} - {None}
    for draft in drafts:
        for path, subject in _subjects(draft):
            reference = _reference(path, subject)
            certain = (
                not reference.startswith("#") if reference else names.of_identifier(subject.get("identifier")) in own
            )
            if not certain:
                raise _other(path)


def _subjects(each: Found) -> Iterator[tuple[str, Json]]:
    """Every Reference to whom it is about, with its place. InvalidInput for what cannot be one."""
    for name in _WHOSE:
        value = each.resource.get(name)
        if value is None:
            continue
        path = f"{each.path}.{name}"
        if isinstance(value, list) and each.kind in _SEVERAL:
            for index, one in enumerate(value):
                yield f"{path}[{index}]", _object(f"{path}[{index}]", one)
        else:
            yield path, _object(path, value)


def _object(path: str, value: Any) -> Json:
    if not isinstance(value, dict):
        raise _malformed(path)
    return value


def _reference(path: str, subject: Json) -> str:
    """The reference itself, or "" where there is none."""
    reference = subject.get("reference")
    if reference is None:
        return ""
    if not isinstance(reference, str) or not reference:
        raise _malformed(f"{path}.reference")
    return reference


def _identifiers(patient: Found) -> list[Any]:
    given = patient.resource.get("identifier")
    return given if isinstance(given, list) else []


def _names(reference: str, patient: str, server: str) -> bool:
    found = _PATIENT.fullmatch(reference)
    if not found or found["id"] != patient:
        return False
    return not found["base"] or not server or normal_url(found["base"]) == server


def _malformed(path: str) -> InvalidInput:
    return InvalidInput(f"{path} is not a Reference.", path, code="structure")


def _other(path: str) -> InvalidInput:
    text = "The data are not, or not certainly, those of the patient in the context, so nothing was assessed."
    return InvalidInput(text, path, "context.patientId", code="business-rule")
