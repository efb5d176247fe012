"""Tables of what was known at an earlier time."""

from typing import Final

from sqlalchemy import Column, String, Text

from service.stores.schema.columns import keyed

# What the columns of logged vectors were, by the fingerprint that decisions name.
FEATURE_SETS: Final = keyed(
    "feature_sets",
    Column("fingerprint", String(64), primary_key=True),
    Column("definitions", Text, nullable=False),
)
