"""Slices of a list large enough to name. Small ones would let a trap be told by elimination."""

from collections import Counter
from typing import Final

import numpy as np

from features.lists.counting import Counts
from features.lists.times import UNKNOWN, Ints
from features.records import Segment

MIN_ROWS: Final = 200
_TOP: Final = 8
_DAY: Final = 86_400
_COHORTS: Final = (90, 365, 730)
_COHORT_NAMES: Final = ("up to 90 days", "90 days to 1 year", "1 to 2 years", "over 2 years")


def segments_of(
    opted_in: Ints, domains: Counts, sources: Counts, imported: int, min_rows: int = MIN_ROWS
) -> tuple[Segment, ...]:
    """Return the segments of the well-formed rows by age of consent, domain and opt-in source.

    A group of fewer than `min_rows` rows is left out.
    """
    groups = {
        "consent_age": _cohorts(opted_in, imported).most_common(),
        "domain": _largest(domains),
        "opt_in_source": _largest(sources),
    }
    return tuple(
        Segment(by=by, value=value[:64], rows=rows)
        for by, counts in groups.items()
        for value, rows in counts
        if rows >= min_rows
    )


def _largest(counts: Counts) -> list[tuple[str, int]]:
    """Return the largest groups, by name where they are equal, and the others together."""
    ranked = sorted(counts.by_key.items(), key=lambda item: (-item[1], item[0]))
    named = ranked[:_TOP]
    rest = counts.total - sum(rows for _, rows in named)
    return [*named, ("others", rest)]


def _cohorts(opted_in: Ints, imported: int) -> Counter[str]:
    known = opted_in != UNKNOWN
    ages = (imported - opted_in[known]) / _DAY
    places = np.bincount(np.searchsorted(_COHORTS, ages), minlength=len(_COHORT_NAMES))
    counts = Counter(dict(zip(_COHORT_NAMES, places.tolist(), strict=True)))
    counts["unknown"] = int((~known).sum())
    return counts
