"""What the lists show: make-up, order, consent, engagement, overlap with what is known."""

import numpy as np

from features.catalogue import Array, Family, Feature, itself
from features.lists.numbers import TABLE
from features.records import Subject


def _log_rows(list_rows: Array) -> Array:
    rows: Array = np.log10(np.maximum(list_rows, 0) + 1)
    return rows


def _stale(list_consent_age_days: Array, list_engaged_90d_share: Array) -> Array:
    """Old consent that engagement does not make good; unknown engagement counts as none."""
    engaged = np.nan_to_num(list_engaged_90d_share, nan=0.0)
    stale: Array = np.maximum(list_consent_age_days, 0) / 365 * (1 - np.clip(engaged, 0, 1))
    return stale


def _no_consent_evidence(list_consent_known_share: Array, list_engaged_known_share: Array) -> Array:
    """The share of rows with neither an opt-in time nor a sign of engagement."""
    consent = np.clip(list_consent_known_share, 0, 1)
    engaged = np.clip(np.nan_to_num(list_engaged_known_share, nan=0.0), 0, 1)
    missing: Array = (1 - consent) * (1 - engaged)
    return missing


def _machine_made(
    list_gibberish_share: Array, list_sequence_share: Array, list_disposable_share: Array
) -> Array:
    """The chance that a row is at least one of the three; an unknown one counts as none."""
    human = np.ones_like(list_gibberish_share)
    for share in (list_gibberish_share, list_sequence_share, list_disposable_share):
        human = human * (1 - np.clip(np.nan_to_num(share, nan=0.0), 0, 1))
    unknown = np.isnan(list_gibberish_share)
    made: Array = np.where(unknown, np.nan, 1 - human)
    return made


def _directory_like(list_role_share: Array, list_corporate_share: Array) -> Array:
    """Role addresses at organisations' own domains: scraped directories are full of them."""
    scraped: Array = np.clip(list_role_share, 0, 1) * np.clip(list_corporate_share, 0, 1)
    return scraped


def _known_harm(
    list_hard_bounced_share: Array, list_complained_share: Array, list_trap_share: Array
) -> Array:
    """What is known of the addresses, weighted as ESPs' limits are: a complaint is as grave as
    ten bounces (Amazon SES: 5 % and 0.5 %), a trap as twenty."""
    harm: Array = (
        np.clip(list_hard_bounced_share, 0, 1)
        + 10 * np.clip(list_complained_share, 0, 1)
        + 20 * np.clip(list_trap_share, 0, 1)
    )
    return harm


def _spotless_unproven(list_invalid_share: Array, list_consent_known_share: Array) -> Array:
    """Washed lists: no bad row among them, and no record of anybody's consent."""
    spotless = 1 - np.clip(list_invalid_share * 50, 0, 1)
    unproven: Array = spotless * (1 - np.clip(list_consent_known_share, 0, 1))
    return unproven


LISTS = Family(
    name="lists",
    meaning="The recipient lists: their make-up, their order, consent and engagement, and overlap.",
    subjects=frozenset({Subject.LIST, Subject.CAMPAIGN, Subject.ACCOUNT}),
    features=(
        Feature("list_size", _log_rows, "log10 rows", "Rows of the lists."),
        Feature(
            "list_staleness",
            _stale,
            "years",
            "Median age of consent, less where recipients engaged within 90 days.",
            direction=1,
        ),
        Feature(
            "list_without_evidence",
            _no_consent_evidence,
            "share",
            "Rows with neither opt-in time nor engagement.",
            direction=1,
        ),
        Feature(
            "list_machine_made",
            _machine_made,
            "share",
            "Rows that are gibberish, counted on, or throw-away.",
        ),
        Feature(
            "list_directory_like",
            _directory_like,
            "share",
            "Role addresses at organisations' own domains, as of scraped directories.",
        ),
        Feature(
            "list_known_harm",
            _known_harm,
            "score",
            "Known bounces, complaints (times ten) and traps (times twenty) among the addresses.",
            direction=1,
        ),
        Feature(
            "list_spotless_unproven",
            _spotless_unproven,
            "score",
            "How far a list is free of bad rows and of any record of consent: washed lists are.",
        ),
        *(
            Feature(
                number.name,
                itself,
                number.unit,
                number.meaning[0].upper() + number.meaning[1:] + ".",
                direction=number.direction,
                takes=(number.name,),
            )
            for number in TABLE
            if number.name != "list_rows"
        ),
    ),
)
