"""Tables of second looks, and what reviewers did."""

from typing import Final

from sqlalchemy import Column, Index, String

from service.stores.schema.columns import id_column, keyed, whole

# Which cases are looked at again, or were; what was said is in the case.
SECOND_LOOKS: Final = keyed(
    "second_looks",
    id_column("case_id", key=True),
    id_column("account_id"),
    Column("state", String(16), nullable=False),
    id_column("first_by"),
    whole("turns_us"),
    Index("second_looks_turning", "state", "turns_us", "case_id"),
    Index("second_looks_of_account", "account_id", "state"),
    Index("second_looks_of_first", "first_by", "state"),
)
