"""Feedback as numbers and as a list, for the client whose users gave it.

GET /feedback/rates    acceptance and override rate of each rule, as JSON
GET /feedback/export   who (a pseudonym) did what with which card, when and where (45 CFR 170.315(b)(11)(ii)(C)), as
                       NDJSON or, with ?format=csv, as CSV

Both take ?since and ?until: a date, or a moment with zone. Comments and free-text reasons leave only if the settings
allow it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain, islice
from typing import Any, Final, TypeVar

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from fhir_adapters.service.caller import protected
from fhir_adapters.service.context import Service
from fhir_adapters.service.errors import InvalidInput, NotFound, Unauthenticated, Unavailable, as_json
from fhir_adapters.service.openapi import LINES, query, refusals
from fhir_adapters.service.store.database import Away, Refused
from fhir_adapters.service.store.journal import SqlJournal
from fhir_adapters.service.store.lines import in_utc
from fhir_adapters.service.store.reports import Window, exported, rates

_COLUMNS: Final = (
    *("id", "service", "card", "topic", "indicator", "rules", "guideline_version", "user", "issuer", "tenant", "at"),
    *("received_at", "action", "accepted", "reason_code", "reason_system", "reason_display"),
)
_REFUSALS: Final = refusals(
    InvalidInput,
    Unauthenticated,
    Unavailable,
    sentences={
        InvalidInput: "A parameter of the query has a wrong form.",
        Unauthenticated: "The caller is not known; it is not told why.",
        Unavailable: "The database is away: feedback is kept, and can be read when it is back.",
    },
)
_FORM: Final = query("format", "ndjson if neither this nor Accept asks for CSV.", "csv", "ndjson")
_NDJSON: Final = "application/x-ndjson"
_LISTED: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "A line for each word of feedback.", "content": {_NDJSON: LINES, "text/csv": LINES}}
}
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run these
_T = TypeVar("_T")


def router(service: Service) -> APIRouter:
    """The two routes. Each caller sees what its own users said, and no one else's."""
    routes = APIRouter(tags=["feedback"], dependencies=[protected(service)], responses=_REFUSALS)

    @routes.get("/feedback/rates", summary="Acceptance and override rate of each rule", openapi_extra=_asking())
    async def feedback_rates(request: Request) -> Response:
        window, comments = _window(request), service.settings.export_comments
        found = await run_in_threadpool(_asked, lambda: rates(_journal(service).engine, window, comments=comments))
        shown = {"since": window.since, "until": window.until}
        return Response(as_json(shown | found), media_type="application/json")

    @routes.get(
        "/feedback/export",
        summary="Feedback as NDJSON or CSV",
        response_class=StreamingResponse,
        responses=_LISTED,
        openapi_extra=_asking(_FORM),
    )
    async def feedback_export(request: Request) -> Response:
        window, form = _window(request), _form(request)
        comments = service.settings.export_comments
        rows = exported(_journal(service).engine, window, comments=comments)
        # The first row is fetched before the answer begins: a database that is away is an error, not an empty list.
        begun = await run_in_threadpool(_asked, lambda: list(islice(rows, 1)))
        lines = chain(begun, rows)
        if form == "csv":
            return StreamingResponse(_csv(lines, comments=comments), media_type="text/csv; charset=utf-8")
        return StreamingResponse((as_json(row) + b"\n" for row in lines), media_type=_NDJSON)

    return routes


def _asking(*more: dict[str, Any]) -> dict[str, Any]:
    """The parameters of a report, as the OpenAPI description has them."""
    since = query("since", "From this day, or moment with zone, on; the beginning if left out.")
    return {"parameters": [since, query("until", "Before this one; the end if left out."), *more]}


def _window(request: Request) -> Window:
    caller = request.state.caller
    since, until = (_moment(request, name) for name in ("since", "until"))
    return Window(since, until, caller.issuer, caller.tenant or None)


def _moment(request: Request, name: str) -> datetime | None:
    text = request.query_params.get(name)
    try:
        return in_utc(datetime.fromisoformat(text.replace(" ", "+"))) if text else None
    except ValueError:
        raise InvalidInput(
            f"{name} is neither a date nor a moment, such as 2026-03-01 or 2026-03-01T09:30:00Z."
        ) from None


def _form(request: Request) -> str:
    form = request.query_params.get("format") or (
        "csv" if "text/csv" in request.headers.get("accept", "") else "ndjson"
    )
    if form not in {"csv", "ndjson"}:
        raise InvalidInput("format is ndjson or csv.")
    return form


def _journal(service: Service) -> SqlJournal:
    if not isinstance(service.journal, SqlJournal):
        raise NotFound("This service keeps no feedback.")
    return service.journal


def _asked(question: Any) -> Any:
    try:
        return question()
    except (Away, Refused):
        raise Unavailable("The database is away: feedback is kept, and can be read when it is back.") from None


def _csv(rows: Iterable[dict[str, Any]], *, comments: bool) -> Iterator[str]:
    columns = (*_COLUMNS, "comment") if comments else _COLUMNS
    yield _csv_line(columns)
    for row in rows:
        yield _csv_line([_cell(row[name]) for name in columns])


def _cell(value: str | list[str]) -> str:
    text = value if isinstance(value, str) else " ".join(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _csv_line(cells: Iterable[str]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue()
