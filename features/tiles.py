"""Tiles: integer event counts per entity and slot, who they count for, and sums over windows of them.

`window_sums` is the one kernel: it serves one account (a range read of some 300 tiles) and 50
million tiles. A sum is the difference of two prefix sums; these are evaluated only where a window
begins or ends (`np.add.reduceat` between the marks), so nothing as long as the tiles is allocated.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from features.hashing import key64
from features.records import Event, EventType
from features.windows import WINDOWS, Grain, Window

Ints = npt.NDArray[np.int64]

COUNTERS: Final = tuple(kind.value for kind in EventType)
COUNTER_INDEX: Final = {kind: i for i, kind in enumerate(EventType)}


class EntityKind(StrEnum):
    """What events are counted for."""

    ACCOUNT = "account"
    CAMPAIGN = "campaign"
    ACCOUNT_PROVIDER = "account_provider"
    IP_PROVIDER = "ip_provider"
    IP = "ip"
    PROVIDER = "provider"
    ACCOUNT_IP = "account_ip"


# Grains kept per kind: what no window or page reads is not written.
GRAINS: Final[dict[EntityKind, tuple[Grain, ...]]] = {
    EntityKind.ACCOUNT: (Grain.FIVE_MINUTES, Grain.HOUR, Grain.DAY, Grain.TOTAL),
    EntityKind.CAMPAIGN: (Grain.FIVE_MINUTES, Grain.TOTAL),
    EntityKind.ACCOUNT_PROVIDER: (Grain.HOUR, Grain.DAY),
    EntityKind.IP_PROVIDER: (Grain.HOUR, Grain.DAY),
    EntityKind.IP: (Grain.HOUR, Grain.DAY),
    EntityKind.PROVIDER: (Grain.HOUR, Grain.DAY),
    # Read for 24 hours and 7 days only, when it is asked who caused what on an IP.
    EntityKind.ACCOUNT_IP: (Grain.HOUR,),
}


@dataclass(frozen=True)
class TileRows:
    """The tiles of one grain: `entities` and `slots` `(n,)` sorted by (entity, slot), `counts` `(n, 11)`.

    Rows of other counters, as wide as these are, go through the same kernel.
    """

    entities: Ints
    slots: Ints
    counts: Ints


def account_key(account_id: str) -> int:
    return key64(EntityKind.ACCOUNT, account_id)


def campaign_key(account_id: str, campaign_id: str) -> int:
    return key64(EntityKind.CAMPAIGN, account_id, campaign_id)


def account_provider_key(account_id: str, provider: str) -> int:
    return key64(EntityKind.ACCOUNT_PROVIDER, account_id, provider)


def ip_provider_key(ip: str, provider: str) -> int:
    return key64(EntityKind.IP_PROVIDER, ip, provider)


def ip_key(ip: str) -> int:
    return key64(EntityKind.IP, ip)


def provider_key(provider: str) -> int:
    return key64(EntityKind.PROVIDER, provider)


def account_ip_key(account_id: str, ip: str) -> int:
    return key64(EntityKind.ACCOUNT_IP, account_id, ip)


def entities_of(event: Event) -> Iterable[tuple[EntityKind, int]]:
    """Yield every entity that an event counts for."""
    provider = event.mailbox_provider or "unknown"
    yield EntityKind.ACCOUNT, account_key(event.account_id)
    if event.campaign_id is not None:
        yield EntityKind.CAMPAIGN, campaign_key(event.account_id, event.campaign_id)
    yield EntityKind.ACCOUNT_PROVIDER, account_provider_key(event.account_id, provider)
    yield EntityKind.PROVIDER, provider_key(provider)
    if event.sending_ip is not None:
        yield EntityKind.IP, ip_key(event.sending_ip)
        yield EntityKind.IP_PROVIDER, ip_provider_key(event.sending_ip, provider)
        yield EntityKind.ACCOUNT_IP, account_ip_key(event.account_id, event.sending_ip)


def window_sums(
    tiles: Mapping[Grain, TileRows],
    entities: Ints,
    ends: Ints,
    windows: Sequence[Window] = WINDOWS,
) -> Ints:
    """Return the counts of each row's entity in each window, `(n_rows, n_windows, 11)`.

    As many counters as the tiles have, 11 where there are none.

    `entities` `(n_rows,)` in any order, repeats allowed; one without tiles sums to 0. `ends`
    `(n_rows,)` Unix seconds, see `closed_end`. A window is [start, end): start is the end less
    the window's seconds, rounded down to the window's grain; its whole tiles are used up to the
    open day and hour, 5-minute tiles from there. A grain that is absent counts as empty.
    """
    order = np.argsort(entities, kind="stable")
    ordered, ends = entities[order], ends[order]
    inner = np.flatnonzero(ordered[1:] != ordered[:-1]) + 1
    edges = np.concatenate(((0,), inner, (len(ordered),))).astype(np.int64)
    width = next((rows.counts.shape[1] for rows in tiles.values()), len(COUNTERS))
    sums = np.zeros((len(ends), len(windows), width), dtype=np.int64)
    for grain in sorted(_COARSER, reverse=True):
        rows = tiles.get(grain)
        readers, back, align = _pieces(tuple(windows), grain)
        if rows is None or not readers or not len(rows.slots) or not len(ends):
            continue
        slots = np.empty((len(ends), 2, len(readers)), dtype=np.int64)
        slots[:, 0] = (ends[:, None] - back) // align * align // grain.value
        slots[:, 1] = (ends // grain.value)[:, None]
        found = _positions(rows, ordered, edges, slots)
        _add_between(sums, rows.counts, found, readers)
    restored = np.empty_like(sums)
    restored[order] = sums
    return restored


_COARSER: Final = {
    Grain.FIVE_MINUTES: Grain.HOUR,
    Grain.HOUR: Grain.DAY,
    Grain.DAY: Grain.DAY,
}


@lru_cache(maxsize=64)
def _pieces(windows: tuple[Window, ...], grain: Grain) -> tuple[list[int], Ints, Ints]:
    """Return which windows read tiles of `grain`, and how each finds its first slot there.

    At its own grain a window starts `back` seconds before its end, rounded down to `align`; at a
    finer one it starts where the tile of the next coarser grain is still open.
    """
    readers = [i for i, window in enumerate(windows) if window.grain >= grain]
    own = [windows[i].grain is grain for i in readers]
    back = [windows[i].seconds if mine else 0 for i, mine in zip(readers, own, strict=True)]
    align = [(grain if mine else _COARSER[grain]).value for mine in own]
    return readers, np.array(back, dtype=np.int64), np.array(align, dtype=np.int64)


def _positions(rows: TileRows, entities: Ints, edges: Ints, slots: Ints) -> Ints:
    """Return where `slots` `(n_rows, 2, k)` would be inserted among the tiles of their entity.

    `entities` `(n_rows,)` are sorted, `edges` cuts them into runs of one entity. Entities are
    arbitrary signed 64-bit hashes, so (entity, slot) is never folded into one integer, which
    could overflow: the entity's range is found first and then searched by slot.
    """
    found = np.empty(slots.shape, dtype=np.int64)
    distinct = entities[edges[:-1]]
    firsts = rows.entities.searchsorted(distinct, "left")
    lasts = rows.entities.searchsorted(distinct, "right")
    limits = edges.tolist()
    runs = zip(limits, limits[1:], firsts.tolist(), lasts.tolist(), strict=False)
    for start, stop, first, last in runs:
        found[start:stop] = rows.slots[first:last].searchsorted(slots[start:stop])
        found[start:stop] += first
    return found


def _add_between(sums: Ints, counts: Ints, found: Ints, readers: Sequence[int]) -> None:
    """Add to `sums[:, readers]` the counts between the positions `found` `(n_rows, 2, k)`."""
    marks = np.unique(found)
    prefix = np.zeros((len(marks), counts.shape[1]), dtype=np.int64)
    inside = marks[: marks.searchsorted(len(counts))]
    if len(inside):
        segments = np.add.reduceat(counts, inside, axis=0, dtype=np.int64)
        np.cumsum(segments[: len(marks) - 1], axis=0, out=prefix[1:])
    between = prefix[marks.searchsorted(found)]
    np.subtract(between[:, 1], between[:, 0], out=between[:, 1])
    sums[:, readers] += between[:, 1]
