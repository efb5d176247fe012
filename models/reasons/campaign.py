"""Reasons from the campaign as it compares with its account and lists."""

from typing import Final

from models.reasons.claim import above, apart, below, less, more, where
from models.reasons.reason import Reason

_FAMILY = "campaign"
# log10 of 100 recipients.
_HUNDRED: Final = 2.0

CAMPAIGN_LARGE = Reason(
    "CAMPAIGN_LARGE",
    _FAMILY,
    (
        "recipients",
        "recipients_over_max_before",
        "recipients_over_month",
        "recipients_over_quarter",
        "recipients_over_declared",
        "recipients_for_age",
    ),
    "The campaign is larger than usual, or than the account's age, past or declared volume lets expect.",
    "Split it over several days and begin with your most active readers.",
    claim=more(0),
    claims={
        "recipients": more(),
        # 100 recipients are added, so as many must be real before the number says anything.
        "recipients_for_age": more(by=1) & where("recipients", more(_HUNDRED)),
    },
)
CAMPAIGN_EXCEEDS_LISTS = Reason(
    "CAMPAIGN_EXCEEDS_LISTS",
    _FAMILY,
    ("recipients_over_list_rows",),
    "The campaign has more recipients than the lists that it names have rows.",
    "Name every list that the campaign goes to, and import it first.",
    claim=more(0),
)
CAMPAIGN_STREAM = Reason(
    "CAMPAIGN_STREAM",
    _FAMILY,
    ("transactional",),
    "The stream that the campaign is sent on stands out.",
    "Send newsletters as broadcast and only single answers to readers as transactional.",
    claim=apart(),
)
CAMPAIGN_FIRST = Reason(
    "CAMPAIGN_FIRST",
    _FAMILY,
    ("campaigns_before", "first_campaign"),
    "The account has sent few campaigns so far.",
    "Begin with a small campaign to recent sign-ups.",
    claim=less(),
    claims={"first_campaign": above(0.5)},
)
CAMPAIGN_LEAD_TIME = Reason(
    "CAMPAIGN_LEAD_TIME",
    _FAMILY,
    ("lead_time_hours",),
    "How soon the campaign is to be sent stands out.",
    "Schedule larger campaigns some hours ahead.",
    claim=apart(),
)
LISTS_UNKNOWN = Reason(
    "LISTS_UNKNOWN",
    _FAMILY,
    ("lists_known_share",),
    "Some of the campaign's lists were never imported here.",
    "Import every list before it is mailed, so that it can be assessed.",
    claim=below(1),
)
SENT_SOON_AFTER_IMPORT = Reason(
    "SENT_SOON_AFTER_IMPORT",
    _FAMILY,
    ("import_to_send_hours", "fresh_rows_share"),
    "The list is mailed sooner after its import than usual.",
    "Import in good time; tell support where a newly imported list comes from.",
    claim=less(),
    claims={"fresh_rows_share": more() & where("import_to_send_hours", less())},
)
LIST_NOT_FROM_FORM = Reason(
    "LIST_NOT_FROM_FORM",
    _FAMILY,
    ("list_form_share",),
    "Fewer of the recipients than usual are known to have signed up by a form.",
    "Let people sign up by a form, and import how and when they agreed.",
    claim=less(),
)
