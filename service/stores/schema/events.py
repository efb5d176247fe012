"""Tables of events, counted into tiles."""

from typing import Final

from sqlalchemy import Column, SmallInteger, String, Text

from features.bounces.tally import FAILURES
from features.tiles import COUNTERS
from service.stores.schema.columns import id_column, keyed, whole

# Event hashes alone are the key: a retry after midnight finds the first one, too.
SEEN: Final = keyed("seen", whole("hash", key=True), whole("day"))
TILES: Final = keyed(
    "tiles",
    whole("entity", key=True),
    whole("grain", key=True),
    whole("slot", key=True),
    *(whole(counter) for counter in COUNTERS),
)
FAILED: Final = keyed(
    "failures",
    whole("entity", key=True),
    whole("grain", key=True),
    whole("slot", key=True),
    *(whole(name) for name in FAILURES),
)
MILESTONES: Final = keyed(
    "milestones",
    id_column("account_id", key=True),
    whole("first_sent_us"),
    whole("thousandth_sent_us", nullable=True),
)
PROVIDERS: Final = keyed(
    "account_providers",
    id_column("account_id", key=True),
    Column("provider", String(128), primary_key=True),
)
EVIDENCE: Final = keyed(
    "evidence",
    id_column("account_id", key=True),
    Column("kind", String(16), primary_key=True),
    Column("place", SmallInteger, primary_key=True, autoincrement=False),
    whole("seen_us"),
    Column("text", Text, nullable=False),
)
