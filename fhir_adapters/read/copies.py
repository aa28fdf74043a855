"""Which Patient resources of a record are copies of one patient.

Copies of one id are, as long as they do not come from two servers; what their identifiers say cannot part them. All
others are one by an identifier that they share, which needs a system and a value, as long as no other system tells
them apart: the copies that have numbers of one system must be connected by numbers of it. A number that was only good
for a time connects, and tells nobody apart.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import NamedTuple

from fhir_adapters.read import names
from fhir_adapters.read.bundle import Entry
from fhir_adapters.read.errors import CannotAssess
from fhir_adapters.read.names import Name


class Copies(NamedTuple):
    """One or several Patient resources that are one patient. `passing` are the names that were good for a time."""

    entry: Entry
    names: set[Name]
    passing: set[Name]

    def lasting(self) -> set[Name]:
        return self.names - self.passing


def by_id(patients: list[Entry]) -> list[Copies]:
    """One for each id or urn that the Patient resources have."""
    each = [Copies(entry, *names.of_patient(entry)) for entry in patients]
    return _on_any_server(_joined(each, lambda name: name if name.form != "identifier" else None))


def united(groups: list[Copies]) -> Copies:
    """All of them as one. CannotAssess where they are two patients."""
    _tell_apart(groups)
    found = _on_any_server(_joined(groups, lambda name: name if name.form == "identifier" else None))
    if len(found) > 1:
        raise two(f"{found[0].entry.place()}.resource", f"{found[1].entry.place()}.resource")
    return found[0]


def systems(of: set[Name]) -> set[str]:
    """The systems whose numbers may tell two patients apart."""
    return {name.space for name in of if name.is_number}


def two(here: str, there: str) -> CannotAssess:
    """What to raise for two patients in one record."""
    text = "The record names more than one patient, so nobody can tell whose findings these are."
    return CannotAssess.because("multiple-matches", text, here, there)


def _on_any_server(groups: list[Copies]) -> list[Copies]:
    """A copy that names no server is the one with its id that does, if there is only one."""
    holders: dict[str, int] = {}
    for group in groups:
        for value in {name.value for name in group.names if name.form == "id" and name.space}:
            holders[value] = holders.get(value, 0) + 1
    return _joined(groups, lambda name: name.value if name.form == "id" and holders.get(name.value) == 1 else None)


def _tell_apart(groups: list[Copies]) -> None:
    """CannotAssess if two groups have lasting numbers of one system and nothing of that system connects them."""
    holders: dict[str, list[Copies]] = {}
    for group in groups:
        numbers: dict[str, Copies] = {}
        for name in group.names:
            if name.is_number:
                known = numbers.setdefault(name.space, Copies(group.entry, set(), group.passing))
                known.names.add(name)
        for system, copies in numbers.items():
            holders.setdefault(system, []).append(copies)
    for system in sorted(holders):
        apart = [part for part in _joined(holders[system], lambda name: name) if part.lasting()]
        if len(apart) > 1:
            raise two(f"{apart[0].entry.place()}.resource", f"{apart[1].entry.place()}.resource")


def _joined(groups: list[Copies], link: Callable[[Name], Hashable | None]) -> list[Copies]:
    """Those with a link in common become one, in the order of their first."""
    holders: dict[Hashable, list[int]] = {}
    links = [{key for name in group.names if (key := link(name)) is not None} for group in groups]
    for position, keys in enumerate(links):
        for key in keys:
            holders.setdefault(key, []).append(position)
    found: list[Copies] = []
    seen: set[int] = set()
    for first in range(len(groups)):
        waiting = [] if first in seen else [first]
        members: list[Copies] = []
        while waiting:
            position = waiting.pop()
            if position not in seen:
                seen.add(position)
                members.append(groups[position])
                waiting += [other for key in links[position] for other in holders.pop(key, ())]
        if members:
            every = set[Name]().union(*(one.names for one in members))
            lasting = set[Name]().union(*(one.lasting() for one in members))
            found.append(Copies(members[0].entry, every, every - lasting))
    return found
