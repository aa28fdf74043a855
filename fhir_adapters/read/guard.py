"""Reading a resource, or an element of it, so that whatever is wrong with it costs only itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from fhir_adapters.read import codes
from fhir_adapters.read.draft import Draft
from fhir_adapters.read.errors import Unreadable
from fhir_adapters.read.shapes import Misshapen
from guideline.unsided import FOOT_DROP

_T = TypeVar("_T")

Read = Callable[[dict[str, Any], str, Draft], None]


def guarded(read: Read, raw: dict[str, Any], kind: str, name: str, draft: Draft) -> bool:
    """Read a resource of that kind; what it raises becomes a problem of `name`, and so does a modifier. False if it
    could not be read."""
    if raw.get("modifierExtension"):
        modified(name, kind, draft)
    else:
        try:
            read(raw, name, draft)
            return True
        except Misshapen as error:
            draft.unreadable(name, error.seen_from(kind))
        except Unreadable as error:
            draft.unreadable(name, error)
    if codes.clinical().names(raw.get("code"), FOOT_DROP):
        draft.unread_foot_drop.append(name)
    return False


def part(read: Callable[[], _T], name: str, draft: Draft) -> _T | None:
    """What an element of `name` says; None and a problem if it cannot be read."""
    try:
        return read()
    except Unreadable as error:
        draft.unreadable(name, error)
        return None


def modified(name: str, path: str, draft: Draft) -> None:
    """FHIR: what carries a modifier that is not understood must not be processed."""
    text = f"may change the meaning of {path}, so it was not used"
    draft.problem(name, f"{path}.modifierExtension", text, "extension")
