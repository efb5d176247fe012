"""Reasons from the sending domain and its authentication."""

from models.reasons.claim import apart, below, less
from models.reasons.reason import Reason

_FAMILY = "authentication"

AUTHENTICATION_MISSING = Reason(
    "AUTHENTICATION_MISSING",
    _FAMILY,
    ("spf_pass", "dkim_pass", "dmarc_level"),
    "The sending domain is not fully authenticated.",
    "Set up SPF, DKIM and a DMARC policy for the domain; the domain page shows the records.",
    claim=below(1),
)
DOMAIN_NEW = Reason(
    "DOMAIN_NEW",
    _FAMILY,
    ("domain_age_days", "domain_age_at_signup_days", "domain_verified_hours"),
    "The sending domain is, or was at sign-up, younger than usual, or was set up later.",
    "Use the domain your readers know; a new one needs some weeks of small sends first.",
    claim=less(),
)
DOMAINS_MANY = Reason(
    "DOMAINS_MANY",
    _FAMILY,
    ("sending_domains",),
    "The number of sending domains stands out.",
    "Send from one domain, with a subdomain for each kind of mail.",
    claim=apart(),
)
FROM_NOT_OWN_DOMAIN = Reason(
    "FROM_NOT_OWN_DOMAIN",
    _FAMILY,
    ("from_own_domain", "from_owner_aligned", "from_website_aligned"),
    "The From domain is not one of the account's, or not that of its owner or website.",
    "Send from a domain that you have verified, the one your website and readers use.",
    claim=below(0.5),
)
