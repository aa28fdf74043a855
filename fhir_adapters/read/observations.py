"""Observations: a finding each, or several as components (blood pressure), with a side, a time and a value."""

from __future__ import annotations

from typing import Any

from fhir_adapters.read import codes, models, sides, statuses, times, values
from fhir_adapters.read.codes import Target
from fhir_adapters.read.draft import Draft
from fhir_adapters.read.errors import Unreadable
from fhir_adapters.read.guard import modified
from fhir_adapters.read.shapes import Misshapen
from guideline.findings import Moment, Unanswered
from guideline.unsided import FOOT_DROP


def wanted(raw: dict[str, Any]) -> bool:
    """The cheap first look: does the code, or the code of a component, mean anything here?"""
    if codes.clinical().hits(raw.get("code")):
        return True
    parts = raw.get("component")
    if parts is None:
        return False
    if not isinstance(parts, list):
        return True  # the strict reading says what is wrong with it
    hits = codes.clinical().hits
    return any(not isinstance(part, dict) or hits(part.get("code")) for part in parts)


def read(raw: dict[str, Any], name: str, draft: Draft) -> None:
    """Add what the Observation says; what cannot be used becomes a problem and leaves the rest of it alone."""
    observation = models.Observation.model_validate(raw)
    observation.status = statuses.read("Observation.status", observation.status, name, draft)
    if observation.status in statuses.WITHDRAWN:
        return
    when = effective(observation, name, draft)
    if times.after(when, draft.as_of):
        return
    if observation.focus:
        text = "tells of somebody or something else than the patient"
        draft.problem(name, "Observation.focus", text, "not-supported")
        return
    parts: list[tuple[models.Valued, dict[str, Any], str]] = [(observation, raw, "Observation")]
    for index, part in enumerate(observation.component or ()):
        parts.append((part, raw["component"][index], f"Observation.component[{index}]"))
    for part, part_raw, path in parts:
        targets = codes.clinical().meant(part.code or ())
        if targets and part_raw.get("modifierExtension"):
            modified(name, path, draft)
            continue
        for target in targets:
            if not _answered(target, observation, part, part_raw, path, when, name, draft):
                _ask_again(target, observation, part, raw, when, name, draft)


def ask_again(raw: dict[str, Any], name: str, draft: Draft) -> None:
    """What an Observation that could not be read as a whole would have answered, as far as the rest of it tells."""
    rest = {key: value for key, value in raw.items() if key != "component" and not str(key).startswith("value")}
    try:
        observation = models.Observation.model_validate(rest)
        when = effective(observation, name, draft)
    except (Misshapen, Unreadable):
        return
    if statuses.plain(observation.status or "") in statuses.WITHDRAWN or observation.focus:
        return
    for target in codes.clinical().meant(observation.code or ()):
        _ask_again(target, observation, observation, raw, when, name, draft)


def _ask_again(
    target: Target, observation: models.Observation, part: models.Valued, raw: dict[str, Any], when: Moment | None,
    name: str, draft: Draft,
) -> None:  # fmt: skip
    """Whatever was known before is not known of that day: unknown is not no. A foot drop may then be of either leg."""
    if target.kind == "unknown" or times.after(when, draft.as_of):
        return
    found: sides.Sides = ()
    if target.sided:
        try:
            found = sides.of(part.code or (), observation, draft.resolver(raw), "Observation")
        except Unreadable:
            found = ()
        found = found or (sides.BOTH if target.key in FOOT_DROP else ())
    draft.unanswered += [Unanswered(target.key, side, when, name) for side in (found if target.sided else (None,))]


def effective(observation: models.Observation, name: str, draft: Draft) -> Moment | None:
    """effective[x], else when it was issued. A Timing that tells no date is a problem, and costs only its date."""
    as_of, timing = draft.as_of, observation.effective_timing
    span = times.spread(observation.effective_period, timing, "Observation.effective", as_of)
    if timing is not None and span == (None, None):
        draft.problem(name, "Observation.effectiveTiming", "tells no date", "not-supported")
    return (
        times.moment(observation.effective_date_time, "Observation.effectiveDateTime")
        or times.moment(observation.effective_instant, "Observation.effectiveInstant")
        or (span.start if times.after(span.start, as_of) else times.point(span, as_of))
        or times.moment(observation.issued, "Observation.issued")
    )


def sides_of(observation: models.Observation, raw: dict[str, Any], draft: Draft) -> sides.Sides:
    """The side of an Observation that a report lists; one that was withdrawn, or tells of somebody else, has none."""
    if statuses.plain(observation.status or "") in statuses.WITHDRAWN or observation.focus:
        return ()
    codings = observation.code or ()
    return sides.of(codings, observation, draft.resolver(raw), "Observation")


def _answered(
    target: Target, observation: models.Observation, part: models.Valued, raw: dict[str, Any], path: str,
    when: Moment | None, name: str, draft: Draft,
) -> bool:  # fmt: skip
    """Whether it has a value that could be added."""
    try:
        return _add(target, observation, part, raw, path, when, name, draft)
    except Unreadable as error:
        draft.unreadable(name, error)
        if target.key in FOOT_DROP:
            draft.unread_foot_drop.append(name)
        return False


def _add(
    target: Target, observation: models.Observation, part: models.Valued, raw: dict[str, Any], path: str,
    when: Moment | None, name: str, draft: Draft,
) -> bool:  # fmt: skip
    """Whether it has a value, which is added."""
    if target.kind == "unknown":
        raise Unreadable(f"{path}.code", codes.not_known(target, "finding of this guideline"), "code-invalid")
    value = values.read(target, part, raw, path, draft.as_of, status=observation.status)
    if value is None:
        return False
    found: sides.Sides = ()
    if target.sided:
        codings = part.code or ()
        found = sides.of(codings, observation, draft.resolver(raw), "Observation")
        if not found and target.key == "foot-drop" and value is True:
            draft.unsided_foot_drop.append(name)
    limbs = draft.limbs(target.key, sided=target.sided, sides=found, resource=name, element="Observation.bodySite")
    draft.add(target.key, limbs, value, when, name)
    return True
