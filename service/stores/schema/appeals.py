"""Tables of customers' appeals."""

from typing import Final

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Table

from service.stores.schema.columns import METADATA, id_column, whole

APPEALS: Final = Table(
    "appeals",
    METADATA,
    id_column("appeal_id", key=True),
    id_column("account_id"),
    whole("appealed_us"),
    Column("decided_us", BigInteger, nullable=False, server_default="0"),
    Column("body", LargeBinary, nullable=False),
    Index("appeals_in_order", "decided_us", "appealed_us"),
)
