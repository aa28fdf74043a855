"""The tables of audit, feedback and seen tokens. `migrations/` makes them; a test holds both to each other.

Every key comes from the record itself, so that writing it twice is writing it once. Times are UTC.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.dialects.postgresql import JSONB

METADATA: Final = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(column_0_N_label)s",
    }
)
_JSON: Final = JSON().with_variant(JSONB(), "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """A moment with zone. SQLite keeps none, so everything is UTC there."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


ASSESSMENTS: Final = Table(
    "assessments",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("face", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("issuer", Text, nullable=False),
    Column("tenant", Text, nullable=False),
    Column("patient_pseudonym", Text, nullable=False),
    Column("user_pseudonym", Text, nullable=False),
    Column("guideline_version", Text, nullable=False),
    Column("overrides", _JSON, nullable=False),
    Column("input_sha256", Text, nullable=False),
    Column("as_of", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("features", _JSON, nullable=False),
    Column("rules_fired", _JSON, nullable=False),
    Column("record", LargeBinary),
    Index(None, "at"),
    Index(None, "patient_pseudonym", "user_pseudonym"),
)

# A uuid is one card of one issuer: feedback of another issuer says nothing about it.
CARDS: Final = Table(
    "cards",
    METADATA,
    Column("issuer", Text, primary_key=True),
    Column("uuid", Text, primary_key=True),
    Column("assessment_id", Text, ForeignKey(ASSESSMENTS.c.id, ondelete="CASCADE"), nullable=False),
    Column("issued_at", UtcDateTime, nullable=False),
    Column("service", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("indicator", Text, nullable=False),
    Column("red_flag", Boolean, nullable=False),
    Column("rules", _JSON, nullable=False),
    Column("suggestions", _JSON, nullable=False),
    Index(None, "assessment_id"),
    Index(None, "issued_at"),
)

# No foreign key: feedback on a card that nobody here knows is kept as well. `said_at` is the client's time `at`, but
# never later than it came in: a clock that runs ahead must not outlast every later word.
FEEDBACK: Final = Table(
    "feedback",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("issuer", Text, nullable=False),
    Column("card", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("said_at", UtcDateTime, nullable=False),
    Column("accepted", _JSON, nullable=False),
    Column("reason_code", Text, nullable=False),
    Column("reason_system", Text, nullable=False),
    Column("reason_display", Text, nullable=False),
    Column("comment", Text, nullable=False),
    Index(None, "issuer", "card"),
    Index(None, "received_at"),
)

# Ids of the tokens that callers came with, until these expire (`caller/replay.py`). No patient's data.
SEEN_TOKENS: Final = Table(
    "seen_tokens",
    METADATA,
    Column("digest", LargeBinary(16), primary_key=True),
    Column("expires", BigInteger, nullable=False, index=True),
)
