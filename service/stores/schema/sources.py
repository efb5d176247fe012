"""Tables of what came of event sources by day."""

from typing import Final

from sqlalchemy import Column, String, Text

from service.stores.schema.columns import keyed, whole

# What came of each event source by day, in parts that are added up when read.
SOURCE_COUNTERS: Final = (
    "payloads", "accepted", "duplicates", "rejected", "unattributed", "reports", "refused",
    "unreadable",
)  # fmt: skip
SOURCE_COUNTS: Final = keyed(
    "source_counts",
    Column("source", String(64), primary_key=True),
    whole("day", key=True),
    whole("shard", key=True),
    *(whole(name) for name in SOURCE_COUNTERS),
    whole("last_us"),
    whole("fault_us"),
    Column("fault", Text),
)
