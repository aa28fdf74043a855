"""The prefetch templates: what the rules read, and no more (minimum necessary).

Only root-level tokens, instance reads, type searches, references and token equality, which a 2.0 client can do. What
the rules know by exact codes is asked for by code; what they know by families of codes (ICD-10-CM, HCPCS), by a linked
drug or by a device is asked for by patient, because a search by token cannot say "begins with".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final
from urllib.parse import quote

from guideline import vocabulary
from guideline.vocabulary import ACTIVITY_SYSTEM, CPT, DIAGNOSIS_SYSTEM, FINDING_SYSTEM, LOINC, ORDER_SYSTEM, SNOMED

TOKEN: Final = "{{context.patientId}}"  # noqa: S105 - a token of a prefetch template
_BLOOD_PRESSURE_PANEL: Final = "85354-9"  # LOINC; its components are read
_REPORTED: Final = ("mri-lumbar-done", "knee-imaging-done", "edx-done")
_CARE: Final = "which care is ordered or done already"


@dataclass(frozen=True, slots=True)
class Template:
    """One prefetch key. `types` are the resources that satisfy it, `holds` is what is not known without it in words,
    and `facts` are the recorded facts that come from it alone. Without a `required` one nothing can be said safely."""

    key: str
    query: str
    types: frozenset[str]
    holds: str
    facts: tuple[str, ...] = ()
    required: bool = False


@cache
def templates() -> tuple[Template, ...]:
    """Every prefetch key, in the order in which discovery lists them."""
    return (
        _template("patient", f"Patient/{TOKEN}", "Patient", "the birth date", required=True),
        _template("observations", _by_code("Observation", _findings()), "Observation", "the findings", required=True),
        _template("conditions", _whole("Condition"), "Condition", "the diagnoses", required=True),
        _template("service-requests", _by_code("ServiceRequest", _care()), "ServiceRequest", _CARE),
        _template("procedures", _by_code("Procedure", _care()), "Procedure", _CARE),
        _template("care-plans", _whole("CarePlan"), "CarePlan", _CARE),
        _template(
            "reports",
            _by_code("DiagnosticReport", _reports()),
            "DiagnosticReport",
            "which examinations were done",
            facts=_REPORTED,
        ),
        _template(
            "device-uses",
            _whole("DeviceUseStatement"),
            "DeviceUseStatement DeviceUsage",
            "which orthosis or stimulator is in use",
            facts=("afo-in-use", "fes-in-use"),
        ),
        _template(
            "devices",
            _whole("Device"),
            "Device",
            "which implants make MRI unsafe",
            facts=("mri-unsafe-device",),
        ),
        _template(
            "medication-statements",
            _whole("MedicationStatement"),
            "MedicationStatement MedicationUsage",
            "which drugs are taken",
            facts=("anticoagulant",),
        ),
        _template(
            "medication-requests",
            _whole("MedicationRequest"),
            "MedicationRequest",
            "which drugs are prescribed",
            facts=("anticoagulant",),
        ),
    )


def _template(
    key: str, query: str, types: str, holds: str, facts: tuple[str, ...] = (), *, required: bool = False
) -> Template:
    return Template(key, query, frozenset(types.split()), holds, facts, required)


def expanded(template: Template, patient: str) -> str:
    """The query for one patient. `patient` is an id that was checked; it is quoted all the same."""
    return template.query.replace(TOKEN, quote(patient, safe=""))


def _whole(kind: str) -> str:
    return f"{kind}?patient={TOKEN}"


def _by_code(kind: str, codes: Iterable[str]) -> str:
    return f"{kind}?patient={TOKEN}&code={','.join(codes)}"


def _findings() -> list[str]:
    """Every code that says something on an Observation. Our own by their system alone: the list stays short."""
    features = [c for row in vocabulary.features().values() for c in row.codings]
    diagnoses = [c for row in vocabulary.diagnoses().values() for c in row.codings]
    found = {c.code for c in (*features, *diagnoses) if c.system in (SNOMED, LOINC) and not c.prefix}
    return [_system(FINDING_SYSTEM), _system(DIAGNOSIS_SYSTEM), *sorted(found | {_BLOOD_PRESSURE_PANEL})]


def _care() -> list[str]:
    codings = [c for kind in vocabulary.order_kinds().values() for c in kind.codings if not c.prefix]
    return [_system(ORDER_SYSTEM), _system(ACTIVITY_SYSTEM), *sorted({c.code for c in codings})]


def _reports() -> list[str]:
    features = [c for key in _REPORTED for c in vocabulary.features()[key].codings]
    kinds = [c for kind in vocabulary.order_kinds().values() for c in kind.codings]
    found = {c.code for c in (*features, *kinds) if c.system in (SNOMED, LOINC, CPT) and not c.prefix}
    return [_system(ORDER_SYSTEM), *sorted(found)]


def _system(system: str) -> str:
    """Any code of a system, as a token ("system|"), its bar written as a URL wants it."""
    return f"{system}%7C"
