"""The status and the intent of a resource, as FHIR writes them.

In another letter case it counts as what it is. A status that does not exist, or is missing where FHIR asks for one,
counts as none. Each of these is a problem; nothing is said of a status that exists, whatever it means.
"""

from __future__ import annotations

from typing import Final

from fhir_adapters.read.draft import Draft
from fhir_adapters.read.shapes import Coding

_REQUEST: Final = "draft active on-hold revoked completed entered-in-error unknown"
# R4 and R5 together.
_USE: Final = (
    "active completed entered-in-error intended stopped on-hold unknown not-taken not-done recorded draft"
    " cancelled ended"
)
_KNOWN: Final = {
    element: frozenset(words.split())
    for element, words in {
        "Observation.status": "registered specimen-in-process preliminary final amended corrected appended cancelled"
        " entered-in-error unknown",
        "Condition.clinicalStatus": "active recurrence relapse inactive remission resolved unknown",
        "Condition.verificationStatus": "unconfirmed provisional differential confirmed refuted entered-in-error",
        "ServiceRequest.status": _REQUEST,
        "ServiceRequest.intent": "proposal plan directive order original-order reflex-order filler-order instance-order"
        " option",
        "Procedure.status": "preparation in-progress not-done on-hold stopped completed entered-in-error unknown",
        "DiagnosticReport.status": "registered partial preliminary modified final amended corrected appended cancelled"
        " entered-in-error unknown",
        "CarePlan.status": _REQUEST,
        "CarePlan.intent": "proposal plan order option directive",
        "CarePlan.activity.detail.status": "not-started scheduled in-progress on-hold completed cancelled stopped"
        " unknown entered-in-error",
        "Device.status": "active inactive entered-in-error unknown",
        "DeviceUseStatement.status": _USE,
        "DeviceUsage.status": _USE,
        "MedicationStatement.status": _USE,
        "MedicationUsage.status": _USE,
        "MedicationRequest.status": _USE,
    }.items()
}
WITHDRAWN: Final = frozenset({"entered-in-error", "cancelled"})  # a result that is none
# FHIR does not ask a Device for one, and an Observation counts without.
_OPTIONAL: Final = frozenset({"Observation.status", "Device.status"})


def read(element: str, given: str | None, name: str, draft: Draft, place: str | None = None) -> str | None:
    """`element` says which list holds; `place` is its path in the problem, where that has an index."""
    known, path = _KNOWN[element], place or element
    if given in known:
        return given
    if given is None:
        if element not in _OPTIONAL:
            draft.problem(name, path, "is missing", "required")
        return None
    written = plain(given)
    if written in known:
        draft.problem(name, path, f"must be written {written}", "code-invalid")
        return written
    draft.problem(name, path, "is not one that FHIR knows", "code-invalid")
    return None


def coded(element: str, concept: list[Coding] | None, name: str, draft: Draft) -> set[str]:
    """The same of a concept. What is not there at all is no problem."""
    if concept is None:
        return set()
    known = _KNOWN[element]
    given = {coding.code for coding in concept if coding.code}
    if found := given & known:
        return found
    written = sorted(known.intersection(map(plain, given)))
    if written:
        draft.problem(name, element, f"must be written {' or '.join(written)}", "code-invalid")
    else:
        draft.problem(name, element, "holds no code that FHIR knows", "code-invalid")
    return set(written)


def plain(code: str) -> str:
    """As FHIR would write it."""
    return code.strip().lower()
