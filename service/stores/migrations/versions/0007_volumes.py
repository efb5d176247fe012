"""What accounts were granted today, and the releases of an account."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_volumes",
        sa.Column("account_id", sa.String(length=128), nullable=False),
        sa.Column("lane", sa.String(length=16), nullable=False),
        sa.Column("sent", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "lane"),
        sqlite_with_rowid=False,
    )
    op.create_index("releases_of_account", "releases", ["account_id"])


def downgrade() -> None:
    op.drop_index("releases_of_account", "releases")
    op.drop_table("account_volumes")
