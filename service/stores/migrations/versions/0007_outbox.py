"""Changes of what is in force, where they go, and what has yet to get there."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False)


def upgrade() -> None:
    op.create_table(
        "changes",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            primary_key=True,
            autoincrement=True,
        ),
        sa.Column("message_id", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=128), nullable=False),
        sa.Column("type", sa.String(length=32), nullable=False),
        _whole("made_us"),
        sa.Column("payload", sa.Text(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("changes_of_account", "changes", ["account_id", "seq"])
    op.create_table(
        "webhook_endpoints",
        sa.Column("endpoint_id", sa.String(length=128), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        _whole("created_us"),
        sa.PrimaryKeyConstraint("endpoint_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "deliveries",
        sa.Column("endpoint_id", sa.String(length=128), nullable=False),
        _whole("seq"),
        sa.Column("account_id", sa.String(length=128), nullable=False),
        sa.Column("dead", sa.SmallInteger(), nullable=False),
        _whole("attempts"),
        _whole("due_us"),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("endpoint_id", "seq"),
        sqlite_with_rowid=False,
    )
    op.create_index("deliveries_due", "deliveries", ["dead", "due_us"])
    op.create_index("deliveries_of_account", "deliveries", ["endpoint_id", "account_id", "seq"])


def downgrade() -> None:
    for table in ("deliveries", "webhook_endpoints", "changes"):
        op.drop_table(table)
