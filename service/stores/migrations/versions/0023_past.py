"""Feature sets are kept, and what an account's domains were is found by the account."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feature_sets",
        sa.Column("fingerprint", sa.String(64), primary_key=True),
        sa.Column("definitions", sa.Text(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("sending_domain_history_account", "sending_domain_history", ["account_id"])


def downgrade() -> None:
    op.drop_index("sending_domain_history_account", "sending_domain_history")
    op.drop_table("feature_sets")
