"""Conditions: diagnoses, and the findings whose codes they share.

A Condition without a clinical status is present. One that is over is absent from its abatement on, and was present
before; a cause that leaves its mark (a stroke, a joint replacement) stays true when it is over.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from cql_like import Date
from fhir_adapters.read import codes, models, sides, times
from fhir_adapters.read.codes import Target
from fhir_adapters.read.draft import Draft
from fhir_adapters.read.errors import Unreadable
from fhir_adapters.read.shapes import Coding
from guideline.findings import Moment
from guideline.vocabulary import features

_OVER: Final = frozenset({"inactive", "resolved", "remission"})
_WRONG: Final = frozenset({"refuted", "entered-in-error"})
_UNSURE: Final = frozenset({"provisional", "differential", "unconfirmed"})
# What is true for good. An event (fracture, dislocation) stays a possible cause of today's foot drop after it has
# healed; a hereditary or progressive disease does not go away by being inactive or in remission.
_LASTING: Final = frozenset({
    "stroke", "cancer-history", "hip-arthroplasty", "knee-arthroplasty", "poliomyelitis-sequelae",
    "fibular-fracture", "pelvic-fracture", "hip-dislocation", "knee-dislocation",
    "multiple-sclerosis", "cerebral-palsy", "motor-neuron-disease", "spinal-muscular-atrophy", "charcot-marie-tooth",
    "hnpp", "muscular-dystrophy",
})  # fmt: skip
# A dislocated knee is an emergency within days of its date, also once it is reduced. Over and undated, it is not.
_LASTING_IF_DATED: Final = frozenset({"knee-dislocation"})
# An alarm does not wait for confirmation, and neither does what makes an examination dangerous.
_ALARMS: Final = frozenset({
    "foot-drop", "cauda-equina-syndrome", "spinal-cord-compression", "compartment-syndrome", "knee-dislocation",
    "compartment-syndrome-suspected", "bladder-dysfunction", "bowel-dysfunction", "mri-unsafe-device", "pregnant",
})  # fmt: skip


def wanted(raw: dict[str, Any]) -> bool:
    """The cheap first look: does the code mean anything here?"""
    return codes.clinical().hits(raw.get("code"))


def read(raw: dict[str, Any], name: str, draft: Draft) -> None:
    """Add the diagnoses and findings of one Condition, or the problem that it has."""
    condition = models.Condition.model_validate(raw)
    verification = _codes(condition.verification_status)
    if verification & _WRONG:
        return
    codings = condition.code or []
    targets = _with_twins(codes.clinical().meant(codings))
    if verification & _UNSURE:
        targets = _alarms(targets, name, draft)
    when = _Times.of(condition, name, draft)
    if not targets or when is None:
        return
    found: sides.Sides = ()
    if any(target.sided for target in targets):
        try:
            found = sides.of(codings, condition, draft.resolver(raw), "Condition")
        except Unreadable as error:
            draft.unreadable(name, error)
            course = when.course("foot-drop", draft.as_of)
            if any(target.key == "foot-drop" for target in targets) and course and course[-1][0]:
                draft.unsided_foot_drop.append(name)
            targets = [target for target in targets if not target.sided]
    for target in targets:
        _add(target, when, found, name, draft)


def _codes(concept: list[Coding] | None) -> set[str]:
    return {coding.code for coding in concept or () if coding.code}


def _with_twins(targets: list[Target]) -> list[Target]:
    """The diagnosis compartment-syndrome is the finding compartment-syndrome-suspected, whichever code named it."""
    keys = {target.key for target in targets}
    if "compartment-syndrome" in keys and "compartment-syndrome-suspected" not in keys:
        twin = features()["compartment-syndrome-suspected"]
        return [*targets, Target("finding", twin.key, twin.sided, twin)]
    return targets


def _alarms(targets: list[Target], name: str, draft: Draft) -> list[Target]:
    kept = [target for target in targets if target.key in _ALARMS]
    unused = sorted(target.key for target in targets if target.key not in _ALARMS and target.kind != "unknown")
    if unused:
        text = f"is not confirmed, so {', '.join(unused)} was not used"
        draft.problem(name, "Condition.verificationStatus", text, "informational")
    return kept


class _Times(NamedTuple):
    """When a Condition began, ended and was recorded, and whether its status says that it is over."""

    onset: Moment | None
    end: Moment | None
    recorded: Moment | None
    over: bool

    @classmethod
    def of(cls, condition: models.Condition, name: str, draft: Draft) -> _Times | None:
        """None if all of it lies after `as_of`. An onset after it is a problem; what was recorded by then counts."""
        recorded = times.moment(condition.recorded_date, "Condition.recordedDate")
        onset = None
        try:
            onset, element = _onset(condition, draft)
            if times.after(onset, draft.as_of):
                onset = None
                if times.after(recorded, draft.as_of):
                    return None
                draft.problem(name, element, "lies in the future (after the assessment's date)", "business-rule")
                if recorded is None:
                    return None
        except Unreadable as error:
            draft.unreadable(name, error)
        abated = times.span(condition.abatement_period, "Condition.abatementPeriod")
        end = times.moment(condition.abatement_date_time, "Condition.abatementDateTime") or abated.end
        clinical = _codes(condition.clinical_status)
        return cls(onset, end, recorded, bool(clinical & _OVER) or (not clinical and end is not None))

    def course(self, key: str, as_of: Moment) -> list[tuple[bool, Moment | None]]:
        dated = self.onset is not None or self.recorded is not None
        over = self.over and (key not in _LASTING or (key in _LASTING_IF_DATED and not dated))
        return times.course(times.Span(self.onset, self.end), self.recorded, as_of, over=over)


def _onset(condition: models.Condition, draft: Draft) -> tuple[Moment | None, str]:
    """onset[x] and its element. An age counts from the birth date, to the year."""
    when = times.moment(condition.onset_date_time, "Condition.onsetDateTime")
    if when is not None:
        return when, "Condition.onsetDateTime"
    if condition.onset_period is not None:
        return times.span(condition.onset_period, "Condition.onsetPeriod").start, "Condition.onsetPeriod.start"
    if condition.onset_age is not None:
        return _at_age(condition.onset_age, draft.birth_date), "Condition.onsetAge"
    for given, element in ((condition.onset_string, "onsetString"), (condition.onset_range, "onsetRange")):
        if given is not None:
            raise Unreadable(f"Condition.{element}", "tells no date", "not-supported")
    return None, "Condition.onset[x]"


def _at_age(age: models.Quantity, birth: Date | None) -> Date:
    if birth is None:
        raise Unreadable("Condition.onsetAge", "needs the patient's birth date", "required")
    years = age.value
    if isinstance(years, bool) or not isinstance(years, int | float) or (age.code or age.unit) not in ("a", "years"):
        raise Unreadable("Condition.onsetAge", "is not an age in years", "not-supported")
    if not 0 <= years <= 150:
        raise Unreadable("Condition.onsetAge.value", "is not an age in years")
    try:
        return Date(birth.year + int(years))
    except ValueError as error:
        raise Unreadable("Condition.onsetAge", "ends in a year that does not exist") from error


def _add(target: Target, when: _Times, found: sides.Sides, name: str, draft: Draft) -> None:
    if target.kind == "unknown":
        draft.problem(name, "Condition.code", "is no diagnosis of this guideline", "code-invalid")
        return
    course = when.course(target.key, draft.as_of)
    if not course:
        return
    present = course[-1][0]
    if target.key == "foot-drop" and not found and present:
        draft.unsided_foot_drop.append(name)
    limbs = draft.limbs(target.key, sided=target.sided, sides=found, resource=name, element="Condition.bodySite")
    if target.kind == "diagnosis":
        for value, since in course:
            draft.add(target.key, limbs, value, since, name, history=True)
        if target.key == "foot-drop" and present and when.onset is not None:
            # An episode that is over says nothing about when today's began.
            recorded = None if times.after(when.recorded, draft.as_of) else when.recorded
            draft.add("onset", limbs, when.onset, recorded or when.onset, name)
    elif target.worth is not None:
        if present:
            draft.add(target.key, limbs, target.worth, course[-1][1], name)
    elif target.feature is not None and target.feature.type == "bool" and target.at_least is None:
        draft.add_course(target.key, limbs, course, name)
    else:
        text = f"stands for {target.key}, which is measured, not diagnosed"
        draft.problem(name, "Condition.code", text, "not-supported")
