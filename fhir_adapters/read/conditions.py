"""Conditions: diagnoses, and the findings whose codes they share.

A Condition without a clinical status is present. One that is over is absent from its abatement on, and was present
before; without an abatement it is over, and what was found after its onset stands. A cause that leaves its mark (a
stroke, a joint replacement) stays true when it is over.
"""

from __future__ import annotations

from typing import Any, Final

from fhir_adapters.read import codes, models, sides, statuses, times
from fhir_adapters.read.codes import Target
from fhir_adapters.read.condition_times import Times
from fhir_adapters.read.draft import Draft
from fhir_adapters.read.errors import Unreadable
from guideline.vocabulary import features

_WRONG: Final = frozenset({"refuted", "entered-in-error"})
_UNSURE: Final = frozenset({"provisional", "differential", "unconfirmed"})
# What would explain signs away and spare the imaging (decision D-04), or take away a test or an operation (D-08, D-12):
# a mere suspicion does neither. Whatever else is suspected counts like a diagnosis.
_EXPLAINING: Final = frozenset({
    "stroke", "multiple-sclerosis", "cerebral-palsy", "spinal-cord-disorder", "syringomyelia-or-chiari",
    "motor-neuron-disease", "charcot-marie-tooth", "polyneuropathy", "diabetic-neuropathy", "muscular-dystrophy",
    "myositis", "myopathy", "spinal-cord-injury", "brain-tumour", "hnpp", "spinal-muscular-atrophy",
    "poliomyelitis-sequelae", "diabetic-radiculoplexus-neuropathy",
})  # fmt: skip


def wanted(raw: dict[str, Any]) -> bool:
    """The cheap first look: does the code mean anything here?"""
    return codes.clinical().hits(raw.get("code"))


def read(raw: dict[str, Any], name: str, draft: Draft) -> None:
    """Add the diagnoses and findings of one Condition, or the problem that it has."""
    condition = models.Condition.model_validate(raw)
    verification = statuses.coded("Condition.verificationStatus", condition.verification_status, name, draft)
    if verification & _WRONG:
        return
    codings = condition.code or []
    targets = _with_twins(codes.clinical().meant(codings))
    if verification & _UNSURE:
        targets = _without_explanations(targets, name, draft)
    clinical = statuses.coded("Condition.clinicalStatus", condition.clinical_status, name, draft)
    when = Times.of(raw, clinical, name, draft)
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


def _with_twins(targets: list[Target]) -> list[Target]:
    """The diagnosis compartment-syndrome is the finding compartment-syndrome-suspected, whichever code named it."""
    keys = {target.key for target in targets}
    if "compartment-syndrome" in keys and "compartment-syndrome-suspected" not in keys:
        twin = features()["compartment-syndrome-suspected"]
        return [*targets, Target("finding", twin.key, twin.sided, twin)]
    return targets


def _without_explanations(targets: list[Target], name: str, draft: Draft) -> list[Target]:
    if unused := sorted(target.key for target in targets if target.key in _EXPLAINING):
        text = f"is not confirmed, so {', '.join(unused)} was not used"
        draft.problem(name, "Condition.verificationStatus", text, "informational")
    return [target for target in targets if target.key not in _EXPLAINING]


def _add(target: Target, when: Times, found: sides.Sides, name: str, draft: Draft) -> None:
    if target.kind == "unknown":
        draft.problem(name, "Condition.code", codes.not_known(target, "diagnosis of this guideline"), "code-invalid")
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
            draft.add(target.key, limbs, value, since, name, history=True, noted=value and when.onset is None)
        if target.key == "foot-drop" and present and when.onset is not None:
            # An episode that is over says nothing about when today's began.
            recorded = None if times.after(when.recorded, draft.as_of) else when.recorded
            draft.add("onset", limbs, when.onset, recorded or when.onset, name, history=True)
    elif target.worth is not None:
        if present:
            draft.add(target.key, limbs, target.worth, course[-1][1], name)
    elif target.feature is not None and target.feature.type == "bool" and target.at_least is None:
        draft.add_course(target.key, limbs, course, name, answers=False)
    else:
        text = f"stands for {target.key}, which is measured, not diagnosed"
        draft.problem(name, "Condition.code", text, "not-supported")
