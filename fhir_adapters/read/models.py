"""The elements that are read, and no others, of each resource; strict about types, silent about the rest.

Shapes are FHIR R4; where R5 names an element differently, both names are here. JSON null counts as absent. A model
raises pydantic.ValidationError, whose `loc` is the element's path.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel


class Part(BaseModel):
    model_config = ConfigDict(
        strict=True, extra="ignore", defer_build=True, alias_generator=to_camel, validate_by_name=True
    )


class Coding(Part):
    system: str | None = None
    code: str | None = None


class Identifier(Part):
    system: str | None = None
    value: str | None = None


class Reference(Part):
    reference: str | None = None
    identifier: Identifier | None = None


class Concept(Part):
    coding: list[Coding] | None = None


class Linked(Part):
    """A CodeableConcept, a Reference, or R5's CodeableReference, which is either."""

    coding: list[Coding] | None = None
    concept: Concept | None = None
    reference: str | Reference | None = None

    def codings(self) -> list[Coding]:
        return self.coding or (self.concept and self.concept.coding) or []

    def target(self) -> str | None:
        return self.reference.reference if isinstance(self.reference, Reference) else self.reference


class Quantity(Part):
    value: Any = None  # checked where it is used: a number, never text
    comparator: str | None = None
    unit: str | None = None
    system: str | None = None
    code: str | None = None


class Period(Part):
    start: str | None = None
    end: str | None = None


def as_list(value: object) -> object:
    """A single object as the list that R5 makes of it."""
    return [value] if isinstance(value, dict) else value


Sites = Annotated[list[Linked] | None, BeforeValidator(as_list), Field(default=None)]


class Sited(Part):
    """bodySite is single or repeated, a concept or (R5 DeviceUsage) a link; R5's bodyStructure is a reference."""

    body_site: Sites
    body_structure: Sites

    def sites(self) -> list[Linked]:
        return [*(self.body_site or ()), *(self.body_structure or ())]


class Valued(Part):
    """The value[x] forms that are understood, of an Observation or one of its components."""

    code: Concept | None = None
    value_boolean: bool | None = None
    value_integer: int | None = None
    value_string: str | None = None
    value_date_time: str | None = None
    value_period: Period | None = None
    value_quantity: Quantity | None = None
    value_codeable_concept: Concept | None = None


class Observation(Sited, Valued):
    status: str | None = None
    focus: list[Reference] | None = None
    effective_date_time: str | None = None
    effective_period: Period | None = None
    effective_instant: str | None = None
    issued: str | None = None
    component: list[Valued] | None = None


class Condition(Sited):
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


class Patient(Part):
    birth_date: str | None = None


def __getattr__(name: str) -> Any:
    """The models of care, devices and drugs: most records of a visit hold none, so they are loaded with the first."""
    if name not in ("BodyStructure", "CarePlan", "DiagnosticReport", "Procedure", "ServiceRequest", "Thing", "Use"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from fhir_adapters.read import care_models

    return getattr(care_models, name)
