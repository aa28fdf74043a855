"""The elements that are read, and no others, of each resource.

Shapes are FHIR R4; where R5 names an element differently, both names are here. The order of elements decides which of
two that are wrong is reported.
"""

from __future__ import annotations

from typing import Any

from fhir_adapters.read.shapes import (
    ANYTHING,
    CODINGS,
    CONCEPT,
    CONCEPTS,
    TEXT,
    TEXTS,
    TEXTS_OR_ONE,
    WHOLE,
    YES_NO,
    Coding,
    Shape,
    each,
    each_or_one,
    one,
    text_or,
)


class Identifier(Shape):
    system: str | None = TEXT
    value: str | None = TEXT


class Reference(Shape):
    reference: str | None = TEXT
    identifier: Identifier | None = one(Identifier)
    display: Any = ANYTHING


class Linked(Shape):
    """A CodeableConcept, a Reference, or R5's CodeableReference, which is either."""

    coding: list[Coding] | None = CODINGS
    concept: list[Coding] | None = CONCEPT
    reference: str | Reference | None = text_or(Reference)
    identifier: Any = ANYTHING
    display: Any = ANYTHING

    def codings(self) -> list[Coding]:
        return self.coding or self.concept or []

    def target(self) -> str | None:
        return self.reference.reference if isinstance(self.reference, Reference) else self.reference

    def only_says(self) -> bool:
        """Whether it is a link that leads nowhere by itself: words for a reader."""
        link = self.reference if isinstance(self.reference, Reference) else self
        return not link.reference and link.identifier is None and link.display is not None


class Quantity(Shape):
    value: Any = ANYTHING  # checked where it is used: a number, never text
    comparator: str | None = TEXT
    unit: str | None = TEXT
    system: str | None = TEXT
    code: str | None = TEXT


class Period(Shape):
    start: str | None = TEXT
    end: str | None = TEXT


class Repeat(Shape):
    bounds_period: Period | None = one(Period)


class Timing(Shape):
    event: list[str | None] | None = TEXTS
    repeat: Repeat | None = one(Repeat)


class Sited(Shape):
    """bodySite is single or repeated, a concept or (R5 DeviceUsage) a link; R5's bodyStructure is a reference."""

    body_site: list[Linked] | None = each_or_one(Linked)
    body_structure: list[Linked] | None = each_or_one(Linked)

    def sites(self) -> list[Linked]:
        return [*(self.body_site or ()), *(self.body_structure or ())]


# findings


class Valued(Shape):
    """The value[x] forms that are understood, of an Observation or one of its components."""

    code: list[Coding] | None = CONCEPT
    value_boolean: bool | None = YES_NO
    value_integer: int | None = WHOLE
    value_string: str | None = TEXT
    value_date_time: str | None = TEXT
    value_period: Period | None = one(Period)
    value_quantity: Quantity | None = one(Quantity)
    value_codeable_concept: list[Coding] | None = CONCEPT


class Observation(Sited, Valued):
    status: str | None = TEXT
    focus: list[Reference] | None = each(Reference)
    effective_date_time: str | None = TEXT
    effective_period: Period | None = one(Period)
    effective_instant: str | None = TEXT
    effective_timing: Timing | None = one(Timing)
    issued: str | None = TEXT
    component: list[Valued] | None = each(Valued)


class Condition(Sited):
    code: list[Coding] | None = CONCEPT
    clinical_status: list[Coding] | None = CONCEPT
    verification_status: list[Coding] | None = CONCEPT


class Patient(Shape):
    birth_date: str | None = TEXT


# care, devices and drugs


class _Ordered(Sited):
    """What ServiceRequest, Procedure, DiagnosticReport and a plan's activity share."""

    status: str | None = TEXT
    intent: str | None = TEXT
    priority: str | None = TEXT
    do_not_perform: bool | None = YES_NO
    identifier: list[Identifier] | None = each(Identifier)
    code: Linked | None = one(Linked)
    occurrence_date_time: str | None = TEXT
    occurrence_period: Period | None = one(Period)
    occurrence_timing: Timing | None = one(Timing)


