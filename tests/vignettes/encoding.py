"""A vignette as a FHIR R4 Bundle, in the many ways in which hospitals write the same thing.

`form` turns the wheel: the same patient is written with booleans, with SNOMED present/absent, with yes/no, with v2 Y/N,
as Conditions, with integers, scores and words, with LOINC panels, with ICD-10-CM codes that carry the side. The codes
are those of the exchange contract, written out here a second time on purpose.
"""

from __future__ import annotations

from typing import Any, Final

from tests.vignettes.story import Care, Recorded, Vignette

Json = dict[str, Any]

BASE: Final = "https://footdrop-guideline.example/fhir/CodeSystem"
SCT, LNC, ICD = "http://snomed.info/sct", "http://loinc.org", "http://hl7.org/fhir/sid/icd-10-cm"
V2, RXN = "http://terminology.hl7.org/CodeSystem/v2-0136", "http://www.nlm.nih.gov/research/umls/rxnorm"
UCUM: Final = "http://unitsofmeasure.org"
SITES: Final = {"left": ("32153003", "7771000"), "right": ("62175007", "24028007")}
YES: Final = ((SCT, "52101004"), (SCT, "373066001"), (V2, "Y"))
NO: Final = ((SCT, "2667000"), (SCT, "373067005"), (V2, "N"))
UNITS: Final = {
    "pain-score": "{score}", "post-void-residual": "mL", "ankle-brachial-index": "1", "egfr": "mL/min/{1.73_m2}",
    "hba1c": "%", "creatine-kinase": "U/L", "systolic-blood-pressure": "mm[Hg]", "mean-arterial-pressure": "mm[Hg]",
}  # fmt: skip
PANEL: Final = {"systolic-blood-pressure": "8480-6", "mean-arterial-pressure": "8478-0"}
MOMENTS: Final = ("onset", "conservative-care-start", "ischaemia-onset", "edx-done")
# Codes that say yes by themselves, for findings that hospitals keep in their problem lists.
PROBLEM: Final = {
    "back-pain": (SCT, "279039007"), "radicular-pain": (SCT, "23056005"), "bladder-dysfunction": (SCT, "267064002"),
    "bowel-dysfunction": (SCT, "72042002"), "fever": (SCT, "386661006"), "neuropathic-pain": (SCT, "247398009"),
    "weight-loss-unintentional": (SCT, "448765001"), "hyperreflexia": (SCT, "86854008"), "pregnant": (SCT, "77386006"),
    "gait-limited": (SCT, "22325002"), "steppage-gait": (SCT, "27253007"), "spasticity": (SCT, "221360009"),
    "calf-contracture": (SCT, "203076007"), "intermittent-tripping": (SCT, "75941004"),
    "mri-unsafe-device": (ICD, "Z95.0"), "anticoagulant": (ICD, "Z79.01"),
}  # fmt: skip
DIAGNOSES: Final = {
    "foot-drop": ((SCT, "6077001"),), "peroneal-neuropathy": ((SCT, "399081005"),),
    "peroneal-nerve-injury": ((SCT, "25604001"),), "sciatic-neuropathy": ((SCT, "52585001"),),
    "lumbosacral-plexopathy": ((SCT, "4062006"), (ICD, "G54.1")),
    "diabetic-radiculoplexus-neuropathy": ((SCT, "39058009"), (ICD, "E11.44")),
    "lumbar-radiculopathy": ((SCT, "128196005"), (ICD, "M54.16")),
    "lumbar-disc-herniation": ((SCT, "202708005"), (ICD, "M51.26")),
    "lumbar-spinal-stenosis": ((SCT, "18347007"), (ICD, "M48.061")),
    "cauda-equina-syndrome": ((SCT, "192970008"), (ICD, "G83.4")), "spinal-infection": ((SCT, "302935008"),),
    "brain-tumour": ((SCT, "126952004"), (ICD, "D33.2")), "cancer-history": ((ICD, "Z85.3"), (ICD, "C50.911")),
    "stroke": ((SCT, "230690007"), (ICD, "I63.9")), "multiple-sclerosis": ((SCT, "24700007"), (ICD, "G35")),
    "cerebral-palsy": ((SCT, "128188000"), (ICD, "G80.1")),
    "motor-neuron-disease": ((SCT, "86044005"), (ICD, "G12.21")),
    "charcot-marie-tooth": ((SCT, "50548001"), (ICD, "G60.0")), "hnpp": ((SCT, "230558006"),),
    "poliomyelitis-sequelae": ((SCT, "31097004"), (ICD, "B91")),
    "diabetes": ((SCT, "44054006"), (ICD, "E11.9")), "diabetic-neuropathy": ((SCT, "424736006"), (ICD, "E11.42")),
    "polyneuropathy": ((SCT, "42345000"), (ICD, "G62.9")), "myositis": ((SCT, "26889001"), (ICD, "M60.9")),
    "inflammatory-neuropathy": ((SCT, "40956001"), (ICD, "G61.0")), "vasculitis": ((SCT, "155441006"), (ICD, "M30.0")),
    "muscular-dystrophy": ((SCT, "77956009"), (ICD, "G71.11")), "spinal-cord-injury": ((SCT, "90584004"),),
    "knee-dislocation": ((SCT, "58320001"),), "hip-dislocation": ((SCT, "157265008"),),
    "fibular-fracture": ((SCT, "75591007"),), "pelvic-fracture": ((SCT, "77493009"), (ICD, "S32.810A")),
    "hip-arthroplasty": (), "knee-arthroplasty": (), "compartment-syndrome": ((SCT, "111245009"),),
    "syringomyelia-or-chiari": ((SCT, "111496009"), (ICD, "G95.0")), "chronic-kidney-disease": ((SCT, "709044004"),),
}  # fmt: skip
# ICD-10-CM codes that carry the side: (right, left).
SIDED_ICD: Final = {
    "foot-drop": ("M21.371", "M21.372"), "peroneal-neuropathy": ("G57.31", "G57.32"),
    "sciatic-neuropathy": ("G57.01", "G57.02"), "radicular-pain": ("M54.31", "M54.32"),
    "hip-arthroplasty": ("Z96.641", "Z96.642"), "knee-arthroplasty": ("Z96.651", "Z96.652"),
    "knee-dislocation": ("S83.101A", "S83.102A"), "peroneal-nerve-injury": ("S84.11XA", "S84.12XA"),
    "fibular-fracture": ("S82.401A", "S82.402A"), "compartment-syndrome": ("T79.A21A", "T79.A22A"),
}  # fmt: skip


