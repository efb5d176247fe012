"""Tables of releases of campaigns, and what accounts were granted."""

from typing import Final

from sqlalchemy import Column, Index, LargeBinary, String

from service.stores.schema.columns import id_column, keyed

# Releases: one row a campaign that was scored; the plan is the decision's, the progress its sender's.
RELEASES: Final = keyed(
    "releases",
    id_column("campaign_id", key=True),
    id_column("account_id"),
    Column("plan", LargeBinary, nullable=False),
    Column("progress", LargeBinary, nullable=False),
    Index("releases_of_account", "account_id"),
)
ACCOUNT_VOLUMES: Final = keyed(
    "account_volumes",
    id_column("account_id", key=True),
    Column("lane", String(16), primary_key=True),
    Column("sent", LargeBinary, nullable=False),
)
