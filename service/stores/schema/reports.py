"""Tables of reports on sending domains."""

from typing import Final

from sqlalchemy import Column, Index, String, Text

from service.stores.schema.columns import keyed, whole

# Rows of DMARC and TLS reports: sums over many mails of a sending domain.
DOMAIN_REPORTS: Final = keyed(
    "domain_reports",
    whole("hash", key=True),
    Column("domain", String(255), nullable=False),
    whole("received_us"),
    Column("body", Text, nullable=False),
    Index("domain_reports_newest", "domain", "received_us"),
)
