"""The numbers of a list import: their names, units and meanings, in one table."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Number:
    """One number of a list; `direction` as in `features.catalogue.Feature`."""

    name: str
    unit: str
    meaning: str
    direction: int = 0


TABLE: Final = (
    Number("list_rows", "rows", "rows of the file, header not counted"),
    Number("list_invalid_share", "share", "of the rows, those without a well-formed address", 1),
    Number("list_duplicate_share", "share", "of the well-formed addresses, those that came before"),
    Number("list_variant_share", "share", "of the distinct addresses, plus and dot variants of others", 1),
    Number("list_role_share", "share", "addresses of a role (info@, sales@)", 1),
    Number("list_disposable_share", "share", "addresses at throw-away providers", 1),
    Number("list_free_mail_share", "share", "addresses at free-mail providers"),
    Number("list_typo_share", "share", "addresses one slip away from a popular domain", 1),
    Number("list_gibberish_share", "share", "local parts that look machine-made", 1),
    Number("list_digit_share", "share", "local parts that are mostly digits"),
    Number("list_year_share", "share", "local parts that end in a year"),
    Number("list_sequence_share", "share", "neighbours that count up (anna1@, anna2@)", 1),
    Number("list_alphabetical_order", "score", "how sorted by address the file is: 0 not at all, 1 wholly"),
    Number("list_domain_order", "score", "how grouped by domain the file is, chance apart: 0 to 1"),
    Number("list_local_reuse_share", "share", "addresses whose local part came with another domain", 1),
    Number("list_top_domain_share", "share", "addresses at the most frequent domain"),
    Number("list_domain_entropy", "bits", "entropy of the domains"),
    Number("list_tld_entropy", "bits", "entropy of the top-level domains"),
    Number("list_top_corporate_share", "share", "addresses at the most frequent domain that is no free mail"),
    Number("list_has_consent_times", "flag", "the file has opt-in times"),
    Number("list_consent_known_share", "share", "of the rows, those with an opt-in time"),
    Number("list_consent_age_days", "days", "median age of the opt-ins at the import"),
    Number("list_consent_old_share", "share", "of the opt-ins, those more than two years old"),
    Number("list_consent_burst_share", "share", "of the opt-ins, those in the fullest minute", 1),
    Number("list_consent_same_day_share", "share", "of the opt-ins, those on the fullest day"),
    Number("list_consent_future_share", "share", "of the opt-ins, those after the import"),
    Number("list_opt_in_ip_reuse", "share", "of the opt-in addresses (IP), those from the most frequent one", 1),
    Number("list_opt_in_ip_known_share", "share", "of the rows, those with an opt-in IP"),
    Number("list_opt_in_source_known_share", "share", "of the rows, those with an opt-in source"),
    Number("list_has_engagement", "flag", "the file has times of last engagement"),
    Number("list_engaged_known_share", "share", "of the rows, those that ever engaged"),
    Number("list_engaged_age_days", "days", "median time since the last engagement", 1),
    Number("list_engaged_90d_share", "share", "of the rows, those engaged within 90 days", -1),
    Number("list_engaged_before_consent_share", "share", "engagements before the opt-in: impossible", 1),
    Number("list_known_share", "share", "of the sampled addresses, those ever mailed on this platform"),
    Number("list_hard_bounced_share", "share", "of the sampled addresses, known hard bounces", 1),
    Number("list_complained_share", "share", "of the sampled addresses, known complainers", 1),
    Number("list_unsubscribed_share", "share", "of the sampled addresses, unsubscribed elsewhere"),
    Number("list_trap_share", "share", "of the sampled addresses, known traps", 1),
    Number("list_overlap_max", "share", "largest share found in another account's list"),
    Number("list_overlap_lists", "lists", "other accounts' lists that hold over 5 % of this one", 1),
)  # fmt: skip
NUMBERS: Final = tuple(number.name for number in TABLE)
PLATFORM_NUMBERS: Final = NUMBERS[NUMBERS.index("list_known_share") :]
