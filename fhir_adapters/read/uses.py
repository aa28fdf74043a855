"""Devices and drugs in use: orthosis, stimulator, implanted device, anticoagulant.

Each is a yes/no that lasts: present since its start while it is in use, absent from its end on.
"""

from __future__ import annotations

from typing import Any, Final

from fhir_adapters.read import codes, models, sides, statuses, times
from fhir_adapters.read.codes import Index
from fhir_adapters.read.draft import Draft
from fhir_adapters.read.errors import Unreadable
from fhir_adapters.read.shapes import Coding, Misshapen
from guideline.findings import Moment

_RUNNING: Final = frozenset({"active", "recorded", "unknown", None})  # R5 calls a recorded statement "recorded"
_OVER: Final = frozenset({"completed", "stopped", "ended"})  # R5: ended
_FILLED: Final = ("MedicationRequest", "completed")  # was dispensed: whether it is still taken, nobody says
_WISHES: Final = frozenset({"proposal", "plan", "option"})  # a MedicationRequest that nobody has to follow
_IMPLANTED: Final = frozenset({"active", "unknown", None})


def wanted_device(raw: dict[str, Any]) -> bool:
    """A Device is looked at where its type means something; R5 repeats the type."""
    kinds = raw.get("type")
    return any(map(codes.devices().hits, kinds)) if isinstance(kinds, list) else codes.devices().hits(kinds)


def wanted_use(raw: dict[str, Any]) -> bool:  # noqa: ARG001 - rare, and the device may be elsewhere in the record
    """Every use of a device is looked at."""
    return True


def wanted_drug(raw: dict[str, Any]) -> bool:
    """A drug by its code, or by a link that is followed later."""
    if "medicationReference" in raw:
        return True
    drug = raw.get("medicationCodeableConcept", raw.get("medication"))
    return codes.drugs().hits(drug) or (isinstance(drug, dict) and "reference" in drug)


def read_device(raw: dict[str, Any], name: str, draft: Draft) -> None:
    """An implanted device that is linked to the patient makes MRI unsafe."""
    device = models.Thing.model_validate(raw)
    targets = [target for target in codes.devices().meant(device.codings()) if target.key == "mri-unsafe-device"]
    if not targets or statuses.read("Device.status", device.status, name, draft) not in _IMPLANTED:
        return
    if "patient" not in raw and "subject" not in raw:
        text = "is missing, so nobody can tell whether the device is in this patient; mri-unsafe-device was not set"
        draft.problem(name, "Device.patient", text, "required")
        return
    draft.add_course("mri-unsafe-device", (None,), [(True, None)], name)


def read_use(raw: dict[str, Any], name: str, draft: Draft) -> None:
    """One DeviceUseStatement or DeviceUsage."""
    use = models.Use.model_validate(raw)
    kind = str(raw["resourceType"])
    at = times.moment(use.timing_date_time, f"{kind}.timingDateTime")
    period = times.spread(use.timing_period, use.timing_timing, f"{kind}.timing", draft.as_of)
    recorded = times.moment(use.recorded_on, f"{kind}.recordedOn")
    span = times.Span(at or period.start, period.end)
    _add(use, codes.devices(), span, recorded, raw, name, draft, said=recorded)


def read_drug(raw: dict[str, Any], name: str, draft: Draft) -> None:
    """One MedicationStatement, MedicationUsage or MedicationRequest."""
    use = models.Use.model_validate(raw)
    kind = str(raw["resourceType"])
    if kind == "MedicationRequest" and use.intent in _WISHES and not use.is_reported():
        return
    at = times.moment(use.effective_date_time, f"{kind}.effectiveDateTime")
    period = times.spread(use.effective_period, use.effective_timing, f"{kind}.effective", draft.as_of)
    asserted = times.moment(use.date_asserted, f"{kind}.dateAsserted")
    recorded = asserted or times.moment(use.authored_on, f"{kind}.authoredOn")
    _add(use, codes.drugs(), times.Span(at or period.start, period.end), recorded, raw, name, draft, said=asserted)


def _add(
    use: models.Use, index: Index, span: times.Span, recorded: Moment | None, raw: dict[str, Any], name: str,
    draft: Draft, *, said: Moment | None,
) -> None:  # fmt: skip
    """`recorded` is when it was written down, `said` when that is also the day on which its status holds."""
    kind = str(raw["resourceType"])
    codings = _codings(use, raw, draft)
    targets = index.meant(codings or ())
    if codes.NAMELESS in targets:
        draft.problem(name, kind, codes.not_known(codes.NAMELESS, ""), "code-invalid")
    targets = [target for target in targets if target.kind != "unknown"]
    if use.do_not_perform or not (targets or codings is None):
        return
    status = statuses.read(f"{kind}.status", use.status, name, draft)
    if status not in _RUNNING | _OVER or (kind, status) == _FILLED:
        return
    # A use whose recorded end has passed is over, whatever its status still says.
    over = status in _OVER or (span.end is not None and not times.after(span.end, draft.as_of))
    course = times.course(span, recorded, draft.as_of, over=over, said=said)
    if codings is None and course and course[-1][0]:
        draft.dangling.setdefault(kind, set()).add((name, f"{kind}.{use.link()}"))
    for target in targets if course else ():
        found = sides.of((), use, draft.resolver(raw), kind) if target.sided else ()
        limbs = draft.limbs(target.key, sided=target.sided, sides=found, resource=name, element=f"{kind}.bodySite")
        # A device that was given back is not in use; a drug that was once taken may be taken again.
        draft.add_course(target.key, limbs, course, name, answers="Device" in kind)


def report_dangling(draft: Draft) -> None:
    """One problem for each resource type: where drugs are handed in without their Medications, all links dangle."""
    for links in draft.dangling.values():
        name, element = min(links)
        others = f" (the same in {len(links) - 1} more, {len(links)} in all)" if len(links) > 1 else ""
        text = f"names nothing that can be used in the record{others}, so nobody can tell what is in use"
        draft.problem(name, element, text, "not-found")


def _codings(use: models.Use, raw: dict[str, Any], draft: Draft) -> list[Coding] | None:
    """The codings of what is used, its own or those of the Device or Medication that it links to, contained or
    elsewhere in the record. None if the link leads nowhere; one that only has words says as little as a text."""
    used = use.subject_matter()
    if used.only_says() or used.codings() or used.coding is not None or used.concept is not None or use.link() is None:
        return used.codings()
    found = draft.resolver(raw)(used.target())
    if found is None:
        return None
    kind = str(found.get("resourceType"))
    try:
        thing = models.Thing.model_validate(found)
    except Misshapen as error:
        raise Unreadable(kind, "is linked here and cannot be read", "structure") from error
    status, codings = statuses.plain(thing.status or ""), thing.codings()
    implanted = any(target.key == "mri-unsafe-device" for target in codes.devices().meant(codings))
    # A drug that is not sold any more may still be taken, and an implant may still be there.
    if status == "entered-in-error" or (kind == "Device" and status == "inactive" and not implanted):
        raise Unreadable(f"{kind}.status", f"is {status}, so what is said to be in use was not used", "conflict")
    return codings
