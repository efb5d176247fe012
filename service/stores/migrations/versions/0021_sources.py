"""What came of each event source by day, and what was delivered to each receiver of changes."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0022"
branch_labels = None
depends_on = None

COUNTS = (
    "payloads", "accepted", "duplicates", "rejected", "unattributed", "reports", "refused",
    "unreadable",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "source_counts",
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("day", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("shard", sa.BigInteger(), autoincrement=False, nullable=False),
        *(
            sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False)
            for name in (*COUNTS, "last_us", "fault_us")
        ),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("source", "day", "shard"),
        sqlite_with_rowid=False,
    )
    for name in ("delivered", "delivered_us"):
        op.add_column(
            "endpoints", sa.Column(name, sa.BigInteger(), nullable=False, server_default="0")
        )


def downgrade() -> None:
    for name in ("delivered_us", "delivered"):
        op.drop_column("endpoints", name)
    op.drop_table("source_counts")
