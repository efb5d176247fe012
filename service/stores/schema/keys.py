"""Tables of API keys."""

from typing import Final

from sqlalchemy import Column, LargeBinary, String

from service.stores.schema.columns import keyed, whole

API_KEYS: Final = keyed(
    "api_keys",
    Column("key_hash", String(128), primary_key=True),
    Column("name", String(128), nullable=False),
    whole("created_us"),
    whole("revoked_us", nullable=True),
    Column("body", LargeBinary, nullable=False),
)
