"""Tables of what accounts share."""

from typing import Final

from sqlalchemy import Column, Index, String

from service.stores.schema.columns import id_column, keyed, whole

TIES: Final = keyed(
    "ties",
    whole("tie", key=True),
    id_column("account_id", key=True),
    Column("kind", String(16), nullable=False),
    whole("created_us"),
    whole("since_us"),
    Index("ties_newest", "tie", "created_us"),
    Index("ties_of_account", "account_id", "since_us"),
)
