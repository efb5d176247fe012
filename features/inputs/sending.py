"""What was sent and what came back: counters by window, and how it spreads over providers."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from features.catalogue import Array
from features.facts import AccountFacts
from features.rates import BLOCK_BOUNCE, COMPLAINT, DEFERRED, HARD_BOUNCE, Prior, smoothed
from features.records import EventType
from features.tiles import COUNTER_INDEX, COUNTERS, Ints, TileRows, window_sums
from features.windows import DAY_7, Grain, closed_end

_SENT: Final = COUNTER_INDEX[EventType.SENT]
_DELIVERED: Final = COUNTER_INDEX[EventType.DELIVERED]
_DEFERRED: Final = COUNTER_INDEX[EventType.DEFERRED]
_HARD: Final = COUNTER_INDEX[EventType.HARD_BOUNCE]
_SOFT: Final = COUNTER_INDEX[EventType.SOFT_BOUNCE]
_BLOCK: Final = COUNTER_INDEX[EventType.BLOCK_BOUNCE]
_COMPLAINT: Final = COUNTER_INDEX[EventType.COMPLAINT]
UNKNOWN_PROVIDER: Final = "unknown"

# Worst rate over mailbox providers: the counter, its population rate.
_WORST: Final[dict[str, tuple[int, Prior]]] = {
    "worst_provider_hard_bounce_rate": (_HARD, HARD_BOUNCE),
    "worst_provider_block_rate": (_BLOCK, BLOCK_BOUNCE),
    "worst_provider_deferral_rate": (_DEFERRED, DEFERRED),
    "worst_provider_complaint_rate": (_COMPLAINT, COMPLAINT),
}
PROVIDER_NUMBERS: Final = ("providers", "top_provider_share", *_WORST)


def counters(accounts: Sequence[AccountFacts]) -> dict[str, Array]:
    """Return every counter as `(n_rows, n_windows)`, and `attempts` and `accepted` made of them."""
    ends = np.array([closed_end(facts.as_of) for facts in accounts], dtype=np.int64)
    tiles = _stacked([facts.tiles for facts in accounts])
    return counters_of(tiles, np.arange(len(accounts)), ends)


def counters_of(tiles: Mapping[Grain, TileRows], entities: Ints, ends: Ints) -> dict[str, Array]:
    """Return what `counters` does, for rows given by entity and window end, each `(n_rows,)`."""
    sums = window_sums(tiles, entities, ends).astype(np.float64)
    by_name = {name: sums[:, :, i] for i, name in enumerate(COUNTERS)}
    return by_name | {"attempts": _attempts(sums), "accepted": _accepted(sums)}


def _attempts(sums: Array) -> Array:
    """Return mails tried: what was sent, or what is known to have ended if that is more.

    Some sources report no `sent`, and reports outlive the window of their `sent`.
    """
    ended = sums[..., _DELIVERED] + sums[..., _HARD] + sums[..., _SOFT] + sums[..., _BLOCK]
    return np.maximum(sums[..., _SENT], ended)


def _accepted(sums: Array) -> Array:
    """Return mails that a mailbox provider took; where no source says so, those that did not bounce."""
    bounced = sums[..., _HARD] + sums[..., _SOFT] + sums[..., _BLOCK]
    kept = np.maximum(sums[..., _SENT] - bounced, 0)
    return np.where(sums[..., _DELIVERED] > 0, sums[..., _DELIVERED], kept)


def _stacked(tiles: Sequence[Mapping[Grain, TileRows]]) -> dict[Grain, TileRows]:
    """Put the tiles of many rows into one, each row's under its index as the entity."""
    grains = dict.fromkeys(grain for row in tiles for grain in row if grain is not Grain.TOTAL)
    return {grain: _stack([row.get(grain) for row in tiles]) for grain in grains}


def _stack(rows: Sequence[TileRows | None]) -> TileRows:
    known = [(i, row) for i, row in enumerate(rows) if row is not None]
    lengths = [len(row.slots) for _, row in known]
    return TileRows(
        np.repeat(np.array([i for i, _ in known], dtype=np.int64), lengths),
        np.concatenate([row.slots for _, row in known]),
        np.concatenate([row.counts for _, row in known]),
    )


def provider_numbers(accounts: Sequence[AccountFacts]) -> dict[str, Array]:
    """Return how the mail of the last 7 days spreads over mailbox providers, each `(n_rows,)`.

    NaN where none went to a known provider. Hour tiles only: the open hour does not count.
    """
    owners: list[int] = []
    tiles: list[Mapping[Grain, TileRows]] = []
    for i, facts in enumerate(accounts):
        for provider, rows in facts.providers.items():
            if provider != UNKNOWN_PROVIDER:
                owners.append(i)
                tiles.append(rows)
    ends = np.array([closed_end(accounts[i].as_of) for i in owners], dtype=np.int64)
    owned = np.array(owners, dtype=np.int64)
    return provider_numbers_of(_stacked(tiles), np.arange(len(tiles)), ends, owned, len(accounts))


def provider_numbers_of(
    tiles: Mapping[Grain, TileRows], entities: Ints, ends: Ints, owners: Ints, n_rows: int
) -> dict[str, Array]:
    """Return what `provider_numbers` does, for known providers given by entity and window end.

    `entities`, `ends` and `owners` are `(n_providers,)`; `owners`, ascending, are the rows they
    belong to.
    """
    table = np.full((n_rows, len(PROVIDER_NUMBERS)), np.nan)
    sums = window_sums(tiles, entities, ends, (DAY_7,))[:, 0].astype(np.float64)
    mails = _attempts(sums)
    used = mails > 0
    if used.any():
        owners, sums, mails = owners[used], sums[used], mails[used]
        starts = np.flatnonzero(np.concatenate(([True], owners[1:] != owners[:-1])))
        table[owners[starts]] = _spread(sums, mails, starts)
    return dict(zip(PROVIDER_NUMBERS, table.T, strict=True))


def _spread(sums: Array, mails: Array, starts: Ints) -> Array:
    """Return the provider numbers of rows whose providers begin at `starts`, `(n_rows, 6)`."""
    counts = np.diff(np.append(starts, len(mails))).astype(np.float64)
    share = np.maximum.reduceat(mails, starts) / np.add.reduceat(mails, starts)
    worst = [
        np.maximum.reduceat(smoothed(sums[:, kind], mails, prior), starts)
        for kind, prior in _WORST.values()
    ]
    return np.stack([counts, share, *worst], axis=1)
