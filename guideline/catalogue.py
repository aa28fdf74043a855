"""The catalogue's rows and the sources behind them, as data: what a rule may name, and where it comes from."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Statement:
    """A row of the catalogue: a statement, conflict, point beyond the sources, decision or invariant (`kind`)."""

    id: str
    kind: str
    group: str
    text: str
    sources: tuple[str, ...]
    strength: str
    evidence: str
    inferred: bool
    title_only: bool
    rows: tuple[str, ...]


@cache
def statements() -> Mapping[str, Statement]:
    """The catalogue by id."""
    text = resources.files("guideline").joinpath("data/statements.csv").read_text("utf-8")
    return {row["id"]: _statement(row) for row in csv.DictReader(text.splitlines())}


def _statement(row: Mapping[str, str]) -> Statement:
    return Statement(
        id=row["id"],
        kind=row["kind"],
        group=row["group"],
        text=row["text"],
        sources=tuple(part for part in row["sources"].split("; ") if part),
        strength=row["strength"],
        evidence=row["evidence"],
        inferred=row["inferred"] == "yes",
        title_only=row["title_only"] == "yes",
        rows=tuple(row["rows"].split()),
    )


@cache
def sources() -> Mapping[str, Mapping[str, Any]]:
    """Every source by key."""
    table = tomllib.loads(resources.files("guideline").joinpath("sources.toml").read_text("utf-8"))
    found: Mapping[str, Mapping[str, Any]] = table["sources"]
    return found


def sources_behind(named: tuple[str, ...], own: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Source keys behind some catalogue ids, `own` first.

    Conflicts and decisions rest on their rows, so those stand in only where nothing else carries a source.
    """
    rows = [statements()[each] for each in named]
    if not any(row.sources for row in rows):
        rows = [statements()[other] for row in rows for other in row.rows if other in statements()]
    found = dict.fromkeys(own)
    found.update(dict.fromkeys(source.split(":")[0] for row in rows for source in row.sources))
    return tuple(found)
