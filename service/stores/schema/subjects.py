"""Tables of campaigns and lists, by their newest decisions."""

from typing import Final

from sqlalchemy import Column, Float, Index, String

from service.stores.schema.columns import id_column, keyed, whole

# The newest decision on each campaign and list, to be found and put in order.
SUBJECTS: Final = keyed(
    "subjects",
    Column("subject", String(16), primary_key=True),
    id_column("account_id", key=True),
    id_column("id", key=True),
    whole("as_of_us"),
    id_column("decision_id"),
    Column("action", String(16), nullable=False),
    Column("risk", Float(53), nullable=False),
    whole("size"),
    Index("subjects_newest", "subject", "as_of_us", "account_id", "id"),
    Index("subjects_risk", "subject", "risk", "account_id", "id"),
    Index("subjects_size", "subject", "size", "account_id", "id"),
)
