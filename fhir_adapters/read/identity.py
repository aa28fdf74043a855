"""Whose record this is. One patient, told apart beyond doubt, or no assessment at all.

References come as "Patient/1", "https://server/fhir/Patient/1", "urn:uuid:…" (an entry's fullUrl), with "/_history/2"
behind them, as "Patient?identifier=…", or as an identifier alone. They are one patient if the ids agree and no two
servers are named; a relative reference names no server. Copies from several servers are one patient by an identifier
that they share, which needs a system and a value, as long as no other system tells them apart.
"""

from __future__ import annotations

import re
from collections.abc import Set
from typing import Any, Final, Literal, NamedTuple

from cql_like import Date
from fhir_adapters.read import models
from fhir_adapters.read.bundle import Entry
from fhir_adapters.read.errors import CannotAssess, Unreadable, problem
from guideline.findings import Problem

Whose = Literal["mine", "other", "unclear"]

_REFERENCE: Final = re.compile(
    r"(?:https?://(?P<base>.+)/)?(?P<kind>[A-Z][A-Za-z]+)/(?P<id>[^/?#\s]+)(?:/_history/[^/]*)?"
)
_URN: Final = "urn:ietf:rfc:3986"  # its values are urns of anybody's making
_SAFE: Final = re.compile(r"[\w.:|~-]{1,128}", re.ASCII)


class Name(NamedTuple):
    """`form`: id (of a Patient; `space` is the server or ""), urn, identifier (`space` is its system)."""

    form: Literal["id", "urn", "identifier"]
    space: str
    value: str


class Identity:
    """The patient of a record. `printed` is "Patient/<id>", or the urn where there is no id."""

    def __init__(self, patients: list[Entry], references: dict[str, str]) -> None:
        """`references`: every subject that was met, and where. CannotAssess unless all of it is one patient."""
        self._names: set[Name] = set()
        self._resource = bool(patients)
        self._unite(patients)
        for reference, place in sorted(references.items()):
            self._meet(reference, place)
        if not self._names and not patients:
            text = "There is no patient in the record."
            raise CannotAssess.because("required", text, "Bundle.entry.resource.subject")
        self.printed = self._printed()
        self._known: dict[str, Whose] = {}

    def _unite(self, patients: list[Entry]) -> None:
        """Take over the names of every copy, in whatever order they link to each other."""
        named = [(entry, _names_of(entry)) for entry in patients]
        _tell_apart(named)
        holders: dict[tuple[str, str, str], list[int]] = {}
        for position, (_, names) in enumerate(named):
            for name in names:
                holders.setdefault(_link(name), []).append(position)
        apart = set(range(1, len(named)))
        waiting = [0] if named else []
        while waiting:
            names = named[waiting.pop()][1]
            self._names |= names
            others = {position for name in names for position in holders.pop(_link(name), ())} & apart
            found = [position for position in others if self._shares(named[position][1])]
            apart.difference_update(found)
            waiting += found
        if apart:
            raise _two(f"{patients[0].place()}.resource", f"{patients[min(apart)].place()}.resource")

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
        name = _name(reference) if isinstance(reference, str) else _identifier(subject.get("identifier"))
        if name is None:
            if isinstance(reference, str):
                return "other" if not reference.startswith("#") else "unclear"
            return "mine" if reference is None and "identifier" not in subject else "unclear"
        names = {name, Name("urn", "", name.value)} if name.space == _URN else {name}
        return "mine" if self._agrees(names) else "unclear"

    def _meet(self, reference: str, place: str) -> None:
        name = _name(reference)
        if name is None or name.form == "identifier":
            return  # another kind of subject, or a link nobody can follow: judged resource by resource
        if self._names and not self._agrees({name}):
            raise _two(place, f"Bundle.entry.resource.{'ofType(Patient)' if self._resource else 'subject'}")
        self._names.add(name)

    def _agrees(self, names: set[Name]) -> bool:
        if any(name.form != "identifier" for name in self._names) or not self._resource:
            return self._shares(names)
        # Without an id or a url of its own, a Patient resource is whoever the subjects agree on.
        return not _contradict(names, self._names)

    def _shares(self, names: set[Name]) -> bool:
        if names & self._names:
            return True
        ids = {name for name in self._names if name.form == "id"}
        for name in names:
            if name.form == "id" and any(_same_id(name, known) for known in ids):
                return not any(name.space and k.space and name.space != k.space for k in ids)
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
    if isinstance(name, str) and _SAFE.fullmatch(name):
        return f"{entry.kind}/{name}"
    if entry.url and entry.url.isascii() and entry.url.isprintable():
        return entry.url
    return entry.place()


def _names_of(patient: Entry) -> set[Name]:
    names: set[Name] = set()
    name = patient.raw.get("id")
    by_url = _name(patient.url) if patient.url else None
    if by_url is not None:
        names.add(by_url)
    if isinstance(name, str) and _SAFE.fullmatch(name):
        space = by_url.space if by_url is not None and by_url.form == "id" and by_url.value == name else ""
        names.add(Name("id", space, name))
    identifiers = patient.raw.get("identifier")
    for identifier in identifiers if isinstance(identifiers, list) else ():
        found = _identifier(identifier)
        if found is not None:
            names.add(found)
    return names


def _name(reference: str) -> Name | None:
    """None for what is no reference to a patient."""
    if reference.startswith("urn:"):
        return Name("urn", "", reference)
    if reference.startswith("Patient?identifier="):
        system, _, value = reference.removeprefix("Patient?identifier=").rpartition("|")
        return Name("identifier", system, value)
    found = _REFERENCE.fullmatch(reference)
    if not found or found["kind"] != "Patient" or not _SAFE.fullmatch(found["id"]):
        return None
    return Name("id", found["base"] or "", found["id"])


def _identifier(identifier: Any) -> Name | None:
    """None unless it has a system and a value: "N/A" or a bare number is nobody's name."""
    if not isinstance(identifier, dict):
        return None
    system, value = (_stripped(identifier.get(element)) for element in ("system", "value"))
    return Name("identifier", system, value) if system and value else None


def _stripped(text: Any) -> str:
    return text.strip() if isinstance(text, str) else ""


def _link(name: Name) -> tuple[str, str, str]:
    """What two names of one patient have in common: an id on no matter which server, else all of it."""
    return (name.form, "" if name.form == "id" else name.space, name.value)


def _tell_apart(named: list[tuple[Entry, set[Name]]]) -> None:
    """CannotAssess unless the copies that have an identifier of one system have one there in common."""
    common: dict[str, tuple[Entry, Set[Name]]] = {}
    for entry, names in named:
        for system in _systems(names):
            first, shared = common.setdefault(system, (entry, names))
            common[system] = (
                first,
                {name for name in shared & names if name.form == "identifier" and name.space == system},
            )
            if not common[system][1]:
                raise _two(f"{first.place()}.resource", f"{entry.place()}.resource")


def _contradict(mine: Set[Name], theirs: Set[Name]) -> bool:
    """Whether both have identifiers of one system, and none of them in common."""
    return not _systems(mine) & _systems(theirs) <= _systems(mine & theirs)


def _systems(names: Set[Name]) -> set[str]:
    return {name.space for name in names if name.form == "identifier" and name.space != _URN}


def _same_id(name: Name, known: Name) -> bool:
    return name.value == known.value


def _two(here: str, there: str) -> CannotAssess:
    text = "The record names more than one patient, so nobody can tell whose findings these are."
    return CannotAssess.because("multiple-matches", text, here, there)
