"""Tables of lists that share addresses, and bad lists known by name."""

from typing import Final

from sqlalchemy import Column, Index, LargeBinary, Table

from service.stores.schema.columns import METADATA, id_column, keyed, whole

# Sketches of lists and the index over their smallest hashes (`features.lists.overlap`). Known bad
# lists have an empty account_id. A list's key is a hash of its ids.
LIST_SKETCHES: Final = Table(
    "list_sketches",
    METADATA,
    whole("list_key", key=True),
    id_column("account_id"),
    id_column("list_id"),
    whole("cutoff"),
    whole("addresses"),
    whole("stored_us"),
    Column("hashes", LargeBinary, nullable=False),
    Index("list_sketches_of_account", "account_id", "list_id"),
)
LIST_HASHES: Final = keyed("list_hashes", whole("hash", key=True), whole("list_key", key=True))
