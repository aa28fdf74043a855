"""The elements that are read, and no others, of each resource; strict about types, silent about the rest.

Shapes are FHIR R4; where R5 names an element differently, both names are here. JSON null counts as absent. A model
raises pydantic.ValidationError, whose `loc` is the element's path.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel


class _Part(BaseModel):
    model_config = ConfigDict(
        strict=True, extra="ignore", defer_build=True, alias_generator=to_camel, validate_by_name=True
    )


class Coding(_Part):
    system: str | None = None
    code: str | None = None


class Identifier(_Part):
    system: str | None = None
    value: str | None = None


class Reference(_Part):
    reference: str | None = None
    identifier: Identifier | None = None


class Concept(_Part):
    coding: list[Coding] | None = None


class Linked(_Part):
    """A CodeableConcept, a Reference, or R5's CodeableReference, which is either."""

    coding: list[Coding] | None = None
    concept: Concept | None = None
    reference: str | Reference | None = None

    def codings(self) -> list[Coding]:
        return self.coding or (self.concept and self.concept.coding) or []

    def target(self) -> str | None:
        return self.reference.reference if isinstance(self.reference, Reference) else self.reference


class Quantity(_Part):
    value: Any = None  # checked where it is used: a number, never text
    comparator: str | None = None
    unit: str | None = None
    system: str | None = None
    code: str | None = None


class Period(_Part):
    start: str | None = None
    end: str | None = None


def _as_list(value: object) -> object:
    return [value] if isinstance(value, dict) else value


Sites = Annotated[list[Linked] | None, BeforeValidator(_as_list), Field(default=None)]


class _Sited(_Part):
    """bodySite is single or repeated, a concept or (R5 DeviceUsage) a link; R5's bodyStructure is a reference."""

    body_site: Sites
    body_structure: Sites

    def sites(self) -> list[Linked]:
        return [*(self.body_site or ()), *(self.body_structure or ())]


class Valued(_Part):
    """The value[x] forms that are understood, of an Observation or one of its components."""

    code: Concept | None = None
    value_boolean: bool | None = None
    value_integer: int | None = None
    value_string: str | None = None
    value_date_time: str | None = None
    value_period: Period | None = None
    value_quantity: Quantity | None = None
    value_codeable_concept: Concept | None = None


class Observation(_Sited, Valued):
    status: str | None = None
    focus: list[Reference] | None = None
    effective_date_time: str | None = None
    effective_period: Period | None = None
    effective_instant: str | None = None
    issued: str | None = None
    component: list[Valued] | None = None


class Condition(_Sited):
    code: Concept | None = None
    clinical_status: Concept | None = None
    verification_status: Concept | None = None
    onset_date_time: str | None = None
    onset_period: Period | None = None
    onset_age: Quantity | None = None
    onset_range: Any = None
    onset_string: str | None = None
    abatement_date_time: str | None = None
    abatement_period: Period | None = None
    recorded_date: str | None = None


class _Ordered(_Sited):
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


class Activity(_Part):
    detail: Detail | None = None


class CarePlan(_Part):
    status: str | None = None
    intent: str | None = None
    identifier: list[Identifier] | None = None
    period: Period | None = None
    created: str | None = None
    activity: list[Activity] | None = None


class Use(_Sited):
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


Types = Annotated[list[Linked] | None, BeforeValidator(_as_list), Field(default=None)]


class Thing(_Part):
    """A Device (type) or a Medication (code)."""

    status: str | None = None
    type: Types
    code: Linked | None = None

    def codings(self) -> list[Coding]:
        kinds = [*(self.type or ()), *((self.code,) if self.code else ())]
        return [coding for kind in kinds for coding in kind.codings()]


class BodyStructure(_Part):
    """R4 `location` and `locationQualifier`; R5 `includedStructure` with `structure` and `laterality`."""

    location: Concept | None = None
    location_qualifier: list[Concept] | None = None
    included_structure: list[IncludedStructure] | None = None

    def codings(self) -> list[Coding]:
        concepts = [self.location, *(self.location_qualifier or ())]
        for part in self.included_structure or ():
            concepts += [part.structure, part.laterality]
        return [coding for concept in concepts if concept for coding in concept.coding or ()]


class IncludedStructure(_Part):
    structure: Concept | None = None
    laterality: Concept | None = None


class Patient(_Part):
    birth_date: str | None = None
