"""A vignette: one whole patient in words, what is recorded of them, and what a careful clinician expects.

`numbers` are the guideline's numbers that the story turns on, set as a site would set them: the patient of day 27 has
a window of 28 days, and is still right when the guideline's own number is another.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parent
WHERE: Final = ("left", "right", "patient")
Value = bool | int | float | str
# What a full history and examination without a red flag answers with no.
RED_FLAGS_DENIED: Final = (
    "bladder-dysfunction", "bowel-dysfunction", "saddle-anaesthesia", "back-pain", "fever", "appetite-loss",
    "weight-loss-unintentional", "bilateral-leg-symptoms", "hyperreflexia",
)  # fmt: skip
SIGNS_DENIED: Final = ("extensor-plantar-response", "ankle-clonus", "spasticity", "radicular-pain", "severe-numbness")


@dataclass(frozen=True)
class Recorded:
    """One thing that somebody wrote down: a finding or a diagnosis, its side, its value and its day."""

    key: str
    side: str | None
    value: Value
    day: str


@dataclass(frozen=True)
class Care:
    """An order that exists: "physiotherapy left active routine 2026-01-05"."""

    key: str
    side: str | None
    status: str
    priority: str | None
    day: str


@dataclass(frozen=True)
class Vignette:
    name: str
    story: str
    as_of: str
    expect: dict[str, Any]
    born: str | None = "1970-06-15"
    reference: str | None = None
    records: tuple[Recorded, ...] = ()
    care: tuple[Care, ...] = ()
    numbers: Mapping[str, str | int] = field(default_factory=dict)
    unsided_foot_drop: bool = False
    source: str = field(default="", compare=False)

    def __str__(self) -> str:
        return self.name


def vignettes() -> list[Vignette]:
    """All vignettes of this folder, in the order in which they are written."""
    found = []
    for path in sorted(FOLDER.glob("*.toml")):
        found += of_text(path.read_text(encoding="utf-8"), path.stem)
    return found


def of_text(text: str, source: str) -> list[Vignette]:
    """The vignettes of one file's text."""
    return [_vignette(one, source) for one in tomllib.loads(text)["vignette"]]


def _vignette(told: dict[str, Any], source: str) -> Vignette:
    as_of = str(told["as_of"])
    about = {"name", "story", "as_of", "born", "reference", "denies", "unsided_foot_drop", "numbers"}
    known = about | {"care", "expect", *WHERE}
    if stray := set(told) - known:
        raise ValueError(f"{told['name']}: {sorted(stray)} is no part of a vignette")
    return Vignette(
        name=told["name"],
        story=" ".join(told["story"].split()),
        as_of=as_of,
        expect=told["expect"],
        born=told.get("born", "1970-06-15") or None,
        reference=told.get("reference"),
        records=(*_told(told, as_of[:10]), *_denied(told.get("denies", ""), as_of[:10])),
        care=tuple(_care(line) for line in told.get("care", ())),
        numbers=told.get("numbers", {}),
        unsided_foot_drop=told.get("unsided_foot_drop", False),
        source=source,
    )


def _told(told: dict[str, Any], today: str) -> Iterator[Recorded]:
    for where in WHERE:
        side = None if where == "patient" else where
        for key, value in told.get(where, {}).items():
            series = value if isinstance(value, dict) else {today: value}
            yield from (Recorded(key, side, _plain(each), day) for day, each in series.items())


def _denied(which: str, today: str) -> Iterator[Recorded]:
    """`denies`: "red flags" (nothing of the kind), or nothing said."""
    if which == "red flags":
        yield from (Recorded(key, None, False, today) for key in RED_FLAGS_DENIED)
        yield from (Recorded(key, side, False, today) for key in SIGNS_DENIED for side in ("left", "right"))
    elif which:
        raise ValueError(f"denies {which!r} is not known")


def _plain(value: Any) -> Value:
    return value if isinstance(value, bool | int | float | str) else str(value)


def _care(line: str) -> Care:
    words = line.split()
    side = next((word for word in words if word in ("left", "right")), None)
    status = next(word for word in words if word in ("active", "completed", "draft", "revoked", "on-hold"))
    priority = next((word for word in words if word in ("routine", "urgent", "asap", "stat")), None)
    return Care(words[0], side, status, priority, words[-1])
