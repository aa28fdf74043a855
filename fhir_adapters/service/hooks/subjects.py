"""Whose data these are: every Patient and every subject is the patient of the context, or nothing is assessed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from fhir_adapters.service.errors import InvalidInput
from fhir_adapters.service.hooks.elements import Json

_PATIENT: Final = re.compile(r"(?:(?P<base>https?://.+)/)?Patient/(?P<id>[^/?#\s]+)(?:/_history/[^/?#\s]+)?")


@dataclass(frozen=True, slots=True)
class Found:
    """One resource as it was handed in: where ("prefetch.observations.entry[3].resource"), and its fullUrl or ""."""

    resource: Json
    path: str
    url: str = ""

    @property
    def kind(self) -> str:
        return str(self.resource["resourceType"])


def resources(value: Any, path: str) -> Iterator[Found]:
    """The resources in a value: itself, or the entries of a Bundle, of Bundles in Bundles too. Others are left out."""
    waiting: list[tuple[Any, str, str]] = [(value, path, "")]
    while waiting:
        each, place, url = waiting.pop()
        if not isinstance(each, dict) or not isinstance(each.get("resourceType"), str):
            continue
        if each["resourceType"] != "Bundle":
            yield Found(each, place, url)
            continue
        entries = each.get("entry")
        for index, entry in enumerate(entries if isinstance(entries, list) else ()):
            if isinstance(entry, dict):
                full = entry.get("fullUrl")
                inner = f"{place}.entry[{index}].resource"
                waiting.append((entry.get("resource"), inner, full if isinstance(full, str) else ""))


def check_patient(found: Iterable[Found], patient: str, server: str) -> None:
    """InvalidInput (400) that names the element unless everything is about this patient.

    `patient` is the id of the context, `server` the base URL that knows it ("" if the client did not say). What has no
    reference at all (a display, an identifier) is left to the reader, which uses it only where it is this patient's.
    """
    everything = list(found)
    own: set[str] = set()
    plain = f"Patient/{patient}"
    for each in everything:
        if each.kind == "Patient":
            if each.resource.get("id") != patient:
                raise _other(f"{each.path}.id")
            own.add(each.url)
    for each in everything:
        for name in ("subject", "patient"):
            reference = _reference(each.resource.get(name))
            if reference and reference != plain and reference not in own and not _names(reference, patient, server):
                raise _other(f"{each.path}.{name}.reference")


def _reference(subject: Any) -> str:
    reference = subject.get("reference") if isinstance(subject, dict) else None
    return reference if isinstance(reference, str) and not reference.startswith("#") else ""


def _names(reference: str, patient: str, server: str) -> bool:
    found = _PATIENT.fullmatch(reference)
    if not found or found["id"] != patient:
        return False
    return not found["base"] or not server or found["base"] == server


def _other(path: str) -> InvalidInput:
    text = "The data are not, or not certainly, those of the patient in the context, so nothing was assessed."
    return InvalidInput(text, path, "context.patientId", code="business-rule")
