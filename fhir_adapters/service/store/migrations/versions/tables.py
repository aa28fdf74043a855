"""The tables of audit and feedback."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(JSONB(), "postgresql")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _assessments()
    _cards()
    _feedback()


def _assessments() -> None:
    op.create_table(
        "assessments",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("face", sa.Text, nullable=False),
        sa.Column("request_id", sa.Text, nullable=False),
        sa.Column("issuer", sa.Text, nullable=False),
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("patient_pseudonym", sa.Text, nullable=False),
        sa.Column("user_pseudonym", sa.Text, nullable=False),
        sa.Column("guideline_version", sa.Text, nullable=False),
        sa.Column("overrides", _JSON, nullable=False),
        sa.Column("input_sha256", sa.Text, nullable=False),
        sa.Column("as_of", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("features", _JSON, nullable=False),
        sa.Column("rules_fired", _JSON, nullable=False),
        sa.Column("record", sa.LargeBinary),
        sa.PrimaryKeyConstraint("id", name="pk_assessments"),
    )
    op.create_index("ix_assessments_at", "assessments", ["at"])
    people = ["patient_pseudonym", "user_pseudonym"]
    op.create_index("ix_assessments_patient_pseudonym_assessments_user_pseudonym", "assessments", people)


def _cards() -> None:
    op.create_table(
        "cards",
        sa.Column("issuer", sa.Text, nullable=False),
        sa.Column("uuid", sa.Text, nullable=False),
        sa.Column("assessment_id", sa.Text, nullable=False),
        sa.Column("issued_at", _MOMENT, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("indicator", sa.Text, nullable=False),
        sa.Column("red_flag", sa.Boolean, nullable=False),
        sa.Column("rules", _JSON, nullable=False),
        sa.Column("suggestions", _JSON, nullable=False),
        sa.PrimaryKeyConstraint("issuer", "uuid", name="pk_cards"),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessments.id"], name="fk_cards_assessment_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_cards_assessment_id", "cards", ["assessment_id"])
    op.create_index("ix_cards_issued_at", "cards", ["issued_at"])


def _feedback() -> None:
    op.create_table(
        "feedback",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("issuer", sa.Text, nullable=False),
        sa.Column("card", sa.Text, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("received_at", _MOMENT, nullable=False),
        sa.Column("said_at", _MOMENT, nullable=False),
        sa.Column("accepted", _JSON, nullable=False),
        sa.Column("reason_code", sa.Text, nullable=False),
        sa.Column("reason_system", sa.Text, nullable=False),
        sa.Column("reason_display", sa.Text, nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feedback"),
    )
    op.create_index("ix_feedback_issuer_feedback_card", "feedback", ["issuer", "card"])
    op.create_index("ix_feedback_received_at", "feedback", ["received_at"])


def downgrade() -> None:
    for table in ("feedback", "cards", "assessments"):
        op.drop_table(table)
