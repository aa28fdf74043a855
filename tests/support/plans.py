"""Questions to ask of an assessment, so that a property reads as its sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from hypothesis import currently_in_test_context, note

from fhir_adapters import Assessment, assess
from guideline.assessment import PRIORITIES, Alert, Proposal, Side
from guideline.vocabulary import order_kinds
from tests.support.patients import Patient

SPINAL_MRI: Final = (
    "mri-lumbar-spine", "mri-lumbar-spine-contrast", "mri-thoracic-spine", "mri-cervical-spine",
)  # fmt: skip
EXTENDED: Final = ("mri-brain", "mri-thoracic-spine", "mri-cervical-spine")
MRI: Final = (*SPINAL_MRI, "mri-brain", "mri-lumbosacral-plexus")
CONSULTS: Final = tuple(key for key in order_kinds() if key.endswith("-consult"))
SURGICAL: Final = ("spine-surgery-consult", "nerve-surgery-consult", "foot-ankle-surgery-consult", "fasciotomy-consult")
MOVING: Final = (
    "gait-practice", "task-training", "aerobic-training", "circuit-class", "treadmill-training",
    "robot-assisted-training", "virtual-reality-training", "rhythmic-cueing", "home-heel-raises", "early-mobilisation",
)  # fmt: skip
_OTHER: Final = {"left": "right", "right": "left"}
FOUR_GOALS: Final = ("mobility", "fall-prevention", "pain-control", "posture")


def assessed(patient: Patient) -> Assessment:
    """The answer for a patient, who is printed as a FHIR Bundle if the property fails."""
    if currently_in_test_context():
        note(patient)
    return assess(patient.bundle(), as_of=patient.as_of)


def rank(priority: str) -> int:
    return PRIORITIES.index(priority)  # type: ignore[arg-type]


def order(plan: Assessment, key: str, side: Side | None = None) -> Proposal | None:
    """The order of that key, and of that leg where it has one."""
    wanted = side if order_kinds()[key].sided else None
    return next((one for one in plan.orders if (one.key, one.side) == (key, wanted)), None)


def ordered(plan: Assessment, key: str, side: Side | None = None, *, at_least: str = "routine") -> bool:
    found = order(plan, key, side)
    return found is not None and rank(found.priority) >= rank(at_least)


def keys(proposals: Iterable[Proposal], side: Side | None = None) -> set[str]:
    """Keys of orders or activities; with a side, of those of that leg and of those that have none."""
    return {one.key for one in proposals if side is None or one.side in (side, None)}


def highest(plan: Assessment) -> int:
    return max((rank(one.priority) for one in plan.orders), default=-1)


def alerts(plan: Assessment, *severities: str, side: Side | None = None) -> list[Alert]:
    wanted = severities or ("critical", "warning", "info")
    return [one for one in plan.alerts if one.severity in wanted and (side is None or one.side in (side, None))]


def cites(found: Iterable[Any], *statements: str) -> bool:
    """Whether one of these alerts, orders or activities stands on one of the statements."""
    return any(set(one.statements) & set(statements) for one in found)


def drops(plan: Assessment) -> list[Side]:
    return [limb.side for limb in plan.limbs if limb.foot_drop]


def diagnoses(plan: Assessment, side: Side) -> dict[str, str]:
    """Diagnosis -> certainty."""
    return {one.diagnosis: one.certainty for limb in plan.limbs if limb.side == side for one in limb.differential}


def said(plan: Assessment, *parts: str) -> Iterator[str]:
    """Every sentence of these parts of the answer (all of them, if none is named)."""
    for part in parts or ("orders", "activities", "goals", "alerts", "questions", "prognosis"):
        yield from (one.text for one in getattr(plan, part))
    if not parts:
        yield from (entry.change for entry in plan.timeline)


def says(plan: Assessment, pattern: str, *parts: str) -> list[str]:
    """The sentences that match."""
    return [text for text in said(plan, *parts) if re.search(pattern, text, re.IGNORECASE)]


def request_set(plan: Assessment) -> set[tuple[str, str | None, str, str]]:
    return {(one.key, one.side, one.priority, one.strength) for one in plan.orders}


def swapped(value: Any) -> Any:
    """An answer's JSON with the legs exchanged."""
    if isinstance(value, dict):
        return {key: swapped(each) for key, each in value.items()}
    if isinstance(value, list):
        return [swapped(each) for each in value]
    if isinstance(value, str):
        return re.sub(r"^(left|right)$|\b(left|right)(?= leg\b|\))", lambda match: _OTHER[match[0]], value)
    return value


def unordered(value: Any) -> Any:
    """The same for two lists whose only difference is their order (left comes before right)."""
    if isinstance(value, dict):
        return {key: unordered(each) for key, each in value.items()}
    if isinstance(value, list):
        return sorted((unordered(each) for each in value), key=repr)
    return value
