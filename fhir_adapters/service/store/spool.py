"""The spool: what was said, on the local disk, until it is in the database.

ROOT/1/, ROOT/2/, …: one folder for each worker process, locked by it for as long as it lives. In it, segments 1, 2, …
of whole lines, only ever appended to; a segment whose lines are all in the database is deleted or, while it is written
to, emptied: what is erased from the database must not come back from here. A folder that nobody locks was left by a
dead worker, and the next one to look takes it over.

A line that was appended survives the death of the process; `sync` makes it survive the loss of power as well. If the
disk refuses, lines queue in memory, in order, up to MEMORY_BYTES; whatever is beyond that is counted as lost.
"""

from __future__ import annotations

import errno
import os
import threading
from collections import deque
from itertools import islice
from pathlib import Path
from typing import Final

from fhir_adapters.service.store.segments import BATCH_LINES, Claim, Segments

SEGMENT_BYTES: Final = 4 << 20
MEMORY_BYTES: Final = 32 << 20


class Spool:
    """One worker's own part of the spool. `append` may be called from any thread; `take` and `done` from one."""

    def __init__(self, root: Path, *, segment_bytes: int = SEGMENT_BYTES, memory_bytes: int = MEMORY_BYTES) -> None:
        self.lost = 0
        self.waiting = 0
        self.unwritable = ""  # the system's word for why
        self._root, self._segment_bytes, self._memory_bytes = root, segment_bytes, memory_bytes
        self._lock = threading.Lock()
        self._claim: Claim | None = None
        self._segments: Segments | None = None
        self._fd = -1
        self._number = self._size = 0
        self._named = 0  # the last segment whose name survives the loss of power
        self._full: list[int] = []  # segments that are still to be synced and closed
        self._dirty = self._closed = False
        self._queue: deque[bytes] = deque()
        self._queued_bytes = 0
        self._taken: list[bytes] = []  # of the queue

    @property
    def folder(self) -> Path | None:
        """This worker's folder, once it has one."""
        return self._claim.folder if self._claim else None

    def open(self) -> None:
        """Try whether the spool can be written, before anything has to be."""
        with self._lock:
            if not self._closed:
                self._pour()

    def append(self, line: bytes) -> bool:
        """Keep one line, or count it as lost if the disk refuses and memory is full. False: the spool is closed."""
        with self._lock:
            if self._closed:
                return False
            self._queue.append(line)
            self._queued_bytes += len(line)
            self._pour()
            if self._queued_bytes <= self._memory_bytes:
                self.waiting += 1
            else:
                self._queued_bytes -= len(self._queue.pop())
                self.lost += 1
            return True

    def _pour(self) -> None:
        """Write what is queued, oldest first, for as long as the disk takes it."""
        try:
            self._open_segment()
            while self._queue:
                self._write(self._queue[0])
                self._queued_bytes -= len(self._queue.popleft())
        except OSError as refused:
            self.unwritable = errno.errorcode.get(refused.errno or 0, "EIO")
        else:
            self.unwritable = ""

    def _open_segment(self) -> None:
        if self._claim is None:
            self._claim = Claim.new(self._root)
            self._segments = Segments(self._claim.folder)
        if self._fd < 0 or self._size >= self._segment_bytes:
            path = self._claim.folder / str(self._number + 1)
            fd = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND, 0o600)
            if self._fd >= 0:
                self._full.append(self._fd)
            self._fd, self._number, self._size, self._dirty = fd, self._number + 1, 0, True

    def _write(self, line: bytes) -> None:
        written = os.write(self._fd, line)
        if written == len(line):
            self._size += written
            self._dirty = True
            return
        try:
            os.ftruncate(self._fd, self._size)  # half a line is no line
        except OSError:
            self._size = self._segment_bytes  # then the next line begins a new segment
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def sync(self) -> None:
        """Make everything that was appended survive the loss of power. OSError if the disk cannot."""
        with self._lock:
            full, self._full = self._full, []
            fd, dirty, self._dirty = self._fd, self._dirty, False
            claim, number = self._claim, self._number
        try:
            for each in full:
                os.fdatasync(each)
            if dirty and fd >= 0:
                os.fdatasync(fd)
            if claim is not None and self._named < number:
                claim.sync()
                self._named = number
        finally:
            for each in full:
                os.close(each)

    def take(self) -> list[bytes]:
        """The oldest lines that wait, whole, as one batch; the same again until `done`."""
        with self._lock:
            active = self._number if self._fd >= 0 else None
            segments = self._segments
        lines = segments.take(active) if segments else []
        with self._lock:  # what the disk refused may go to the database directly
            self._taken = [] if lines else list(islice(self._queue, BATCH_LINES))
            return lines or list(self._taken)

    def done(self, lines: list[bytes]) -> None:
        """What was taken is in the database."""
        with self._lock:
            self.waiting -= len(lines)
            if not self._taken:
                if self._segments:
                    self._segments.done()
                return
            taken, self._taken = self._taken, []
            for line in taken:  # poured into the spool meanwhile: then it is written again, which does nothing
                if self._queue and self._queue[0] is line:
                    self._queued_bytes -= len(self._queue.popleft())
                else:
                    self.waiting += 1

    def tidy(self) -> None:
        """Let nothing lie on the disk for long that is in the database. OSError if the disk cannot be read.

        If no line in it waits, the segment is emptied. Else the next line begins a new one, and this one is deleted as
        soon as its last line is in the database, however busy the service is. `sync` makes that last.
        """
        if not self._size:
            return
        self.take()  # deletes what is read to its end before the segment that is written to
        with self._lock:
            if self._fd < 0 or self._segments is None:
                return
            if self.waiting > len(self._queue):
                self._size = self._segment_bytes
                return
            try:
                os.ftruncate(self._fd, 0)
            except OSError:
                self._size = self._segment_bytes
            else:
                self._segments.emptied()
                self._size, self._dirty = 0, True

    def close(self) -> None:
        """Let go. What waits stays in the folder for the next worker; an empty folder goes away."""
        with self._lock:
            self._pour()
            self._closed = True
            self.lost += len(self._queue)
            fds, self._full, self._fd = [*self._full, self._fd], [], -1
            claim, self._claim, self._segments = self._claim, None, None
            empty = not self.waiting
            self._queue.clear()
        for fd in fds:
            if fd >= 0:
                os.close(fd)
        if claim is not None:
            claim.release(remove=empty)

    def abandon(self) -> None:
        """After a fork, in the child: what was inherited is the parent's; close it here, and touch nothing."""
        for fd in (*self._full, self._fd):
            if fd >= 0:
                os.close(fd)
        if self._claim is not None:
            self._claim.abandon()
