"""What would make a reason's message false, read from a row by other means than the reasons' own.

A row is given by feature name; `usual` likewise. A code that is not here is told only of general facts.
"""

import math
from collections.abc import Callable, Mapping
from typing import Final

Row = Mapping[str, float]
Denied = Callable[[Row, Row], bool]


def _no_more_than(mark: float, *names: str) -> Denied:
    """None of the values is known to be above the mark."""
    return lambda row, _: not any(value > mark for value in _named(row, names))


def _no_less_than(mark: float, *names: str) -> Denied:
    """None of the values is known to be below the mark."""
    return lambda row, _: not any(value < mark for value in _named(row, names))


def _as_usual(*names: str) -> Denied:
    """All of the values are unknown or exactly as usual."""
    return lambda row, usual: all(
        math.isnan(row[name]) or row[name] == usual[name] for name in _found(row, names)
    )


def _not_above_usual(*names: str) -> Denied:
    return lambda row, usual: not any(row[name] > usual[name] for name in _found(row, names))


def _not_below_usual(*names: str) -> Denied:
    return lambda row, usual: not any(row[name] < usual[name] for name in _found(row, names))


def _all(*denials: Denied) -> Denied:
    return lambda row, usual: all(denied(row, usual) for denied in denials)


def _any(*denials: Denied) -> Denied:
    return lambda row, usual: any(denied(row, usual) for denied in denials)


def _unknown(name: str) -> Denied:
    return lambda row, _: math.isnan(row[name])


def _named(row: Row, names: tuple[str, ...]) -> list[float]:
    return [row[name] for name in _found(row, names)]


def _found(row: Row, names: tuple[str, ...]) -> list[str]:
    """Return the row's names that start with any of these; a subject may have none of them."""
    return [found for found in row if found.startswith(names)]


_NO_MAIL: Final = _no_more_than(0, "mails_")
_NO_TIMES: Final = _all(
    _unknown("list_consent_age_days"),
    _unknown("list_consent_old_share"),
    _unknown("list_consent_fresh_share"),
)
_CONTENT: Final = {
    "LINK_TEXT_MISLEADS": ("content_link_mismatches",),
    "LINKS_TO_RISKY_HOSTS": (
        "content_ip_links", "content_punycode_links", "content_shortener_links",
        "content_free_hosting_links", "content_redirector_links",
    ),
    "FROM_FREE_MAIL": ("content_from_free_mail", "from_free_mail"),
    "REPLY_TO_ELSEWHERE": ("content_reply_to_",),
    "BRAND_IMITATED": ("content_lookalike", "content_brand_claims", "content_own_lookalikes"),
    "CREDENTIALS_ASKED": ("content_credential_asks",),
    "CODES_IN_SENDER_OR_SUBJECT": ("content_sender_codes", "content_subject_codes"),
    "PAYMENT_ASKED": ("content_payment_asks",),
    "PROHIBITED_GOODS": ("content_prohibited_goods",),
    "PRESSURE_IN_TEXT": ("content_urgency",),
    "TEXT_DISGUISED": ("content_hidden_", "content_mixed_script_words", "content_disguised_words"),
    "FORMS_OR_SCRIPTS": ("content_forms", "content_scripts"),
    "ATTACHMENTS": (
        "content_attachments", "content_executable", "content_archive", "content_html_attach",
    ),
    "PERSONALISATION_BROKEN": ("content_unrendered_fields",),
    "ALPHABET_UNUSUAL": ("content_non_latin_share", "content_language_foreign"),
    "MESSAGE_BROKEN": ("content_broken",),
}  # fmt: skip

