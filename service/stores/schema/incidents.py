"""Tables of incidents, and IPs that warm up."""

from typing import Final

from sqlalchemy import Column, Index, LargeBinary, String, Table

from service.stores.schema.columns import METADATA, id_column, keyed, whole

# Alerts and incidents: `open_key` is set while one is open, so that a subject has one of a kind.
INCIDENTS: Final = Table(
    "incidents",
    METADATA,
    id_column("incident_id", key=True),
    Column("kind", String(16), nullable=False),
    Column("open_key", String(512), nullable=True, unique=True),
    id_column("account_id"),
    whole("severity"),
    whole("opened_us"),
    whole("closed_us", nullable=True),
    Column("body", LargeBinary, nullable=False),
    Index("incidents_newest", "kind", "opened_us", "incident_id"),
)
WARM_UPS: Final = keyed(
    "warm_ups",
    Column("ip", String(64), primary_key=True),
    Column("provider", String(128), primary_key=True),
    Column("body", LargeBinary, nullable=False),
)
