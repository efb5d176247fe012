"""Scan a list: one pass in bounded memory, numbers and a sketch out."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from math import log2, nan
from typing import BinaryIO, Final

import numpy as np
import numpy.typing as npt

from features.authentication import is_free_mail
from features.hashing import AddressHasher
from features.lists.errors import ListTooLarge, UnreadableList
from features.lists.limits import ScanLimits
from features.lists.numbers import NUMBERS, PLATFORM_NUMBERS
from features.lists.reading import read_rows
from features.lists.segments import segments_of
from features.lists.sketch import Hashes, bottom_k
from features.lists.tally import Tally
from features.records import Segment

Ints = npt.NDArray[np.int64]
_DAY: Final = 86_400
_OLD_DAYS: Final = 730
_NO_LIMITS: Final = ScanLimits()


@dataclass(frozen=True)
class ListScan:
    """What a list is made of. `numbers` has all of `NUMBERS` but those the platform knows."""

    rows: int
    valid: int
    invalid: int
    duplicates: int
    numbers: dict[str, float]
    segments: tuple[Segment, ...]
    sketch: Hashes


def scan(
    file: BinaryIO,
    fmt: str,
    hasher: AddressHasher,
    imported_at: datetime,
    limits: ScanLimits = _NO_LIMITS,
) -> ListScan:
    """Scan an open, seekable list; `fmt` is `csv`, `ndjson` (both maybe gzipped) or `parquet`.

    Raises `UnreadableList` and its kinds. Memory is about 60 bytes a row, at most
    `limits.max_rows` of them.
    """
    tally = Tally(hasher)
    for row in read_rows(file, fmt, limits):
        tally.add(row)
        if tally.rows > limits.max_rows:
            raise ListTooLarge(f"more than {limits.max_rows:,} rows; send it in parts")
    if tally.rows == 0:
        raise UnreadableList("the list has a header and no rows")
    hashes = np.frombuffer(tally.hashes, dtype=np.int64)
    distinct = int(np.unique(hashes).size)
    return ListScan(
        rows=tally.rows,
        valid=len(tally.hashes),
        invalid=tally.invalid,
        duplicates=len(tally.hashes) - distinct,
        numbers=_numbers(tally, distinct, int(imported_at.timestamp())),
        segments=segments_of(tally, int(imported_at.timestamp())),
        sketch=bottom_k(hashes),
    )


def _numbers(tally: Tally, distinct: int, imported: int) -> dict[str, float]:
    numbers = (
        _make_up(tally, distinct)
        | _order(tally)
        | _domains(tally)
        | _consent(tally, imported)
        | _engagement(tally, imported)
    )
    return {name: numbers[name] for name in NUMBERS if name not in PLATFORM_NUMBERS}


def _make_up(tally: Tally, distinct: int) -> dict[str, float]:
    valid = len(tally.hashes)
    share = {name: _ratio(tally.flags[name], valid) for name in tally.flags}
    canonical = int(np.unique(np.frombuffer(tally.canonical, dtype=np.int64)).size)
    local_parts = int(np.unique(np.frombuffer(tally.locals, dtype=np.int64)).size)
    none = nan if valid == 0 else 0.0
    return {
        "list_rows": float(tally.rows),
        "list_invalid_share": _ratio(tally.invalid, tally.rows),
        "list_duplicate_share": _ratio(valid - distinct, valid),
        "list_variant_share": max(_ratio(distinct - canonical, distinct), 0.0) if valid else nan,
        "list_role_share": share.get("role", none),
        "list_disposable_share": share.get("disposable", none),
        "list_free_mail_share": share.get("free_mail", none),
        "list_typo_share": share.get("typo", none),
        "list_gibberish_share": share.get("gibberish", none),
        "list_digit_share": share.get("digits", none),
        "list_year_share": share.get("year", none),
        "list_local_reuse_share": _ratio(distinct - local_parts, distinct),
    }


def _order(tally: Tally) -> dict[str, float]:
    """Order scores: an unsorted file has half of its neighbours ascending by chance."""
    pairs = len(tally.hashes) - 1
    if pairs < 1:
        return dict.fromkeys(
            ("list_sequence_share", "list_alphabetical_order", "list_domain_order"), nan
        )
    ascending = tally.flags["ascending"] / pairs
    same = tally.flags["same_domain"] / pairs
    total = sum(tally.domains.values())
    by_chance = sum((n / total) ** 2 for n in tally.domains.values())
    possible = 1 - len(tally.domains) / (pairs + 1) - by_chance
    return {
        "list_sequence_share": tally.flags["sequence"] / pairs,
        "list_alphabetical_order": abs(2 * ascending - 1),
        "list_domain_order": min(max((same - by_chance) / possible, 0.0), 1.0)
        if possible > 0.05
        else nan,
    }


def _domains(tally: Tally) -> dict[str, float]:
    total = sum(tally.domains.values())
    own = [n for domain, n in tally.domains.items() if domain and not is_free_mail(domain)]
    return {
        "list_top_domain_share": _ratio(max(tally.domains.values(), default=0), total),
        "list_domain_entropy": _entropy(tally.domains),
        "list_tld_entropy": _entropy(tally.top_levels),
        "list_top_corporate_share": _ratio(max(own, default=0), total),
    }


def _consent(tally: Tally, imported: int) -> dict[str, float]:
    times = np.frombuffer(tally.consents, dtype=np.int64)
    known = times[times > 0]
    ages = (imported - known) / _DAY
    valid, ips = times.size, sum(tally.ips.values())
    return {
        "list_has_consent_times": float("opted_in_at" in tally.fields),
        "list_consent_known_share": _ratio(known.size, valid),
        "list_consent_age_days": _median(ages),
        "list_consent_old_share": _share(ages > _OLD_DAYS),
        "list_consent_burst_share": _fullest(known // 60),
        "list_consent_same_day_share": _fullest(known // _DAY),
        "list_consent_future_share": _share(ages < -1),
        "list_opt_in_ip_reuse": _ratio(max(tally.ips.values(), default=0), ips),
        "list_opt_in_ip_known_share": _ratio(ips, valid),
        "list_opt_in_source_known_share": _ratio(sum(tally.sources.values()), valid),
    }


def _engagement(tally: Tally, imported: int) -> dict[str, float]:
    times = np.frombuffer(tally.engagements, dtype=np.int64)
    consents = np.frombuffer(tally.consents, dtype=np.int64)
    has = "last_engaged_at" in tally.fields
    known = times > 0
    ages = (imported - times[known]) / _DAY
    both = known & (consents > 0)
    valid = times.size
    return {
        "list_has_engagement": float(has),
        "list_engaged_known_share": _ratio(ages.size, valid) if has else nan,
        "list_engaged_age_days": _median(ages),
        "list_engaged_90d_share": _ratio(int((ages <= 90).sum()), valid) if has else nan,
        "list_engaged_before_consent_share": _share(times[both] < consents[both] - _DAY),
    }


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else nan


def _share(hits: npt.NDArray[np.bool_]) -> float:
    return float(hits.mean()) if hits.size else nan


def _median(values: npt.NDArray[np.float64]) -> float:
    return float(np.median(values)) if values.size else nan


def _fullest(slots: Ints) -> float:
    """Return the share of values in the fullest slot; NaN below ten, where it says nothing."""
    if slots.size < 10:
        return nan
    return float(np.unique(slots, return_counts=True)[1].max() / slots.size)


def _entropy(counts: Counter[str]) -> float:
    total = sum(counts.values())
    if not total:
        return nan
    return -sum(n / total * log2(n / total) for n in counts.values())
