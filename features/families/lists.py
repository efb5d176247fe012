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
