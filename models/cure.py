"""Which imports and segments cause the expected bounces, and what is left without them. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from features.records import ListImport, Segment

# A part is named when it causes so much more than its share of the contacts would.
MIN_SHARE: Final = 0.2
_OVER_ITS_SIZE: Final = 1.5
MAX_CURES: Final = 3
IMPORT_TEXT: Final = (
    "The {rows} contacts imported on {date} into {list} cause {share} of the expected bounces; "
    "without them {now} becomes {after}."
)
SEGMENT_TEXT: Final = (
    "In {list}, the {rows} contacts with {by} {value} cause {share} of the expected bounces; "
    "without them {now} becomes {after}."
)
WORDS_OF: Final = {
    "consent_age": "age of consent",
    "engagement": "engagement",
    "domain_kind": "kind of domain",
    "opt_in_source": "source",
}


@dataclass(frozen=True)
class Cure:
    """A whole import (`segment` None) or a slice of one.

    `share` is its part of all expected hard bounces of the account's lists; `rate_now` and
    `rate_after` are the expected rates of those lists with and without it.
    """

    list_id: str
    import_id: str
    imported_at: datetime
    rows: int
    share: float
    rate_now: float
    rate_after: float
    segment: Segment | None = None


@dataclass(frozen=True)
class _Expected:
    record: ListImport
    rows: int
    bounces: float


def cures_of(imports: Sequence[ListImport]) -> tuple[Cure, ...]:
    """Return what to take out, that with the largest effect first; empty where nothing stands out.

    An import whose segments carry no expectation is left out of all sums.
    """
    known = [found for record in imports if (found := _expected(record)) is not None]
    rows = sum(found.rows for found in known)
    bounces = sum(found.bounces for found in known)
    if not rows or bounces <= 0:
        return ()
    cures = [
        cure
        for found in known
        for cure in (_whole(found, rows, bounces), *_slices(found, rows, bounces))
        if cure is not None
    ]
    cures.sort(key=lambda cure: (-(cure.share - cure.rows / rows), cure.list_id))
    return tuple(_without_nested(cures))[:MAX_CURES]


def _expected(record: ListImport) -> _Expected | None:
    """Return the expected bounces of an import: of its dimension that covers the most rows."""
    covered: dict[str, tuple[int, float]] = {}
    for segment in record.segments:
        rate = segment.expected_hard_bounce_rate
        if rate is not None and segment.by in WORDS_OF:
            rows, bounces = covered.get(segment.by, (0, 0.0))
            covered[segment.by] = rows + segment.rows, bounces + segment.rows * rate
    rows, bounces = max(covered.values(), default=(0, 0.0))
    if not rows:
        return None
    # Values too rare to be a segment are taken to be as the others.
    return _Expected(record, record.valid, bounces / rows * record.valid)


def _whole(found: _Expected, rows: int, bounces: float) -> Cure | None:
    return _cure(found, found.rows, found.bounces, rows, bounces, None)


def _slices(found: _Expected, rows: int, bounces: float) -> Iterable[Cure | None]:
    for segment in found.record.segments:
        rate = segment.expected_hard_bounce_rate
        if rate is not None and segment.by in WORDS_OF:
            yield _cure(found, segment.rows, segment.rows * rate, rows, bounces, segment)


def _cure(
    found: _Expected, part: int, caused: float, rows: int, bounces: float, segment: Segment | None
) -> Cure | None:
    left = rows - part
    share = min(caused / bounces, 1.0)
    if left <= 0 or share < MIN_SHARE or share < _OVER_ITS_SIZE * part / rows:
        return None
    record = found.record
    return Cure(
        list_id=record.list_id,
        import_id=record.import_id,
        imported_at=record.imported_at,
        rows=part,
        share=share,
        rate_now=bounces / rows,
        rate_after=max(bounces - caused, 0.0) / left,
        segment=segment,
    )


def _without_nested(cures: Sequence[Cure]) -> Iterable[Cure]:
    """Name a list once: its whole, or the slice with the largest effect."""
    seen: set[str] = set()
    for cure in cures:
        if cure.list_id not in seen:
            seen.add(cure.list_id)
            yield cure
