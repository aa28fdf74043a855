"""What a patient is called: an id on a server, a urn, or an identifier of a system."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, Literal, NamedTuple

from fhir_adapters.read.bundle import Entry

_REFERENCE: Final = re.compile(
    r"(?:https?://(?P<base>.+)/)?(?P<kind>[A-Z][A-Za-z]+)/(?P<id>[^/?#\s]+)(?:/_history/[^/]*)?"
)
URN: Final = "urn:ietf:rfc:3986"  # its values are urns of anybody's making
SAFE: Final = re.compile(r"[\w.:|~-]{1,128}", re.ASCII)
_PLACEHOLDERS: Final = frozenset({"n/a", "na", "n.a.", "unknown", "unk", "none", "null", "nil"})


class Name(NamedTuple):
    """`form`: id (of a Patient; `space` is the server or ""), urn, identifier (`space` is its system)."""

    form: Literal["id", "urn", "identifier"]
    space: str
    value: str

    @property
    def is_number(self) -> bool:
        """Whether it is an identifier of a system that numbers its patients, so that two of them tell two apart."""
        return self.form == "identifier" and self.space != URN


def of_patient(patient: Entry) -> tuple[set[Name], set[Name]]:
    """All names of a Patient resource, and those of them that were only good for a time."""
    names: set[Name] = set()
    name = patient.raw.get("id")
    by_url = of_reference(patient.url) if patient.url else None
    if by_url is not None:
        names.add(by_url)
    if isinstance(name, str) and SAFE.fullmatch(name):
        space = by_url.space if by_url is not None and by_url.form == "id" and by_url.value == name else ""
        names.add(Name("id", space, name))
    given = [(found, _has_ended(raw)) for raw in _identifiers(patient) if (found := of_identifier(raw))]
    lasting = {found for found, ended in given if not ended}
    return names | {found for found, _ in given}, {found for found, ended in given if ended} - lasting


def of_reference(reference: str) -> Name | None:
    """None for what is no reference to a patient."""
    if reference.startswith("urn:"):
        return Name("urn", "", reference)
    if reference.startswith("Patient?identifier="):
        system, _, value = reference.removeprefix("Patient?identifier=").rpartition("|")
        return Name("identifier", system, value)
    found = _REFERENCE.fullmatch(reference)
    if not found or found["kind"] != "Patient" or not SAFE.fullmatch(found["id"]):
        return None
    return Name("id", found["base"] or "", found["id"])


def of_identifier(identifier: Any) -> Name | None:
    """None unless it has a system and a value: "N/A" or a bare number is nobody's name."""
    if not isinstance(identifier, dict):
        return None
    system, value = (_stripped(identifier.get(element)) for element in ("system", "value"))
    return Name("identifier", system, value) if system and value else None


def without_system(identifier: Any) -> str | None:
    """The value of an identifier that has no system. Too little to unite two Patients, enough where there is one."""
    if not isinstance(identifier, dict) or _stripped(identifier.get("system")):
        return None
    value = _stripped(identifier.get("value"))
    given = value.lower() not in _PLACEHOLDERS and any(sign.isalnum() for sign in value)
    return value if given else None


def values_without_system(patient: Entry) -> set[str]:
    """Those of a Patient resource."""
    return {value for raw in _identifiers(patient) if (value := without_system(raw)) is not None}


def _identifiers(patient: Entry) -> Iterator[dict[str, Any]]:
    given = patient.raw.get("identifier")
    return (each for each in given if isinstance(each, dict)) if isinstance(given, list) else iter(())


def _has_ended(identifier: dict[str, Any]) -> bool:
    """Whether it is old, or has an end, also one to come: an insurance number that will be renewed."""
    period = identifier.get("period")
    return identifier.get("use") == "old" or (isinstance(period, dict) and period.get("end") is not None)


def _stripped(text: Any) -> str:
    return text.strip() if isinstance(text, str) else ""
