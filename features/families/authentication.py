"""Whether the domain that mail comes from is authenticated, the sender's own, and grown."""

from features.catalogue import Family, Feature, itself
from features.records import Subject

AUTHENTICATION = Family(
    name="authentication",
    meaning="SPF, DKIM, DMARC, whose the From domain is, and how old it is.",
    subjects=frozenset(Subject),
    features=(
        Feature(
            "spf_pass",
            itself,
            "share",
            "Whether the From domain passes SPF; of all the account's domains where none is named.",
            direction=-1,
            takes=("spf_pass",),
        ),
        Feature(
            "dkim_pass",
            itself,
            "share",
            "Whether the From domain passes DKIM; of all the account's domains where none is named.",
            direction=-1,
            takes=("dkim_pass",),
        ),
        Feature(
            "dmarc_level",
            itself,
            "0 to 3",
            "DMARC policy of the domain: absent, none, quarantine, reject.",
            takes=("dmarc_level",),
        ),
        Feature(
            "domain_age_days",
            itself,
            "days",
            "Days since the domain, the youngest if several, was registered.",
            direction=-1,
            takes=("domain_age_days",),
        ),
        Feature(
            "domain_age_at_signup_days",
            itself,
            "days",
            "Days that the youngest domain was old at sign-up; negative when registered later.",
            direction=-1,
            takes=("domain_age_at_signup_days",),
        ),
        Feature(
            "domain_verified_hours",
            itself,
            "hours",
            "Hours since the domain was verified with the provider.",
            takes=("domain_verified_hours",),
        ),
        Feature(
            "sending_domains",
            itself,
            "domains",
            "Sending domains on record.",
            takes=("sending_domains",),
        ),
        Feature(
            "from_own_domain",
            itself,
            "0 or 1",
            "Whether the From domain is one of the account's sending domains.",
            direction=-1,
            takes=("from_own_domain",),
        ),
        Feature(
            "from_free_mail",
            itself,
            "0 or 1",
            "Whether the From address is at a free-mail provider.",
            direction=1,
            takes=("from_free_mail",),
        ),
        Feature(
            "from_owner_aligned",
            itself,
            "0 or 1",
            "Whether the From domain is the one the owner signed up with.",
            direction=-1,
            takes=("from_owner_aligned",),
        ),
        Feature(
            "from_website_aligned",
            itself,
            "0 or 1",
            "Whether the From domain is that of the website.",
            direction=-1,
            takes=("from_website_aligned",),
        ),
    ),
)
