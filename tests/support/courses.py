"""Foot drops with a history: when they began, how they were graded since, and what is known of the cause."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from guideline.findings import Side
from tests.support.patients import Fact, Given, Patient

DORSIFLEXION: Final = "mrc-ankle-dorsiflexion"
PERONEAL: Final[Given] = {
    "mrc-ankle-eversion": 3, "mrc-ankle-inversion": 5, "mrc-ankle-plantarflexion": 5, "mrc-hip-abduction": 5,
    "back-pain": False, "radicular-pain": False,
}  # fmt: skip
DISC: Final[Given] = {"mri-disc-herniation": True, "mri-lumbar-done": True}


def unimproved(
    patient: Patient, onset: date, as_of: date, cause: Given, grade: int = 3, side: Side = "left"
) -> Patient:
    """A foot drop of one cause since `onset`, graded the same on the first day and today, and called stable."""
    known = graded(patient.at(as_of.isoformat()), onset, as_of, grade, grade, side)
    return known.given(cause, side, day=onset.isoformat()).given({"course": "stable"}, side)


def graded(patient: Patient, onset: date, as_of: date, first: int, last: int, side: Side = "left") -> Patient:
    """A foot drop since `onset` with a first and a last grade of dorsiflexion, and no other word on its course."""
    bare = patient.given({DORSIFLEXION: None, "course": None, "onset": None, "conservative-care-start": None}, side)
    bare = bare.given({"edx-reinnervation": None, "foot-drop": None, "onset-tempo": None}, side)
    days = {onset.isoformat(): first, as_of.isoformat(): last}
    return bare.also(
        Fact("onset", side, onset.isoformat(), onset.isoformat()),
        *(Fact(DORSIFLEXION, side, grade, day) for day, grade in days.items()),
    )


def dated(patient: Patient, as_of: date) -> Patient:
    """Whatever was found of the patient, found by the first day of 2020: no date of it matters."""
    facts = tuple(
        Fact(fact.key, fact.side, fact.value, "2020-01-01", fact.form)
        for fact in patient.facts
        if fact.key not in (DORSIFLEXION, "foot-drop", "onset")
    )
    return Patient(as_of.isoformat(), patient.born, facts, patient.care)


def before(as_of: date, days: int) -> date:
    return as_of - timedelta(days=days)
