"""Counts of accounts, IPs and providers by window: one read of tiles, one call of the window kernel."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from features.deliverability import NO_FEEDBACK, reports_complaints
from features.tiles import (
    Ints,
    TileRows,
    account_key,
    account_provider_key,
    ip_key,
    ip_provider_key,
    provider_key,
    window_sums,
)
from features.windows import DAY_7, DAY_30, DAY_90, HOUR_24, Grain, Window, closed_end
from service.stores.contract import Active, ActiveKind, Store

# No finer tiles than hours are kept by provider and IP.
SHOWN: Final = (HOUR_24, DAY_7, DAY_30, DAY_90)
# The window that a window is compared with: its own past lies in there, outside of it.
BASELINE: Final[dict[str, Window]] = {"24h": DAY_30, "7d": DAY_90, "30d": DAY_90}
_HOURS_A_DAY: Final = 24
MAX_PROVIDERS: Final = 64
IPS_AT_ONCE: Final = 1_000
# Pairs whose tiles are read at once.
PAGE: Final = 10_000
ByProvider = dict[str, Ints]
ReadTiles = Callable[[Sequence[int], Grain, int, int, Sequence[int]], TileRows]


def hours_ago(at: datetime, days: int) -> int:
    """Return the hour slot of some days before `at`."""
    return Grain.HOUR.slot(int(at.timestamp())) - days * _HOURS_A_DAY


def _cuts(grain: Grain, end: int, windows: Sequence[Window]) -> list[int]:
    """Return the slots of a grain at which the windows that read it begin; none when none does.

    Hours also fill the open day of windows that start on days.
    """
    cuts = {(end - one.seconds) // grain.value for one in windows if one.grain is grain}
    if grain is Grain.HOUR and any(window.grain is Grain.DAY for window in windows):
        cuts.add((end - end % Grain.DAY.value) // grain.value)
    return sorted(cuts)


def hour_end(at: datetime) -> datetime:
    """Return the end of the hour that a time is in."""
    return at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


def sums(
    store: Store,
    keys: Sequence[int],
    at: datetime,
    windows: Sequence[Window] = SHOWN,
    read: ReadTiles | None = None,
) -> Ints:
    """Return the counts of each entity in each window, `(n_keys, n_windows, 11)`.

    Windows end with the hour that `at` is in, so that what came in just now is seen: nothing is
    known yet of the rest of that hour. (Features end windows at the last closed slot instead.)
    The store adds up what lies between the windows' ends. `read` reads other rows than tiles.
    """
    end, read = closed_end(hour_end(at)), read or store.tiles
    tiles: dict[Grain, TileRows] = {
        grain: read(keys, grain, cuts[0], end // grain.value - 1, cuts)
        for grain in (Grain.HOUR, Grain.DAY)
        if (cuts := _cuts(grain, end, windows))
    }
    ends = np.full(len(keys), end, dtype=np.int64)
    return window_sums(tiles, np.array(keys, dtype=np.int64), ends, windows)


def full_sums(
    store: Store, keys: Sequence[int], at: datetime, windows: Sequence[Window] = SHOWN
) -> Ints:
    """Return the counts in each window with those of failures behind, `(n_keys, n_windows, 28)`."""
    failed = sums(store, keys, at, windows, store.failures)
    return np.concatenate([sums(store, keys, at, windows), failed], axis=2)


Count = Callable[[Store, Sequence[int], datetime, Sequence[Window]], Ints]


def with_baseline(window: Window | None) -> tuple[Window, ...]:
    """Return what has to be counted to show a window beside its own past; all of them for None."""
    if window is None:
        return SHOWN
    return tuple(one for one in SHOWN if one in (window, BASELINE.get(window.name)))


def provider_names(
    store: Store, at: datetime, days: int = 90, most: int = MAX_PROVIDERS
) -> tuple[str, ...]:
    """Return the mailbox providers that accounts had events at: the newest, then those of most accounts."""
    return store.active_parts(ActiveKind.ACCOUNT, hours_ago(at, days), most)


def every_active(
    store: Store, kind: str, since_hour: int, part: str | None = None, subject: str | None = None
) -> Iterator[tuple[Active, ...]]:
    """Yield all pairs that were active since an hour slot, a page at a time."""
    after = None
    while page := store.active_page(
        kind, since_hour, subject=subject, part=part, after=after, limit=PAGE
    ):
        yield page
        after = page[-1]


def every_domain(store: Store) -> Iterator[str]:
    """Yield all sending domains."""
    after = ""
    while page := store.domain_names(after, PAGE):
        yield from page
        after = page[-1]


def platform(
    store: Store,
    at: datetime,
    most: int = MAX_PROVIDERS,
    windows: Sequence[Window] = SHOWN,
    count: Count = full_sums,
) -> dict[str, ByProvider]:
    """Return everyone's counts by window and provider; by `sums` without those of failures."""
    names = provider_names(store, at, most=most)
    keys = [provider_key(name) for name in names]
    return by_window(names, count(store, keys, at, windows), windows)


