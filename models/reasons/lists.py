"""Reasons from the recipient lists."""

from typing import Final

from models.reasons.claim import above, apart, below, less, missing, more, none, where
from models.reasons.reason import Reason

_FAMILY = "lists"
# log10 of 100 rows: in a shorter list some hour or day is the fullest by chance.
_HUNDRED: Final = 2.0
# A score or share at which chance alone is no explanation any more.
_IN_ORDER: Final = 0.2
_CROWDED: Final = 0.1
# Opt-ins spread so evenly over 24 hours only where nobody sleeps.
_ROUND_THE_CLOCK: Final = 0.98
_NO_ENGAGEMENT_TOLD: Final = missing() & where("list_has_engagement", below(1))
_OF_CONSENT_TIMES: Final = (
    "list_staleness",
    "list_consent_age_days",
    "list_consent_old_share",
    "list_consent_older_1y_share",
    "list_consent_fresh_share",
    "list_consent_spread_days",
)

LIST_SIZE = Reason(
    "LIST_SIZE",
    _FAMILY,
    ("list_size",),
    "The size of the list stands out.",
    "Send to the part of it that engaged lately first.",
    claim=apart(),
)
LIST_INVALID = Reason(
    "LIST_INVALID",
    _FAMILY,
    ("list_invalid_share", "list_typo_share"),
    "Part of the list is no address at all, or has typing slips.",
    "Correct or remove these rows, and confirm new sign-ups by mail.",
    claim=above(0),
)
LIST_DUPLICATES = Reason(
    "LIST_DUPLICATES",
    _FAMILY,
    ("list_duplicate_share", "list_variant_share"),
    "The list holds the same people more than once.",
    "Remove duplicates before importing; check what was merged into the list.",
    claim=above(0),
)
LIST_ROLE_ADDRESSES = Reason(
    "LIST_ROLE_ADDRESSES",
    _FAMILY,
    (
        "list_role_share",
        "list_directory_like",
    ),
    "More addresses than usual belong to a role, such as info or sales, and not to a person.",
    "Keep only role addresses that signed up themselves; such addresses are often collected from websites.",
    claim=more(),
)
LIST_DISPOSABLE = Reason(
    "LIST_DISPOSABLE",
    _FAMILY,
    ("list_disposable_share",),
    "More addresses than usual are at throw-away providers.",
    "Refuse throw-away addresses in your form, and confirm sign-ups by mail.",
    claim=more(),
)
LIST_DOMAINS_WITHOUT_MAIL = Reason(
    "LIST_DOMAINS_WITHOUT_MAIL",
    _FAMILY,
    ("list_no_mail_share",),
    "Some addresses are at domains that take no mail at all.",
    "Remove addresses whose domain has no mail server: each of them bounces.",
    claim=above(0),
)
LIST_MAKEUP = Reason(
    "LIST_MAKEUP",
    _FAMILY,
    (
        "list_free_mail_share",
        "list_corporate_share",
        "list_institution_share",
        "list_top_domain_share",
        "list_top_corporate_share",
        "list_domain_entropy",
        "list_tld_entropy",
        "list_top_tld_share",
        "list_country_domain_share",
        "list_home_country_share",
        "list_rows_per_own_domain",
        "list_digit_share",
        "list_year_share",
        "list_any_digit_share",
        "list_long_number_share",
        "list_separated_share",
        "list_local_length",
        "list_plus_share",
        "list_upper_share",
        "list_non_ascii_share",
    ),
    "The mix of addresses is unlike that of lists that people join themselves.",
    "Tell support where and how these people signed up.",
    claim=apart(),
)
LIST_LOOKS_GENERATED = Reason(
    "LIST_LOOKS_GENERATED",
    _FAMILY,
    (
        "list_gibberish_share",
        "list_sequence_share",
        "list_local_reuse_share",
        "list_top_stem_share",
        "list_machine_made",
    ),
    "More addresses than usual look made up, or are throw-away ones.",
    "Protect your form against robots, and remove everyone who never confirmed.",
    hidden_value=True,
    claim=more(),
)
LIST_ORDER = Reason(
    "LIST_ORDER",
    _FAMILY,
    (
        "list_alphabetical_order",
        "list_domain_order",
        "list_domain_alphabetical",
        "list_consent_order",
    ),
    "The order of the rows is unlike that of a list that grew by sign-ups.",
    "Import the list as your form or shop exports it, with the times of opt-in.",
    hidden_value=True,
    claim=more(_IN_ORDER),
    # Lists that grew by sign-ups stand in the order of the opt-ins, if in any.
    claims={"list_consent_order": less()},
)
LIST_CONSENT_OLD = Reason(
    "LIST_CONSENT_OLD",
    _FAMILY,
    _OF_CONSENT_TIMES,
    "Recipients signed up longer ago than usual.",
    "Ask old subscribers once whether they want to stay, and remove those who do not answer.",
    claim=more(),
    claims={
        "list_staleness": more() & where("list_consent_age_days", more()),
        "list_consent_fresh_share": less(),
        "list_consent_spread_days": more() & where("list_consent_age_days", more()),
    },
)
LIST_CONSENT_UNKNOWN = Reason(
    "LIST_CONSENT_UNKNOWN",
    _FAMILY,
    (
        "list_without_evidence",
        "list_has_consent_times",
        "list_consent_known_share",
        "list_opt_in_ip_known_share",
        "list_opt_in_source_known_share",
        "list_opt_in_source_form_share",
        "list_spotless_unproven",
    ),
    "The list does not show for everybody when and how they gave their permission.",
    "Import opted_in_at, opt_in_ip and opt_in_source with the addresses.",
    claim=below(1),
    claims={
        "list_without_evidence": above(0),
        "list_spotless_unproven": above(0),
        "list_opt_in_source_form_share": below(1)
        | missing() & where("list_opt_in_source_known_share", below(1)),
    },
    # Without times of opt-in nothing is old.
    steps_in=dict.fromkeys(
        _OF_CONSENT_TIMES, missing() & where("list_consent_known_share", below(1))
    ),
)
LIST_SOURCE_BOUGHT = Reason(
    "LIST_SOURCE_BOUGHT",
    _FAMILY,
    ("list_opt_in_source_bought_share",),
    "The list names a source that people did not sign up at, such as a bought list or a partner.",
    "Send only to people who signed up with you; bought, rented or shared lists are not accepted.",
    claim=above(0),
)
LIST_CONSENT_ODD = Reason(
    "LIST_CONSENT_ODD",
    _FAMILY,
    (
        "list_consent_burst_share",
        "list_consent_same_day_share",
        "list_consent_same_second_share",
        "list_consent_same_minute_share",
        "list_consent_midnight_share",
        "list_consent_hour_entropy",
        "list_consent_future_share",
        "list_consent_before_domain_share",
        "list_opt_in_ip_reuse",
        "list_opt_in_ip_shared_share",
        "list_engaged_before_consent_share",
        "list_engaged_future_share",
    ),
    "The details of permission in the list are not as a form records single sign-ups.",
    "Import them as your form recorded them; tell support when the list moved from another service.",
    hidden_value=True,
    claim=more(),
    claims={
        "list_consent_burst_share": more() & where("list_consent_same_minute_share", above(0)),
        "list_consent_same_day_share": more(_CROWDED) & where("list_size", above(_HUNDRED)),
        "list_consent_hour_entropy": above(_ROUND_THE_CLOCK)
        | less() & where("list_size", above(_HUNDRED)),
        "list_opt_in_ip_reuse": more() & where("list_opt_in_ip_shared_share", above(0)),
    },
)
LIST_NOT_ENGAGED = Reason(
    "LIST_NOT_ENGAGED",
    _FAMILY,
    (
        "list_has_engagement",
        "list_engaged_known_share",
        "list_engaged_age_days",
        "list_engaged_90d_share",
        "list_engaged_180d_share",
    ),
    "Few recipients, or fewer than usual, are known to have opened or clicked lately.",
    "Send to those who engaged within 90 days first, and import last_engaged_at.",
    claim=less() | _NO_ENGAGEMENT_TOLD,
    claims={
        "list_has_engagement": below(1),
        "list_engaged_age_days": more() | _NO_ENGAGEMENT_TOLD,
    },
)
LIST_BOUNCED_BEFORE = Reason(
    "LIST_BOUNCED_BEFORE",
    _FAMILY,
    (
        "list_hard_bounced_share",
        "list_known_harm",
    ),
    "The list holds addresses that are known not to exist.",
    "Remove addresses that bounced, also those that bounced at your former provider.",
    claim=above(0),
    # Told with its value only where it is of bounces alone.
    claims={
        "list_known_harm": above(0)
        & where("list_complained_share", none())
        & where("list_trap_share", none())
    },
)
LIST_LEFT_BEFORE = Reason(
    "LIST_LEFT_BEFORE",
    _FAMILY,
    ("list_complained_share", "list_unsubscribed_share"),
    "The list holds people who complained about or left similar mail.",
    "Import the suppression list of your former provider, and mail only those who asked for it.",
    hidden_value=True,
    claim=above(0),
    steps_in={"list_known_harm": where("list_complained_share", above(0))},
)
LIST_SPAM_TRAPS = Reason(
    "LIST_SPAM_TRAPS",
    _FAMILY,
    ("list_trap_share",),
    "The list holds addresses that never sign up for anything.",
    "Do not send to it as it is: confirm each address by mail, or start again from your own sign-ups.",
    hidden_value=True,
    claim=above(0),
    steps_in={"list_known_harm": where("list_trap_share", above(0))},
)
LIST_SHARED = Reason(
    "LIST_SHARED",
    _FAMILY,
    (
        "list_overlap_max",
        "list_overlap_lists",
        "list_overlap_stranger_max",
        "list_overlap_stranger_lists",
        "list_overlap_owner_max",
        "list_known_share",
    ),
    "More of the list than usual was seen elsewhere on this platform.",
    "Send only to people who signed up with you; bought, rented or shared lists are not accepted.",
    hidden_value=True,
    claim=more(),
)
LIST_KNOWN_BAD = Reason(
    "LIST_KNOWN_BAD",
    _FAMILY,
    ("list_overlap_bad_list_max", "list_overlap_abuser_max"),
    "More of the list than usual is in lists that are known to be sold or misused.",
    "Send only to people who signed up with you; bought, rented or shared lists are not accepted.",
    hidden_value=True,
    claim=more(),
)
