"""Appeals that wait are found without reading those that were judged."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "appeals", sa.Column("decided_us", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.create_index("appeals_in_order", "appeals", ["decided_us", "appealed_us"])


def downgrade() -> None:
    op.drop_index("appeals_in_order", "appeals")
    op.drop_column("appeals", "decided_us")
