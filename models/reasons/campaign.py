"""Reasons from the campaign as it compares with its account and lists."""

from models.reasons.reason import Reason

_FAMILY = "campaign"

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
    "The campaign is large for what the account has sent before.",
    "Split it over several days and begin with your most active readers.",
)
CAMPAIGN_EXCEEDS_LISTS = Reason(
    "CAMPAIGN_EXCEEDS_LISTS",
    _FAMILY,
    ("recipients_over_list_rows",),
    "The number of recipients does not fit the lists that the campaign names.",
    "Name every list that the campaign goes to, and import it first.",
)
CAMPAIGN_STREAM = Reason(
    "CAMPAIGN_STREAM",
    _FAMILY,
    ("transactional",),
    "The stream that the campaign is sent on stands out.",
    "Send newsletters as broadcast and only single answers to readers as transactional.",
)
CAMPAIGN_FIRST = Reason(
    "CAMPAIGN_FIRST",
    _FAMILY,
    ("campaigns_before", "first_campaign"),
    "The account has sent few campaigns so far.",
    "Begin with a small campaign to recent sign-ups.",
)
CAMPAIGN_LEAD_TIME = Reason(
    "CAMPAIGN_LEAD_TIME",
    _FAMILY,
    ("lead_time_hours",),
    "How soon the campaign is to be sent stands out.",
    "Schedule larger campaigns some hours ahead.",
)
LISTS_UNKNOWN = Reason(
    "LISTS_UNKNOWN",
    _FAMILY,
    ("lists_known_share",),
    "Some of the campaign's lists were never imported here.",
    "Import every list before it is mailed, so that it can be assessed.",
)
SENT_SOON_AFTER_IMPORT = Reason(
    "SENT_SOON_AFTER_IMPORT",
    _FAMILY,
    ("import_to_send_hours", "fresh_rows_share"),
    "The list is mailed soon after it was imported.",
    "Import in good time; tell support where a newly imported list comes from.",
)
LIST_NOT_FROM_FORM = Reason(
    "LIST_NOT_FROM_FORM",
    _FAMILY,
    ("list_form_share",),
    "Few of the recipients signed up by a form.",
    "Let people sign up by a form, and import how and when they agreed.",
)
