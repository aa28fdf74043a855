"""What follows from the guideline's own files, kept beside Python's bytecode so that a start need not repeat the work.

It is kept in the manner of bytecode: in __pycache__, by whoever first had to work it out, unless Python was told to
write no bytecode; `python -m guideline.prepare` writes it in any case. It is used only if not one byte of the files
that it follows from has changed, and the same Python and pydantic would make it; else it is worked out anew. So it can
be slow, but never stale, and deleting it costs nothing.

Assessing a patient touches no file: values are kept when the guideline itself is loaded.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import sys
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import cache_from_source
from pathlib import Path
from typing import Final, TypeVar

from pydantic.version import VERSION as PYDANTIC

T = TypeVar("T")

_PACKAGES: Final = ("cql_like", "guideline")
_KINDS: Final = (".py", ".toml", ".csv")
_DIGEST: Final = hashlib.sha256().digest_size


def prepared(name: str, make: Callable[[], T]) -> T:
    """The value that `make` works out, which may depend on nothing but the files of this package and of cql_like."""
    kept = _kept()
    if name in kept:
        value: T = pickle.loads(kept[name])  # noqa: S301 - who can write here can change the code beside it as well
        return value
    value = make()
    kept[name] = pickle.dumps(value, protocol=5)
    if not sys.dont_write_bytecode:
        write()
    return value


def write() -> None:
    """Write down everything that is prepared in this process; where nobody may write there, nothing happens."""
    file = _file()
    draft = file.with_suffix(f".{os.getpid()}")
    try:
        file.parent.mkdir(exist_ok=True)
        draft.write_bytes(_key() + pickle.dumps(_kept(), protocol=5))
        draft.replace(file)  # at once: another process reads the old file or the new one
    except OSError:
        draft.unlink(missing_ok=True)


@cache
def _kept() -> dict[str, bytes]:
    """What is kept and current, by name; each is read only when it is asked for."""
    try:
        text = _file().read_bytes()
        if text[:_DIGEST] == _key():
            kept: dict[str, bytes] = pickle.loads(text[_DIGEST:])  # noqa: S301 - as above
            return kept
    except (OSError, ValueError, EOFError, pickle.UnpicklingError):
        pass
    return {}


def _file() -> Path:
    return Path(cache_from_source(__file__)).with_suffix(".prepared")


@cache
def _key() -> bytes:
    """A hash over every file that anything prepared can follow from, and over who makes it."""
    found = hashlib.sha256(f"{sys.version}\0{PYDANTIC}".encode())
    for path in _files():
        text = path.read_bytes()
        found.update(f"\0{path.parent.name}/{path.name}\0{len(text)}\0".encode())
        found.update(text)
    return found.digest()


def _files() -> Iterator[Path]:
    root = Path(__file__).parent.parent
    for package in _PACKAGES:
        for folder in (root / package, root / package / "rules", root / package / "data"):
            if folder.is_dir():
                yield from sorted(path for path in folder.iterdir() if path.suffix in _KINDS)
