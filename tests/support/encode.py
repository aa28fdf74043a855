"""A Patient as a FHIR Bundle, each fact in one of the encodings that the contract allows for it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from guideline.vocabulary import (
    ANSWER_SYSTEM,
    DIAGNOSIS_SYSTEM,
    FINDING_SYSTEM,
    ICD10CM,
    LOINC,
    ORDER_SYSTEM,
    SNOMED,
    Coding,
    diagnoses,
    features,
)

if TYPE_CHECKING:
    from tests.support.patients import Care, Fact, Patient

Json = dict[str, Any]

SITES: Final = {"left": ("32153003", "7771000"), "right": ("62175007", "24028007")}
V2: Final = "http://terminology.hl7.org/CodeSystem/v2-0136"
YES: Final = ((SNOMED, "52101004"), (SNOMED, "373066001"), (V2, "Y"))
NO: Final = ((SNOMED, "2667000"), (SNOMED, "373067005"), (V2, "N"))
# What only a device, a drug or a report can say by its code.
NOT_BY_CODE: Final = {"mri-lumbar-done", "knee-imaging-done", "edx-done", "afo-in-use", "fes-in-use", "anticoagulant"}
# ICD-10-CM codes that carry the side themselves.
SIDED_ICD: Final = {
    "foot-drop": {"left": "M21.372", "right": "M21.371"},
    "peroneal-neuropathy": {"left": "G57.32", "right": "G57.31"},
    "radicular-pain": {"left": "M54.32", "right": "M54.31"},
}
IDENTIFIER: Final = {"system": "urn:example:hospital", "value": "footdrop-tests"}


def bundle(patient: Patient) -> Json:
    born = {"birthDate": patient.born} if patient.born else {}
    resources: list[Json] = [
        {"resourceType": "Patient", "id": "p", "identifier": [IDENTIFIER], **born},
        *(resource(fact, number) for number, fact in enumerate(patient.facts)),
        *(request(care, number) for number, care in enumerate(patient.care)),
    ]
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]}


def is_condition(fact: Fact) -> bool:
    """A diagnosis that is present comes as a Condition, the rest as Observations; some present findings may, too."""
    return fact.key in diagnoses() and fact.value is True


def name_of(fact: Fact, number: int) -> str:
    kind = "Condition" if is_condition(fact) or _as_condition(fact) else "Observation"
    return f"{kind}/f{number}"


def resource(fact: Fact, number: int) -> Json:
    if is_condition(fact) or _as_condition(fact):
        return _condition(fact, number)
    return _observation(fact, number)


def request(care: Care, number: int) -> Json:
    out: Json = {
        "resourceType": "ServiceRequest",
        "id": f"s{number}",
        "status": "completed" if care.state == "done" else "active",
        "intent": "proposal" if care.proposal else "order",
        "code": _concept((ORDER_SYSTEM, care.key)),
        "subject": {"reference": "Patient/p"},
    }
    out |= {"priority": care.priority} if care.priority else {}
    out |= {"authoredOn": care.day} if care.day else {}
    return out | ({"bodySite": [_concept((SNOMED, SITES[care.side][0]))]} if care.side else {})


@cache
def own_codings(key: str) -> tuple[Coding, ...]:
    """The published codings of a row that mean this key and no other."""
    rows = {**features(), **diagnoses()}
    if key in NOT_BY_CODE:
        return ()
    return tuple(
        coding
        for coding in rows[key].codings
        if not coding.prefix
        and coding.at_least is None
        and coding.system in (SNOMED, LOINC, ICD10CM)
        and not any(_covers(other, coding) for name, row in rows.items() if name != key for other in row.codings)
    )


def _covers(other: Coding, coding: Coding) -> bool:
    if other.system != coding.system:
        return False
    mine, theirs = coding.code.replace(".", ""), other.code.replace(".", "")
    return mine.startswith(theirs) if other.prefix else mine == theirs


def _as_condition(fact: Fact) -> bool:
    row = features().get(fact.key)
    return (
        fact.value is True and row is not None and row.type == "bool" and fact.form % 5 == 4 and bool(_statements(fact))
    )


def _statements(fact: Fact) -> list[tuple[str, str]]:
    """Codes that say yes by themselves."""
    codes = [(c.system, c.code) for c in own_codings(fact.key) if c.system in (SNOMED, ICD10CM)]
    if fact.side is None:
        return codes
    sided = SIDED_ICD.get(fact.key)
    return [c for c in codes if c[0] == SNOMED] + ([(ICD10CM, sided[fact.side])] if sided else [])


def _condition(fact: Fact, number: int) -> Json:
    codes = _statements(fact)
    if fact.key in diagnoses():
        codes = [(DIAGNOSIS_SYSTEM, fact.key), *codes]
    code = codes[fact.form % len(codes)]
    out: Json = {
        "resourceType": "Condition",
        "id": f"f{number}",
        "code": _concept(code),
        "subject": {"reference": "Patient/p"},
    }
    if fact.form % 2:
        active = _concept(("http://terminology.hl7.org/CodeSystem/condition-clinical", "active"))
        out["clinicalStatus"] = active
    # The onset of a Condition "foot drop" is a finding of its own; when it was recorded is not.
    out |= {"recordedDate": fact.day} if fact.day else {}
    side_said_by_code = code in [(ICD10CM, each) for each in SIDED_ICD.get(fact.key, {}).values()]
    if fact.side and not side_said_by_code:
        out["bodySite"] = [_site(fact)]
    return out


def _observation(fact: Fact, number: int) -> Json:
    system = DIAGNOSIS_SYSTEM if fact.key in diagnoses() else FINDING_SYSTEM
    out: Json = {
        "resourceType": "Observation",
        "id": f"f{number}",
        "status": ("final", "amended", "corrected")[fact.form % 3],
        "code": _concept((system, fact.key), *_questions(fact)),
        "subject": {"reference": "Patient/p"},
        **_valued(fact),
    }
    out |= {"effectiveDateTime": fact.day} if fact.day else {}
    return out | ({"bodySite": _site(fact)} if fact.side else {})


def _questions(fact: Fact) -> list[tuple[str, str]]:
    loinc = [(c.system, c.code) for c in own_codings(fact.key) if c.system == LOINC]
    return loinc[:1] if fact.form % 4 == 3 else []


def _valued(fact: Fact) -> Json:
    row = features().get(fact.key)
    kind, value, form = row.type if row else "bool", fact.value, fact.form
    if kind == "bool":
        coded = (YES if value else NO)[form % 3]
        return {"valueBoolean": value} if form % 2 == 0 else {"valueCodeableConcept": _concept(coded)}
    if kind == "code":
        return {"valueCodeableConcept": _concept((ANSWER_SYSTEM, str(value)))}
    if kind == "dateTime":
        return {"valueDateTime": value}
    if kind == "integer":
        unit = {"system": "http://unitsofmeasure.org", "code": "{score}"} if form % 2 else {}
        text = {"valueString": f"{value}{('', '-', '+')[form % 3]}"} if row and row.high is not None else None
        return ({"valueInteger": value}, {"valueQuantity": {"value": value, **unit}}, text or {"valueInteger": value})[
            form % 3
        ]
    unit = {"system": "http://unitsofmeasure.org", "code": row.unit} if row else {}
    return {"valueQuantity": {"value": int(value) if value == int(value) else float(value), **unit}}


def _site(fact: Fact) -> Json:
    return _concept((SNOMED, SITES[fact.side or "left"][fact.form % 2]))


def _concept(*codes: tuple[str, str]) -> Json:
    return {"coding": [{"system": system, "code": code} for system, code in codes]}
