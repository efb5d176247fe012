"""The index of list sketches: smaller, found by hash alone, with known bad lists in it."""

import numpy as np
import sqlalchemy as sa
from alembic import op

from features.hashing import key64
from features.lists import overlap

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables, move what the old ones hold, drop those."""
    sketches, postings = _add_tables()
    connection = op.get_bind()
    old = connection.execute(sa.text("SELECT account_id, list_id, hashes FROM sketches")).fetchall()
    for account_id, list_id, body in old:
        key = key64("list", account_id, list_id)
        keys = overlap.index_keys(np.frombuffer(body, dtype="<i8").astype(np.int64))
        indexed, cutoff = overlap.cut(keys, overlap.INDEXED)
        connection.execute(
            sketches.insert().values(
                list_key=key,
                account_id=account_id,
                list_id=list_id,
                cutoff=cutoff,
                addresses=round(overlap.size_of(keys)),
                stored_us=0,
                hashes=keys.astype("<i8").tobytes(),
            )
        )
        if indexed.size:
            rows = [{"hash": value, "list_key": key} for value in indexed.tolist()]
            connection.execute(postings.insert(), rows)
    op.drop_index("sketch_hashes_list", table_name="sketch_hashes")
    op.drop_table("sketch_hashes")
    op.drop_table("sketches")


def _add_tables() -> tuple[sa.Table, sa.Table]:
    sketches = op.create_table(
        "list_sketches",
        sa.Column("list_key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.String(length=128), nullable=False),
        sa.Column("list_id", sa.String(length=128), nullable=False),
        sa.Column("cutoff", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("addresses", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("stored_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("list_key"),
    )
    op.create_index("list_sketches_of_account", "list_sketches", ["account_id", "list_id"])
    postings = op.create_table(
        "list_hashes",
        sa.Column("hash", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("list_key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("hash", "list_key"),
        sqlite_with_rowid=False,
    )
    return sketches, postings


def downgrade() -> None:
    """Bring the old tables back, empty: lists are found again when they are imported again."""
    op.drop_table("list_hashes")
    op.drop_index("list_sketches_of_account", "list_sketches")
    op.drop_table("list_sketches")
    op.create_table(
        "sketches",
        sa.Column("account_id", sa.String(length=128), nullable=False),
        sa.Column("list_id", sa.String(length=128), nullable=False),
        sa.Column("import_id", sa.String(length=128), nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "list_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sketch_hashes",
        sa.Column("hash", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.String(length=128), nullable=False),
        sa.Column("list_id", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("hash", "account_id", "list_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("sketch_hashes_list", "sketch_hashes", ["account_id", "list_id"])
