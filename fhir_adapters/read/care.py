"""Care that is ordered or done: ServiceRequest, Procedure, and the activities of a CarePlan.

A draft, a proposal or an option counts only where this guideline wrote it; what was revoked, put on hold or entered in
error counts as absent (decision D-13). Real physiotherapy or orthosis care also tells when conservative care began; a
proposal never does.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, Literal, NamedTuple, cast

from fhir_adapters.read import codes, models, sides, statuses, times
from fhir_adapters.read.codes import Target
from fhir_adapters.read.draft import Draft
from fhir_adapters.read.errors import Unreadable
from fhir_adapters.read.guard import modified, part
from guideline.findings import Existing, Finding, Moment, Side
from guideline.vocabulary import BASE

State = Literal["ordered", "done"]
Priority = Literal["routine", "urgent", "asap", "stat"]

_PRIORITIES: Final = frozenset({"routine", "urgent", "asap", "stat"})
_REAL: Final = frozenset({"order", "original-order", "reflex-order", "filler-order", "instance-order", "plan"})
_REQUEST: Final[dict[str | None, State]] = {"active": "ordered", "completed": "done"}
_PROCEDURE: Final[dict[str | None, State]] = {
    "preparation": "ordered", "in-progress": "ordered", "completed": "done",
}  # fmt: skip
_ACTIVITY: Final[dict[str | None, State]] = {
    "not-started": "ordered", "scheduled": "ordered", "in-progress": "ordered", "completed": "done",
}  # fmt: skip
_CONSERVATIVE: Final = frozenset({"physiotherapy", "ankle-foot-orthosis"})


def wanted(raw: dict[str, Any]) -> bool:
    """The cheap first look at a ServiceRequest or Procedure: is its code in the tables?"""
    return codes.care().hits(raw.get("code"))


def wanted_plan(raw: dict[str, Any]) -> bool:
    """The same for a CarePlan: does an activity have a code of the tables?"""
    activities = raw.get("activity")
    if not isinstance(activities, list):
        return activities is not None  # the strict reading says what is wrong with it
    details = [activity.get("detail") if isinstance(activity, dict) else activity for activity in activities]
    hits = codes.care().hits
    return any(hits(detail.get("code")) if isinstance(detail, dict) else detail is not None for detail in details)


def read_request(raw: dict[str, Any], name: str, draft: Draft) -> None:
    """Add the orders one ServiceRequest stands for."""
    request = models.ServiceRequest.model_validate(raw)
    targets = _targets(request.code)
    status = statuses.read("ServiceRequest.status", request.status, name, draft)
    state: State | None = "ordered" if status == "draft" else _REQUEST.get(status)
    if state is None or request.do_not_perform:
        return
    intent = statuses.read("ServiceRequest.intent", request.intent, name, draft)
    authored = times.moment(request.authored_on, "ServiceRequest.authoredOn")
    if not _counts(request, status, intent, targets) or times.after(authored, draft.as_of):
        return
    occurs = _occurrence(request, "ServiceRequest", draft.as_of)
    date = authored if state == "ordered" else _not_later(occurs, draft.as_of) or authored
    planned = _planned(request, draft.as_of) if state == "ordered" else None
    proposal, real = intent == "proposal", intent in _REAL and status != "draft"
    order = _Order("ServiceRequest", name, state, _priority(request.priority), date, authored or date, proposal, real)
    order._replace(planned=planned).add(targets, request, raw, draft)


def read_procedure(raw: dict[str, Any], name: str, draft: Draft) -> None:
    """Add what one Procedure has done or is doing."""
    procedure = models.Procedure.model_validate(raw)
    status = statuses.read("Procedure.status", procedure.status, name, draft)
    state = _PROCEDURE.get(status)
    if state is None:
        return
    began, date = _performed(procedure, name, draft)
    if times.after(began, draft.as_of):
        return
    started = status != "preparation"
    order = _Order("Procedure", name, state, None, date, began, proposal=False, started=started)
    order.add(_targets(procedure.code), procedure, raw, draft)


def read_plan(raw: dict[str, Any], name: str, draft: Draft) -> None:
    """Add the activities a CarePlan describes itself; those it only links are read as resources of their own."""
    plan = models.CarePlan.model_validate(raw)
    plan.status = statuses.read("CarePlan.status", plan.status, name, draft)
    if plan.status not in ("draft", "active", "completed"):
        return
    plan.intent = statuses.read("CarePlan.intent", plan.intent, name, draft)
    created = times.moment(plan.created, "CarePlan.created")
    begun = times.span(plan.period, "CarePlan.period").start or created
    if times.after(begun, draft.as_of):
        return
    for index, activity in enumerate(plan.activity or ()):
        detail, path = activity.detail, f"CarePlan.activity[{index}].detail"
        targets = _targets(detail.code) if detail else []
        if detail is None or not targets or detail.do_not_perform:
            continue
        if activity.modifier_extension or detail.modifier_extension:
            modified(name, f"CarePlan.activity[{index}]" if activity.modifier_extension else path, draft)
        else:
            _read_activity(plan, detail, targets, path, begun, raw, name, draft)


def _read_activity(
    plan: models.CarePlan, detail: models.Detail, targets: list[Target], path: str, begun: Moment | None,
    raw: dict[str, Any], name: str, draft: Draft,
) -> None:  # fmt: skip
    status = statuses.read("CarePlan.activity.detail.status", detail.status, name, draft, f"{path}.status")
    state = _ACTIVITY.get(status)
    if state is None or (plan.status == "completed" and state != "done"):
        return
    if not _counts(plan, plan.status, plan.intent, targets):
        return
    since = times.span(detail.scheduled_period, f"{path}.scheduledPeriod").start or begun
    if times.after(since, draft.as_of):
        since = begun  # planned for later, ordered now
    begins = status in ("in-progress", "completed") or plan.status != "draft"
    proposal, real = plan.intent == "proposal", plan.intent in _REAL and begins
    order = _Order(path, name, state, None, since, since, proposal, real, one_limb=True)
    order.add(targets, detail, raw, draft)


class _Order(NamedTuple):
    """One resource's (or activity's) state and dates, ready to be written for every key and side that it has.

    `since` is when care began, `date` when it was ordered or done. `one_limb`: R4 gives a plan's activity no place for
    a side, as it gives none to a report, so the only limb with a foot drop has it.
    """

    element: str
    name: str
    state: State
    priority: Priority | None
    date: Moment | None
    since: Moment | None
    proposal: bool
    started: bool
    one_limb: bool = False
    planned: Moment | None = None

    def add(self, targets: Iterable[Target], holder: Any, raw: dict[str, Any], draft: Draft) -> None:
        for target in targets:
            if target.kind == "unknown":
                text = codes.not_known(target, "order and no activity of this guideline")
                draft.problem(self.name, f"{self.element}.code", text, "code-invalid")
                continue
            found = sides.of((), holder, draft.resolver(raw), self.element)
            if target.sided and not found and self.one_limb:
                draft.one_limb += [(item, f"{self.element}.code") for item in self._items(target, None)]
                continue
            element = f"{self.element}.bodySite"
            sided = target.sided or (target.kind == "activity" and bool(found))
            for side in draft.limbs(target.key, sided=sided, sides=found, resource=self.name, element=element):
                for item in self._items(target, side):
                    (draft.existing if isinstance(item, Existing) else draft.findings).append(item)  # type: ignore[arg-type]

    def _items(self, target: Target, side: Side | None) -> list[Existing | Finding]:
        kind: Literal["order", "activity"] = "activity" if target.kind == "activity" else "order"
        items: list[Existing | Finding] = [
            Existing(
                target.key,
                kind,
                side,
                self.state,
                self.priority,
                self.date,
                self.name,
                self.proposal,
                self.started,
                self.planned,
            )
        ]
        if self.started and kind == "order" and target.key in _CONSERVATIVE and self.since is not None:
            items.append(Finding("conservative-care-start", side, self.since, self.since, self.name))
        return items


def _targets(code: models.Linked | None) -> list[Target]:
    return codes.care().meant(code.codings()) if code else []


def _counts(
    holder: models.ServiceRequest | models.CarePlan, status: str | None, intent: str | None, targets: list[Target]
) -> bool:
    """A draft, a proposal or an option counts only where this guideline made it: others have ordered nothing yet.

    It did if the identifier or the canonical is its own; its own code shows that for proposals and options.
    """
    here = _written_here(holder)
    ours = here or any(target.local for target in targets)
    if status == "draft":
        return here or (intent == "proposal" and ours)
    return ours or intent not in ("proposal", "option")


def _written_here(holder: models.ServiceRequest | models.CarePlan) -> bool:
    names = [identifier.system for identifier in holder.identifier or ()]
    return any(name.startswith(BASE) for name in [*names, *(holder.instantiates_canonical or ())] if name)


def _priority(text: str | None) -> Priority | None:
    if text is None or text in _PRIORITIES:
        return cast("Priority | None", text)
    raise Unreadable("ServiceRequest.priority", "is not routine, urgent, asap or stat", "code-invalid")


def _performed(procedure: models.Procedure, name: str, draft: Draft) -> tuple[Moment | None, Moment | None]:
    """When a Procedure began, and the date that it has. A time that cannot be read is a problem: it was done anyway."""
    part(lambda: _undated(procedure), name, draft)
    at = (
        part(lambda: times.moment(procedure.performed_date_time, "Procedure.performedDateTime"), name, draft)
        or part(lambda: times.at_age(procedure.performed_age, "Procedure.performedAge", draft.birth_date), name, draft)
        or part(
            lambda: times.at_age(procedure.occurrence_age, "Procedure.occurrenceAge", draft.birth_date), name, draft
        )
    )
    period = part(lambda: times.span(procedure.performed_period, "Procedure.performedPeriod"), name, draft)
    performed = period or times.Span(None, None)
    occurred = part(lambda: _occurrence(procedure, "Procedure", draft.as_of), name, draft)
    recorded = part(lambda: times.moment(procedure.recorded, "Procedure.recorded"), name, draft)
    began = at or performed.start or occurred or recorded
    return began, at or times.point(performed, draft.as_of) or occurred or recorded


def _undated(procedure: models.Procedure) -> None:
    times.undated("Procedure", performedString=procedure.performed_string, performedRange=procedure.performed_range)
    times.undated("Procedure", occurrenceString=procedure.occurrence_string, occurrenceRange=procedure.occurrence_range)


def _occurrence(holder: models.ServiceRequest | models.Procedure, element: str, as_of: Moment) -> Moment | None:
    period = times.spread(holder.occurrence_period, holder.occurrence_timing, f"{element}.occurrence", as_of)
    return times.moment(holder.occurrence_date_time, f"{element}.occurrenceDateTime") or times.point(period, as_of)


def _planned(request: models.ServiceRequest, as_of: Moment) -> Moment | None:
    """The first day for which it is planned; of a schedule with several days, the last of them by `as_of`."""
    span = times.spread(request.occurrence_period, request.occurrence_timing, "ServiceRequest.occurrence", as_of)
    return times.moment(request.occurrence_date_time, "ServiceRequest.occurrenceDateTime") or span.start


def _not_later(when: Moment | None, as_of: Moment) -> Moment | None:
    return None if times.after(when, as_of) else when
