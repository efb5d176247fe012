"""Policy versions, exemptions of accounts, and what policies in shadow would have done."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "policy_versions",
        sa.Column("policy_id", sa.String(length=128), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("changed_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("policy_id"),
    )
    op.create_index("policy_versions_newest", "policy_versions", ["changed_us", "policy_id"])
    op.create_table(
        "exemptions",
        sa.Column("exemption_id", sa.String(length=128), nullable=False),
        sa.Column("account_id", sa.String(length=128), nullable=False),
        sa.Column("expires_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("exemption_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("exemptions_of_account", "exemptions", ["account_id", "expires_us"])
    op.create_index("exemptions_last", "exemptions", ["expires_us"])
    op.create_table(
        "shadow_actions",
        sa.Column("decision_id", sa.String(length=128), nullable=False),
        sa.Column("version", sa.String(length=128), nullable=False),
        sa.Column("account_id", sa.String(length=128), nullable=False),
        sa.Column("as_of_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("live", sa.String(length=16), nullable=False),
        sa.Column("draft", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("decision_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("shadow_actions_of_version", "shadow_actions", ["version", "as_of_us"])


def downgrade() -> None:
    for table in ("shadow_actions", "exemptions", "policy_versions"):
        op.drop_table(table)
