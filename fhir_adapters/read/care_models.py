"""The elements that are read of care, devices and drugs, as `models` has them of findings; ask `models` for them."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from fhir_adapters.read.models import Coding, Concept, Identifier, Linked, Part, Period, Reference, Sited, as_list


class _Ordered(Sited):
    """What ServiceRequest, Procedure, DiagnosticReport and a plan's activity share."""

    status: str | None = None
    intent: str | None = None
    priority: str | None = None
    do_not_perform: bool | None = None
    identifier: list[Identifier] | None = None
    code: Linked | None = None
    occurrence_date_time: str | None = None
    occurrence_period: Period | None = None


class ServiceRequest(_Ordered):
    authored_on: str | None = None


class Procedure(_Ordered):
    performed_date_time: str | None = None
    performed_period: Period | None = None
    recorded: str | None = None


class DiagnosticReport(_Ordered):
    effective_date_time: str | None = None
    effective_period: Period | None = None
    issued: str | None = None
    result: list[Reference] | None = None


class Detail(_Ordered):
    scheduled_period: Period | None = None


class Activity(Part):
    detail: Detail | None = None


class CarePlan(Part):
    status: str | None = None
    intent: str | None = None
    identifier: list[Identifier] | None = None
    period: Period | None = None
    created: str | None = None
    activity: list[Activity] | None = None


class Use(Sited):
    """A device or a drug in use: DeviceUseStatement, DeviceUsage, MedicationStatement, MedicationUsage, -Request."""

    status: str | None = None
    intent: str | None = None
    do_not_perform: bool | None = None
    device: Linked | None = None
    medication: Linked | None = None
    medication_codeable_concept: Linked | None = None
    medication_reference: Linked | None = None
    timing_date_time: str | None = None
    timing_period: Period | None = None
    effective_date_time: str | None = None
    effective_period: Period | None = None
    recorded_on: str | None = None
    date_asserted: str | None = None
    authored_on: str | None = None

    def subject_matter(self) -> Linked:
        given = (self.device, self.medication_codeable_concept, self.medication_reference, self.medication)
        return next((link for link in given if link), Linked())


Types = Annotated[list[Linked] | None, BeforeValidator(as_list), Field(default=None)]


class Thing(Part):
    """A Device (type) or a Medication (code)."""

    status: str | None = None
    type: Types
    code: Linked | None = None

    def codings(self) -> list[Coding]:
        kinds = [*(self.type or ()), *((self.code,) if self.code else ())]
        return [coding for kind in kinds for coding in kind.codings()]


class BodyStructure(Part):
    """R4 `location` and `locationQualifier`; R5 `includedStructure` with `structure` and `laterality`."""

    location: Concept | None = None
    location_qualifier: list[Concept] | None = None
    included_structure: list[IncludedStructure] | None = None

    def codings(self) -> list[Coding]:
        concepts = [self.location, *(self.location_qualifier or ())]
        for part in self.included_structure or ():
            concepts += [part.structure, part.laterality]
        return [coding for concept in concepts if concept for coding in concept.coding or ()]


class IncludedStructure(Part):
    structure: Concept | None = None
    laterality: Concept | None = None