def bundle(vignette: Vignette, form: int) -> Json:
    person: Json = {"resourceType": "Patient", "id": "p"}
    person |= {"birthDate": vignette.born} if vignette.born else {}
    resources: list[Json] = [person]
    resources += [_resource(told, number, number + form) for number, told in enumerate(vignette.records)]
    resources += [_request(care, number) for number, care in enumerate(vignette.care)]
    if vignette.unsided_foot_drop:
        resources.append(
            _base("Condition", "u") | {"code": _concept((ICD, "M21.379")), "recordedDate": vignette.as_of[:10]}
        )
    resources = [person, *reversed(resources[1:])] if form % 2 else resources
    kind = ("collection", "searchset", "document")[form % 3]
    return {"resourceType": "Bundle", "type": kind, "entry": [{"resource": each} for each in resources]}


def _resource(told: Recorded, number: int, form: int) -> Json:
    name = f"r{number}"
    if told.key in DIAGNOSES and told.value is True:
        return _condition(told, name, form, _diagnosis(told, form))
    if told.key == "anticoagulant" and told.value is True and form % 3:
        drug = _concept((RXN, ("11289", "1364430")[form % 2]))
        use: Json = {"status": "active", "medicationCodeableConcept": drug, "effectivePeriod": {"start": told.day}}
        return _base("MedicationStatement", name) | use
    if told.key == "afo-in-use" and told.value is True and form % 2:
        orthosis = {"resourceType": "Device", "id": "d", "type": _concept((SCT, "183161001"))}
        more: Json = {
            "status": "active",
            "contained": [orthosis],
            "device": {"reference": "#d"},
            "bodySite": _site(told, form),
        }
        return _base("DeviceUseStatement", name) | more | {"timingDateTime": told.day}
    if told.key == "mri-lumbar-done" and form % 2:
        report = {"status": "final", "code": _concept((LNC, "30679-5")), "effectiveDateTime": told.day}
        return _base("DiagnosticReport", name) | report
    if told.key in PROBLEM and told.value is True and form % 4 == 3:
        return _condition(told, name, form, [PROBLEM[told.key]])
    return _observation(told, name, form)


