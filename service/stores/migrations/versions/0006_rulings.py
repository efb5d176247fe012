"""What is in force on an account is found without reading all its decisions."""

from alembic import op
from sqlalchemy import text

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_COLUMNS = ["account_id", "as_of_us", "decision_id"]
_CONDITIONS = {
    "on_account": "subject = 'account'",
    "terminates": "action = 'terminate'",
    "held_campaigns": "action = 'review' AND subject = 'campaign'",
}


def upgrade() -> None:
    for name, condition in _CONDITIONS.items():
        where = text(condition)
        op.create_index(
            f"decisions_{name}", "decisions", _COLUMNS, sqlite_where=where, postgresql_where=where
        )


def downgrade() -> None:
    for name in _CONDITIONS:
        op.drop_index(f"decisions_{name}", "decisions")
