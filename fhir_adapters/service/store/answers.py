"""Asking the database while a clinician waits: within a bound, or not at all.

A file is asked where the question is put, a server by a thread of its own.

A database that does not answer is not asked again for a while, so that requests do not wait one after the other.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from functools import cache
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine, Select, bindparam, select
from sqlalchemy.exc import SQLAlchemyError

from fhir_adapters.service.store.database import Away, Refused, told
from fhir_adapters.service.store.snooze import Word
from fhir_adapters.service.store.tables import ASSESSMENTS, CARDS, FEEDBACK

PATIENCE_SECONDS: Final = 0.1
RETRY_SECONDS: Final = 5.0
# Asking a server gives the interpreter's lock away several times. While patients are assessed without a pause, the
# thread has it back after so long; with Python's 5 ms a question took longer than the patience, and looked unanswered.
TURN_SECONDS: Final = 0.002
_log: Final = logging.getLogger(__name__)
Result = TypeVar("Result")


class Answers:
    """Answers from the database, or None when it gives none in time."""

    def __init__(self, engine: Engine, *, patience: float = PATIENCE_SECONDS) -> None:
        self._engine, self._patience = engine, patience
        # SQLite is a file of this machine: to read it takes less than to wake a thread that reads it.
        self._on_the_spot = engine.dialect.name == "sqlite"
        # A server has a thread: its driver may hang longer than its own bounds when it vanishes from the network.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="journal-answers")
        self._connection: Connection | None = None  # of whoever asks
        self._not_before = float("-inf")  # of the monotonic clock
        if not self._on_the_spot:
            sys.setswitchinterval(TURN_SECONDS)

    async def words(self, user: str, patient: str, since: datetime) -> list[Word] | None:
        """What this user has said since then of this patient's cards that may stay away at all."""
        if time.monotonic() < self._not_before:
            return None
        asked = {"user": user, "patient": patient, "since": since}
        try:
            if self._on_the_spot:
                return self._words(asked)
            return await within(self._patience, self._thread.submit(self._words, asked))
        except (Away, Refused, TimeoutError) as wrong:
            self._not_before = time.monotonic() + RETRY_SECONDS
            _log.warning("snoozed cards: the database gave no answer (%s)", str(wrong) or "not in time")
            return None

    def reached(self) -> None:
        """The database is back: ask it again."""
        self._not_before = float("-inf")

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)
        self._hang_up()

    def _words(self, asked: Mapping[str, Any]) -> list[Word]:
        """By one statement on a connection that stays open: each step more would wait for the interpreter's lock."""
        kept = self._connection is not None
        try:
            return self._found(asked)
        except Away:
            self._hang_up()
            if not kept:
                raise
            return self._found(asked)  # it was lost since the last question: a new one may do

    def _found(self, asked: Mapping[str, Any]) -> list[Word]:
        with told():
            if self._connection is None:
                self._connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            return [
                Word((issuer, uuid), topic, fingerprint, outcome, bool(why.strip()), at, received_at)
                for issuer, uuid, topic, fingerprint, outcome, why, at, received_at in (
                    self._connection.execute(_statement(), asked)
                )
            ]

    def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(SQLAlchemyError):
                connection.invalidate()
                connection.close()


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
