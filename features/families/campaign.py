"""A campaign against its account: its size, its haste, and how much is known of its lists."""

import numpy as np

from features.catalogue import Array, Family, Feature, itself
from features.rates import ratio
from features.records import Subject


def _times(now: Array, before: Array) -> Array:
    """Return doublings from before to now; 100 mails are added to either side."""
    doublings: Array = np.log2((np.maximum(now, 0) + 100) / (np.maximum(before, 0) + 100))
    return doublings


CAMPAIGN = Family(
    name="campaign",
    meaning="The campaign about to be sent, compared with its lists and the account's past.",
    subjects=frozenset({Subject.CAMPAIGN}),
    features=(
        Feature(
            "recipients",
            lambda recipients: np.log10(np.maximum(recipients, 0) + 1),
            "log10 mails",
            "Recipients of the campaign.",
        ),
        Feature(
            "transactional",
            itself,
            "0 or 1",
            "Whether the stream is transactional.",
            takes=("transactional",),
        ),
        Feature(
            "recipients_over_list_rows",
            _times,
            "doublings",
            "Recipients against the rows of its known lists, 100 added to both.",
            takes=("recipients", "list_rows"),
        ),
        Feature(
            "recipients_over_max_before",
            _times,
            "doublings",
            "Recipients against the account's largest campaign so far, 100 added to both.",
            takes=("recipients", "max_recipients_before"),
        ),
        Feature(
            "recipients_over_month",
            _times,
            "doublings",
            "Recipients against the mails of the last 30 days, 100 added to both.",
            takes=("recipients", "attempts_30d"),
        ),
        Feature(
            "recipients_over_quarter",
            _times,
            "doublings",
            "Recipients against the mails of the last 90 days, 100 added to both.",
            takes=("recipients", "attempts_90d"),
        ),
        Feature(
            "recipients_over_declared",
            _times,
            "doublings",
            "Recipients against the declared monthly volume, 100 added to both.",
            takes=("recipients", "declared_monthly_volume"),
        ),
        Feature(
            "recipients_for_age",
            lambda recipients, account_age_at_send_days: np.log2(
                (np.maximum(recipients, 0) + 100) / (np.maximum(account_age_at_send_days, 0) + 1)
            ),
            "log2 mails a day",
            "Recipients, and 100 more, for each day that the account is old at the send.",
        ),
        Feature(
            "age_at_send_days",
            itself,
            "days",
            "Age of the account when the campaign is sent.",
            direction=-1,
            takes=("account_age_at_send_days",),
        ),
        Feature(
            "campaigns_before",
            itself,
            "campaigns",
            "Campaigns of the account before this one.",
            takes=("campaigns_before",),
        ),
        Feature(
            "first_campaign",
            lambda campaigns_before: np.where(
                np.isnan(campaigns_before), np.nan, campaigns_before < 1
            ),
            "0 or 1",
            "Whether this is the account's first campaign.",
        ),
        Feature(
            "lead_time_hours",
            itself,
            "hours",
            "Hours from now until the campaign is to be sent.",
            takes=("lead_time_hours",),
        ),
        Feature(
            "lists_known_share",
            itself,
            "share",
            "Share of the campaign's lists whose import was seen.",
            takes=("lists_known_share",),
        ),
        Feature(
            "import_to_send_hours",
            lambda import_age_hours, lead_time_hours: import_age_hours + lead_time_hours,
            "hours",
            "Hours from the newest import into its lists to the send: bought lists are mailed at once.",
        ),
        Feature(
            "fresh_rows_share",
            lambda imported_rows_24h, recipients: np.minimum(
                ratio(np.maximum(imported_rows_24h, 0), recipients), 1
            ),
            "share",
            "Rows imported in the last day against the recipients, at most 1.",
        ),
        Feature(
            "list_form_share",
            itself,
            "share",
            "Share of its lists' rows that signed up by a form.",
            direction=-1,
            takes=("import_form_share",),
        ),
    ),
)
