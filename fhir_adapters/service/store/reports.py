"""What is told of what was kept: rates by rule, the export of feedback, the audit.

Every report is over a `Window`. Without `comments` no free text is in it, be it a comment or a reason. Away
(fhir_adapters.service.store.database) if the database cannot be asked.
"""

from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Engine, RowMapping, Select, Subquery, func, select

from fhir_adapters.service.store.database import told
from fhir_adapters.service.store.reasons import Reason, leaving
from fhir_adapters.service.store.tables import ASSESSMENTS, CARDS, FEEDBACK

ROWS_AT_ONCE: Final = 500
_OF_CARD: Final = (FEEDBACK.c.issuer == CARDS.c.issuer) & (FEEDBACK.c.card == CARDS.c.uuid)


@dataclass(frozen=True, slots=True)
class Window:
    """From `since` until before `until`, of one issuer and tenant; what is None does not limit."""

    since: datetime | None = None
    until: datetime | None = None
    issuer: str | None = None
    tenant: str | None = None

    def limits(self, at: ColumnElement[datetime], issuer: ColumnElement[str]) -> list[ColumnElement[bool]]:
        """The conditions on a time and an issuer."""
        found: list[ColumnElement[bool]] = []
        if self.since is not None:
            found.append(at >= self.since)
        if self.until is not None:
            found.append(at < self.until)
        if self.issuer is not None:
            found.append(issuer == self.issuer)
        if self.tenant:
            found.append(ASSESSMENTS.c.tenant == self.tenant)
        return found


def rates(engine: Engine, window: Window, *, comments: bool = False) -> dict[str, Any]:
    """For each rule, how often its cards were shown in the window, and what has become of them since.

    {"rules": [{"rule", "shown", "accepted", "overridden", "ignored", "acceptance_rate", "override_rate",
    "reasons": [{"code", "system", "display", "count"}]}], "unknown_cards": feedback on cards nobody here has shown}.
    The last word on a card counts. Without one it was ignored. Rates are of the cards shown, 0 to 1.
    """
    last = _last_words()
    reason = last.c.reason_code, last.c.reason_system, func.max(last.c.reason_display)
    asked = (
        select(CARDS.c.rules, last.c.outcome, func.count(), *reason)
        .select_from(CARDS.join(ASSESSMENTS).outerjoin(last, _said_of_card(last)))
        .where(*window.limits(CARDS.c.issued_at, CARDS.c.issuer))
        .group_by(CARDS.c.rules, last.c.outcome, last.c.reason_code, last.c.reason_system)
    )
    by_rule: dict[str, _Tally] = defaultdict(_Tally)
    with told(), engine.connect() as connection:
        for rules, outcome, count, *why in connection.execute(asked):
            for rule in rules:
                by_rule[rule].add(outcome, count, leaving(Reason(*why), comments=comments))
        unknown = connection.scalar(_unknown(window)) if not window.tenant else 0
    return {"rules": [{"rule": rule} | by_rule[rule].shown() for rule in sorted(by_rule)], "unknown_cards": unknown}


class _Tally:
    def __init__(self) -> None:
        self._outcomes = {"accepted": 0, "overridden": 0, "ignored": 0}
        self._reasons: dict[tuple[str, str], tuple[int, str]] = {}

    def add(self, outcome: str | None, count: int, why: Reason) -> None:
        self._outcomes[outcome or "ignored"] += count
        if outcome == "overridden":
            before, known_as = self._reasons.get((why.code, why.system), (0, ""))
            self._reasons[why.code, why.system] = before + count, max(why.display, known_as)

    def shown(self) -> dict[str, Any]:
        shown = sum(self._outcomes.values())
        reasons = [
            {"code": code, "system": system, "display": display, "count": count}
            for (code, system), (count, display) in sorted(self._reasons.items())
        ]
        share = {name: round(self._outcomes[name] / shown, 4) for name in ("accepted", "overridden")}
        about = {"acceptance_rate": share["accepted"], "override_rate": share["overridden"], "reasons": reasons}
        return {"shown": shown, **self._outcomes, **about}


def _last_words() -> Subquery:
    """Feedback, with `number` 1 for the last word on each card; of two at once, acceptance."""
    order = (FEEDBACK.c.said_at.desc(), FEEDBACK.c.received_at.desc(), FEEDBACK.c.outcome, FEEDBACK.c.id)
    number = func.row_number().over(partition_by=(FEEDBACK.c.issuer, FEEDBACK.c.card), order_by=order)
    return select(FEEDBACK, number.label("number")).subquery()


