"""Tables of who was active where lately."""

from typing import Final

from sqlalchemy import Column, Index, String

from service.stores.schema.columns import keyed, whole

# Deliverability: who was active where, and what is wrong with whom until when.
ACTIVITY: Final = keyed(
    "activity",
    Column("kind", String(16), primary_key=True),
    Column("subject", String(128), primary_key=True),
    Column("part", String(128), primary_key=True),
    whole("last_hour"),
    Index("activity_newest", "kind", "last_hour"),
    Index("activity_part", "kind", "part", "last_hour"),
)
