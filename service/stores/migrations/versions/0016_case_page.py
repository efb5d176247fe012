"""Sealed copies of held messages; ties by account; decisions that gave reasons, by time."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0010"
branch_labels = None
depends_on = None

_STATED = sa.text("action <> 'allow'")


def upgrade() -> None:
    op.create_table(
        "held_messages",
        sa.Column("decision_id", sa.String(128), primary_key=True),
        sa.Column("case_id", sa.String(128), nullable=False),
        sa.Column("stored_us", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
    )
    op.create_index("held_messages_of_case", "held_messages", ["case_id", "stored_us"])
    op.create_index("ties_of_account", "ties", ["account_id", "since_us"])
    op.create_index(
        "decisions_stated", "decisions", ["as_of_us"],
        sqlite_where=_STATED, postgresql_where=_STATED,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("decisions_stated", "decisions")
    op.drop_index("ties_of_account", "ties")
    op.drop_table("held_messages")