def _said_of_card(last: Subquery) -> ColumnElement[bool]:
    return (last.c.issuer == CARDS.c.issuer) & (last.c.card == CARDS.c.uuid) & (last.c.number == 1)


def _unknown(window: Window) -> Select[int]:
    known = select(CARDS.c.uuid).where(_OF_CARD).exists()
    within = window.limits(FEEDBACK.c.received_at, FEEDBACK.c.issuer)
    return select(func.count()).select_from(FEEDBACK).where(~known, *within)


def exported(engine: Engine, window: Window, *, comments: bool) -> Iterator[dict[str, Any]]:
    """Feedback received in the window, oldest first: who, what, when, where, action and, if wanted, comment.

    No connection is kept from one page to the next: whoever reads slowly, or goes away, has none.
    """
    by_time = FEEDBACK.c.issuer + ""  # by the issuer's own index, SQLite would sort all that it said for each page
    known = (ASSESSMENTS.c.user_pseudonym, ASSESSMENTS.c.tenant, ASSESSMENTS.c.guideline_version)
    card = CARDS.c.topic, CARDS.c.indicator, CARDS.c.rules, CARDS.c.suggestions
    asked = (
        select(FEEDBACK, *known, *card)
        .select_from(FEEDBACK.outerjoin(CARDS, _OF_CARD).outerjoin(ASSESSMENTS))
        .where(*window.limits(FEEDBACK.c.received_at, by_time))
        .order_by(FEEDBACK.c.received_at, FEEDBACK.c.id)
        .limit(ROWS_AT_ONCE)
    )
    page = asked
    while True:
        with told(), engine.connect() as connection:
            rows = connection.execute(page).mappings().all()
        yield from (_export_row(row, comments=comments) for row in rows)
        if len(rows) < ROWS_AT_ONCE:
            return
        page = asked.where(*_after(rows[-1]))


def _after(row: RowMapping) -> tuple[ColumnElement[bool], ...]:
    at, last = FEEDBACK.c.received_at, row["received_at"]
    return at >= last, (at > last) | (FEEDBACK.c.id > row["id"])


def _export_row(row: RowMapping, *, comments: bool) -> dict[str, Any]:
    orders = row["suggestions"] or {}
    given = Reason(row["reason_code"], row["reason_system"], row["reason_display"])
    return {
        "id": row["id"],
        "service": row["service"],
        "card": row["card"],
        "topic": row["topic"] or "",
        "indicator": row["indicator"] or "",
        "rules": row["rules"] or [],
        "guideline_version": row["guideline_version"] or "",
        "user": row["user_pseudonym"] or "",
        "issuer": row["issuer"],
        "tenant": row["tenant"] or "",
        "at": row["at"].isoformat(),
        "received_at": row["received_at"].isoformat(),
        "action": row["outcome"],
        "accepted": [orders.get(suggestion, suggestion) for suggestion in row["accepted"]],
        **{f"reason_{part}": said for part, said in leaving(given, comments=comments)._asdict().items()},
    } | ({"comment": row["comment"]} if comments else {})


def audited(engine: Engine, window: Window, *, records: bool = False) -> Iterator[dict[str, Any]]:
    """Assessments of the window, oldest first, each with its cards; with the record itself (base64) if wanted."""
    columns = [column for column in ASSESSMENTS.c if records or column.name != "record"]
    asked = select(*columns).where(*window.limits(ASSESSMENTS.c.at, ASSESSMENTS.c.issuer))
    asked = asked.order_by(ASSESSMENTS.c.at, ASSESSMENTS.c.id)
    with told(), engine.connect() as connection, engine.connect() as beside:
        for row in _streamed(connection, asked):
            yield _audit_row(row) | {"cards": _cards(beside, row["id"])}


def _audit_row(row: RowMapping) -> dict[str, Any]:
    found = _plain(row) | {"at": row["at"].isoformat()}
    if found.get("record") is not None:
        found["record"] = base64.b64encode(found["record"]).decode()
    return found


def _cards(connection: Connection, assessment: str) -> list[Mapping[str, Any]]:
    columns = [column for column in CARDS.c if column.name not in {"issuer", "assessment_id", "issued_at"}]
    asked = select(*columns).where(CARDS.c.assessment_id == assessment).order_by(CARDS.c.uuid)
    return [_plain(row) for row in connection.execute(asked).mappings()]


def _plain(row: RowMapping) -> dict[str, Any]:
    return {str(name): value for name, value in row.items()}  # SQLAlchemy's names are no plain str


def _streamed(connection: Connection, asked: Select[Any]) -> Iterator[RowMapping]:
    yield from connection.execution_options(yield_per=ROWS_AT_ONCE).execute(asked).mappings()
