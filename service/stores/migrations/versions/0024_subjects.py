"""Campaigns and lists are found by their newest decision, and put in order by it."""

from typing import Any

import msgspec
import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0021"
branch_labels = None
depends_on = None

_AT_ONCE = 1_000
_KEY = ("subject", "account_id", "id")
_REST = ("as_of_us", "decision_id", "action", "risk", "size")


def upgrade() -> None:
    op.create_table(
        "subjects",
        sa.Column("subject", sa.String(16), primary_key=True),
        sa.Column("account_id", sa.String(128), primary_key=True),
        sa.Column("id", sa.String(128), primary_key=True),
        sa.Column("as_of_us", sa.BigInteger(), nullable=False),
        sa.Column("decision_id", sa.String(128), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("risk", sa.Float(53), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sqlite_with_rowid=False,
    )
    _fill()
    for name, column in (("newest", "as_of_us"), ("risk", "risk"), ("size", "size")):
        op.create_index(f"subjects_{name}", "subjects", ["subject", column, "account_id", "id"])


def downgrade() -> None:
    op.drop_table("subjects")


def _fill() -> None:
    """Take the newest decision on each campaign and list from the log, oldest first."""
    decisions = sa.table(
        "decisions",
        *(sa.column(name) for name in ("decision_id", "subject", "as_of_us", "body")),
    )
    put = sa.text(
        f"INSERT INTO subjects ({', '.join(_KEY + _REST)}) "  # noqa: S608 - names of this file
        f"VALUES ({', '.join(':' + name for name in _KEY + _REST)}) "
        f"ON CONFLICT ({', '.join(_KEY)}) DO UPDATE SET "
        + ", ".join(f"{name} = excluded.{name}" for name in _REST)
    )
    connection, after = op.get_bind(), (-(2**62), "")
    place = sa.tuple_(decisions.c.as_of_us, decisions.c.decision_id)
    while True:
        rows = connection.execute(
            sa.select(decisions)
            .where(decisions.c.subject != "account", place > sa.tuple_(*map(sa.literal, after)))
            .order_by(decisions.c.as_of_us, decisions.c.decision_id)
            .limit(_AT_ONCE)
        ).all()
        for row in rows:
            connection.execute(put, _row(row))
        if len(rows) < _AT_ONCE:
            return
        after = (rows[-1].as_of_us, rows[-1].decision_id)


def _row(row: Any) -> dict[str, Any]:
    body = msgspec.msgpack.decode(row.body)
    return {
        "subject": row.subject,
        "account_id": body["account_id"],
        "id": body["subject"]["id"],
        "as_of_us": row.as_of_us,
        "decision_id": row.decision_id,
        "action": body["action"],
        "risk": body["risk"],
        "size": (body.get("seen") or {}).get("recipients") or 0,
    }
