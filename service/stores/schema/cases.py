"""Tables of cases of the queue, views of it and messages held for them."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
)

from service.stores.schema.columns import METADATA, id_column, keyed, whole

CASES: Final = keyed(
    "cases",
    id_column("case_id", key=True),
    id_column("account_id"),
    Column("state", String(16), nullable=False),
    Column("action", String(16), nullable=False),
    Column("assigned_to", String(128)),
    whole("snoozed_us"),
    Column("harm", Float(53), nullable=False),
    whole("opened_us"),
    whole("version"),
    Column("subject", String(16), nullable=False, server_default="campaign"),
    Column("due_us", BigInteger, nullable=False, server_default="0"),
    Column("ruled_us", BigInteger, nullable=False, server_default="0"),
    Column("risk", Float(53), nullable=False, server_default="0"),
    # Between bars, to be found by one: `|CODE|CODE|`.
    Column("reasons", Text, nullable=False, server_default=""),
    Column("body", LargeBinary, nullable=False),
    Index("cases_in_order", "state", "harm", "case_id"),
    Index("cases_by_due", "state", "due_us", "case_id"),
    Index("cases_by_age", "state", "opened_us", "case_id"),
    Index("cases_by_risk", "state", "risk", "case_id"),
    Index("cases_of_account", "account_id", "state"),
    Index("cases_ruled", "ruled_us", "case_id"),
    Index("cases_opened", "opened_us", "subject"),
)
# Filters of the queue that people keep under a name.
CASE_VIEWS: Final = keyed(
    "case_views",
    id_column("view_id", key=True),
    id_column("owner"),
    Column("shared", SmallInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("case_views_of_owner", "owner"),
    Index("case_views_shared", "shared"),
)
# Copies of messages, encrypted, as long as the case is open that they wait in.
HELD_MESSAGES: Final = Table(
    "held_messages",
    METADATA,
    id_column("decision_id", key=True),
    id_column("case_id"),
    whole("stored_us"),
    Column("sealed", LargeBinary, nullable=False),
    Index("held_messages_of_case", "case_id", "stored_us"),
)
