"""Tables of people, their sessions and deeds, and the audit log."""

from typing import Final

from sqlalchemy import Column, Index, LargeBinary, String

from service.stores.schema.columns import id_column, keyed, whole

# The abuse desk: people, sessions, cases and the audit log.
PEOPLE: Final = keyed(
    "people", id_column("name", key=True), Column("body", LargeBinary, nullable=False)
)
SESSIONS: Final = keyed(
    "sessions",
    Column("token_hash", String(64), primary_key=True),
    id_column("person"),
    whole("expires_us"),
    Column("body", LargeBinary, nullable=False),
    Index("sessions_of_person", "person"),
)
AUDIT: Final = keyed(
    "audit_log",
    whole("number", key=True),
    id_column("target"),
    Column("body", LargeBinary, nullable=False),
    Index("audit_log_of_target", "target", "number"),
)
