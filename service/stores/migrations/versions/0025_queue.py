"""The queue is filtered by risk and reason and put in other orders; views of it are kept."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_AT_ONCE = 500
_ORDERS = {"cases_by_due": "due_us", "cases_by_age": "opened_us", "cases_by_risk": "risk"}


def upgrade() -> None:
    op.add_column("cases", sa.Column("risk", sa.Float(53), nullable=False, server_default="0"))
    op.add_column("cases", sa.Column("reasons", sa.Text(), nullable=False, server_default=""))
    _fill()
    for name, column in _ORDERS.items():
        op.create_index(name, "cases", ["state", column, "case_id"])
    op.create_table(
        "case_views",
        sa.Column("view_id", sa.String(128), primary_key=True),
        sa.Column("owner", sa.String(128), nullable=False),
        sa.Column("shared", sa.SmallInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("case_views_of_owner", "case_views", ["owner"])
    op.create_index("case_views_shared", "case_views", ["shared"])


def downgrade() -> None:
    op.drop_table("case_views")
    for name in _ORDERS:
        op.drop_index(name, "cases")
    op.drop_column("cases", "reasons")
    op.drop_column("cases", "risk")


def _fill() -> None:
    """Take the risk from the cases, the reasons from their decisions, in pieces by key.

    The reasons go into the bodies, too: a case writes its columns anew whenever it changes.
    """
    cases = sa.table("cases", *map(sa.column, ("case_id", "body", "risk", "reasons")))
    connection, last = op.get_bind(), ""
    while True:
        rows = connection.execute(
            sa.select(cases.c.case_id, cases.c.body)
            .where(cases.c.case_id > last)
            .order_by(cases.c.case_id)
            .limit(_AT_ONCE)
        ).all()
        bodies = {row.case_id: msgspec.msgpack.decode(row.body) for row in rows}
        codes = _codes(connection, [body["decision_id"] for body in bodies.values()])
        for case_id, body in bodies.items():
            connection.execute(
                sa.update(cases).where(cases.c.case_id == case_id).values(_values(body, codes))
            )
        if len(rows) < _AT_ONCE:
            return
        last = rows[-1].case_id


def _codes(connection: Any, decision_ids: Sequence[str]) -> dict[str, list[str]]:
    """Return the codes of the reasons of decisions that are still there."""
    decisions = sa.table("decisions", sa.column("decision_id"), sa.column("body"))
    rows = connection.execute(sa.select(decisions).where(decisions.c.decision_id.in_(decision_ids)))
    return {
        decision_id: [reason["code"] for reason in msgspec.msgpack.decode(body)["reasons"]]
        for decision_id, body in rows
    }


def _values(body: dict[str, Any], codes: Mapping[str, list[str]]) -> dict[str, Any]:
    found = codes.get(body["decision_id"], [])
    return {
        "risk": body["risk"],
        "reasons": "".join(f"|{code}" for code in found) + "|" if found else "",
        "body": msgspec.msgpack.encode({**body, "reasons": found}),
    }
