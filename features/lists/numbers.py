"""The numbers of a list import: their names, units and meanings, in one table.

Shares are over the well-formed rows unless the meaning says otherwise; NaN where there is nothing
to take a share of. What is read from the letters of local parts is read from a sample
(`features.lists.sample`), which is all of a list of up to 4,096 addresses.
"""

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
    Number("list_corporate_share", "share", "addresses at organisations' own domains"),
    Number("list_institution_share", "share", "addresses at schools, universities, government and military"),
    Number("list_typo_share", "share", "addresses one slip away from a popular domain", 1),
    Number("list_gibberish_share", "share", "local parts that no name or word looks like", 1),
    Number("list_digit_share", "share", "local parts that are mostly digits"),
    Number("list_any_digit_share", "share", "local parts with a digit"),
    Number("list_long_number_share", "share", "local parts with five digits in a row or more"),
    Number("list_year_share", "share", "local parts that end in a year"),
    Number("list_separated_share", "share", "local parts of two words or more (first.last)"),
    Number("list_local_length", "characters", "mean length of the local parts"),
    Number("list_plus_share", "share", "addresses with a plus tag"),
    Number("list_upper_share", "share", "addresses written with capital letters"),
    Number("list_non_ascii_share", "share", "addresses with letters outside ASCII"),
    Number("list_top_stem_share", "share", "the most frequent local part with its final number taken off, at one domain", 1),
    Number("list_sequence_share", "share", "neighbours that count up (anna1@, anna2@)", 1),
    Number("list_alphabetical_order", "score", "how sorted by address the file is: 0 not at all, 1 wholly"),
    Number("list_domain_alphabetical", "score", "how sorted by domain the file is: 0 not at all, 1 wholly"),
    Number("list_domain_order", "score", "how grouped by domain the file is, chance apart: 0 to 1"),
    Number("list_local_reuse_share", "share", "addresses whose local part came with another domain", 1),
    Number("list_top_domain_share", "share", "addresses at the most frequent domain"),
    Number("list_domain_entropy", "bits", "entropy of the domains"),
    Number("list_tld_entropy", "bits", "entropy of the top-level domains"),
    Number("list_top_tld_share", "share", "addresses at the most frequent top-level domain"),
    Number("list_country_domain_share", "share", "addresses at domains of a country (.de, .co.uk)"),
    Number("list_rows_per_own_domain", "doublings", "addresses per organisation's own domain"),
    Number("list_top_corporate_share", "share", "addresses at the most frequent domain that is no free mail"),
    Number("list_has_consent_times", "flag", "the file has opt-in times"),
    Number("list_consent_known_share", "share", "of the rows, those with an opt-in time"),
    Number("list_consent_age_days", "days", "median age of the opt-ins at the import"),
    Number("list_consent_spread_days", "days", "time between the quartiles of the opt-ins"),
    Number("list_consent_fresh_share", "share", "of the opt-ins, those less than 90 days old"),
    Number("list_consent_older_1y_share", "share", "of the opt-ins, those more than a year old"),
    Number("list_consent_old_share", "share", "of the opt-ins, those more than two years old"),
    Number("list_consent_burst_share", "share", "of the timed opt-ins, those in the fullest minute", 1),
    Number("list_consent_same_second_share", "share", "of the timed opt-ins, those that share their second"),
    Number("list_consent_same_minute_share", "share", "of the timed opt-ins, those that share their minute"),
    Number("list_consent_same_day_share", "share", "of the opt-ins, those on the fullest day"),
    Number("list_consent_midnight_share", "share", "of the opt-ins, those at 00:00:00, which are dates and no times"),
    Number("list_consent_hour_entropy", "score", "how evenly the timed opt-ins spread over the day: people sleep, scripts do not"),
    Number("list_consent_order", "score", "how sorted by opt-in time the file is: 0 not at all, 1 wholly"),
    Number("list_consent_future_share", "share", "of the opt-ins, those after the import"),
    Number("list_opt_in_ip_reuse", "share", "of the opt-in addresses (IP), those from the most frequent one", 1),
    Number("list_opt_in_ip_shared_share", "share", "of the opt-in addresses (IP), those that another row has too"),
    Number("list_opt_in_ip_known_share", "share", "of the rows, those with an opt-in IP"),
    Number("list_opt_in_source_known_share", "share", "of the rows, those with an opt-in source"),
    Number("list_opt_in_source_bought_share", "share", "of the named opt-in sources, bought, rented, scraped or a partner's", 1),
    Number("list_opt_in_source_form_share", "share", "of the named opt-in sources, a form, a checkout or the like"),
    Number("list_has_engagement", "flag", "the file has times of last engagement"),
    Number("list_engaged_known_share", "share", "of the rows, those that ever engaged", -1),
    Number("list_engaged_age_days", "days", "median time since the last engagement", 1),
    Number("list_engaged_90d_share", "share", "of the rows, those engaged within 90 days", -1),
    Number("list_engaged_180d_share", "share", "of the rows, those engaged within 180 days", -1),
    Number("list_engaged_before_consent_share", "share", "engagements before the opt-in: impossible", 1),
    Number("list_engaged_future_share", "share", "engagements after the import: impossible"),
    Number("list_known_share", "share", "of the sampled addresses, those ever mailed on this platform"),
    Number("list_hard_bounced_share", "share", "of the sampled addresses, known hard bounces", 1),
    Number("list_complained_share", "share", "of the sampled addresses, known complainers", 1),
    Number("list_unsubscribed_share", "share", "of the sampled addresses, unsubscribed elsewhere"),
    Number("list_trap_share", "share", "of the sampled addresses, known traps", 1),
    Number("list_overlap_max", "share", "largest share found in another account's list"),
    Number("list_overlap_lists", "lists", "other accounts' lists that hold over 5 % of this one", 1),
    Number("list_overlap_stranger_max", "share", "largest share found in a list of an account with no parent, payment means, device or website in common", 1),
    Number("list_overlap_stranger_lists", "lists", "lists of such accounts that hold over 5 % of this one", 1),
    Number("list_overlap_owner_max", "share", "largest share found in a list of an account of the same owner, agency or client"),
    Number("list_overlap_abuser_max", "share", "largest share found in a list of an account that was found abusive", 1),
    Number("list_overlap_bad_list_max", "share", "largest share found in a known bad list, such as one that is on sale", 1),
    Number("list_home_country_share", "share", "of the addresses at domains of a country, those of the account's own"),
    Number("list_consent_before_domain_share", "share", "of the opt-ins, those before the account's oldest sending domain was registered"),
    Number("list_no_mail_share", "share", "addresses at domains that take no mail by DNS, where it is asked", 1),
)  # fmt: skip
NUMBERS: Final = tuple(number.name for number in TABLE)
# What the file alone does not tell: what was seen of the addresses, how they fit the account, DNS.
_FIRST_SEEN, _FIRST_FIT, _DNS = (
    NUMBERS.index("list_known_share"),
    NUMBERS.index("list_home_country_share"),
    NUMBERS.index("list_no_mail_share"),
)
SEEN_NUMBERS: Final = NUMBERS[_FIRST_SEEN:_FIRST_FIT]
FIT_NUMBERS: Final = NUMBERS[_FIRST_FIT:_DNS]
PLATFORM_NUMBERS: Final = NUMBERS[_FIRST_SEEN:]
