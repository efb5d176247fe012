"""Tables of what is known of accounts, sending domains, lists and recipients."""

from typing import Final

from sqlalchemy import BigInteger, Column, Index, LargeBinary, SmallInteger, String, Text

from service.stores.schema.columns import id_column, keyed, whole

ACCOUNTS: Final = keyed(
    "accounts",
    id_column("account_id", key=True),
    whole("created_us"),
    Column("verdict", String(16)),
    Column("last_action", String(16)),
    Column("entity", BigInteger),
    Column("plan", Text),
    Column("country", Text),
    Column("body", LargeBinary, nullable=False),
    Index("accounts_newest", "created_us", "account_id"),
    Index("accounts_of_plan", "plan", "account_id"),
    Index("accounts_of_country", "country", "account_id"),
)
ACCOUNT_HISTORY: Final = keyed(
    "account_history",
    id_column("account_id", key=True),
    whole("valid_from_us", key=True),
    Column("body", LargeBinary, nullable=False),
)
DOMAINS: Final = keyed(
    "sending_domains",
    Column("domain", String(255), primary_key=True),
    id_column("account_id"),
    Column("body", LargeBinary, nullable=False),
    Index("sending_domains_account", "account_id"),
)
DOMAIN_HISTORY: Final = keyed(
    "sending_domain_history",
    Column("domain", String(255), primary_key=True),
    whole("valid_from_us", key=True),
    id_column("account_id"),
    Column("body", LargeBinary, nullable=False),
    Index("sending_domain_history_account", "account_id"),
)
IMPORTS: Final = keyed(
    "imports",
    id_column("account_id", key=True),
    id_column("list_id", key=True),
    whole("imported_us", key=True),
    id_column("import_id", key=True),
    Column("body", LargeBinary, nullable=False),
)
RECIPIENTS: Final = keyed(
    "recipients",
    whole("hash", key=True),
    Column("flags", SmallInteger, nullable=False),
)
