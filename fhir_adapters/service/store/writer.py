"""The thread behind the journal: it wakes when there is something to write, and tries again until it is written."""

from __future__ import annotations

import errno
import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from fhir_adapters.service.context import Clock
from fhir_adapters.service.store.database import Away, Behind
from fhir_adapters.service.store.drain import Drain
from fhir_adapters.service.store.spool import Spool

GATHER_SECONDS: Final = 0.05  # one sync for whatever comes in meanwhile
COMMIT_SECONDS: Final = 0.5  # from one commit to the next: a row costs a fifth in a batch of what it costs alone
LOOK_SECONDS: Final = 30.0  # how often a worker looks for what dead workers left
RETRY_SECONDS: Final = 0.25  # doubled after every failure
LONGEST_RETRY_SECONDS: Final = 30.0
_log: Final = logging.getLogger(__name__)


class Writer:
    """Begins at once; `back` hears that the database can be reached again.

    `away` says why nothing is written ("": it is) and `since` from when; `unsynced` why the disk gives no promise.
    """

    def __init__(self, spool: Spool, drain: Drain, clock: Clock, back: Callable[[], None]) -> None:
        self.away = ""
        self.since = datetime.min.replace(tzinfo=UTC)
        self.behind = False
        self.unsynced = ""
        self._spool, self._drain, self._clock, self._back = spool, drain, clock, back
        self._changed = threading.Condition()
        self._news = self._waits = self._stopping = self._late = False
        self._asked, self._answered = 0, -1  # the first try is asked for already
        self._delay, self._not_before = RETRY_SECONDS, float("-inf")  # of the monotonic clock
        self._look_again = float("-inf")
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """There is something to write. A thread that was told so already is left to gather."""
        with self._changed:
            if not self._news:
                self._news = True
                self._changed.notify_all()

    def flush(self, seconds: float) -> bool:
        """Try now, however long ago the last failure was; False if that takes longer than `seconds`."""
        with self._changed:
            self._asked += 1
            mine = self._asked
            self._changed.notify_all()
            return self._changed.wait_for(lambda: self._answered >= mine, seconds)

    def first_try(self, seconds: float) -> bool:
        """Wait until the database was tried once; False if that takes longer than `seconds`."""
        with self._changed:
            return self._changed.wait_for(lambda: self._answered >= 0, seconds)

    def close(self, seconds: float) -> bool:
        """Try once more, and stop; what is not written within `seconds` stays in the spool."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._thread.join(seconds)
        self._late = self._thread.is_alive()  # the spool is closed before it comes back: it is to touch nothing then
        return not self._late

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._news or self._called(), self._pause())
                self._changed.wait_for(self._called, GATHER_SECONDS)
                asked, called, stopping, self._news = self._asked, self._called(), self._stopping, False
            if self._late:
                break
            self._sync()
            self._waits = not called and time.monotonic() < self._not_before
            if not self._waits:
                self._try(look=called or time.monotonic() >= self._look_again)
            with self._changed:
                self._answered = asked
                self._changed.notify_all()
            if stopping:
                break
        self._drain.let_go()

    def _called(self) -> bool:
        return self._stopping or self._asked > self._answered

    def _pause(self) -> float:
        waits = self._waits or self.away
        return max(0.0, self._not_before - time.monotonic()) if waits else LOOK_SECONDS

    def _sync(self) -> None:
        try:
            self._spool.open()
            self._spool.sync()
        except OSError as wrong:
            self.unsynced = errno.errorcode.get(wrong.errno or 0, "EIO")
        else:
            self.unsynced = ""

    def _try(self, *, look: bool) -> None:
        if look:
            self._look_again = time.monotonic() + LOOK_SECONDS
        try:
            self._drain.run(look=look)
        except Away as wrong:
            self._failed(str(wrong), behind=isinstance(wrong, Behind))
        except Exception as wrong:  # noqa: BLE001 - this thread must live on; a text or traceback may quote a record
            self._failed(type(wrong).__name__)
        else:
            self._succeeded()

    def _failed(self, why: str, *, behind: bool = False) -> None:
        if why != self.away:
            _log.error("records are kept in the spool: %s", why)
        if not self.away:
            self.since = self._clock()
        self.away, self.behind = why, behind
        self._not_before = time.monotonic() + self._delay
        self._delay = min(2 * self._delay, LONGEST_RETRY_SECONDS)

    def _succeeded(self) -> None:
        if self.away:
            _log.warning("records are written to the database again")
        away, self.away, self.behind = self.away, "", False
        if away:
            self._back()
        self._delay, self._not_before = RETRY_SECONDS, time.monotonic() + COMMIT_SECONDS
