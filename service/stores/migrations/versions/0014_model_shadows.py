"""What the challenger would have said of live decisions."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0016b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "model_shadows",
        sa.Column("decision_id", sa.String(length=128), nullable=False),
        sa.Column("challenger", sa.String(length=128), nullable=False),
        sa.Column("champion", sa.String(length=128), nullable=False),
        sa.Column("account_id", sa.String(length=128), nullable=False),
        sa.Column("subject", sa.String(length=16), nullable=False),
        sa.Column("as_of_us", sa.BigInteger(), nullable=False),
        sa.Column("live", sa.String(length=16), nullable=False),
        sa.Column("draft", sa.String(length=16), nullable=False),
        sa.Column("live_risk", sa.Float(), nullable=False),
        sa.Column("draft_risk", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("decision_id", "challenger"),
        sqlite_with_rowid=False,
    )
    op.create_index("model_shadows_of_challenger", "model_shadows", ["challenger", "as_of_us"])


def downgrade() -> None:
    op.drop_index("model_shadows_of_challenger", "model_shadows")
    op.drop_table("model_shadows")
