"""Counts of accounts, IPs and providers by window: one read of tiles, one call of the window kernel."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from features.tiles import Ints, TileRows, ip_provider_key, provider_key, window_sums
from features.windows import DAY_7, DAY_30, DAY_90, HOUR_24, Grain, Window, closed_end
from service.stores.contract import Active, ActiveKind, Store

# No finer tiles than hours are kept by provider and IP.
SHOWN: Final = (HOUR_24, DAY_7, DAY_30, DAY_90)
# The window that a window is compared with: its own past lies in there, outside of it.
BASELINE: Final[dict[str, Window]] = {"24h": DAY_30, "7d": DAY_90, "30d": DAY_90}
_HOURS_A_DAY: Final = 24
MAX_PROVIDERS: Final = 64
MAX_IPS: Final = 500
# Pairs whose tiles are read at once.
PAGE: Final = 10_000
ByProvider = dict[str, Ints]


def hours_ago(at: datetime, days: int) -> int:
    """Return the hour slot of some days before `at`."""
    return Grain.HOUR.slot(int(at.timestamp())) - days * _HOURS_A_DAY


def _first_slot(grain: Grain, end: int, windows: Sequence[Window]) -> int | None:
    """Return the first slot of a grain that any of the windows reads; None when none does.

    Hours also fill the open day of windows that start on days.
    """
    back = [window.seconds for window in windows if window.grain is grain]
    if grain is Grain.HOUR and any(window.grain is Grain.DAY for window in windows):
        back.append(end % Grain.DAY.value)
    return (end - max(back)) // grain.value if back else None


def hour_end(at: datetime) -> datetime:
    """Return the end of the hour that a time is in."""
    return at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


def sums(
    store: Store, keys: Sequence[int], at: datetime, windows: Sequence[Window] = SHOWN
) -> Ints:
    """Return the counts of each entity in each window, `(n_keys, n_windows, 11)`.

    Windows end with the hour that `at` is in, so that what came in just now is seen: nothing is
    known yet of the rest of that hour. (Features end windows at the last closed slot instead.)
    """
    end = closed_end(hour_end(at))
    tiles: dict[Grain, TileRows] = {
        grain: store.tiles(keys, grain, first, end // grain.value - 1)
        for grain in (Grain.HOUR, Grain.DAY)
        if (first := _first_slot(grain, end, windows)) is not None
    }
    ends = np.full(len(keys), end, dtype=np.int64)
    return window_sums(tiles, np.array(keys, dtype=np.int64), ends, windows)


def provider_names(store: Store, at: datetime, days: int = 90) -> tuple[str, ...]:
    """Return the mailbox providers that any account had events at, those with the newest first."""
    return store.active_parts(ActiveKind.ACCOUNT, hours_ago(at, days), MAX_PROVIDERS)


def every_active(
    store: Store, kind: str, since_hour: int, part: str | None = None
) -> Iterator[tuple[Active, ...]]:
    """Yield all pairs that were active since an hour slot, a page at a time."""
    after = None
    while page := store.active_page(kind, since_hour, part=part, after=after, limit=PAGE):
        yield page
        after = page[-1]


def ip_providers(store: Store, at: datetime, days: int = 90) -> dict[str, list[str]]:
    """Return the sending IPs with the providers they had events at, the newest first."""
    found: dict[str, list[str]] = {}
    for pair in store.active(ActiveKind.IP, hours_ago(at, days), limit=20_000):
        if len(found) < MAX_IPS or pair.subject in found:
            found.setdefault(pair.subject, []).append(pair.part)
    return found


def platform(store: Store, at: datetime) -> dict[str, ByProvider]:
    """Return everyone's counts by window and provider."""
    names = provider_names(store, at)
    return by_window(names, sums(store, [provider_key(name) for name in names], at))


def of_ip(store: Store, ip: str, at: datetime) -> dict[str, ByProvider] | None:
    """Return the counts of a sending IP by window and provider; None for one that is not known."""
    pairs = store.active(ActiveKind.IP, hours_ago(at, 90), subject=ip, limit=MAX_PROVIDERS)
    names = tuple(pair.part for pair in pairs)
    if not names:
        return None
    return by_window(names, sums(store, [ip_provider_key(ip, name) for name in names], at))


def by_window(names: Sequence[str], counts: Ints) -> dict[str, ByProvider]:
    """Split `(n_names, n_windows, 11)` counts; a provider without any in a window is left out."""
    return {
        window.name: {name: counts[i, w] for i, name in enumerate(names) if counts[i, w].any()}
        for w, window in enumerate(SHOWN)
    }