class ServiceRequest(_Ordered):
    instantiates_canonical: list[str | None] | None = TEXTS_OR_ONE
    authored_on: str | None = TEXT


class Procedure(_Ordered):
    performed_date_time: str | None = TEXT
    performed_period: Period | None = one(Period)
    performed_age: Quantity | None = one(Quantity)
    performed_range: Any = ANYTHING
    performed_string: str | None = TEXT
    occurrence_age: Quantity | None = one(Quantity)
    occurrence_range: Any = ANYTHING
    occurrence_string: str | None = TEXT
    recorded: str | None = TEXT


class DiagnosticReport(_Ordered):
    effective_date_time: str | None = TEXT
    effective_period: Period | None = one(Period)
    issued: str | None = TEXT
    result: list[Reference] | None = each(Reference)
    conclusion_code: list[list[Coding]] | None = CONCEPTS


class Detail(_Ordered):
    scheduled_period: Period | None = one(Period)
    modifier_extension: Any = ANYTHING


class Activity(Shape):
    detail: Detail | None = one(Detail)
    modifier_extension: Any = ANYTHING


class CarePlan(Shape):
    status: str | None = TEXT
    intent: str | None = TEXT
    identifier: list[Identifier] | None = each(Identifier)
    instantiates_canonical: list[str | None] | None = TEXTS_OR_ONE
    period: Period | None = one(Period)
    created: str | None = TEXT
    activity: list[Activity] | None = each(Activity)


class Use(Sited):
    """A device or a drug in use: DeviceUseStatement, DeviceUsage, MedicationStatement, MedicationUsage, -Request."""

    status: str | None = TEXT
    intent: str | None = TEXT
    do_not_perform: bool | None = YES_NO
    reported: bool | None = YES_NO
    reported_boolean: bool | None = YES_NO
    reported_reference: Any = ANYTHING
    device: Linked | None = one(Linked)
    medication: Linked | None = one(Linked)
    medication_codeable_concept: Linked | None = one(Linked)
    medication_reference: Linked | None = one(Linked)
    timing_date_time: str | None = TEXT
    timing_period: Period | None = one(Period)
    timing_timing: Timing | None = one(Timing)
    effective_date_time: str | None = TEXT
    effective_period: Period | None = one(Period)
    effective_timing: Timing | None = one(Timing)
    recorded_on: str | None = TEXT
    date_asserted: str | None = TEXT
    authored_on: str | None = TEXT

    def subject_matter(self) -> Linked:
        given = (self.device, self.medication_codeable_concept, self.medication_reference, self.medication)
        return next((link for link in given if link), Linked())

    def is_reported(self) -> bool:
        """Whether it tells what somebody says is taken, and prescribes nothing (US Core does so with intent "plan")."""
        return bool(self.reported or self.reported_boolean or self.reported_reference)

    def link(self) -> str | None:
        """The element that may link to what is used, None where it is coded here."""
        forms = {"device": self.device, "medicationReference": self.medication_reference, "medication": self.medication}
        return None if self.medication_codeable_concept else next((name for name in forms if forms[name]), None)


class Thing(Shape):
    """A Device (type) or a Medication (code)."""

    status: str | None = TEXT
    type: list[Linked] | None = each_or_one(Linked)
    code: Linked | None = one(Linked)

    def codings(self) -> list[Coding]:
        kinds = [*(self.type or ()), *((self.code,) if self.code else ())]
        return [coding for kind in kinds for coding in kind.codings()]


class IncludedStructure(Shape):
    structure: list[Coding] | None = CONCEPT
    laterality: list[Coding] | None = CONCEPT


class BodyStructure(Shape):
    """R4 `location` and `locationQualifier`; R5 `includedStructure` with `structure` and `laterality`."""

    location: list[Coding] | None = CONCEPT
    location_qualifier: list[list[Coding]] | None = CONCEPTS
    included_structure: list[IncludedStructure] | None = each(IncludedStructure)

    def codings(self) -> list[Coding]:
        concepts = [self.location, *(self.location_qualifier or ())]
        for part in self.included_structure or ():
            concepts += [part.structure, part.laterality]
        return [coding for concept in concepts if concept for coding in concept]
