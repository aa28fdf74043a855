"""The way in: one FHIR record becomes one `guideline.findings.Record`.

Resources are chosen by their codes before anything is validated, so that a large export costs little more than its
JSON. Only what was chosen is read strictly, one resource at a time.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from cql_like import Date, DateTime
from fhir_adapters.read import bundle, care, conditions, identity, observations, reports, uses, versions
from fhir_adapters.read.bundle import Entry
from fhir_adapters.read.draft import Draft
from fhir_adapters.read.errors import CannotAssess
from fhir_adapters.read.guard import Read, guarded
from guideline.findings import Existing, Finding, Moment, Problem, Record, Side, Unanswered, Value
from guideline.parameters import default_parameters

_T = TypeVar("_T", Finding, Existing, Problem, Unanswered)
_Wanted = Callable[[dict[str, Any]], bool]

_READERS: Final[dict[str, tuple[_Wanted, Read]]] = {
    "Observation": (observations.wanted, observations.read),
    "Condition": (conditions.wanted, conditions.read),
    "DiagnosticReport": (reports.wanted, reports.read),
    "ServiceRequest": (care.wanted, care.read_request),
    "Procedure": (care.wanted, care.read_procedure),
    "CarePlan": (care.wanted_plan, care.read_plan),
    "Device": (uses.wanted_device, uses.read_device),
    "DeviceUseStatement": (uses.wanted_use, uses.read_use),
    "DeviceUsage": (uses.wanted_use, uses.read_use),
    "MedicationStatement": (uses.wanted_drug, uses.read_drug),
    "MedicationUsage": (uses.wanted_drug, uses.read_drug),
    "MedicationRequest": (uses.wanted_drug, uses.read_drug),
}
_LINKED: Final = frozenset({"Device", "Medication", "Observation", "BodyStructure"})


def read_record(source: Any, as_of: Date | DateTime) -> Record:
    """Everything this guideline can use of one patient's record, as it was known at `as_of`.

    `source` is a FHIR R4 or R5 Bundle of any type, NDJSON lines, or one resource: a dict, bytes, str, or an object of
    fhir.resources. The order of entries never matters. Raises CannotAssess (with an OperationOutcome) if it is not
    JSON or not FHIR, or if one patient cannot be told apart; whatever else is wrong becomes a Problem of the Record.
    """
    with _uncollected():
        return _read(source, as_of)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without garbage collection: JSON holds no cycles, and to look for them takes a third as long as to parse it.

    Only who stopped it starts it again, so calls may overlap, and whoever has it off keeps it off.
    """
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _read(source: Any, as_of: Date | DateTime) -> Record:
    loaded = bundle.load(source)
    entries, problems = versions.newest(loaded.entries, history=loaded.history)
    chosen, patients, references = _choose(entries)
    try:
        patient = identity.Identity(patients, references)
    except CannotAssess as wrong:
        raise wrong.beside([*loaded.problems, *problems]) from None
    born, birth_problems = identity.birth_date(patients)
    draft = Draft(as_of, _Links(entries, patient).find, born, [*loaded.problems, *problems, *birth_problems])
    for entry, read in chosen:
        _translate(entry, read, patient, draft)
    uses.report_dangling(draft)
    return _record(patient.printed, draft)


def _choose(entries: list[Entry]) -> tuple[list[tuple[Entry, Read]], list[Entry], dict[str, str]]:
    """What is worth reading, the Patients, and every patient reference with the first place it was met."""
    chosen: list[tuple[Entry, Read]] = []
    patients: list[Entry] = []
    references: dict[str, Entry] = {}
    for entry in entries:
        raw, kind, _, _, _ = entry
        if kind == "Patient":
            patients.append(entry)
            continue
        subject = raw.get("subject") or raw.get("patient")
        if isinstance(subject, dict):
            reference = subject.get("reference")
            if type(reference) is str and reference not in references:
                references[reference] = entry
        reader = _READERS.get(kind)
        if reader is not None and reader[0](raw):
            chosen.append((entry, reader[1]))
    return chosen, patients, {ref: f"{entry.place()}.resource.subject" for ref, entry in references.items()}


def _translate(entry: Entry, read: Read, patient: identity.Identity, draft: Draft) -> None:
    """Read one chosen resource; whatever is wrong with it costs only this resource."""
    raw, kind, name = entry.raw, entry.kind, identity.resource_name(entry)
    whose = patient.whose(raw.get("subject") or raw.get("patient"))
    if whose != "mine":
        element = f"{kind}.{'subject' if raw.get('subject') else 'patient'}"
        draft.problem(name, element, "does not name the patient of this record, so it was not used", "business-rule")
        return
    if not guarded(read, raw, kind, name, draft) and kind == "Observation":
        observations.ask_again(raw, name, draft)


