"""Failures by class, and what servers said of senders, by entity and slot."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0016"
branch_labels = None
depends_on = None

COLUMNS = (
    "invalid_recipient", "mailbox_full", "inactive", "bad_domain", "policy_block",
    "reputation_block", "content_rejected", "authentication", "rate_limited", "dns_routing",
    "protocol", "transient", "said_unusual_rate", "said_poor_reputation", "said_blocked_for_spam",
    "said_block_listed", "said_complaints",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "failures",
        *(
            sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False)
            for name in ("entity", "grain", "slot", *COLUMNS)
        ),
        sa.PrimaryKeyConstraint("entity", "grain", "slot"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("failures")
