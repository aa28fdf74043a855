"""A token counts once: the ids of those seen are kept until they expire, by every worker and replica together.

The ids lie in the service's database; with SQLite, where one file serves one replica only, in a file of their own in
the spool folder, so that they never wait for a writer of the journal. While that storage is away each process still
knows what itself has seen, the calls go through, and readiness says so. That is on purpose: a replay needs a token
stolen out of TLS, wins nothing but advice on data that its sender must bring along, and ends with the token's
minutes; no advice at all would harm patients.
"""

from __future__ import annotations

import asyncio
import hashlib
import heapq
import logging
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Final, Protocol

from sqlalchemy import create_engine, delete, event, func, insert, inspect, select
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from fhir_adapters.service.settings import Settings
from fhir_adapters.service.store.tables import SEEN_TOKENS

MOST_IN_MEMORY: Final = 250_000  # about 40 MB
LONGEST_WAIT: Final = 1.0  # seconds for one look at the storage
PAUSE: Final = 10.0  # seconds until a storage that was away is tried again
SWEEP: Final = 60.0  # seconds between two removals of what has expired
_LOG: Final = logging.getLogger(__name__)


class ReplayGuard(Protocol):
    """Remembers tokens. Times are seconds since 1970."""

    async def first(self, issuer: str, jti: str, *, expires: float, now: float) -> bool:
        """Whether this token comes for the first time; from now on it does not."""

    def trouble(self) -> str | None:
        """What is wrong, in one sentence, or None."""

    def close(self) -> None:
        """Let go of the storage."""


def guard(settings: Settings) -> ReplayGuard:
    """The guard that all workers of a service share."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        settings.spool.mkdir(parents=True, exist_ok=True)
        url = URL.create("sqlite", database=str(settings.spool / "seen-tokens.db"))
    return SharedGuard(url)


def digest(issuer: str, jti: str) -> bytes:
    """16 bytes that stand for a token: ids are unique for their issuer, and may be long."""
    return hashlib.sha256(f"{len(issuer)}:{issuer}{jti}".encode("utf-8", "surrogatepass")).digest()[:16]


class MemoryGuard:
    """What one process has seen. When full, it forgets what would have expired first."""

    def __init__(self, most: int = MOST_IN_MEMORY) -> None:
        self._most = most
        self._seen: set[bytes] = set()
        self._by_expiry: list[tuple[float, bytes]] = []

    async def first(self, issuer: str, jti: str, *, expires: float, now: float) -> bool:
        """Whether this process sees the token for the first time."""
        return self.first_now(digest(issuer, jti), expires, now)

    def first_now(self, token: bytes, expires: float, now: float) -> bool:
        """The same at once: of two requests with one token only one is the first."""
        while self._by_expiry and self._by_expiry[0][0] < now:
            self._seen.discard(heapq.heappop(self._by_expiry)[1])
        if token in self._seen:
            return False
        self._seen.add(token)
        heapq.heappush(self._by_expiry, (expires, token))
        if len(self._seen) > self._most:
            self._seen.discard(heapq.heappop(self._by_expiry)[1])
        return True

    def __len__(self) -> int:
        return len(self._seen)

    def trouble(self) -> str | None:
        """Nothing can be wrong with memory."""

    def close(self) -> None:
        """Nothing to let go of."""


class SharedGuard:
    """What all processes on one database have seen; its primary key decides which of two requests was first."""

    def __init__(self, url: URL) -> None:
        self._memory = MemoryGuard()
        self._engine = _engine(url)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="seen-tokens")
        self._prepared = False
        self._sweep_at = 0.0
        self._retry_at = float("-inf")
        self._wrong: str | None = None

    async def first(self, issuer: str, jti: str, *, expires: float, now: float) -> bool:
        """Whether any process sees the token for the first time."""
        token = digest(issuer, jti)
        if not self._memory.first_now(token, expires, now):
            return False
        if now < self._retry_at:
            return True
        looking = asyncio.get_running_loop().run_in_executor(self._thread, self._keep, token, expires, now)
        try:
            fresh = await asyncio.wait_for(looking, LONGEST_WAIT)
        except (SQLAlchemyError, OSError, TimeoutError) as wrong:
            self._away(type(wrong).__name__, now)
            return True
        self._wrong = None
        return fresh

    def _away(self, what: str, now: float) -> None:
        if self._wrong is None:
            _LOG.error("storage of seen tokens is away", extra={"fields": {"reason": what}})
        self._wrong = f"The storage of seen tokens is away ({what}): each process knows only its own."
        self._retry_at = now + PAUSE

    def _keep(self, token: bytes, expires: float, now: float) -> bool:
        self._prepare()
        if now >= self._sweep_at:
            self._sweep_at = now + SWEEP
            with self._engine.begin() as connection:
                connection.execute(delete(SEEN_TOKENS).where(SEEN_TOKENS.c.expires < int(now)))
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(SEEN_TOKENS).values(digest=token, expires=int(expires) + 1))
        except IntegrityError:
            return False
        return True

    def _prepare(self) -> None:
        """Make the table in SQLite's file in the spool, which lives as long as its tokens; elsewhere migrations do."""
        if self._prepared or self._engine.dialect.name != "sqlite":
            return
        try:
            SEEN_TOKENS.create(self._engine, checkfirst=True)
        except SQLAlchemyError:
            if not inspect(self._engine).has_table(SEEN_TOKENS.name):  # else another worker made it in this moment
                raise
        self._prepared = True

    def kept(self) -> int:
        """How many tokens the storage remembers."""
        with self._engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(SEEN_TOKENS)) or 0

    def trouble(self) -> str | None:
        """Whether the storage is away."""
        return self._wrong

    def close(self) -> None:
        """Stop looking, and close the connection."""
        self._thread.shutdown(wait=True, cancel_futures=True)
        self._engine.dispose()


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        limits = {"connect_timeout": 2, "options": "-c statement_timeout=1000"}
        return create_engine(url, pool_size=1, max_overflow=0, pool_pre_ping=True, connect_args=limits)
    engine = create_engine(url, connect_args={"timeout": LONGEST_WAIT / 2})
    event.listen(engine, "connect", _written_ahead)
    return engine


def _written_ahead(connection: Any, _: object) -> None:
    """No wait for the disk at each token: what a power cut may lose are tokens of its last moment."""
    connection.execute("PRAGMA synchronous=NORMAL")
    with suppress(sqlite3.OperationalError):  # another worker is switching this very file, and once is enough
        connection.execute("PRAGMA journal_mode=WAL")