class _Links:
    """Finds what a reference points to. The table is made when the first reference is followed.

    What is somebody else's, or carries a modifier that is not understood, is not found.
    """

    def __init__(self, entries: list[Entry], patient: identity.Identity) -> None:
        self._entries = entries
        self._patient = patient
        self._table: dict[str, dict[str, Any]] | None = None

    def find(self, reference: str, raw: dict[str, Any]) -> dict[str, Any] | None:
        found = self._find(reference, raw)
        if found is None or found.get("modifierExtension"):
            return None
        return found if self._patient.whose(found.get("subject") or found.get("patient")) == "mine" else None

    def _find(self, reference: str, raw: dict[str, Any]) -> dict[str, Any] | None:
        if reference.startswith("#"):
            contained = raw.get("contained")
            inside = contained if isinstance(contained, list) else []
            return next((r for r in inside if isinstance(r, dict) and r.get("id") == reference[1:]), None)
        if self._table is None:
            self._table = {}
            for entry in self._entries:
                if entry.kind in _LINKED:
                    self._table[f"{entry.kind}/{entry.raw.get('id')}"] = entry.raw
                    if entry.url:
                        self._table[entry.url] = entry.raw
        plain = reference.partition("/_history/")[0]
        return self._table.get(plain) or self._table.get("/".join(plain.split("/")[-2:]))


def _record(patient: str, draft: Draft) -> Record:
    draft.findings += [finding for finding in draft.ended if (finding.key, finding.side) not in draft.going_on]
    limbs = _limbs_with_foot_drop(draft.findings) if draft.one_limb else []
    for item, element in draft.one_limb:
        if len(limbs) != 1:
            draft.no_side(item.resource, element, item.key)
        elif isinstance(item, Finding):
            draft.findings.append(item._replace(side=limbs[0]))
        else:
            draft.existing.append(item._replace(side=limbs[0]))
    return Record(
        patient=patient,
        birth_date=draft.birth_date,
        findings=_sorted(draft.findings),
        existing=_sorted(draft.existing),
        problems=_sorted(draft.problems),
        unsided_foot_drop=tuple(sorted(set(draft.unsided_foot_drop))),
        unread_foot_drop=tuple(sorted(set(draft.unread_foot_drop))),
        unanswered=_sorted(draft.unanswered),
    )


def _sorted(items: list[_T]) -> tuple[_T, ...]:
    """Without repetition and in one order, so that the order of the record never shows."""
    return tuple(sorted(dict.fromkeys(items), key=_order))


def _order(item: Finding | Existing | Problem | Unanswered) -> tuple[object, ...]:
    if isinstance(item, Finding):
        what = (item.key, item.side or "", item.resource, *_sortable(item.effective), *_sortable(item.value))
        return (*what, item.history, item.noted, item.over)
    if isinstance(item, Unanswered):
        return (item.key, item.side or "", item.resource, *_sortable(item.effective))
    if isinstance(item, Problem):
        return (item.resource, item.element, item.text, item.code)
    where = (item.key, item.side or "", item.resource, item.kind, item.state, item.priority or "")
    return (*where, item.proposal, item.started, *_sortable(item.date), *_sortable(item.planned))


def _sortable(value: Value | None) -> tuple[object, ...]:
    if isinstance(value, Date | DateTime):
        return (type(value).__name__, value.key, value.offset or 0)
    return (type(value).__name__, (), 0, str(value))


def _limbs_with_foot_drop(findings: list[Finding]) -> list[Side]:
    """The sides with a foot drop: recorded and not over, or dorsiflexion last graded as one (published number)."""
    limit = default_parameters()["foot-drop-mrc"].number
    last: dict[tuple[str, Side, str], Finding] = {}
    telling = [f for f in findings if f.key in ("foot-drop", "mrc-ankle-dorsiflexion")]
    for finding in sorted(telling, key=lambda f: (_when(f.effective), _order(f))):
        if finding.side:
            last[finding.key, finding.side, finding.resource if finding.history else ""] = finding
    sides: set[Side] = set()
    for (key, side, _), finding in last.items():
        if finding.value is True if key == "foot-drop" else isinstance(finding.value, int) and finding.value <= limit:
            sides.add(side)
    return sorted(sides)


def _when(moment: Moment | None) -> tuple[int, ...]:
    return moment.key if moment is not None else ()
