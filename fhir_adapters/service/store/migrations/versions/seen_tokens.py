"""The tokens that were seen. Earlier versions made this table themselves: where it is there, it is left as it is."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "seen_tokens",
        sa.Column("digest", sa.LargeBinary(16), nullable=False),
        sa.Column("expires", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_seen_tokens"),
        if_not_exists=True,
    )
    op.create_index("ix_seen_tokens_expires", "seen_tokens", ["expires"], if_not_exists=True)


def downgrade() -> None:
    op.drop_table("seen_tokens")
