"""CDS Hooks calls as a client would make them, from a record and from what discovery asks for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import orjson

SERVICE = "footdrop-patient-view"


def prefetch_of(record: bytes, templates: dict[str, str]) -> tuple[str, dict[str, Any]]:
    """The patient's id, and the record dealt out to the prefetch keys by resource type."""
    resources = [entry["resource"] for entry in orjson.loads(record)["entry"]]
    patient = next(each for each in resources if each["resourceType"] == "Patient")
    filled: dict[str, Any] = {}
    for key, template in templates.items():
        kind = template.partition("?")[0].partition("/")[0]
        if kind == "Patient":
            filled[key] = patient
            continue
        found = [each for each in resources if each["resourceType"] == kind]
        resources = [each for each in resources if each["resourceType"] != kind]  # each resource under one key only
        bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset"}
        filled[key] = bundle | ({"entry": [{"resource": each} for each in found]} if found else {})
    return patient["id"], filled


def call(record: bytes, templates: dict[str, str], number: int) -> tuple[str, bytes]:
    """The hookInstance and the body of one patient-view call. No two are about the same patient, as in a clinic: what
    is kept of one patient neither serves the next nor grows with every call."""
    known, prefetch = _prefetch(record, tuple(templates.items()))
    patient = f"{known}-{number}"
    prefetch = prefetch.replace(known.encode(), patient.encode())
    instance = str(uuid5(NAMESPACE_URL, f"bench:{number}"))
    context = {"userId": "Practitioner/bench", "patientId": patient}
    asked = {
        "hook": "patient-view",
        "hookInstance": instance,
        "context": context,
        "prefetch": orjson.Fragment(prefetch),
    }
    return instance, orjson.dumps(asked)


@lru_cache(maxsize=4)
def _prefetch(record: bytes, templates: tuple[tuple[str, str], ...]) -> tuple[str, bytes]:
    patient, filled = prefetch_of(record, dict(templates))
    return patient, orjson.dumps(filled)


def calls(record: bytes, templates: dict[str, str], numbers: range) -> Iterator[bytes]:
    """Bodies of patient-view calls that differ in hookInstance and patient only."""
    return (call(record, templates, number)[1] for number in numbers)
