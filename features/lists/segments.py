"""Slices of a list large enough to name. Small ones would let a trap be told by elimination."""

from collections import Counter
from typing import Final

import numpy as np

from features.lists.tally import Tally
from features.records import Segment

MIN_ROWS: Final = 200
_TOP: Final = 8
_DAY: Final = 86_400
_COHORTS: Final = ((90, "up to 90 days"), (365, "90 days to 1 year"), (730, "1 to 2 years"))


def segments_of(tally: Tally, imported: int, min_rows: int = MIN_ROWS) -> tuple[Segment, ...]:
    """Return the segments by age of consent, recipient domain and opt-in source."""
    groups = {
        "consent_age": _cohorts(tally, imported),
        "domain": tally.domains,
        "opt_in_source": tally.sources,
    }
    return tuple(
        Segment(by=by, value=value[:64], rows=rows)
        for by, counts in groups.items()
        for value, rows in counts.most_common(_TOP)
        if rows >= min_rows and value
    )


def _cohorts(tally: Tally, imported: int) -> Counter[str]:
    times = np.frombuffer(tally.consents, dtype=np.int64)
    ages = (imported - times[times > 0]) / _DAY
    counts: Counter[str] = Counter()
    lower = -np.inf
    for upper, name in _COHORTS:
        counts[name] = int(((ages > lower) & (ages <= upper)).sum())
        lower = upper
    counts["over 2 years"] = int((ages > lower).sum())
    counts["unknown"] = int((times == 0).sum())
    return counts
