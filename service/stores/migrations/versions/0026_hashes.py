"""Addresses are hashed by AES-CMAC instead of BLAKE2b: what the former hashes told is forgotten.

A former hash equals none of the new ones, so that flags and sketches would say "never seen". Known
lists stay by name, with no addresses, until they are registered again. The hash that is kept with
an event without an account is compared with nothing.
"""

import logging

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

LOG = logging.getLogger("service.stores.migrate")
_EVERYTHING = 2**63 - 1


def upgrade() -> None:
    _forget()


def downgrade() -> None:
    _forget()


def _forget() -> None:
    sketches = sa.table(
        "list_sketches", *map(sa.column, ("account_id", "list_id", "hashes", "addresses", "cutoff"))
    )
    connection, known = op.get_bind(), sketches.c.account_id == ""
    names = connection.scalars(sa.select(sketches.c.list_id).where(known)).all()
    flags = connection.scalar(sa.text("SELECT EXISTS (SELECT 1 FROM recipients)"))
    for table in ("recipients", "list_hashes"):
        # DELETE of a whole table is as fast in SQLite, which has no TRUNCATE.
        verb = "TRUNCATE" if connection.dialect.name == "postgresql" else "DELETE FROM"
        op.execute(f"{verb} {table}")
    lists = connection.execute(sa.delete(sketches).where(~known)).rowcount
    nothing = sa.literal(b"", sa.LargeBinary())
    op.execute(sa.update(sketches).values(hashes=nothing, addresses=0, cutoff=_EVERYTHING))
    if names or lists or flags:
        LOG.warning(
            "addresses are hashed anew: what was known of recipients and the sketches of %d lists "
            "are forgotten; import the lists again, and scan these known lists again: %s",
            lists,
            ", ".join(sorted(names)) or "none",
        )
