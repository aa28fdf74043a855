"""One name for each code system, whatever an exporter writes."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from guideline.vocabulary import CPT, HCPCS, ICD10CM, LOINC, RXNORM, SNOMED

_KNOWN: Final = (SNOMED, LOINC, ICD10CM, RXNORM, HCPCS, CPT)
# The same by the names that other exchange formats give them (HL7 Terminology, external code systems).
_ALIASES: Final = {
    "urn:oid:2.16.840.1.113883.6.96": SNOMED,
    "urn:oid:2.16.840.1.113883.6.1": LOINC,
    "urn:oid:2.16.840.1.113883.6.90": ICD10CM,
    "urn:oid:2.16.840.1.113883.6.88": RXNORM,
    "urn:oid:2.16.840.1.113883.6.285": HCPCS,
    "http://terminology.hl7.org/CodeSystem/HCPCS-all-codes": HCPCS,
    "urn:oid:2.16.840.1.113883.6.12": CPT,
    **{name: name for name in _KNOWN},
    **{name.replace("http:", "https:"): name for name in _KNOWN},
}
# SNOMED CT names an edition, and a version of it, in the path of its URI; the concepts are the same.
_EDITION: Final = re.compile(rf"{re.escape(SNOMED)}/[0-9]{{6,18}}(?:/version/[0-9]{{8}})?")


@lru_cache(maxsize=1024)
def standard(system: str) -> str:
    """The name by which the tables know a system: without blanks, a final slash, a version; else as it came."""
    plain = system.strip().partition("|")[0].rstrip("/")
    found = _ALIASES.get(plain)
    if found is None and _EDITION.fullmatch(plain.replace("https:", "http:", 1)):
        return SNOMED
    return found or system
