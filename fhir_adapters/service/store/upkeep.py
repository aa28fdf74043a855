"""What is deleted: what has become too old, and what is kept of one patient."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, delete, select

from fhir_adapters.service.store.database import told
from fhir_adapters.service.store.lines import event_in
from fhir_adapters.service.store.segments import lines_in
from fhir_adapters.service.store.tables import ASSESSMENTS, CARDS, FEEDBACK


def prune(engine: Engine, before: datetime) -> dict[str, int]:
    """Delete assessments (with their cards) and feedback from before a moment; how many of each."""
    with told(), engine.begin() as connection:
        assessments = connection.execute(delete(ASSESSMENTS).where(ASSESSMENTS.c.at < before)).rowcount
        feedback = connection.execute(delete(FEEDBACK).where(FEEDBACK.c.received_at < before)).rowcount
    return {"assessments": assessments, "feedback": feedback}


def erase(engine: Engine, patient: str) -> dict[str, int]:
    """Delete everything kept of the patient with this pseudonym; how many assessments, cards and words of feedback."""
    of_patient = select(ASSESSMENTS.c.id).where(ASSESSMENTS.c.patient_pseudonym == patient)
    shown = (
        select(CARDS.c.uuid)
        .where(CARDS.c.assessment_id.in_(of_patient))
        .where(CARDS.c.issuer == FEEDBACK.c.issuer, CARDS.c.uuid == FEEDBACK.c.card)
    )
    with told(), engine.begin() as connection:
        feedback = connection.execute(delete(FEEDBACK).where(shown.exists())).rowcount
        cards = connection.execute(delete(CARDS).where(CARDS.c.assessment_id.in_(of_patient))).rowcount
        assessments = connection.execute(delete(ASSESSMENTS).where(ASSESSMENTS.c.patient_pseudonym == patient)).rowcount
    if engine.dialect.name == "sqlite":
        with told(), engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")  # the log beside the file holds it still
    return {"assessments": assessments, "cards": cards, "feedback": feedback}


def waiting(spool: Path, patient: str) -> int:
    """The lines in a spool that an erasure does not reach: they come in after it. OSError if it cannot be read."""
    return sum(_may_concern(event_in(line), patient) for line in lines_in(spool))


def _may_concern(event: Mapping[str, Any] | None, patient: str) -> bool:
    """A word of feedback names its card alone, and a damaged line nobody: these may be anybody's."""
    return event is None or "assessed" not in event or event["assessed"]["patient"] == patient
