"""Asking the database while a clinician waits: within a bound, or not at all.

A database that does not answer is not asked again for a while, so that requests do not wait one after the other.
"""

from __future__ import annotations

import asyncio
import logging
import time
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from functools import cache
from typing import Any, Final, TypeVar

from sqlalchemy import Engine, Select, bindparam, select

from fhir_adapters.service.store.database import Away, Refused, told
from fhir_adapters.service.store.snooze import Word
from fhir_adapters.service.store.tables import ASSESSMENTS, CARDS, FEEDBACK

PATIENCE_SECONDS: Final = 0.1
RETRY_SECONDS: Final = 5.0
_log: Final = logging.getLogger(__name__)
Result = TypeVar("Result")


class Answers:
    """Answers from the database, or None when it gives none in time."""

    def __init__(self, engine: Engine, *, patience: float = PATIENCE_SECONDS) -> None:
        self._engine, self._patience = engine, patience
        # A thread, because a driver may hang longer than its own bounds when a server vanishes from the network.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="journal-answers")
        self._not_before = float("-inf")  # of the monotonic clock

    async def words(self, user: str, patient: str, since: datetime) -> list[Word] | None:
        """What this user has said since then of this patient's cards that may stay away at all."""
        if time.monotonic() < self._not_before:
            return None
        asked = self._thread.submit(_words, self._engine, user, patient, since)
        try:
            return await within(self._patience, asked)
        except (Away, Refused, TimeoutError) as wrong:
            self._not_before = time.monotonic() + RETRY_SECONDS
            _log.warning("snoozed cards: the database gave no answer (%s)", str(wrong) or "not in time")
            return None

    def reached(self) -> None:
        """The database is back: ask it again."""
        self._not_before = float("-inf")

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)


async def within(seconds: float, asked: Future[Result]) -> Result:
    """The result of another thread's work, or TimeoutError: then the work is taken back if it has not begun."""
    try:
        return await asyncio.wait_for(asyncio.wrap_future(asked), seconds)
    except TimeoutError:
        if asked.done() and not asked.cancelled():
            return asked.result()  # in time; it was this thread that was late
        raise


@cache
def _statement() -> Select[Any]:
    """Built once: building it costs more than asking it."""
    of_card = (FEEDBACK.c.issuer == CARDS.c.issuer) & (FEEDBACK.c.card == CARDS.c.uuid)
    reason = FEEDBACK.c.reason_code + FEEDBACK.c.reason_display + FEEDBACK.c.comment
    return (
        select(CARDS.c.issuer, CARDS.c.uuid, CARDS.c.topic, CARDS.c.fingerprint, FEEDBACK.c.outcome, reason)
        .add_columns(FEEDBACK.c.said_at, FEEDBACK.c.received_at)
        .select_from(ASSESSMENTS.join(CARDS).join(FEEDBACK, of_card))
        .where(
            ASSESSMENTS.c.patient_pseudonym == bindparam("patient"),
            ASSESSMENTS.c.user_pseudonym == bindparam("user"),
            CARDS.c.red_flag.is_(False),
            CARDS.c.indicator != "critical",
            FEEDBACK.c.said_at > bindparam("since"),
        )
    )


def _words(engine: Engine, user: str, patient: str, since: datetime) -> list[Word]:
    people = {"user": user, "patient": patient, "since": since}
    with told(), engine.connect() as connection:
        found = connection.execute(_statement(), people)
        return [
            Word((issuer, uuid), topic, fingerprint, outcome, bool(why.strip()), at, received_at)
            for issuer, uuid, topic, fingerprint, outcome, why, at, received_at in found
        ]
