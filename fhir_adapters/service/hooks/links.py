"""Drugs and devices that a resource only links to ("Medication/7"), and that nobody handed in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from fhir_adapters.service.hooks.elements import Json, normal_url
from fhir_adapters.service.hooks.subjects import Found

_POINTER: Final = re.compile(
    r"(?:(?P<base>https?://.+)/)?(?P<kind>Medication|Device)/(?P<id>(?!\.+$)[A-Za-z0-9.\-]{1,128})"
)
_HOLDERS: Final = {  # where a type links, and the template that brings the type
    "MedicationStatement": (("medicationReference", "medication"), "medication-statements"),
    "MedicationUsage": (("medicationReference", "medication"), "medication-statements"),
    "MedicationRequest": (("medicationReference", "medication"), "medication-requests"),
    "DeviceUseStatement": (("device",), "device-uses"),
    "DeviceUsage": (("device",), "device-uses"),
}


def unresolved(found: Iterable[Found], server: str) -> Mapping[str, frozenset[str]]:
    """What is linked and not there, as it is asked for ("Medication/7"), with the templates that lack it.

    A link to another server than `server` is kept whole: nobody can follow it, and it is missing all the same.
    """
    everything = list(found)
    there = {f"{each.kind}/{each.resource.get('id')}" for each in everything} | {each.url for each in everything}
    named: dict[str, set[str]] = {}
    for each in everything:
        names, template = _HOLDERS.get(each.kind, ((), ""))
        for reference in _references(each.resource, names):
            pointer = _pointer(reference, server)
            if pointer and pointer not in there and reference not in there:
                named.setdefault(pointer, set()).add(template)
    return {pointer: frozenset(named[pointer]) for pointer in sorted(named)}


def _references(resource: Json, names: Iterable[str]) -> Iterator[str]:
    """R4 has a Reference there, R5 a CodeableReference."""
    for name in names:
        inner = _inside(resource.get(name))
        reference = inner if isinstance(inner, str) else _inside(inner)
        if isinstance(reference, str):
            yield reference


def _inside(value: Any) -> Any:
    return value.get("reference") if isinstance(value, dict) else None


def _pointer(reference: str, server: str) -> str:
    match = _POINTER.fullmatch(reference.partition("/_history/")[0])
    if not match:
        return ""
    return reference if match["base"] and normal_url(match["base"]) != server else f"{match['kind']}/{match['id']}"
