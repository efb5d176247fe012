"""Tables of decisions, and people's labels on them."""

from typing import Final

from sqlalchemy import Column, Index, LargeBinary, String, Table, literal_column

from service.stores.schema.columns import METADATA, id_column, keyed, whole

DECISIONS: Final = Table(
    "decisions",
    METADATA,
    id_column("decision_id", key=True),
    Column("subject", String(16), nullable=False),
    id_column("account_id"),
    whole("as_of_us"),
    Column("action", String(16), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("vector", LargeBinary, nullable=False),
    Index("decisions_newest", "as_of_us", "decision_id"),
    Index("decisions_daily", "as_of_us", "action"),
    Index("decisions_of_account", "account_id", "as_of_us", "decision_id"),
)
# What is in force on an account is asked before every decision. The conditions are literals, so
# that a database can prove that the small partial indexes serve them.
IS_ON_ACCOUNT: Final = DECISIONS.c.subject == literal_column("'account'")
IS_TERMINATE: Final = DECISIONS.c.action == literal_column("'terminate'")
IS_HELD_CAMPAIGN: Final = (DECISIONS.c.action == literal_column("'review'")) & (
    DECISIONS.c.subject == literal_column("'campaign'")
)
for _name, _condition in (
    ("on_account", IS_ON_ACCOUNT),
    ("terminates", IS_TERMINATE),
    ("held_campaigns", IS_HELD_CAMPAIGN),
):
    Index(
        f"decisions_{_name}",
        *(DECISIONS.c.account_id, DECISIONS.c.as_of_us, DECISIONS.c.decision_id),
        sqlite_where=_condition,
        postgresql_where=_condition,
    )
# Most decisions are an allow; reasons are compared among the others.
IS_STATED: Final = DECISIONS.c.action != literal_column("'allow'")
Index("decisions_stated", DECISIONS.c.as_of_us, sqlite_where=IS_STATED, postgresql_where=IS_STATED)
CAMPAIGNS: Final = keyed(
    "campaigns",
    id_column("account_id", key=True),
    id_column("campaign_id", key=True),
    whole("recipients"),
)
IDEMPOTENCY: Final = keyed(
    "idempotency",
    Column("key", String(512), primary_key=True),
    Column("digest", String(128), nullable=False),
    id_column("decision_id"),
    whole("stored_us"),
)
LABELS: Final = Table(
    "labels",
    METADATA,
    id_column("label_id", key=True),
    id_column("account_id"),
    whole("known_us"),
    Column("body", LargeBinary, nullable=False),
    Index("labels_of_account", "account_id", "known_us"),
)
