"""Unattributed events, alerts, listings and reports."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    _unattributed()
    _deliverability()


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("domain_reports")
    for name in ("warm_ups", "incidents", "activity"):
        op.drop_table(name)
    op.drop_table("unattributed")


def _unattributed() -> None:
    op.create_table(
        "unattributed",
        sa.Column("hash", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("type", sa.String(length=16), nullable=False),
        sa.Column("received_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hash"),
        sqlite_with_rowid=False,
    )
    op.create_index("unattributed_newest", "unattributed", ["received_us", "hash"])
    op.create_table(
        "domain_reports",
        sa.Column("hash", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("domain", sa.String(length=255), nullable=False),
        sa.Column("received_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hash"),
        sqlite_with_rowid=False,
    )
    op.create_index("domain_reports_newest", "domain_reports", ["domain", "received_us"])


def _deliverability() -> None:
    op.create_table(
        "activity",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=128), nullable=False),
        sa.Column("part", sa.String(length=128), nullable=False),
        sa.Column("last_hour", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject", "part"),
        sqlite_with_rowid=False,
    )
    op.create_index("activity_newest", "activity", ["kind", "last_hour"])
    op.create_index("activity_part", "activity", ["kind", "part", "last_hour"])
    op.create_table(
        "incidents",
        sa.Column("incident_id", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("open_key", sa.String(length=512), nullable=True, unique=True),
        sa.Column("account_id", sa.String(length=128), nullable=False),
        sa.Column("severity", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("opened_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("closed_us", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("incident_id"),
    )
    op.create_index("incidents_newest", "incidents", ["kind", "opened_us", "incident_id"])
    op.create_table(
        "warm_ups",
        sa.Column("ip", sa.String(length=64), nullable=False),
        sa.Column("provider", sa.String(length=128), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("ip", "provider"),
        sqlite_with_rowid=False,
    )
