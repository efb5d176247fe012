"""How the mail of a sending IP, a mailbox provider or everyone fared, against others and its own past."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from features.deliverability import (
    Health,
    Rate,
    Tally,
    class_rates,
    health_of,
    rates_of,
    signal_rates,
    tally_of,
)
from features.tiles import COUNTERS, Ints, account_provider_key, ip_provider_key
from features.windows import DAY_7, Window
from service.deliverability.counts import (
    BASELINE,
    MAX_PROVIDERS,
    ByProvider,
    by_window,
    full_sums,
    hours_ago,
    known_ips,
    of_account,
    of_ip,
    of_ips,
    platform,
    sums,
    with_baseline,
)
from service.errors import NotFound
from service.stores.contract import ActiveKind, Store


class UnknownIp(NotFound):
    """No mail was seen from that IP in 90 days."""


@dataclass(frozen=True)
class WindowView:
    """One window: raw counts, rates with their intervals, and health.

    `classes` are the rates of bounces by class, `signals` those of answers that name the sender's
    behaviour, deferrals included; both of what came, none left out for being 0 of no mail.
    """

    counts: dict[str, int]
    rates: dict[str, Rate]
    health: Health
    classes: dict[str, Rate] = field(default_factory=dict)
    signals: dict[str, Rate] = field(default_factory=dict)


@dataclass(frozen=True)
class SubjectView:
    """A subject by window, and by provider for 7 days (at most 64, those with the newest events)."""

    subject: str
    windows: dict[str, WindowView]
    providers: dict[str, WindowView]


def view_ip(store: Store, ip: str, at: datetime) -> SubjectView:
    """Return how the mail of a sending IP fared. Raises `UnknownIp`."""
    with store.snapshot():
        own = of_ip(store, ip, at)
        if own is None:
            raise UnknownIp(f"no mail from {ip!r} in the last 90 days")
        shown = _by_provider(store, ActiveKind.IP, ip, at, ip_provider_key)
        return _view(ip, own, shown, platform(store, at))


@dataclass(frozen=True)
class IpsPage:
    """Some of the IPs with mail lately, the least healthy in 7 days first; how many there are in all."""

    views: list[SubjectView]
    total: int
    next_cursor: str | None


def view_ips(
    store: Store,
    at: datetime,
    most: int,
    window: Window | None = None,
    after: str | None = None,
) -> IpsPage:
    """Return the least healthy IPs that follow the IP `after`, in one window or in all; no providers.

    Their order takes one sum of 7 days an IP; the rest is worked out for those shown alone. An `after`
    that is none of them is answered with the first page.
    """
    with store.snapshot():
        known, windows = known_ips(store, at), with_baseline(window)
        weeks = of_ips(store, at, known, (DAY_7,), sums)
        order = sorted(known, key=lambda ip: (_score(weeks[ip][DAY_7.name]), ip))
        first = order.index(after) + 1 if after in known else 0
        shown = order[first : first + most]
        counts = of_ips(store, at, {ip: known[ip] for ip in shown}, windows)
        everyone = _tallies(platform(store, at, windows=windows))
    only = None if window is None else (window.name,)
    views = [SubjectView(ip, _windows(counts[ip], everyone, only), {}) for ip in shown]
    more = first + most < len(order)
    return IpsPage(views, len(order), shown[-1] if more and shown else None)


def _score(week: ByProvider) -> float:
    """Return the health of a window, the better the higher; nothing known comes last."""
    score = health_of(tally_of(week)).score
    return 101.0 if score is None else score


def view_providers(
    store: Store, at: datetime, most: int = MAX_PROVIDERS, window: Window | None = None
) -> list[SubjectView]:
    """Return the mailbox providers of most accounts, the least healthy in 7 days first.

    The population that a provider is compared with is everyone's mail to all of them. Of the windows
    only one is worked out where it is named.
    """
    windows = with_baseline(window)
    with store.snapshot():
        everyone = platform(store, at, most, tuple(dict.fromkeys((*windows, DAY_7))))
    names = dict.fromkeys(name for counts in everyone.values() for name in counts)
    week = everyone[DAY_7.name]
    order = sorted(names, key=lambda n: (_score({n: week[n]} if n in week else {}), n))
    only = None if window is None else (window.name,)
    views, tallies = [], _tallies(everyone)
    for name in order:
        own = {w: {name: c[name]} for w, c in everyone.items() if name in c}
        views.append(SubjectView(name, _windows(own, tallies, only), {}))
    return views


def view_account_mail(store: Store, account_id: str, at: datetime) -> SubjectView:
    """Return how the mail of an account fared."""
    own = of_account(store, account_id, at)
    shown = _by_provider(store, ActiveKind.ACCOUNT, account_id, at, account_provider_key)
    return _view(account_id, own, shown, platform(store, at))


def _by_provider(
    store: Store, kind: str, subject: str, at: datetime, key: Callable[[str, str], int]
) -> dict[str, ByProvider]:
    pairs = store.active(kind, hours_ago(at, 90), subject=subject, limit=MAX_PROVIDERS)
    names, windows = [pair.part for pair in pairs], with_baseline(DAY_7)
    counts = full_sums(store, [key(subject, name) for name in names], at, windows)
    return by_window(names, counts, windows)


def _view(
    subject: str,
    own: dict[str, ByProvider],
    shown: dict[str, ByProvider],
    everyone: dict[str, ByProvider],
) -> SubjectView:
    providers = {}
    for name in shown.get(DAY_7.name, {}):
        mine = {window: _only(counts, name) for window, counts in shown.items()}
        theirs = tally_of(_only(everyone.get(DAY_7.name, {}), name))
        providers[name] = _window(DAY_7.name, mine, theirs)
    return SubjectView(subject, _windows(own, _tallies(everyone)), providers)


def _only(counts: ByProvider, name: str) -> ByProvider:
    return {name: counts[name]} if name in counts else {}


def _tallies(everyone: dict[str, ByProvider]) -> dict[str, Tally]:
    return {name: tally_of(counts) for name, counts in everyone.items()}


def _windows(
    own: dict[str, ByProvider],
    everyone: dict[str, Tally],
    only: Collection[str] | None = None,
) -> dict[str, WindowView]:
    return {
        name: _window(name, own, everyone[name]) for name in own if only is None or name in only
    }


def _window(name: str, own: dict[str, ByProvider], population: Tally) -> WindowView:
    tally, past = tally_of(own.get(name, {})), before(name, own)
    return WindowView(
        counts=dict(zip(COUNTERS, tally.counts.tolist(), strict=True)),
        rates=rates_of(tally, population, past),
        health=health_of(tally),
        classes=class_rates(tally, population, past),
        signals=signal_rates(tally, population, past),
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
