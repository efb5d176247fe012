"""The tables, one schema for every database.

Times are Unix microseconds in BIGINT; hashes and entity keys are signed 64-bit. What is looked up
by key alone lies in the key's order (`WITHOUT ROWID` on SQLite).
"""

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    Index,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    literal_column,
)

from features.bounces.tally import FAILURES
from features.tiles import COUNTERS

METADATA: Final = MetaData()


def _keyed(name: str, *columns: Column[Any] | Index) -> Table:
    return Table(name, METADATA, *columns, sqlite_with_rowid=False)


def _id(name: str, *, key: bool = False) -> Column[str]:
    return Column(name, String(128), primary_key=key, nullable=False)


def _whole(name: str, *, key: bool = False, nullable: bool = False) -> Column[int]:
    return Column(name, BigInteger, primary_key=key, nullable=nullable, autoincrement=False)


ACCOUNTS: Final = _keyed(
    "accounts",
    _id("account_id", key=True),
    _whole("created_us"),
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
ACCOUNT_HISTORY: Final = _keyed(
    "account_history",
    _id("account_id", key=True),
    _whole("valid_from_us", key=True),
    Column("body", LargeBinary, nullable=False),
)
DOMAINS: Final = _keyed(
    "sending_domains",
    Column("domain", String(255), primary_key=True),
    _id("account_id"),
    Column("body", LargeBinary, nullable=False),
    Index("sending_domains_account", "account_id"),
)
DOMAIN_HISTORY: Final = _keyed(
    "sending_domain_history",
    Column("domain", String(255), primary_key=True),
    _whole("valid_from_us", key=True),
    _id("account_id"),
    Column("body", LargeBinary, nullable=False),
    Index("sending_domain_history_account", "account_id"),
)
IMPORTS: Final = _keyed(
    "imports",
    _id("account_id", key=True),
    _id("list_id", key=True),
    _whole("imported_us", key=True),
    _id("import_id", key=True),
    Column("body", LargeBinary, nullable=False),
)
RECIPIENTS: Final = _keyed(
    "recipients",
    _whole("hash", key=True),
    Column("flags", SmallInteger, nullable=False),
)
TIES: Final = _keyed(
    "ties",
    _whole("tie", key=True),
    _id("account_id", key=True),
    Column("kind", String(16), nullable=False),
    _whole("created_us"),
    _whole("since_us"),
    Index("ties_newest", "tie", "created_us"),
    Index("ties_of_account", "account_id", "since_us"),
)
# Event hashes alone are the key: a retry after midnight finds the first one, too.
SEEN: Final = _keyed("seen", _whole("hash", key=True), _whole("day"))
TILES: Final = _keyed(
    "tiles",
    _whole("entity", key=True),
    _whole("grain", key=True),
    _whole("slot", key=True),
    *(_whole(counter) for counter in COUNTERS),
)
FAILED: Final = _keyed(
    "failures",
    _whole("entity", key=True),
    _whole("grain", key=True),
    _whole("slot", key=True),
    *(_whole(name) for name in FAILURES),
)
MILESTONES: Final = _keyed(
    "milestones",
    _id("account_id", key=True),
    _whole("first_sent_us"),
    _whole("thousandth_sent_us", nullable=True),
)
PROVIDERS: Final = _keyed(
    "account_providers",
    _id("account_id", key=True),
    Column("provider", String(128), primary_key=True),
)
EVIDENCE: Final = _keyed(
    "evidence",
    _id("account_id", key=True),
    Column("kind", String(16), primary_key=True),
    Column("place", SmallInteger, primary_key=True, autoincrement=False),
    _whole("seen_us"),
    Column("text", Text, nullable=False),
)
DECISIONS: Final = Table(
    "decisions",
    METADATA,
    _id("decision_id", key=True),
    Column("subject", String(16), nullable=False),
    _id("account_id"),
    _whole("as_of_us"),
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
# What the columns of logged vectors were, by the fingerprint that decisions name.
FEATURE_SETS: Final = _keyed(
    "feature_sets",
    Column("fingerprint", String(64), primary_key=True),
    Column("definitions", Text, nullable=False),
)
CAMPAIGNS: Final = _keyed(
    "campaigns",
    _id("account_id", key=True),
    _id("campaign_id", key=True),
    _whole("recipients"),
)
# The newest decision on each campaign and list, to be found and put in order.
SUBJECTS: Final = _keyed(
    "subjects",
    Column("subject", String(16), primary_key=True),
    _id("account_id", key=True),
    _id("id", key=True),
    _whole("as_of_us"),
    _id("decision_id"),
    Column("action", String(16), nullable=False),
    Column("risk", Float(53), nullable=False),
    _whole("size"),
    Index("subjects_newest", "subject", "as_of_us", "account_id", "id"),
    Index("subjects_risk", "subject", "risk", "account_id", "id"),
    Index("subjects_size", "subject", "size", "account_id", "id"),
)
IDEMPOTENCY: Final = _keyed(
    "idempotency",
    Column("key", String(512), primary_key=True),
    Column("digest", String(128), nullable=False),
    _id("decision_id"),
    _whole("stored_us"),
)
LABELS: Final = Table(
    "labels",
    METADATA,
    _id("label_id", key=True),
    _id("account_id"),
    _whole("known_us"),
    Column("body", LargeBinary, nullable=False),
    Index("labels_of_account", "account_id", "known_us"),
)
APPEALS: Final = Table(
    "appeals",
    METADATA,
    _id("appeal_id", key=True),
    _id("account_id"),
    _whole("appealed_us"),
    Column("decided_us", BigInteger, nullable=False, server_default="0"),
    Column("body", LargeBinary, nullable=False),
    Index("appeals_in_order", "decided_us", "appealed_us"),
)
API_KEYS: Final = _keyed(
    "api_keys",
    Column("key_hash", String(128), primary_key=True),
    Column("name", String(128), nullable=False),
    _whole("created_us"),
    _whole("revoked_us", nullable=True),
    Column("body", LargeBinary, nullable=False),
)

# Releases: one row a campaign that was scored; the plan is the decision's, the progress its sender's.
RELEASES: Final = _keyed(
    "releases",
    _id("campaign_id", key=True),
    _id("account_id"),
    Column("plan", LargeBinary, nullable=False),
    Column("progress", LargeBinary, nullable=False),
    Index("releases_of_account", "account_id"),
)
ACCOUNT_VOLUMES: Final = _keyed(
    "account_volumes",
    _id("account_id", key=True),
    Column("lane", String(16), primary_key=True),
    Column("sent", LargeBinary, nullable=False),
)
# Changes that others are told of, in the order of their commits; who is told; what is still to be
# delivered to whom.
CHANGES: Final = Table(
    "changes",
    METADATA,
    _whole("change_id", key=True),
    _id("account_id"),
    Column("type", String(40), nullable=False),
    _whole("at_us"),
    Column("body", LargeBinary, nullable=False),
)
ENDPOINTS: Final = _keyed(
    "endpoints",
    _id("webhook_id", key=True),
    _whole("cursor"),
    Column("leased_by", String(128)),
    _whole("leased_until_us"),
    Column("delivered", BigInteger, nullable=False, server_default="0"),
    Column("delivered_us", BigInteger, nullable=False, server_default="0"),
    Column("body", LargeBinary, nullable=False),
)
DELIVERIES: Final = Table(
    "deliveries",
    METADATA,
    _id("webhook_id", key=True),
    _whole("change_id", key=True),
    _id("account_id"),
    Column("state", String(8), nullable=False),
    _whole("next_us"),
    Column("body", LargeBinary, nullable=False),
    Index("deliveries_waiting", "webhook_id", "state", "account_id", "change_id"),
)
# Sketches of lists and the index over their smallest hashes (`features.lists.overlap`). Known bad
# lists have an empty account_id. A list's key is a hash of its ids.
LIST_SKETCHES: Final = Table(
    "list_sketches",
    METADATA,
    _whole("list_key", key=True),
    _id("account_id"),
    _id("list_id"),
    _whole("cutoff"),
    _whole("addresses"),
    _whole("stored_us"),
    Column("hashes", LargeBinary, nullable=False),
    Index("list_sketches_of_account", "account_id", "list_id"),
)
LIST_HASHES: Final = _keyed("list_hashes", _whole("hash", key=True), _whole("list_key", key=True))
# Events whose account no rule tells: kept and counted until somebody says whose they are.
UNATTRIBUTED: Final = _keyed(
    "unattributed",
    _whole("hash", key=True),
    Column("source", String(64), nullable=False),
    Column("type", String(16), nullable=False),
    _whole("received_us"),
    Column("body", Text, nullable=False),
    Index("unattributed_newest", "received_us", "hash"),
)
# What came of each event source by day, in parts that are added up when read.
SOURCE_COUNTERS: Final = (
    "payloads", "accepted", "duplicates", "rejected", "unattributed", "reports", "refused",
    "unreadable",
)  # fmt: skip
SOURCE_COUNTS: Final = _keyed(
    "source_counts",
    Column("source", String(64), primary_key=True),
    _whole("day", key=True),
    _whole("shard", key=True),
    *(_whole(name) for name in SOURCE_COUNTERS),
    _whole("last_us"),
    _whole("fault_us"),
    Column("fault", Text),
)
# Deliverability: who was active where, and what is wrong with whom until when.
ACTIVITY: Final = _keyed(
    "activity",
    Column("kind", String(16), primary_key=True),
    Column("subject", String(128), primary_key=True),
    Column("part", String(128), primary_key=True),
    _whole("last_hour"),
    Index("activity_newest", "kind", "last_hour"),
    Index("activity_part", "kind", "part", "last_hour"),
)
# Alerts and incidents: `open_key` is set while one is open, so that a subject has one of a kind.
INCIDENTS: Final = Table(
    "incidents",
    METADATA,
    _id("incident_id", key=True),
    Column("kind", String(16), nullable=False),
    Column("open_key", String(512), nullable=True, unique=True),
    _id("account_id"),
    _whole("severity"),
    _whole("opened_us"),
    _whole("closed_us", nullable=True),
    Column("body", LargeBinary, nullable=False),
    Index("incidents_newest", "kind", "opened_us", "incident_id"),
)
WARM_UPS: Final = _keyed(
    "warm_ups",
    Column("ip", String(64), primary_key=True),
    Column("provider", String(128), primary_key=True),
    Column("body", LargeBinary, nullable=False),
)
# The abuse desk: people, sessions, cases and the audit log.
PEOPLE: Final = _keyed("people", _id("name", key=True), Column("body", LargeBinary, nullable=False))
SESSIONS: Final = _keyed(
    "sessions",
    Column("token_hash", String(64), primary_key=True),
    _id("person"),
    _whole("expires_us"),
    Column("body", LargeBinary, nullable=False),
    Index("sessions_of_person", "person"),
)
CASES: Final = _keyed(
    "cases",
    _id("case_id", key=True),
    _id("account_id"),
    Column("state", String(16), nullable=False),
    Column("action", String(16), nullable=False),
    Column("assigned_to", String(128)),
    _whole("snoozed_us"),
    Column("harm", Float(53), nullable=False),
    _whole("opened_us"),
    _whole("version"),
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
CASE_VIEWS: Final = _keyed(
    "case_views",
    _id("view_id", key=True),
    _id("owner"),
    Column("shared", SmallInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("case_views_of_owner", "owner"),
    Index("case_views_shared", "shared"),
)
# Which cases are looked at again, or were; what was said is in the case.
SECOND_LOOKS: Final = _keyed(
    "second_looks",
    _id("case_id", key=True),
    _id("account_id"),
    Column("state", String(16), nullable=False),
    _id("first_by"),
    _whole("turns_us"),
    Index("second_looks_turning", "state", "turns_us", "case_id"),
    Index("second_looks_of_account", "account_id", "state"),
    Index("second_looks_of_first", "first_by", "state"),
)
# Copies of messages, encrypted, as long as the case is open that they wait in.
HELD_MESSAGES: Final = Table(
    "held_messages",
    METADATA,
    _id("decision_id", key=True),
    _id("case_id"),
    _whole("stored_us"),
    Column("sealed", LargeBinary, nullable=False),
    Index("held_messages_of_case", "case_id", "stored_us"),
)
AUDIT: Final = _keyed(
    "audit_log",
    _whole("number", key=True),
    _id("target"),
    Column("body", LargeBinary, nullable=False),
    Index("audit_log_of_target", "target", "number"),
)
# Rows of DMARC and TLS reports: sums over many mails of a sending domain.
DOMAIN_REPORTS: Final = _keyed(
    "domain_reports",
    _whole("hash", key=True),
    Column("domain", String(255), nullable=False),
    _whole("received_us"),
    Column("body", Text, nullable=False),
    Index("domain_reports_newest", "domain", "received_us"),
)
# Policies: versions with their stage, exemptions of accounts, what a policy in shadow would have done.
POLICY_VERSIONS: Final = Table(
    "policy_versions",
    METADATA,
    _id("policy_id", key=True),
    Column("stage", String(16), nullable=False),
    _whole("revision"),
    _whole("changed_us"),
    Column("body", LargeBinary, nullable=False),
    Index("policy_versions_newest", "changed_us", "policy_id"),
)
EXEMPTIONS: Final = _keyed(
    "exemptions",
    _id("exemption_id", key=True),
    _id("account_id"),
    _whole("expires_us"),
    _whole("revision"),
    Column("body", LargeBinary, nullable=False),
    Index("exemptions_of_account", "account_id", "expires_us"),
    Index("exemptions_last", "expires_us"),
)
MODEL_SHADOWS: Final = _keyed(
    "model_shadows",
    _id("decision_id", key=True),
    _id("challenger", key=True),
    _id("champion"),
    _id("account_id"),
    Column("subject", String(16), nullable=False),
    _whole("as_of_us"),
    Column("live", String(16), nullable=False),
    Column("draft", String(16), nullable=False),
    Column("live_risk", Float, nullable=False),
    Column("draft_risk", Float, nullable=False),
    Index("model_shadows_of_challenger", "challenger", "as_of_us"),
)
SHADOW_ACTIONS: Final = _keyed(
    "shadow_actions",
    _id("decision_id", key=True),
    _id("version"),
    _id("account_id"),
    _whole("as_of_us"),
    Column("live", String(16), nullable=False),
    Column("draft", String(16), nullable=False),
    Index("shadow_actions_of_version", "version", "as_of_us"),
)
