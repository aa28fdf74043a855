"""Whose record this is. One patient, told apart beyond doubt, or no assessment at all.

References come as "Patient/1", "https://server/fhir/Patient/1", "urn:uuid:…" (an entry's fullUrl), with "/_history/2"
behind them, as "Patient?identifier=…", or as an identifier alone. They are one patient if the ids agree and no two
servers are named; a relative reference names no server.
"""

from __future__ import annotations

from typing import Any, Literal

from cql_like import Date
from fhir_adapters.read import copies, models, names
from fhir_adapters.read.bundle import Entry
from fhir_adapters.read.errors import CannotAssess, Unreadable, problem
from fhir_adapters.read.names import Name
from guideline.findings import Problem

Whose = Literal["mine", "other", "unclear"]


class Identity:
    """The patient of a record. `printed` is "Patient/<id>", or the urn where there is no id."""

    def __init__(self, patients: list[Entry], references: dict[str, str]) -> None:
        """`references`: every subject that was met, and where. CannotAssess unless all of it is one patient."""
        groups = copies.by_id(patients)
        one = copies.united(groups) if groups else None
        self._names = one.names if one else set[Name]()
        self._lasting = one.lasting() if one else set[Name]()
        self._resource = bool(patients)
        self._bare = set[str]().union(*map(names.values_without_system, patients)) if len(groups) == 1 else set()
        for reference, place in sorted(references.items()):
            self._meet(reference, place)
        if not self._names and not patients:
            text = "There is no patient in the record."
            raise CannotAssess.because("required", text, "Bundle.entry.resource.subject")
        self.printed = self._printed()
        self._known: dict[str, Whose] = {}

    def whose(self, subject: Any) -> Whose:
        """Whether a resource's subject is this patient. A missing subject is, in a record of one patient."""
        if subject is None:
            return "mine"
        if not isinstance(subject, dict):
            return "unclear"
        reference = subject.get("reference")
        if not isinstance(reference, str):
            return self._judge(reference, subject)
        if reference not in self._known:
            self._known[reference] = self._judge(reference, subject)
        return self._known[reference]

    def _judge(self, reference: Any, subject: dict[str, Any]) -> Whose:
        by_text = isinstance(reference, str)
        name = names.of_reference(reference) if by_text else names.of_identifier(subject.get("identifier"))
        if name is None:
            if by_text:
                return "other" if not reference.startswith("#") else "unclear"
            if reference is None and "identifier" not in subject:
                return "mine"
            return "mine" if names.without_system(subject.get("identifier")) in self._bare else "unclear"
        called = {name, Name("urn", "", name.value)} if name.space == names.URN else {name}
        return "mine" if self._agrees(called) else "unclear"

    def _meet(self, reference: str, place: str) -> None:
        name = names.of_reference(reference)
        if name is None or name.form == "identifier":
            return  # another kind of subject, or a link nobody can follow: judged resource by resource
        if self._names and not self._agrees({name}):
            raise copies.two(place, f"Bundle.entry.resource.{'ofType(Patient)' if self._resource else 'subject'}")
        self._names.add(name)

    def _agrees(self, called: set[Name]) -> bool:
        if any(name.form != "identifier" for name in self._names) or not self._resource:
            return self._shares(called)
        # Without an id or a url of its own, a Patient resource is whoever the subjects agree on.
        return copies.systems(called) & copies.systems(self._lasting) <= copies.systems(called & self._names)

    def _shares(self, called: set[Name]) -> bool:
        if called & self._names:
            return True
        ids = {name for name in self._names if name.form == "id"}
        for name in called:
            if name.form == "id" and any(name.value == known.value for known in ids):
                return not any(name.space and known.space and name.space != known.space for known in ids)
        return False

    def _printed(self) -> str:
        ids = sorted(name.value for name in self._names if name.form == "id")
        if ids:
            return f"Patient/{ids[0]}"
        urns = sorted(name.value for name in self._names if name.form == "urn")
        return urns[0] if urns else "Patient"


def birth_date(patients: list[Entry]) -> tuple[Date | None, list[Problem]]:
    """The birth date, and the problem where it cannot be read or the copies of the Patient differ."""
    found: set[Date] = set()
    problems = []
    for entry in patients:
        try:
            text = models.Patient.model_validate(entry.raw).birth_date
            if text is not None:
                found.add(Date.parse(text))
        except (Unreadable, ValueError):
            problems.append(problem(resource_name(entry), "Patient.birthDate", "is not a date that exists", "value"))
    if len(found) > 1:
        problems.append(problem(resource_name(patients[0]), "Patient.birthDate", "differs between copies", "conflict"))
        return None, problems
    return (found.pop() if found else None), problems


def resource_name(entry: Entry) -> str:
    """How a resource is named in the answer: "Observation/17", else its fullUrl, else its place."""
    name = entry.raw.get("id")
    if isinstance(name, str) and names.SAFE.fullmatch(name):
        return f"{entry.kind}/{name}"
    if entry.url and entry.url.isascii() and entry.url.isprintable():
        return entry.url
    return entry.place()