def whole_of(
    store: Store,
    at: datetime,
    wholes: Sequence[tuple[int, Mapping[str, int]]],
    windows: Sequence[Window] = SHOWN,
    count: Count = full_sums,
) -> list[dict[str, ByProvider]]:
    """Return all mail of some subjects by window, whatever number of providers it went to.

    Each subject is the key of all its mail and, by name, those of it at providers that report no
    complaints. These are told apart, all others together under "".
    """
    keys = [key for whole, silent in wholes for key in (whole, *silent.values())]
    counts, place, found = count(store, keys, at, windows), 0, []
    for _, silent in wholes:
        own = counts[place : place + 1 + len(silent)]
        place += len(own)
        own[0] = np.maximum(own[0] - own[1:].sum(axis=0), 0)
        found.append(by_window(("", *silent), own, windows))
    return found


def of_account(store: Store, account_id: str, at: datetime) -> dict[str, ByProvider]:
    """Return the counts of all mail of an account by window."""
    silent = [name for name in store.providers(account_id) if not reports_complaints(name)]
    keys = {name: account_provider_key(account_id, name) for name in silent}
    return whole_of(store, at, [(account_key(account_id), keys)])[0]


def of_ip(store: Store, ip: str, at: datetime) -> dict[str, ByProvider] | None:
    """Return the counts of all mail of a sending IP by window; None for one that is not known."""
    silent = {}
    for pairs in every_active(store, ActiveKind.IP, hours_ago(at, 90), subject=ip):
        silent.update(_silent(pairs))
    known = store.active(ActiveKind.IP, hours_ago(at, 90), subject=ip, limit=1)
    return whole_of(store, at, [(ip_key(ip), silent)])[0] if known else None


def known_ips(store: Store, at: datetime) -> dict[str, dict[str, int]]:
    """Return the IPs with mail in 90 days, each with its keys at providers that report no complaints."""
    since = hours_ago(at, 90)
    known: dict[str, dict[str, int]] = {
        ip: {} for ip in store.active_subjects(ActiveKind.IP, since)
    }
    for pair in store.active_at(ActiveKind.IP, since, sorted(NO_FEEDBACK)):
        known.setdefault(pair.subject, {}).update(_silent([pair]))
    return known


def of_ips(
    store: Store,
    at: datetime,
    known: Mapping[str, Mapping[str, int]],
    windows: Sequence[Window] = SHOWN,
    count: Count = full_sums,
) -> dict[str, dict[str, ByProvider]]:
    """Return the counts of all mail of some of the known IPs by window."""
    names = list(known)
    found: dict[str, dict[str, ByProvider]] = {}
    for start in range(0, len(names), IPS_AT_ONCE):
        some = names[start : start + IPS_AT_ONCE]
        wholes = [(ip_key(name), known[name]) for name in some]
        found.update(zip(some, whole_of(store, at, wholes, windows, count), strict=True))
    return found


def _silent(pairs: Iterable[Active]) -> dict[str, int]:
    """Return the keys of an IP's mail at providers that report no complaints."""
    return {
        pair.part: ip_provider_key(pair.subject, pair.part)
        for pair in pairs
        if not reports_complaints(pair.part)
    }


def by_window(
    names: Sequence[str], counts: Ints, windows: Sequence[Window] = SHOWN
) -> dict[str, ByProvider]:
    """Split `(n_names, n_windows, n)` counts; a provider without any in a window is left out."""
    return {
        window.name: {name: counts[i, w] for i, name in enumerate(names) if counts[i, w].any()}
        for w, window in enumerate(windows)
    }
