"""What is known of one patient, before any rule has looked: coded, dated, sided, each with its resource.

An adapter makes these; `guideline.case` turns them into one Case per limb. Nothing here knows FHIR.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal, NamedTuple

from cql_like import Date, DateTime, Quantity

Side = Literal["left", "right"]
SIDES: tuple[Side, Side] = ("left", "right")
Moment = Date | DateTime
Value = bool | int | Decimal | str | Date | DateTime | Quantity


class Finding(NamedTuple):
    """One value somebody recorded.

    `key` is a code of inputs.csv or a key of conditions.csv; `value` has that row's type (bool, int, a code as str,
    Date/DateTime, Quantity in the row's unit). `effective` is when it was true (None: undated, so older than any dated
    one). `resource` is a reference such as "Observation/17". `history` marks a diagnosis by its Condition resource:
    two Conditions of one key are two histories, and the key is present while any of them is. `noted`: nobody said when
    it happened, and `effective` is when it was written down. `over`: a no that is the end of something, and does not
    answer for a foot drop that began later.
    """

    key: str
    side: Side | None
    value: Value
    effective: Moment | None
    resource: str
    history: bool = False
    noted: bool = False
    over: bool = False


class Unanswered(NamedTuple):
    """A key somebody looked at or asked for, and of which nothing is known: no value, or one that cannot be read."""

    key: str
    side: Side | None
    effective: Moment | None
    resource: str


class Existing(NamedTuple):
    """Care that is already ordered or done.

    `kind` says which vocabulary `key` is from. `state`: ordered (active, or a live proposal) or done (completed).
    `planned` is the day for which an open order is planned, where one is named.
    `proposal` is true for what this guideline proposed itself; `started` is true where care really began (an order or
    plan, not a proposal), which is what may start a conservative-care clock.
    """

    key: str
    kind: Literal["order", "activity"]
    side: Side | None
    state: Literal["ordered", "done"]
    priority: Literal["routine", "urgent", "asap", "stat"] | None
    date: Moment | None
    resource: str
    proposal: bool = False
    started: bool = False
    planned: Moment | None = None


class Problem(NamedTuple):
    """Data that could not be used. `code` is a FHIR issue type (value, required, invalid, not-supported, …)."""

    resource: str
    element: str
    text: str
    code: str = "value"


class Record(NamedTuple):
    """Everything an adapter read of one patient. Order of the tuples carries no meaning.

    A finding of one leg that came without its side has the side None. `unsided_foot_drop` holds the resources that
    record a foot drop without saying which leg, `unread_foot_drop` those of a foot drop or its grade that could not be
    read.
    """

    patient: str
    birth_date: Date | None = None
    findings: tuple[Finding, ...] = ()
    existing: tuple[Existing, ...] = ()
    problems: tuple[Problem, ...] = ()
    unsided_foot_drop: tuple[str, ...] = ()
    unread_foot_drop: tuple[str, ...] = ()
    unanswered: tuple[Unanswered, ...] = ()
