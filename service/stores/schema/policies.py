"""Tables of policy versions, exemptions, and a policy in shadow."""

from typing import Final

from sqlalchemy import Column, Index, LargeBinary, String, Table

from service.stores.schema.columns import METADATA, id_column, keyed, whole

# Policies: versions with their stage, exemptions of accounts, what a policy in shadow would have done.
POLICY_VERSIONS: Final = Table(
    "policy_versions",
    METADATA,
    id_column("policy_id", key=True),
    Column("stage", String(16), nullable=False),
    whole("revision"),
    whole("changed_us"),
    Column("body", LargeBinary, nullable=False),
    Index("policy_versions_newest", "changed_us", "policy_id"),
)
EXEMPTIONS: Final = keyed(
    "exemptions",
    id_column("exemption_id", key=True),
    id_column("account_id"),
    whole("expires_us"),
    whole("revision"),
    Column("body", LargeBinary, nullable=False),
    Index("exemptions_of_account", "account_id", "expires_us"),
    Index("exemptions_last", "expires_us"),
)
SHADOW_ACTIONS: Final = keyed(
    "shadow_actions",
    id_column("decision_id", key=True),
    id_column("version"),
    id_column("account_id"),
    whole("as_of_us"),
    Column("live", String(16), nullable=False),
    Column("draft", String(16), nullable=False),
    Index("shadow_actions_of_version", "version", "as_of_us"),
)
