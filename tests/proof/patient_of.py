"""A Case that breaks a claim as the patient of a hospital: the record, as a FHIR Bundle, that `assess` can be given.

A Case also holds what is derived (the severity, the clock, the trend); a record is made that derives it again, as far
as one can be made. `Told.differs` names what came out otherwise, and whether the claim is still broken is asked anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from cql_like import Date, DateTime, Quantity, parse_moment
from guideline.case import DERIVED, build_cases
from guideline.findings import Side
from guideline.rulebook import Rulebook
from guideline.vocabulary import diagnoses, features
from tests.proof.every_case import EveryCase
from tests.proof.three import Bool
from tests.support.patients import OTHER, Fact, Patient, is_sided

GRADE: Final = "mrc-ankle-dorsiflexion"
_NEVER_RECORDED: Final = frozenset(DERIVED) - {"severity"}


@dataclass(frozen=True)
class Told:
    """A patient for a Case; `differs` are the features that the record does not bring back as they were."""

    patient: Patient
    differs: Mapping[str, tuple[Any, Any]]
    values: Mapping[str, Any]

    def __str__(self) -> str:
        found = [f"{name}: {wanted} became {got}" for name, (wanted, got) in sorted(self.differs.items())]
        return f"{self.patient!r}" + (f"not brought back by this record: {'; '.join(found)}\n" if found else "")

    def breaks(self, space: EveryCase, condition: Bool) -> bool:
        """Whether the record, read again, still meets the condition."""
        return not space.never(space.given(self.values), condition)


def told(book: Rulebook, values: Mapping[str, Any], side: Side = "left") -> Told:
    """A record for the Case of one leg."""
    as_of = values["as-of"]
    facts = tuple(_facts(values, side)) + tuple(_trend(values, side))
    patient = Patient(as_of=str(as_of), born=_born(values), facts=facts)
    case = build_cases(patient.record(), parse_moment(str(as_of)), book.numbers)[side]
    names = {name for name in {*values, *case.values} if name in book.types}
    differs = {
        name: (values.get(name), case.values.get(name))
        for name in names
        if str(values.get(name)) != str(case.values.get(name))
    }
    return Told(patient, differs, case.values)


def _born(values: Mapping[str, Any]) -> str | None:
    age, as_of = values.get("age"), values["as-of"]
    return None if age is None else f"{as_of.year - age:04d}-01-01"


def _facts(values: Mapping[str, Any], side: Side) -> Iterator[Fact]:
    for name, value in sorted(values.items()):
        key, leg = (name.removeprefix("opposite-"), OTHER[side]) if name.startswith("opposite-") else (name, side)
        if key not in features() and key not in diagnoses():
            continue
        if key in _NEVER_RECORDED or (key == "severity" and _follows(values)):
            continue
        yield Fact(key, leg if is_sided(key) else None, _recorded(value), _found_on(values, name, value))


def _found_on(values: Mapping[str, Any], name: str, value: Any) -> str | None:
    """The day of the finding: since when it holds, the day of the last grade, or the as-of's."""
    if value is True and name != "foot-drop-unsided":
        since = values.get(f"{name}-since")
        return str(since) if since is not None else None
    if name == GRADE:
        graded = values.get("last-mrc-on") or ("improvement" in values and Date(*values["as-of"].key[:3]))
        return str(graded) if graded else None
    return _day(values["as-of"])


def _recorded(value: Any) -> Any:
    if isinstance(value, Date | DateTime):
        return str(value)
    return value.value if isinstance(value, Quantity) else value


def _follows(values: Mapping[str, Any]) -> bool:
    """Whether the severity is the one that the grade gives by itself."""
    grade = values.get(GRADE)
    derived = None if grade is None or grade > 4 else "severe" if grade <= 2 else "moderate" if grade <= 3 else "mild"
    return values["severity"] == derived


def _trend(values: Mapping[str, Any], side: Side) -> Iterator[Fact]:
    """Earlier grades that show the improvement, and the first grade of the drop."""
    grade, improvement, began = values.get(GRADE), values.get("improvement"), values.get("clock-start")
    last = values.get("last-mrc-on", values["as-of"])
    if grade is None or len(last.key) < 3:
        return
    today = date(*last.key[:3])
    first = date(*began.key[:3]) if began is not None and len(began.key) >= 3 else today - timedelta(days=120)
    if improvement == "none" and values.get("course") is None:
        yield Fact(GRADE, side, grade, min(first, today - timedelta(days=1)).isoformat())
    elif improvement == "partial" and grade > 0:
        yield Fact(GRADE, side, grade - 1, (today - timedelta(days=1)).isoformat())
    elif improvement == "plateau" and grade > 0:
        yield Fact(GRADE, side, grade - 1, (today - timedelta(days=90)).isoformat())
        yield Fact(GRADE, side, grade, (today - timedelta(days=60)).isoformat())


def _day(as_of: Date | DateTime) -> str:
    return str(Date(*as_of.key[:3]))
