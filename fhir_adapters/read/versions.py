"""One version of each resource: a history Bundle, or two exports glued together, may hold several.

The newest by meta.lastUpdated, else by meta.versionId, counts. A history Bundle lists the newest first, which decides
where nothing else does. Otherwise versions that differ are all kept and reported, because nobody can tell.
"""

from __future__ import annotations

import re
from typing import Any

from cql_like import DateTime
from fhir_adapters.read.bundle import Entry
from fhir_adapters.read.errors import problem
from guideline.findings import Problem

_NUMBER = re.compile(r"[0-9]{1,18}")


def newest(entries: list[Entry], *, history: bool) -> tuple[list[Entry], list[Problem]]:
    """The entries without older versions, and a problem for each resource whose versions could not be told apart."""
    if not history:
        try:
            if len({(kind, raw.get("id")) for raw, kind, _, _, _ in entries}) == len(entries):
                return entries, []  # nearly always: nothing is there twice
        except TypeError:
            pass  # an id that is no text
    places = _places(entries)
    first: dict[tuple[object, ...], int] = {}
    again: dict[int, list[int]] = {}
    for position, (raw, kind, url, _, _) in enumerate(entries):
        name = raw.get("id")
        if type(name) is not str:
            if url is None:
                continue  # nothing to be known again by
            name = None
        key = (kind, name) if history and name is not None else (kind, name, *_place(places.get((kind, name)), url))
        known = first.setdefault(key, position)
        if known != position:
            again.setdefault(known, [known]).append(position)
    dropped: set[int] = set()
    problems: list[Problem] = []
    for positions in again.values():
        _choose(entries, positions, dropped, problems, history=history)
    if dropped:
        entries = [entry for position, entry in enumerate(entries) if position not in dropped]
    return entries, problems


def _places(entries: list[Entry]) -> dict[tuple[str, object], set[str]]:
    """The fullUrls under which each id is found, without their versions."""
    found: dict[tuple[str, object], set[str]] = {}
    for raw, kind, url, _, _ in entries:
        if url is not None and type(raw.get("id")) is str:
            found.setdefault((kind, raw["id"]), set()).add(url.partition("/_history/")[0])
    return found


def _place(places: set[str] | None, url: str | None) -> tuple[str, ...]:
    """Where a resource is from, as far as that tells it from another of its id: of one that does not say, nobody knows
    it where there are two places, and where there is only one it is from there."""
    if places is not None and len(places) == 1:
        return ()
    return () if url is None else (url.partition("/_history/")[0],)


def _choose(
    entries: list[Entry], positions: list[int], dropped: set[int], problems: list[Problem], *, history: bool
) -> None:
    versions = [_version(entries[position].raw) for position in positions]
    comparable = all(version is not None for version in versions) and len({bool(v and v[0]) for v in versions}) == 1
    if comparable and len(set(versions)) > 1:
        best = max(version for version in versions if version is not None)
        dropped.update(p for p, version in zip(positions, versions, strict=True) if version != best)
    elif history:
        dropped.update(positions[1:])
    elif not _alike([entries[position].raw for position in positions]):
        kind, raw = entries[positions[0]].kind, entries[positions[0]].raw
        name = f"{kind}/{raw['id']}" if isinstance(raw.get("id"), str) else str(entries[positions[0]].url)
        text = "does not tell which of two versions is newer; both were read"
        problems.append(problem(name, f"{kind}.meta.versionId", text, "duplicate"))
    else:
        dropped.update(positions[1:])


def _alike(versions: list[dict[str, Any]]) -> bool:
    try:
        return all(version == versions[0] for version in versions)
    except RecursionError:  # nested beyond comparing
        return False


def _version(raw: dict[str, Any]) -> tuple[tuple[int, ...], int] | None:
    meta = raw.get("meta")
    if not isinstance(meta, dict):
        return None
    number = meta.get("versionId")
    version = int(number) if isinstance(number, str) and _NUMBER.fullmatch(number) else 0
    updated = meta.get("lastUpdated")
    try:
        when = DateTime.parse(updated).key if isinstance(updated, str) else ()
    except ValueError:
        when = ()
    return (when, version) if when or version else None
