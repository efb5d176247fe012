"""How the mail of a sending IP, a mailbox provider or everyone fared, against others and its own past."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from features.deliverability import Health, Rate, Tally, health_of, rates_of, tally_of
from features.tiles import COUNTERS, Ints, account_provider_key, ip_provider_key
from features.windows import DAY_7
from service.deliverability.counts import (
    BASELINE,
    MAX_PROVIDERS,
    ByProvider,
    by_window,
    ip_providers,
    of_ip,
    platform,
    sums,
)
from service.errors import NotFound
from service.stores.contract import Store


class UnknownIp(NotFound):
    """No mail was seen from that IP in 90 days."""


@dataclass(frozen=True)
class WindowView:
    """One window: raw counts, rates with their intervals, and health."""

    counts: dict[str, int]
    rates: dict[str, Rate]
    health: Health


@dataclass(frozen=True)
class SubjectView:
    """A subject by window, and by provider for 7 days."""

    subject: str
    windows: dict[str, WindowView]
    providers: dict[str, WindowView]


def view_ip(store: Store, ip: str, at: datetime) -> SubjectView:
    """Return how the mail of a sending IP fared. Raises `UnknownIp`."""
    with store.snapshot():
        own = of_ip(store, ip, at)
        if own is None:
            raise UnknownIp(f"no mail from {ip!r} in the last 90 days")
        return _view(ip, own, platform(store, at))


def view_ips(store: Store, at: datetime) -> list[SubjectView]:
    """Return every IP with mail lately, the least healthy in 7 days first; no providers."""
    with store.snapshot():
        known = ip_providers(store, at)
        pairs = [(ip, name) for ip, names in known.items() for name in names[:MAX_PROVIDERS]]
        counts = sums(store, [ip_provider_key(*pair) for pair in pairs], at)
        everyone = platform(store, at)
    views = []
    for ip in known:
        rows = [i for i, pair in enumerate(pairs) if pair[0] == ip]
        own = by_window([pairs[i][1] for i in rows], counts[rows])
        views.append(SubjectView(ip, _windows(own, everyone), {}))
    return sorted(views, key=_least_healthy)


def view_providers(store: Store, at: datetime) -> list[SubjectView]:
    """Return every mailbox provider, the least healthy in 7 days first.

    The population that a provider is compared with is everyone's mail to all providers.
    """
    with store.snapshot():
        everyone = platform(store, at)
    names = dict.fromkeys(name for counts in everyone.values() for name in counts)
    views = []
    for name in names:
        own = {w: {name: c[name]} for w, c in everyone.items() if name in c}
        views.append(SubjectView(name, _windows(own, everyone), {}))
    return sorted(views, key=_least_healthy)


def account_counts(store: Store, account_id: str, at: datetime) -> dict[str, ByProvider]:
    """Return the counts of an account by window and provider."""
    names = store.providers(account_id)[:MAX_PROVIDERS]
    return by_window(
        names, sums(store, [account_provider_key(account_id, name) for name in names], at)
    )


def view_account_mail(store: Store, account_id: str, at: datetime) -> SubjectView:
    """Return how the mail of an account fared."""
    own = account_counts(store, account_id, at)
    return _view(account_id, own, platform(store, at))


def _view(subject: str, own: dict[str, ByProvider], everyone: dict[str, ByProvider]) -> SubjectView:
    providers = {}
    for name in own.get(DAY_7.name, {}):
        mine = {window: _only(counts, name) for window, counts in own.items()}
        theirs = {window: _only(counts, name) for window, counts in everyone.items()}
        providers[name] = _window(DAY_7.name, mine, theirs)
    return SubjectView(subject, _windows(own, everyone), providers)


def _only(counts: ByProvider, name: str) -> ByProvider:
    return {name: counts[name]} if name in counts else {}


def _windows(own: dict[str, ByProvider], everyone: dict[str, ByProvider]) -> dict[str, WindowView]:
    return {name: _window(name, own, everyone) for name in own}


def _window(name: str, own: dict[str, ByProvider], everyone: dict[str, ByProvider]) -> WindowView:
    tally = tally_of(own.get(name, {}))
    population = tally_of(everyone.get(name, {}))
    return WindowView(
        counts=dict(zip(COUNTERS, tally.counts.tolist(), strict=True)),
        rates=rates_of(tally, population, before(name, own)),
        health=health_of(tally),
    )


def before(name: str, own: dict[str, ByProvider]) -> Tally | None:
    """Return the tally of the time before a window: the longer window less the shorter."""
    longer = BASELINE.get(name)
    if longer is None:
        return None
    inside = own.get(name, {})
    return tally_of(
        {provider: _less(row, inside.get(provider)) for provider, row in own[longer.name].items()}
    )


def _less(row: Ints, part: Ints | None) -> Ints:
    """Subtract what may start a little earlier, because windows start on boundaries of their grain."""
    return row if part is None else np.maximum(row - part, 0)


def _least_healthy(view: SubjectView) -> tuple[float, str]:
    week = view.windows.get(DAY_7.name)
    score = week.health.score if week is not None else None
    return (101.0 if score is None else score, view.subject)
