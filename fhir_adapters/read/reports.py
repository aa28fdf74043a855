"""DiagnosticReports: that an examination was done, as a finding and as an order that is done.

R4 gives a report no side. It is taken from the Observations it lists, else from the only limb with a foot drop, else
it is a problem. Observations that a report contains are read as if they were entries of their own, and what it
concludes in codes counts as found.
"""

from __future__ import annotations

from typing import Any, Final, Literal

from fhir_adapters.read import codes, models, observations, statuses, times
from fhir_adapters.read.codes import Target
from fhir_adapters.read.draft import Draft
from fhir_adapters.read.errors import Unreadable
from fhir_adapters.read.guard import guarded
from guideline.findings import Existing, Finding, Moment, Side

State = Literal["ordered", "done"]

_STATES: Final[dict[str | None, State]] = {
    **dict.fromkeys(("registered", "partial", "preliminary", "modified"), "ordered"),
    **dict.fromkeys(("final", "amended", "corrected", "appended"), "done"),
}


def wanted(raw: dict[str, Any]) -> bool:
    """The cheap first look: does the code mean an examination of the tables, or a contained Observation anything?"""
    if codes.reports().hits(raw.get("code")):
        return True
    concluded = raw.get("conclusionCode")
    if any(map(codes.clinical().hits, concluded)) if isinstance(concluded, list) else concluded is not None:
        return True
    contained = raw.get("contained")
    return isinstance(contained, list) and any(isinstance(one, dict) and _is_finding(one) for one in contained)


def _is_finding(raw: dict[str, Any]) -> bool:
    return raw.get("resourceType") == "Observation" and observations.wanted(raw)


def read(raw: dict[str, Any], name: str, draft: Draft) -> None:
    """Add what one report shows to have been done; a report that is not final yet counts as ordered."""
    report = models.DiagnosticReport.model_validate(raw)
    status = statuses.read("DiagnosticReport.status", report.status, name, draft)
    if status in statuses.WITHDRAWN:
        return
    when = _effective(report, draft.as_of)
    if times.after(when, draft.as_of):
        return
    _read_contained(report, raw, name, draft)
    if status in _STATES:
        _add(report, _STATES[status], when, raw, name, draft)
    if status in _STATES and status != "registered":
        _conclude(report, when, raw, name, draft)


def _conclude(
    report: models.DiagnosticReport, when: Moment | None, raw: dict[str, Any], name: str, draft: Draft
) -> None:
    for index, codings in enumerate(report.conclusion_code or ()):
        element = f"DiagnosticReport.conclusionCode[{index}]"
        for target in codes.clinical().meant(codings):
            if target.kind == "unknown":
                draft.problem(name, element, codes.not_known(target, "finding of this guideline"), "code-invalid")
            elif not _says_yes(target):
                text = f"stands for {target.key}, which is asked or measured, not concluded"
                draft.problem(name, element, text, "not-supported")
            elif not target.sided:
                draft.add(target.key, (None,), True, when, name)
            elif sides := _sides(report, raw, draft):
                draft.add(target.key, tuple(sorted(sides)), True, when, name)
            else:
                draft.one_limb.append((Finding(target.key, None, True, when, name), element))


def _says_yes(target: Target) -> bool:
    if target.question and not target.local:
        return False
    return target.at_least is None and (target.feature is None or target.feature.type == "bool")


def _add(
    report: models.DiagnosticReport, state: State, when: Moment | None, raw: dict[str, Any], name: str, draft: Draft
) -> None:
    targets = codes.reports().meant(report.code.codings() if report.code else [])
    found = _sides(report, raw, draft) if any(target.sided for target in targets) else set()
    for target in targets:
        if target.kind == "unknown":
            draft.problem(
                name, "DiagnosticReport.code", codes.not_known(target, "examination of this guideline"), "code-invalid"
            )
        elif target.kind == "finding" and state == "ordered":
            continue
        elif target.key == "edx-done" and when is None:
            text = "is missing, and edx-done is the date of the study"
            draft.problem(name, "DiagnosticReport.effective[x]", text, "required")
        elif target.sided and not found:
            draft.one_limb.append((_item(target, None, state, when, name), "DiagnosticReport.result"))
        else:
            for side in sorted(found) if target.sided else (None,):
                _append(_item(target, side, state, when, name), draft)


def _read_contained(report: models.DiagnosticReport, raw: dict[str, Any], name: str, draft: Draft) -> None:
    find = draft.resolver(raw)
    for index, link in enumerate(report.result or ()):
        if not link.reference or not link.reference.startswith("#"):
            continue
        inner = find(link.reference)
        if inner is None:
            text = "names nothing that is contained and can be used"
            draft.problem(name, f"DiagnosticReport.result[{index}]", text, "not-found")
        elif _is_finding(inner):
            guarded(observations.read, inner, "Observation", f"{name}{link.reference}", draft)


def _append(item: Finding | Existing, draft: Draft) -> None:
    if isinstance(item, Finding):
        draft.findings.append(item)
    else:
        draft.existing.append(item)


def _item(target: Target, side: Side | None, state: State, when: Moment | None, name: str) -> Finding | Existing:
    if target.kind == "order":
        return Existing(target.key, "order", side, state, None, when, name, proposal=False, started=True)
    if target.key == "edx-done" and when is not None:
        return Finding(target.key, side, when, when, name)
    return Finding(target.key, side, True, when, name)


def _effective(report: models.DiagnosticReport, as_of: Moment) -> Moment | None:
    period = times.span(report.effective_period, "DiagnosticReport.effectivePeriod")
    return (
        times.moment(report.effective_date_time, "DiagnosticReport.effectiveDateTime")
        or (period.start if times.after(period.start, as_of) else times.point(period, as_of))
        or times.moment(report.issued, "DiagnosticReport.issued")
    )


def _sides(report: models.DiagnosticReport, raw: dict[str, Any], draft: Draft) -> set[Side]:
    """Every side that the report's own Observations name."""
    found: set[Side] = set()
    find = draft.resolver(raw)
    for link in report.result or ():
        linked = find(link.reference)
        if linked is None or linked.get("resourceType") != "Observation":
            continue
        try:
            observation = models.Observation.model_validate(linked)
            found.update(observations.sides_of(observation, linked, draft))
        except Unreadable:
            continue  # the Observation itself is reported where it is read
    return found
