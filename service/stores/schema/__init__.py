"""The tables, one schema for every database.

Times are Unix microseconds in BIGINT; hashes and entity keys are signed 64-bit. What is looked up
by key alone lies in the key's order (`WITHOUT ROWID` on SQLite). `METADATA` holds the tables of
every module here: migrations see it through this package.
"""

from service.stores.schema.activity import ACTIVITY
from service.stores.schema.appeals import APPEALS
from service.stores.schema.cases import CASE_VIEWS, CASES, HELD_MESSAGES
from service.stores.schema.columns import METADATA
from service.stores.schema.decisions import (
    CAMPAIGNS,
    DECISIONS,
    IDEMPOTENCY,
    IS_HELD_CAMPAIGN,
    IS_ON_ACCOUNT,
    IS_STATED,
    IS_TERMINATE,
    LABELS,
)
from service.stores.schema.desk import AUDIT, PEOPLE, SESSIONS
from service.stores.schema.events import EVIDENCE, FAILED, MILESTONES, PROVIDERS, SEEN, TILES
from service.stores.schema.facts import (
    ACCOUNT_HISTORY,
    ACCOUNTS,
    DOMAIN_HISTORY,
    DOMAINS,
    IMPORTS,
    RECIPIENTS,
)
from service.stores.schema.incidents import INCIDENTS, WARM_UPS
from service.stores.schema.keys import API_KEYS
from service.stores.schema.models import MODEL_SHADOWS
from service.stores.schema.outbox import CHANGES, DELIVERIES, ENDPOINTS
from service.stores.schema.overlaps import LIST_HASHES, LIST_SKETCHES
from service.stores.schema.past import FEATURE_SETS
from service.stores.schema.policies import EXEMPTIONS, POLICY_VERSIONS, SHADOW_ACTIONS
from service.stores.schema.releases import ACCOUNT_VOLUMES, RELEASES
from service.stores.schema.reports import DOMAIN_REPORTS
from service.stores.schema.reviews import SECOND_LOOKS
from service.stores.schema.sources import SOURCE_COUNTERS, SOURCE_COUNTS
from service.stores.schema.subjects import SUBJECTS
from service.stores.schema.ties import TIES
from service.stores.schema.unattributed import UNATTRIBUTED

__all__ = [
    "ACCOUNTS",
    "ACCOUNT_HISTORY",
    "ACCOUNT_VOLUMES",
    "ACTIVITY",
    "API_KEYS",
    "APPEALS",
    "AUDIT",
    "CAMPAIGNS",
    "CASES",
    "CASE_VIEWS",
    "CHANGES",
    "DECISIONS",
    "DELIVERIES",
    "DOMAINS",
    "DOMAIN_HISTORY",
    "DOMAIN_REPORTS",
    "ENDPOINTS",
    "EVIDENCE",
    "EXEMPTIONS",
    "FAILED",
    "FEATURE_SETS",
    "HELD_MESSAGES",
    "IDEMPOTENCY",
    "IMPORTS",
    "INCIDENTS",
    "IS_HELD_CAMPAIGN",
    "IS_ON_ACCOUNT",
    "IS_STATED",
    "IS_TERMINATE",
    "LABELS",
    "LIST_HASHES",
    "LIST_SKETCHES",
    "METADATA",
    "MILESTONES",
    "MODEL_SHADOWS",
    "PEOPLE",
    "POLICY_VERSIONS",
    "PROVIDERS",
    "RECIPIENTS",
    "RELEASES",
    "SECOND_LOOKS",
    "SEEN",
    "SESSIONS",
    "SHADOW_ACTIONS",
    "SOURCE_COUNTERS",
    "SOURCE_COUNTS",
    "SUBJECTS",
    "TIES",
    "TILES",
    "UNATTRIBUTED",
    "WARM_UPS",
]
