"""Tables of changes that others are told of, and who is told."""

from typing import Final

from sqlalchemy import BigInteger, Column, Index, LargeBinary, String, Table

from service.stores.schema.columns import METADATA, id_column, keyed, whole

# Changes that others are told of, in the order of their commits; who is told; what is still to be
# delivered to whom.
CHANGES: Final = Table(
    "changes",
    METADATA,
    whole("change_id", key=True),
    id_column("account_id"),
    Column("type", String(40), nullable=False),
    whole("at_us"),
    Column("body", LargeBinary, nullable=False),
)
ENDPOINTS: Final = keyed(
    "endpoints",
    id_column("webhook_id", key=True),
    whole("cursor"),
    Column("leased_by", String(128)),
    whole("leased_until_us"),
    Column("delivered", BigInteger, nullable=False, server_default="0"),
    Column("delivered_us", BigInteger, nullable=False, server_default="0"),
    Column("body", LargeBinary, nullable=False),
)
DELIVERIES: Final = Table(
    "deliveries",
    METADATA,
    id_column("webhook_id", key=True),
    whole("change_id", key=True),
    id_column("account_id"),
    Column("state", String(8), nullable=False),
    whole("next_us"),
    Column("body", LargeBinary, nullable=False),
    Index("deliveries_waiting", "webhook_id", "state", "account_id", "change_id"),
)
