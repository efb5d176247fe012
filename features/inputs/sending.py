"""What was sent and what came back: counters by window, and how it spreads over providers."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from features.catalogue import Array
from features.facts import AccountFacts
from features.rates import BLOCK_BOUNCE, COMPLAINT, DEFERRED, HARD_BOUNCE, Prior, smoothed
from features.records import EventType
from features.tiles import COUNTER_INDEX, COUNTERS, TileRows, window_sums
from features.windows import DAY_7, Grain, closed_end

_SENT: Final = COUNTER_INDEX[EventType.SENT]
_DELIVERED: Final = COUNTER_INDEX[EventType.DELIVERED]
_DEFERRED: Final = COUNTER_INDEX[EventType.DEFERRED]
_HARD: Final = COUNTER_INDEX[EventType.HARD_BOUNCE]
_SOFT: Final = COUNTER_INDEX[EventType.SOFT_BOUNCE]
_BLOCK: Final = COUNTER_INDEX[EventType.BLOCK_BOUNCE]
_COMPLAINT: Final = COUNTER_INDEX[EventType.COMPLAINT]
_UNKNOWN_PROVIDER: Final = "unknown"

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
    sums = window_sums(tiles, np.arange(len(accounts)), ends).astype(np.float64)
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
    table = np.full((len(accounts), len(PROVIDER_NUMBERS)), np.nan)
    for i, sums in _by_provider(accounts):
        mails = _attempts(sums)
        used = mails > 0
        if used.any():
            table[i] = _spread(sums[used], mails[used])
    return dict(zip(PROVIDER_NUMBERS, table.T, strict=True))


def _by_provider(accounts: Sequence[AccountFacts]) -> Iterator[tuple[int, Array]]:
    """Yield a row's index with its 7-day counts by known provider, `(n_providers, 11)`."""
    owners: list[int] = []
    tiles: list[Mapping[Grain, TileRows]] = []
    for i, facts in enumerate(accounts):
        for provider, rows in facts.providers.items():
            if provider != _UNKNOWN_PROVIDER:
                owners.append(i)
                tiles.append(rows)
    if not tiles:
        return
    ends = np.array([closed_end(accounts[i].as_of) for i in owners], dtype=np.int64)
    sums = window_sums(_stacked(tiles), np.arange(len(tiles)), ends, (DAY_7,))[:, 0]
    owner = np.array(owners)
    for i in dict.fromkeys(owners):
        yield i, sums[owner == i].astype(np.float64)


def _spread(sums: Array, mails: Array) -> list[float]:
    worst = [float(smoothed(sums[:, kind], mails, prior).max()) for kind, prior in _WORST.values()]
    return [float(len(mails)), float(mails.max() / mails.sum()), *worst]
