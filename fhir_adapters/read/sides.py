"""Left, right or both: from bodySite, and from the ICD-10-CM codes that carry the side.

A side is never guessed. Two statements that contradict each other raise Unreadable (code "conflict").
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from fhir_adapters.read import models
from fhir_adapters.read.errors import Unreadable
from fhir_adapters.read.shapes import Coding, Misshapen
from guideline.findings import Side
from guideline.vocabulary import ICD10CM, SNOMED

Sides = tuple[Side, ...]
LEFT: Final[Sides] = ("left",)
RIGHT: Final[Sides] = ("right",)
BOTH: Final[Sides] = ("left", "right")
Resolve = Callable[[str | None], dict[str, Any] | None]

_SITES: Final[dict[str, Sides]] = {
    "32153003": LEFT,  # structure of left lower limb
    "62175007": RIGHT,  # structure of right lower limb
    "7771000": LEFT,  # left
    "24028007": RIGHT,  # right
    "51440002": BOTH,  # right and left
}
# Upper limb structure, upper arm structure, left and right upper arm structure: their side is none of a leg.
_ARMS: Final = frozenset({"53120007", "40983000", "368208006", "368209003"})
# The character of the code (without its dot) that carries the side follows the family's own characters. Only families
# of the tables, as the CMS/NCHS tabular prints them; what is not here (0, 6, 9 …: unspecified) says nothing.
_PAIR: Final[dict[str, Sides]] = {"1": RIGHT, "2": LEFT}
_PAIR_OR_BOTH: Final[dict[str, Sides]] = {**_PAIR, "3": BOTH}
_TWO_PAIRS: Final[dict[str, Sides]] = {**_PAIR, "4": RIGHT, "5": LEFT}  # subluxation and dislocation; ankle and foot
_FAMILIES: Final[dict[str, dict[str, Sides]]] = {
    "M2137": _PAIR,  # foot drop
    "G573": _PAIR_OR_BOTH,  # lesion of lateral popliteal nerve
    "G570": _PAIR_OR_BOTH,  # lesion of sciatic nerve
    "S841": _PAIR,  # injury of peroneal nerve
    "S740": _PAIR,  # injury of sciatic nerve
    "S8310": _TWO_PAIRS,  # subluxation and dislocation of knee
    "S7300": _TWO_PAIRS,  # subluxation and dislocation of hip
    "S8283": _PAIR,  # fracture of upper and lower end of fibula
    "S8240": _PAIR,  # fracture of shaft of fibula
    "M79A2": _PAIR,  # nontraumatic compartment syndrome
    "T79A2": _PAIR,  # traumatic compartment syndrome
    "M2457": _TWO_PAIRS,  # contracture, ankle and foot
    "M670": _PAIR,  # short Achilles tendon
    "M543": _PAIR,  # sciatica
    "M544": _PAIR,  # lumbago with sciatica
    "Z9664": _PAIR_OR_BOTH,  # artificial hip joint
    "Z9665": _PAIR_OR_BOTH,  # artificial knee joint
}


def of_code(coding: Coding) -> Sides:
    """The side an ICD-10-CM code carries (M21.371: right), or nothing."""
    if coding.system != ICD10CM or not coding.code:
        return ()
    code = coding.code.replace(".", "").upper()
    for length in (4, 5):
        family = _FAMILIES.get(code[:length])
        if family:
            return family.get(code[length : length + 1], ())
    return ()


def of_concept(codings: Iterable[Coding], element: str) -> Sides:
    """The one side the codings of one concept agree on. Unreadable if they name different ones."""
    found = {side for side in map(_of_coding, codings) if side}
    if len(found) > 1:
        raise Unreadable(element, "names more than one side in one concept", "conflict")
    return found.pop() if found else ()


def of(code: Iterable[Coding], holder: Any, resolve: Resolve, element: str) -> Sides:
    """The side of a resource: `holder` has sites(), `code` are the codings of what was found; () if nobody says."""
    by_code = of_concept(code, f"{element}.code")
    by_site: set[Side] = set()
    for site in holder.sites():
        codings = site.codings() or _structure(site.target(), resolve)
        if any(coding.system == SNOMED and coding.code in _ARMS for coding in codings):
            raise Unreadable(f"{element}.bodySite", "is an arm, and this is about a leg", "not-supported")
        by_site.update(of_concept(codings, f"{element}.bodySite"))
    named: Sides = BOTH if len(by_site) > 1 else tuple(by_site)
    if by_code and named and by_code != named:
        raise Unreadable(f"{element}.bodySite", "contradicts the side that the code carries", "conflict")
    return named or by_code


def _of_coding(coding: Coding) -> Sides:
    if coding.system == SNOMED:
        return _SITES.get(coding.code or "", ())
    return of_code(coding)


def _structure(reference: str | None, resolve: Resolve) -> list[Coding]:
    """The codings of a BodyStructure, which R5 links where R4 has a concept."""
    found = resolve(reference)
    if found is None or found.get("resourceType") != "BodyStructure":
        return []
    try:
        return models.BodyStructure.model_validate(found).codings()
    except Misshapen as error:
        raise Unreadable("BodyStructure", "cannot be read, so the side is not known", "structure") from error
