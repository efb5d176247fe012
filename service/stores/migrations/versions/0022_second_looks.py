"""Second looks at decided cases; cases by their last verdict and by when they came."""

import msgspec
import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0023"
branch_labels = None
depends_on = None

_AT_ONCE = 1_000


def upgrade() -> None:
    op.create_table(
        "second_looks",
        sa.Column("case_id", sa.String(128), primary_key=True),
        sa.Column("account_id", sa.String(128), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("first_by", sa.String(128), nullable=False),
        sa.Column("turns_us", sa.BigInteger(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("second_looks_turning", "second_looks", ["state", "turns_us", "case_id"])
    op.create_index("second_looks_of_account", "second_looks", ["account_id", "state"])
    op.create_index("second_looks_of_first", "second_looks", ["first_by", "state"])
    op.add_column(
        "cases", sa.Column("ruled_us", sa.BigInteger(), nullable=False, server_default="0")
    )
    _fill()
    op.create_index("cases_ruled", "cases", ["ruled_us", "case_id"])
    op.create_index("cases_opened", "cases", ["opened_us", "subject"])


def downgrade() -> None:
    op.drop_index("cases_opened", "cases")
    op.drop_index("cases_ruled", "cases")
    op.drop_column("cases", "ruled_us")
    op.drop_table("second_looks")


def _fill() -> None:
    """Set when a case was decided from its body, in pieces by key."""
    table = sa.table("cases", sa.column("case_id"), sa.column("body"), sa.column("ruled_us"))
    connection, last = op.get_bind(), ""
    while True:
        rows = connection.execute(
            sa.select(table.c.case_id, table.c.body)
            .where(table.c.case_id > last)
            .order_by(table.c.case_id)
            .limit(_AT_ONCE)
        ).all()
        for case_id, body in rows:
            decided_at = msgspec.msgpack.decode(body).get("decided_at")
            if decided_at is not None:
                ruled_us = round(decided_at.timestamp() * 1_000_000)
                changed = sa.update(table).where(table.c.case_id == case_id)
                connection.execute(changed.values(ruled_us=ruled_us))
        if len(rows) < _AT_ONCE:
            return
        last = rows[-1][0]
