"""What the service remembers, as values: assessments for the audit, cards that were shown, feedback on them.

Patients and users are pseudonyms. A record itself is in here only where a site asked for it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol


class Pseudonyms:
    """Stable names for people that say nothing without the key (HMAC-SHA256, 128 bits, hexadecimal)."""

    def __init__(self, key: str) -> None:
        self._key = key.encode()

    def of(self, kind: Literal["patient", "user"], *scope_and_id: str) -> str:
        """The pseudonym of a person: the issuer or server that knows them by `id`, then the id."""
        said = "\x1f".join((kind, *scope_and_id)).encode()
        return hmac.new(self._key, said, hashlib.sha256).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class IssuedCard:
    """A card or order that was shown, so that feedback on its uuid can be told of its rules.

    `topic` is what the card is about across visits (alert or order key, and side); `fingerprint` changes when anything
    that its rules read, or what it proposes, has changed. A `red_flag` is never snoozed. `suggestions` maps suggestion
    uuid to order key.
    """

    uuid: str
    service: str
    topic: str
    fingerprint: str
    indicator: Literal["info", "warning", "critical"]
    red_flag: bool
    rules: tuple[str, ...]
    suggestions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Assessed:
    """One assessment. `features` and `rules_fired` are by side; `record` is None unless the site keeps records."""

    id: str
    at: datetime
    face: str
    request_id: str
    issuer: str
    tenant: str
    patient: str
    user: str
    guideline_version: str
    overrides: tuple[Mapping[str, str], ...]
    input_sha256: str
    as_of: str
    outcome: str
    features: Mapping[str, Mapping[str, Any]]
    rules_fired: Mapping[str, Sequence[str]]
    cards: tuple[IssuedCard, ...] = ()
    record: bytes | None = None


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a clinician did with one card. `at` is the client's own time; `comment` is free text, so patient data.

    `accepted` holds suggestion uuids. `reason_*` is the coded override reason, any part of which may be missing.
    """

    service: str
    card: str
    outcome: Literal["accepted", "overridden"]
    at: datetime
    received_at: datetime
    issuer: str
    accepted: tuple[str, ...] = ()
    reason_code: str = ""
    reason_system: str = ""
    reason_display: str = ""
    comment: str = ""


class Journal(Protocol):
    """Keeps what must not be lost. No method raises because a database is away, and none delays an answer for it."""

    def begin(self) -> None:
        """Begin in this process, before anybody asks anything; what an earlier one left is kept now."""

    def assessed(self, event: Assessed) -> None:
        """Keep one assessment and the cards that went out with it."""

    def feedback(self, entries: Sequence[Feedback]) -> None:
        """Keep feedback; the same entry twice is one."""

    async def snoozed(self, *, user: str, patient: str, now: datetime) -> frozenset[tuple[str, str]]:
        """(topic, fingerprint) of the cards this user has overridden for this patient with a reason, and not yet due.

        Empty while the database is away: an alert too many is better than one too few.
        """

    def trouble(self) -> str | None:
        """Why what is kept is not in the database yet, for the readiness page; None if all is well."""

    def close(self) -> None:
        """Write out what can be written, and let go."""