def _diagnosis(told: Recorded, form: int) -> list[tuple[str, str]]:
    """The local code, a published one, or both."""
    published = list(DIAGNOSES[told.key])
    if told.side and told.key in SIDED_ICD:
        published.append((ICD, SIDED_ICD[told.key][told.side == "left"]))
    local = (f"{BASE}/diagnosis", told.key)
    choices = [[local], *[[each] for each in published], [local, *published[-1:]]]
    return choices[form % len(choices)]


def _condition(told: Recorded, name: str, form: int, codes: list[tuple[str, str]]) -> Json:
    out = _base("Condition", name) | {"code": _concept(*codes)}
    if form % 2:
        out["clinicalStatus"] = _concept(("http://terminology.hl7.org/CodeSystem/condition-clinical", "active"))
    # When a foot drop was recorded is not when it began; of the other diagnoses the day they began is what counts.
    if told.day:
        out["recordedDate" if told.key == "foot-drop" or told.key in PROBLEM else "onsetDateTime"] = told.day
    by_code = any(system == ICD and told.key in SIDED_ICD for system, _ in codes)
    return out | ({"bodySite": [_site(told, form)]} if told.side and not (by_code and form % 2) else {})


def _observation(told: Recorded, name: str, form: int) -> Json:
    system = f"{BASE}/diagnosis" if told.key in DIAGNOSES else f"{BASE}/finding"
    out = _base("Observation", name) | {"status": "final", "effectiveDateTime": told.day}
    if told.key in PANEL and form % 2:
        part = {"code": _concept((LNC, PANEL[told.key]))} | _value(told, form)
        return out | {"code": _concept((LNC, "85354-9")), "component": [part]}
    out |= {"code": _concept((system, told.key))} | _value(told, form)
    return out | ({"bodySite": _site(told, form)} if told.side else {})


def _value(told: Recorded, form: int) -> Json:
    value = told.value
    if isinstance(value, bool):
        return (
            {"valueBoolean": value}
            if form % 2
            else {"valueCodeableConcept": _concept((YES if value else NO)[form % 3])}
        )
    if told.key in MOMENTS:
        return {"valueDateTime": value}
    if isinstance(value, str):
        return {"valueCodeableConcept": _concept((f"{BASE}/answer", value))}
    if told.key.startswith("mrc-"):
        score = {"value": value, "system": UCUM, "code": "{score}"}
        text = f"{value}{'-' if value == 4 else ''}"
        return ({"valueInteger": value}, {"valueQuantity": score}, {"valueString": text})[form % 3]
    if told.key in UNITS:
        return {"valueQuantity": {"value": value, "system": UCUM, "code": UNITS[told.key]}}
    return {"valueInteger": value}


def _request(care: Care, number: int) -> Json:
    out = _base("ServiceRequest", f"s{number}") | {"status": care.status, "intent": "order", "authoredOn": care.day}
    out["code"] = _concept((f"{BASE}/order", care.key))
    out |= {"priority": care.priority} if care.priority else {}
    return out | ({"bodySite": [_concept((SCT, SITES[care.side][0]))]} if care.side else {})


def _base(kind: str, name: str) -> Json:
    return {"resourceType": kind, "id": name, "subject": {"reference": "Patient/p"}}


def _site(told: Recorded, form: int) -> Json:
    return _concept((SCT, SITES[told.side or "left"][form % 2]))


def _concept(*codes: tuple[str, str]) -> Json:
    return {"coding": [{"system": system, "code": code} for system, code in codes]}
