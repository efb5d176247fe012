"""Tables of events without an account."""

from typing import Final

from sqlalchemy import Column, Index, String, Text

from service.stores.schema.columns import keyed, whole

# Events whose account no rule tells: kept and counted until somebody says whose they are.
UNATTRIBUTED: Final = keyed(
    "unattributed",
    whole("hash", key=True),
    Column("source", String(64), nullable=False),
    Column("type", String(16), nullable=False),
    whole("received_us"),
    Column("body", Text, nullable=False),
    Index("unattributed_newest", "received_us", "hash"),
)
