"""Logs as JSON, a line each. No text that a library or an exception made up goes out: it may be a patient's.

What is written: when, level, logger, request id, the message of our own code (a constant), its `fields`, and of an
exception its type and the places it went through. Another library is heard from WARNING on, and without its values.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from traceback import walk_tb
from typing import Any, Final

import orjson

from fhir_adapters.service.http.identity import REQUEST_ID

OURS: Final = "fhir_adapters"
_SERVER: Final = "uvicorn"  # its messages name sockets and processes, never a request


def configure(level: str) -> None:
    """Send every log of this process to standard error, one JSON object a line."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(OURS).setLevel(level)
    logging.getLogger(_SERVER).setLevel(max(logging.INFO, logging.getLevelNamesMapping()[level]))
    logging.getLogger(f"{_SERVER}.access").disabled = True  # it would write the query


class JsonLines(logging.Formatter):
    """A record as one JSON object. `logger.info("…", extra={"fields": {…}})` adds fields."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record),
        }
        if request_id := REQUEST_ID.get():
            line["request_id"] = request_id
        line |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[1]:
            line["exception"] = described(record.exc_info[1])
        return orjson.dumps(line, default=lambda value: type(value).__name__).decode()


def _message(record: logging.LogRecord) -> str:
    if record.name.split(".")[0] in (OURS, _SERVER):
        return record.getMessage()
    return record.msg if isinstance(record.msg, str) and record.args else ""


def described(wrong: BaseException) -> list[dict[str, Any]]:
    """An exception and what caused it: type, and frames ("module:line function") from outside in. No text, no value."""
    return [{"type": _name(type(one)), "frames": _frames(one)} for one in _chain(wrong)]


def _name(kind: type[BaseException]) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _chain(wrong: BaseException | None) -> Iterator[BaseException]:
    met: set[int] = set()
    while wrong is not None and id(wrong) not in met:
        met.add(id(wrong))
        yield wrong
        wrong = wrong.__cause__ or (None if wrong.__suppress_context__ else wrong.__context__)


def _frames(wrong: BaseException) -> list[str]:
    return [
        f"{frame.f_globals.get('__name__', '?')}:{line} {frame.f_code.co_name}"
        for frame, line in walk_tb(wrong.__traceback__)
    ]
