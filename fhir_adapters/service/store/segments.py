"""A worker's folder in the spool: who has it (a lock), and its lines in order (segments)."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

BATCH_BYTES: Final = 1 << 20
BATCH_LINES: Final = 500
_LOCK: Final = "lock"


class Claim:
    """A worker's folder, locked. The lock dies with the process, however it dies."""

    def __init__(self, folder: Path, fd: int) -> None:
        self.folder = folder
        self._fd = fd

    @classmethod
    def new(cls, root: Path) -> Self:
        """A folder of one's own. OSError if none can be made."""
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        number = max((int(each.name) for each in _folders(root)), default=0)
        while True:
            number += 1
            folder = root / str(number)
            try:
                folder.mkdir(mode=0o700)
                claim = cls._lock(folder, os.O_CREAT)
            except (FileExistsError, FileNotFoundError):  # another worker was quicker
                continue
            if claim is not None:
                return claim

    @classmethod
    def _lock(cls, folder: Path, flags: int = 0) -> Self | None:
        fd = os.open(folder / _LOCK, os.O_RDWR | flags, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.fstat(fd).st_nlink:  # else it was given up while we reached for it
                return cls(folder, fd)
        except BlockingIOError:
            pass
        except OSError:
            os.close(fd)
            raise
        os.close(fd)
        return None

    @classmethod
    def left(cls, root: Path) -> Iterator[Self]:
        """Folders that dead workers left, each locked for the caller."""
        for folder in sorted(_folders(root), key=lambda each: int(each.name)):
            try:
                claim = cls._lock(folder)
            except FileNotFoundError:  # gone meanwhile, or just being made
                continue
            if claim is not None:
                yield claim

    def sync(self) -> None:
        """Make the names of the segments survive the loss of power."""
        for folder in (self.folder, self.folder.parent):
            _sync(folder)

    def release(self, *, remove: bool) -> None:
        """Unlock; with `remove` the folder and whatever is in it goes away first."""
        try:
            if remove:
                for path in self.folder.iterdir():
                    path.unlink()
                self.folder.rmdir()
                _sync(self.folder.parent)
        finally:
            os.close(self._fd)

    def abandon(self) -> None:
        """Close an inherited lock without giving it up: it is the parent's."""
        os.close(self._fd)


def _folders(root: Path) -> list[Path]:
    return [each for each in root.iterdir() if each.name.isdecimal() and each.is_dir()] if root.is_dir() else []


def _sync(folder: Path) -> None:
    """Make what was made and deleted in a folder so that it survives the loss of power."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def lines_in(root: Path) -> Iterator[bytes]:
    """Every line that lies in the spool, in the database already or not, those of living workers among them."""
    for folder in _folders(root):
        with suppress(FileNotFoundError):  # it went away meanwhile: all of it is in the database
            for path in _segments(folder):
                with suppress(FileNotFoundError):
                    yield from _whole(path.read_bytes())


def _segments(folder: Path) -> list[Path]:
    return sorted((each for each in folder.iterdir() if each.name.isdecimal()), key=lambda each: int(each.name))


def _whole(data: bytes) -> list[bytes]:
    return [each + b"\n" for each in data.split(b"\n")[:-1]]


class Segments:
    """The lines of one folder, oldest first. `take` gives a batch, again and again until it is `done`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._offset = self._taken = 0

    def __len__(self) -> int:
        """The lines that wait (all files are read)."""
        return sum(path.read_bytes().count(b"\n") for path in _segments(self._folder))

    def take(self, active: int | None = None) -> list[bytes]:
        """Whole lines. `active` is the segment still written to; half a line at the end of another was torn off."""
        for path in _segments(self._folder):
            lines = self._read(path)
            if lines or path.name == str(active):
                return lines
            path.unlink()
            _sync(self._folder)  # what is erased from the database next must not come back from here
            self._offset = 0
        return []

    def _read(self, path: Path) -> list[bytes]:
        size = BATCH_BYTES
        fd = os.open(path, os.O_RDONLY)
        try:
            data = os.pread(fd, size, self._offset)
            while len(data) == size and b"\n" not in data:  # a line longer than a batch
                size *= 2
                data = os.pread(fd, size, self._offset)
        finally:
            os.close(fd)
        lines = _whole(data)[:BATCH_LINES]
        self._taken = sum(map(len, lines))
        return lines

    def done(self) -> None:
        """The batch is in the database: go on behind it."""
        self._offset += self._taken
        self._taken = 0

    def emptied(self) -> None:
        """The segment that was read to its end has been emptied: go on at its beginning."""
        self._offset = self._taken = 0
