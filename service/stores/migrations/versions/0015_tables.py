"""Queue and accounts are filtered by what was only in their bodies; an account leads to its tiles."""

from collections.abc import Callable
from typing import Any

import msgspec
import sqlalchemy as sa
from alembic import op

from features.tiles import account_key

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

COLUMNS = {"accounts": ("entity", "plan", "country"), "cases": ("subject", "due_us")}
_AT_ONCE = 1_000


def upgrade() -> None:
    op.add_column("accounts", sa.Column("entity", sa.BigInteger(), nullable=True))
    op.add_column("accounts", sa.Column("plan", sa.Text(), nullable=True))
    op.add_column("accounts", sa.Column("country", sa.Text(), nullable=True))
    op.add_column(
        "cases", sa.Column("subject", sa.String(16), nullable=False, server_default="campaign")
    )
    op.add_column("cases", sa.Column("due_us", sa.BigInteger(), nullable=False, server_default="0"))
    _fill("accounts", "account_id", _of_account)
    _fill("cases", "case_id", _of_case)
    op.create_index("accounts_newest", "accounts", ["created_us", "account_id"])
    op.create_index("accounts_of_plan", "accounts", ["plan", "account_id"])
    op.create_index("accounts_of_country", "accounts", ["country", "account_id"])


def downgrade() -> None:
    for name in ("accounts_newest", "accounts_of_plan", "accounts_of_country"):
        op.drop_index(name, "accounts")
    for table, columns in COLUMNS.items():
        for column in columns:
            op.drop_column(table, column)


def _of_account(body: dict[str, Any]) -> dict[str, Any]:
    entity = account_key(body["account_id"])
    return {"entity": entity, "plan": body.get("plan"), "country": body.get("country")}


def _of_case(body: dict[str, Any]) -> dict[str, Any]:
    due = body["due_at"]
    return {"subject": body["subject"], "due_us": round(due.timestamp() * 1_000_000)}


def _fill(name: str, key: str, of: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Set the new columns from the bodies, in pieces by key."""
    table = sa.table(name, *(sa.column(column) for column in (key, "body", *COLUMNS[name])))
    connection, last = op.get_bind(), ""
    while True:
        rows = connection.execute(
            sa.select(table.c[key], table.c.body)
            .where(table.c[key] > last)
            .order_by(table.c[key])
            .limit(_AT_ONCE)
        ).all()
        for row_key, body in rows:
            values = of(msgspec.msgpack.decode(body))
            connection.execute(sa.update(table).where(table.c[key] == row_key).values(**values))
        if len(rows) < _AT_ONCE:
            return
        last = rows[-1][0]