DENIED: Final[dict[str, Denied]] = {
    "ACCOUNT_NEW": _all(
        _no_less_than(30, "account_age_days", "age_at_send_days"),
        _not_below_usual("account_age_days", "age_at_send_days"),
    ),
    "ACCOUNT_UNPAID": _all(_no_less_than(1, "paid", "payment_known"), _no_more_than(0, "plan_trial")),
    "ACCOUNT_PARENT": _as_usual("subaccount"),
    "SIGNUP_INCOMPLETE": _not_below_usual("signup_facts_known", "website_known"),
    "OWNER_FREE_MAIL": _no_more_than(0, "owner_free_mail"),
    "OWNER_DISPOSABLE": _no_more_than(0, "owner_disposable"),
    "OWNER_WEBSITE": _no_less_than(1, "owner_website_aligned"),
    "COUNTRY_MISMATCH": _no_more_than(0, "phone_country_differs"),
    "DECLARED_LIST_SOURCE": _no_more_than(0, "declared_bought_list"),
    "DECLARED_TRADE": _no_more_than(0, "declared_watched_trade"),
    "VOLUME_OVER_DECLARED": _no_more_than(0, "sent_over_declared"),
    "SENDING_SOON_AFTER_SIGNUP": _not_below_usual("hours_to_", "hours_first_to_"),
    "HISTORY_SHORT": lambda row, usual: (
        row["hours_since_first_send"] >= usual["hours_since_first_send"]
    ),
    "AUTHENTICATION_MISSING": _no_less_than(1, "spf_pass", "dkim_pass", "dmarc_level"),
    "DOMAIN_NEW": _not_below_usual("domain_age_", "domain_verified_hours"),
    "DOMAINS_MANY": _as_usual("sending_domains"),
    "FROM_NOT_OWN_DOMAIN": _no_less_than(1, "from_own", "from_website"),
    "HARD_BOUNCES": _any(_NO_MAIL, _no_more_than(0.0039, "hard_bounce_rate", "worst_provider_hard")),
    "SOFT_BOUNCES": _as_usual("soft_bounce_rate_"),
    "BLOCKED_BY_PROVIDERS": _no_more_than(0.002, "block_rate_", "worst_provider_block"),
    "DEFERRED_BY_PROVIDERS": _no_more_than(0.02, "deferral_rate_", "worst_provider_deferral"),
    "COMPLAINTS": _no_more_than(0.00012, "complaint_rate_", "complaint_lower_", "worst_provider_complaint"),
    "SPAM_TRAPS": _no_more_than(0.00001, "trap_rate_", "trap_lower_"),
    "RATES_NEAR_LIMITS": _no_more_than(0.5, "hard_bounce_just_under_", "complaint_just_under_"),
    "UNSUBSCRIBES": _as_usual("unsubscribe"),
    "ENGAGEMENT": _as_usual("open_rate_", "click_rate_", "engagement_trend"),
    "VOLUME_JUMP": _any(_NO_MAIL, _no_more_than(0, "spike_24h", "growth_7d", "burst_1h")),
    "VOLUME": _as_usual("mails_"),
    "PROVIDER_MIX": _as_usual("providers", "top_provider_share"),
    "CAMPAIGN_LARGE": _all(
        _not_above_usual("recipients"), _no_more_than(0, "recipients_over_"),
    ),
    "CAMPAIGN_EXCEEDS_LISTS": _no_more_than(0, "recipients_over_list_rows"),
    "CAMPAIGN_STREAM": _as_usual("transactional"),
    "CAMPAIGN_FIRST": _all(_not_below_usual("campaigns_before"), _no_more_than(0, "first_campaign")),
    "CAMPAIGN_LEAD_TIME": _as_usual("lead_time_hours"),
    "LISTS_UNKNOWN": _no_less_than(1, "lists_known_share"),
    "SENT_SOON_AFTER_IMPORT": _not_below_usual("import_to_send_hours"),
    "LIST_NOT_FROM_FORM": _not_below_usual("list_form_share"),
    "LINKS_ELSEWHERE": _as_usual("content_aligned_link_share", "content_link_"),
    "UNSUBSCRIBE_MISSING": _no_less_than(
        1, "content_unsubscribe", "content_list_unsubscribe", "content_one_click"
    ),
    "POSTAL_ADDRESS_MISSING": _as_usual("content_postal_address", "content_placeholder_address"),
    "MOSTLY_IMAGES": _as_usual("content_image", "content_tracking_pixels"),
    "TEXT_LENGTH": _as_usual("content_words", "content_text_judged"),
    "TEXT_LIKE_ABUSE": _all(
        _not_above_usual("content_text_malicious", "content_text_unsolicited"),
        _not_below_usual("content_text_wanted"),
    ),
    "LIST_SIZE": _as_usual("list_size"),
    "LIST_INVALID": _no_more_than(0, "list_invalid_share", "list_typo_share"),
    "LIST_DUPLICATES": _no_more_than(0, "list_duplicate_share", "list_variant_share"),
    "LIST_ROLE_ADDRESSES": _no_more_than(0, "list_role_share"),
    "LIST_DISPOSABLE": _no_more_than(0, "list_disposable_share"),
    "LIST_DOMAINS_WITHOUT_MAIL": _no_more_than(0, "list_no_mail_share"),
    "LIST_MAKEUP": _as_usual(
        "list_free", "list_corporate", "list_institution", "list_top_", "list_country",
        "list_home", "list_digit", "list_any", "list_long", "list_separated", "list_local_length",
        "list_plus", "list_upper", "list_non", "list_year", "list_domain_entropy", "list_tld_entropy", "list_rows_per",
    ),
    "LIST_LOOKS_GENERATED": _no_more_than(
        0, "list_gibberish_share", "list_local_reuse", "list_sequence", "list_top_stem", "list_machine"
    ),
    "LIST_ORDER": _all(
        _no_more_than(0.2, "list_alphabetical_order", "list_domain_"),
        _not_below_usual("list_consent_order"),
    ),
    "LIST_CONSENT_OLD": _any(
        _NO_TIMES,
        _all(
            _not_above_usual("list_consent_age_days", "list_consent_old"),
            _not_below_usual("list_consent_fresh_share"),
        ),
    ),
    "LIST_CONSENT_UNKNOWN": _all(
        _no_more_than(0, "list_without_evidence", "list_spotless_unproven"),
        _no_less_than(
            1, "list_consent_known_share", "list_opt_in_ip_known", "list_opt_in_source_",
            "list_has_consent_times",
        ),
    ),
    "LIST_SOURCE_BOUGHT": _no_more_than(0, "list_opt_in_source_bought_share"),
    "LIST_CONSENT_ODD": _all(
        _NO_TIMES, _unknown("list_opt_in_ip_reuse"), _no_more_than(0, "list_engaged_"),
        _no_more_than(0, "list_consent_before_domain_share"),
    ),
    "LIST_NOT_ENGAGED": _all(
        _no_less_than(1, "list_has_engagement"),
        _not_below_usual("list_engaged_known", "list_engaged_90d", "list_engaged_180d"),
        _not_above_usual("list_engaged_age_days"),
    ),
    "LIST_BOUNCED_BEFORE": _no_more_than(0, "list_hard_bounced_share"),
    "LIST_LEFT_BEFORE": _no_more_than(0, "list_complained_share", "list_unsubscribed_share"),
    "LIST_SPAM_TRAPS": _no_more_than(0, "list_trap_share"),
    "LIST_SHARED": _no_more_than(0, "list_overlap_", "list_known_share"),
    "LIST_KNOWN_BAD": _no_more_than(0, "list_overlap_bad_list_max", "list_overlap_abuser_max"),
    "LINKED_TO_ABUSE": lambda row, _: not any(
        value > 0 for name, value in row.items() if name.endswith("_flagged")
    ),
    "LINKED_ACCOUNTS": lambda row, _: not any(
        value > 0
        for name, value in row.items()
        if name.endswith("_peers") or name in ("close_recent_share", "signup_net_burst")
    ),
    "LINKED_ACCOUNTS_FARE_BADLY": lambda row, _: all(
        math.isnan(value) for name, value in row.items() if name.startswith("peer_")
    ),
    "FACTS_UNKNOWN": lambda row, _: not any(map(math.isnan, row.values())),
    **{code: _no_more_than(0, *names) for code, names in _CONTENT.items()},
}  # fmt: skip
