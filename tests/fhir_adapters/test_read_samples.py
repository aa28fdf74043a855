"""Small FHIR resources for the tests of reading, and the claim that they are a readable record together."""

from __future__ import annotations

from typing import Any

from cql_like import Date, DateTime
from fhir_adapters.read import read_record
from guideline.findings import Existing, Finding, Problem, Record
from guideline.vocabulary import (
    ACTIVITY_SYSTEM,
    ANSWER_SYSTEM,
    DIAGNOSIS_SYSTEM,
    FINDING_SYSTEM,
    HCPCS,
    ICD10CM,
    LOINC,
    ORDER_SYSTEM,
    RXNORM,
    SNOMED,
)

Json = dict[str, Any]
AS_OF = Date.parse("2026-03-01")
SYSTEMS = {
    "finding": FINDING_SYSTEM, "answer": ANSWER_SYSTEM, "diagnosis": DIAGNOSIS_SYSTEM, "order": ORDER_SYSTEM,
    "activity": ACTIVITY_SYSTEM, "sct": SNOMED, "loinc": LOINC, "icd": ICD10CM, "rxnorm": RXNORM, "hcpcs": HCPCS,
    "cpt": "http://www.ama-assn.org/go/cpt",
}  # fmt: skip
SITES = {"left": "32153003", "right": "62175007", "both": "51440002"}
PATIENT: Json = {"resourceType": "Patient", "id": "p", "birthDate": "1970-05-05"}
SUBJECT: Json = {"reference": "Patient/p"}


def concept(*names: str) -> Json:
    """concept("sct 6077001", "icd M21.371")"""
    pairs = [name.split(" ", 1) for name in names]
    return {"coding": [{"system": SYSTEMS.get(system, system), "code": code} for system, code in pairs]}


def site(side: str) -> Json:
    return concept(f"sct {SITES[side]}")


def observation(code: str, side: str | None = None, /, **more: Any) -> Json:
    out = {
        "resourceType": "Observation", "id": "o", "status": "final", "code": concept(code), "subject": SUBJECT,
        "effectiveDateTime": "2026-01-05", **more,
    }  # fmt: skip
    return {**out, "bodySite": site(side)} if side else out


def condition(*codes: str, side: str | None = None, **more: Any) -> Json:
    out = {"resourceType": "Condition", "id": "c", "code": concept(*codes), "subject": SUBJECT, **more}
    return {**out, "bodySite": [site(side)]} if side else out


def resource(kind: str, name: str, **more: Any) -> Json:
    return {"resourceType": kind, "id": name, "subject": SUBJECT, **more}


def request(code: str, side: str | None = None, /, **more: Any) -> Json:
    out = {"status": "active", "intent": "order", "authoredOn": "2026-01-10", "code": concept(code), **more}
    return resource("ServiceRequest", "s", **(out | ({"bodySite": [site(side)]} if side else {})))


def bundle(*resources: Json, **more: Any) -> Json:
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources], **more}


def read(*resources: Json, as_of: Date | DateTime = AS_OF, patient: Json | None = PATIENT) -> Record:
    return read_record(bundle(*([patient] if patient else []), *resources), as_of)


def values(record: Record, key: str) -> list[tuple[str | None, Any, str | None]]:
    """(side, value, effective) of every finding of a key; dates and quantities as text."""
    found = [f for f in record.findings if f.key == key]
    return [(f.side, _plain(f.value), None if f.effective is None else str(f.effective)) for f in found]


def _plain(value: Any) -> Any:
    return value if isinstance(value, bool | int | str) else str(value)


def only_problem(record: Record) -> Problem:
    assert len(record.problems) == 1, record.problems
    return record.problems[0]


def only_finding(record: Record) -> Finding:
    assert len(record.findings) == 1, record.findings
    return record.findings[0]


def only_existing(record: Record) -> Existing:
    assert len(record.existing) == 1, record.existing
    return record.existing[0]


# One patient with a bit of everything, every resource with an id of its own.
WHOLE: list[Json] = [
    PATIENT,
    observation("finding mrc-ankle-dorsiflexion", "right", id="o1", valueInteger=2),
    observation("finding mrc-ankle-eversion", "right", id="o2", valueString="4-"),
    observation("finding sensation-foot-dorsum", "right", id="o3", valueCodeableConcept=concept("answer reduced")),
    observation("finding saddle-anaesthesia", id="o4", valueBoolean=False),
    observation("sct 386661006", id="o5"),
    observation("loinc 4548-4", id="o6", valueQuantity={"value": 53, "code": "mmol/mol"}),
    observation("loinc 85354-9", id="o7", component=[
        {"code": concept("loinc 8480-6"), "valueQuantity": {"value": 120, "code": "mm[Hg]"}},
        {"code": concept("loinc 8478-0"), "valueQuantity": {"value": 90, "code": "mm[Hg]"}},
    ]),
    observation("loinc 11368-8", "right", id="o8", valueDateTime="2025-12-01"),
    observation("loinc 32385-7", "both", id="o9", valueCodeableConcept=concept("sct 2667000")),
    observation("sct 765771006", "left", id="o10", valueString="1+"),
    condition("icd M21.371", id="c1", onsetDateTime="2025-12", recordedDate="2025-12-20"),
    condition("icd M51.16", id="c2", clinicalStatus=concept("x resolved"), abatementPeriod={"start": "2022-01-01"},
              onsetAge={"value": 50, "code": "a"}),
    condition("sct 399081005", side="right", id="c3", onsetPeriod={"start": "2025-12-02"}),
    request("order physiotherapy", "right", id="s1"),
    request("sct 308481009", "right", id="s2", priority="urgent"),
    resource("Procedure", "p1", status="completed", code=concept("sct 42803009"), bodySite=[site("right")],
             performedPeriod={"start": "2026-01-01", "end": "2026-01-02"}),
    resource("DiagnosticReport", "d1", status="final", code=concept("loinc 18749-2"), effectiveDateTime="2026-01-02"),
    resource("DeviceUseStatement", "u1", status="active", device={"reference": "Device/v1"}, bodySite=site("right"),
             timingPeriod={"start": "2026-01-15"}),
    {"resourceType": "Device", "id": "v1", "type": concept("hcpcs L1932")},
    resource("MedicationStatement", "m1", status="active", medicationCodeableConcept=concept("rxnorm 11289"),
             effectivePeriod={"start": "2024-01-01"}),
    resource("MedicationRequest", "m2", status="stopped", intent="order", authoredOn="2025-01-01",
             medicationReference={"reference": "#drug"},
             contained=[{"resourceType": "Medication", "id": "drug", "code": concept("rxnorm 67108")}]),
    resource("CarePlan", "k1", status="active", intent="plan", created="2026-01-12",
             activity=[{"detail": {"status": "in-progress", "code": concept("activity range-of-motion")}},
                       {"reference": {"reference": "ServiceRequest/s1"}}]),
    resource("Encounter", "e1", status="finished"),
]  # fmt: skip
