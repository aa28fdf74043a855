"""Events as lines of the spool, and lines as rows of the tables.

A line is the CRC-32 of the rest (eight hexadecimal digits), a blank, and JSON: {"assessed": {…}} or {"feedback": […]}.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson

from fhir_adapters.service.journal import Assessed, Feedback

_NUL = b"\\u0000"  # PostgreSQL keeps none
_LONGEST_CARD = 255  # characters; ours are uuids, and an index takes only so much of what a client calls a card
_LARGEST = 2**63  # of an integer in JSON


class Rows(NamedTuple):
    """Rows of each table, in the order in which they happened."""

    assessments: list[dict[str, Any]]
    cards: list[dict[str, Any]]
    feedback: list[dict[str, Any]]


def line_of(event: Assessed | Sequence[Feedback]) -> bytes:
    """One event as a line. What JSON or a database cannot hold is replaced: no event is lost for a bad character."""
    said = {"assessed": event} if isinstance(event, Assessed) else {"feedback": list(event)}
    try:
        data = orjson.dumps(said, default=_plain, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:  # half a surrogate pair, an integer beyond 64 bits
        data = orjson.dumps(_storable(said))
    if _NUL in data:
        data = orjson.dumps(_storable(orjson.loads(data)))
    return _framed(data)


def _framed(data: bytes) -> bytes:
    return b"%08x %s\n" % (zlib.crc32(data), data)


def event_in(line: bytes) -> dict[str, Any] | None:
    """The event of a line, or None if the line is damaged."""
    data = line[9:-1]
    if line != _framed(data):
        return None
    try:
        event = orjson.loads(data)
    except ValueError:
        return None
    return event if isinstance(event, dict) else None


def rows_of(events: Iterable[Mapping[str, Any]]) -> Rows:
    """The rows of some events. KeyError, TypeError or ValueError: this is no event of ours."""
    rows = Rows([], [], [])
    for event in events:
        if "assessed" in event:
            _add_assessment(rows, dict(event["assessed"]))
        else:
            rows.feedback.extend(_feedback_row(entry) for entry in event["feedback"])
    return rows


def _add_assessment(rows: Rows, said: dict[str, Any]) -> None:
    cards, record = said.pop("cards"), said.pop("record")
    said["patient_pseudonym"], said["user_pseudonym"] = said.pop("patient"), said.pop("user")
    said |= {"at": _moment(said["at"]), "record": None if record is None else base64.b64decode(record)}
    rows.assessments.append(said)
    common = {"issuer": said["issuer"], "assessment_id": said["id"], "issued_at": said["at"]}
    rows.cards.extend(card | common for card in cards)


def _feedback_row(entry: Mapping[str, Any]) -> dict[str, Any]:
    at, received_at = _moment(entry["at"]), _moment(entry["received_at"])
    row = {**entry, "at": at, "card": entry["card"][:_LONGEST_CARD]}
    del row["received_at"]  # a repeat is the same word, come later
    name = hashlib.sha256(orjson.dumps(row, option=orjson.OPT_SORT_KEYS)).hexdigest()
    return row | {"id": name, "received_at": received_at, "said_at": min(at, received_at)}


def _moment(text: str) -> datetime:
    return in_utc(datetime.fromisoformat(text))


def in_utc(moment: datetime) -> datetime:
    """The moment in UTC; one without a zone is taken to be in UTC."""
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # the first or last day that there is
        return moment.replace(tzinfo=UTC)


def _plain(value: object) -> Any:
    """What orjson does not know by itself."""
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(value).decode()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    return str(value)


def _storable(value: Any) -> Any:
    """The same as plain JSON, with what no JSON or database holds replaced."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
    if dataclasses.is_dataclass(value):
        return {each.name: _storable(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {_storable(str(name)): _storable(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(each) for each in value]
    if isinstance(value, int) and not -_LARGEST <= value < _LARGEST:
        return str(value)
    return value if value is None or isinstance(value, int | float | datetime) else _storable(_plain(value))
