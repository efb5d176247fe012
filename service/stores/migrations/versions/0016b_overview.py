"""Decisions are counted by day and action without reading them."""

from alembic import op

revision = "0016b"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("decisions_daily", "decisions", ["as_of_us", "action"])


def downgrade() -> None:
    op.drop_index("decisions_daily", "decisions")
