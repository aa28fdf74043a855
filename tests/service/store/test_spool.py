"""The spool on a real disk: torn, damaged and refused lines, and disks that are full."""

from __future__ import annotations

import fcntl
import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_adapters.service.store.lines import event_in, line_of
from fhir_adapters.service.store.segments import Claim, Segments
from fhir_adapters.service.store.spool import Spool
from tests.service.store.support import assessed, feedback


def line(number: int) -> bytes:
    return b"%05d\n" % number


def drained(spool: Spool) -> list[bytes]:
    """Every line that waits, taken and done."""
    found = []
    while lines := spool.take():
        spool.done(lines)
        found += lines
    return found


@contextmanager
def full_disk(most: int) -> Iterator[None]:
    """No file of this process may grow beyond `most` bytes: the kernel writes as much as fits, then refuses."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def segments(spool: Spool) -> list[str]:
    assert spool.folder is not None
    return sorted(path.name for path in spool.folder.iterdir() if path.name != "lock")


def test_lines_come_back_in_order_and_what_is_done_is_deleted(tmp_path: Path) -> None:
    spool = Spool(tmp_path, segment_bytes=100)
    for number in range(1000):
        assert spool.append(line(number))
    assert len(segments(spool)) > 10
    assert spool.take() == spool.take(), "what is not done is given again"
    assert drained(spool) == [line(number) for number in range(1000)]
    assert len(segments(spool)) == 1, "only the segment that is written to is left"
    assert spool.waiting == 0
    spool.close()
    assert list(tmp_path.iterdir()) == []


def lying(folder: Path) -> bytes:
    """Everything that is in the files below a folder."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_what_is_done_does_not_stay_on_the_disk(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    for number in (1, 2):
        spool.append(line(number))
    assert drained(spool) == [line(1), line(2)]
    spool.tidy()
    assert lying(tmp_path) == b""
    spool.append(line(3))
    assert drained(spool) == [line(3)], "what comes next is taken from its beginning"
    spool.close()


def test_what_is_done_goes_from_the_disk_though_more_comes_in_all_the_time(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.append(line(0))
    for number in range(20):
        taken = spool.take()
        spool.append(line(number + 1))  # while the database takes the others
        spool.done(taken)
        spool.tidy()
        assert spool.waiting == 1
        assert lying(tmp_path).splitlines(keepends=True) in ([line(number), line(number + 1)], [line(number + 1)])
    assert drained(spool) == [line(20)]
    spool.tidy()
    assert lying(tmp_path) == b""
    spool.close()


def test_a_full_disk_has_room_again_when_what_is_done_goes(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    with full_disk(20):
        for number in range(5):
            spool.append(line(number))
        assert [spool.take()[0], spool.waiting] == [line(0), 5]
        spool.done(spool.take())
        spool.tidy()
        spool.open()
        assert spool.unwritable == ""
        assert lying(tmp_path) == line(3) + line(4)
        assert drained(spool) == [line(3), line(4)]
    spool.close()


def test_what_comes_in_while_the_segment_is_emptied_is_kept(tmp_path: Path) -> None:
    spool = Spool(tmp_path, segment_bytes=500)
    found: list[bytes] = []

    def write() -> None:
        for number in range(20_000):
            spool.append(line(number))

    writer = threading.Thread(target=write)
    writer.start()
    while writer.is_alive() or spool.waiting:
        found += drained(spool)
        spool.tidy()
    assert found == [line(number) for number in range(20_000)]
    assert spool.waiting == 0
    assert lying(tmp_path) == b""
    spool.close()


def test_a_line_may_be_larger_than_a_batch(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    large = b"x" * (5 << 20) + b"\n"
    for each in (line(1), large, line(2)):
        spool.append(each)
    assert drained(spool) == [line(1), large, line(2)]
    spool.close()


def test_what_waits_stays_for_the_next_worker_and_a_torn_last_line_does_not_harm(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.append(line(1))
    spool.append(line(2))
    assert spool.folder is not None
    with (spool.folder / "1").open("ab") as torn:
        torn.write(b"0000")
    assert list(Claim.left(tmp_path)) == [], "it lives"
    spool.close()
    (claim,) = Claim.left(tmp_path)
    left = Segments(claim.folder)
    assert len(left) == 2
    assert left.take() == [line(1), line(2)]
    left.done()
    assert left.take() == []
    claim.release(remove=True)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_taken_over_once(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.append(line(1))
    spool.close()
    (claim,) = Claim.left(tmp_path)
    assert list(Claim.left(tmp_path)) == []
    claim.release(remove=False)
    (again,) = Claim.left(tmp_path)
    again.release(remove=True)


def test_a_lock_on_a_folder_that_was_given_up_in_that_moment_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lock file was opened while its worker lived, and is locked when that has deleted it."""
    living, lock = Claim.new(tmp_path), fcntl.flock

    def too_late(fd: int, how: int) -> None:
        living.release(remove=True)
        lock(fd, how)

    monkeypatch.setattr(fcntl, "flock", too_late)
    assert list(Claim.left(tmp_path)) == []
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_fills_memory_and_order_is_kept_when_there_is_room_again(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    with full_disk(20):  # three lines and a third of the next
        for number in range(10):
            assert spool.append(line(number))
        assert spool.unwritable in {"ENOSPC", "EFBIG"}
        assert spool.waiting == 10
    spool.append(line(10))
    assert spool.unwritable == ""
    assert drained(spool) == [line(number) for number in range(11)]
    spool.close()


def test_what_the_disk_refuses_goes_to_the_database_all_the_same(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    with full_disk(20):
        for number in range(10):
            spool.append(line(number))
        assert drained(spool) == [line(number) for number in range(10)]
        assert spool.waiting == 0
    spool.close()


def test_a_line_written_out_between_take_and_done_is_given_again(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    with full_disk(0):
        spool.append(line(1))
        taken = spool.take()
    spool.append(line(2))
    spool.done(taken)
    assert spool.waiting == 2
    assert drained(spool) == [line(1), line(2)], "twice is harmless, never is not"
    assert spool.waiting == 0
    spool.close()


def test_memory_is_bounded_and_what_is_lost_is_counted(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    spool = Spool(tmp_path / "file", memory_bytes=30)
    for number in range(7):
        spool.append(line(number))
    assert spool.unwritable in {"ENOTDIR", "EEXIST"}
    assert (spool.waiting, spool.lost) == (5, 2)
    assert drained(spool) == [line(number) for number in range(5)]
    spool.close()


def test_a_spool_that_comes_back_is_used(tmp_path: Path) -> None:
    (tmp_path / "spool").touch()
    spool = Spool(tmp_path / "spool")
    spool.append(line(1))
    assert spool.unwritable
    (tmp_path / "spool").unlink()
    spool.append(line(2))
    assert not spool.unwritable
    spool.sync()
    assert segments(spool) == ["1"]
    assert drained(spool) == [line(1), line(2)]
    spool.close()


def test_files_are_for_the_service_alone(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    spool.append(line(1))
    assert {path.stat().st_mode & 0o077 for path in (tmp_path / "spool").rglob("*")} == {0}
    assert (tmp_path / "spool").stat().st_mode & 0o077 == 0
    spool.close()


@pytest.mark.parametrize("event", [assessed(1), [feedback()]])
@given(place=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_a_damaged_line_is_known_for_what_it_is(event: object, place: int, bit: int) -> None:
    whole = line_of(event)  # type: ignore[arg-type]
    assert event_in(whole) is not None
    damaged = bytearray(whole)
    damaged[place % (len(whole) - 1)] ^= 1 << bit
    assert event_in(bytes(damaged)) is None
