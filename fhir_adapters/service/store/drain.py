"""From the spool into the database, batch by batch: this worker's own lines first, then what dead workers left."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

from fhir_adapters.service.store.database import Refused, Written
from fhir_adapters.service.store.lines import event_in
from fhir_adapters.service.store.segments import Claim, Segments
from fhir_adapters.service.store.spool import Spool

SET_ASIDE: Final = "set-aside.ndjson"
_log: Final = logging.getLogger(__name__)


class Target(Protocol):
    """Where the lines go: a database."""

    def prepare(self) -> None:
        """Connect, and see that the tables are there. Away or Behind."""

    def write(self, events: Sequence[Mapping[str, Any]]) -> Written:
        """Write events once, in one transaction. Away or Refused."""


class Drain:
    """Used by one thread. `left` counts the lines of dead workers, `set_aside` those that no database will take."""

    def __init__(self, root: Path, spool: Spool, target: Target, heard: Callable[[Written], None]) -> None:
        self.left = 0
        self.set_aside = 0
        self._root, self._spool, self._target, self._heard = root, spool, target, heard
        self._others: list[tuple[Claim, Segments]] = []

    def run(self, *, look: bool) -> None:
        """Write everything that waits; with `look`, also what was left by workers that have died meanwhile.

        What comes in during this is for the next time: to chase it would make a commit of every line. Away, or OSError
        if the spool itself cannot be read.
        """
        if look:
            self._take_over()
        self._target.prepare()
        goal = self._spool.waiting
        while goal > 0 and (written := self._own()):
            goal -= written
            self._spool.sync()
        self._spool.tidy()
        self._spool.sync()
        while self._other():
            self._spool.sync()

    def let_go(self) -> None:
        """Leave what other workers left to whoever comes next."""
        for claim, _ in self._others:
            claim.release(remove=False)
        self._others.clear()

    def _take_over(self) -> None:
        for claim in Claim.left(self._root):
            segments = Segments(claim.folder)
            self._others.append((claim, segments))
            self.left += len(segments)

    def _own(self) -> int:
        lines = self._spool.take()
        if lines:
            self._write(lines)
            self._spool.done(lines)
        return len(lines)

    def _other(self) -> bool:
        while self._others:
            claim, segments = self._others[0]
            lines = segments.take()
            if lines:
                self._write(lines)
                segments.done()
                self.left -= len(lines)
                return True
            self._others.pop(0)
            claim.release(remove=True)
        return False

    def _write(self, lines: list[bytes]) -> None:
        """All in one transaction; if one of them is refused, each by itself, and what is refused is set aside."""
        events = [(line, event_in(line)) for line in lines]
        good = [event for _, event in events if event is not None]
        bad = [line for line, event in events if event is None]
        try:
            self._heard(self._target.write(good))
        except Refused:
            bad += [line for line, event in events if event is not None and not self._taken(event)]
        if bad:
            self._keep_aside(bad)

    def _taken(self, event: Mapping[str, Any]) -> bool:
        try:
            self._heard(self._target.write([event]))
        except Refused as wrong:
            _log.error("the database refused a record (%s)", wrong)
            return False
        return True

    def _keep_aside(self, lines: list[bytes]) -> None:
        fd = os.open(self._root / SET_ASIDE, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
        try:
            for line in lines:
                os.write(fd, line)
            os.fsync(fd)
        finally:
            os.close(fd)
        self.set_aside += len(lines)
        _log.error("damaged or refused records that were set aside in the spool: %d", len(lines))
