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
from features.windows import DAY_7
from service.deliverability.counts import (
    BASELINE,
    MAX_PROVIDERS,
    ByProvider,
    by_window,
    full_sums,
    hours_ago,
    of_account,
    of_ip,
    of_ips,
    platform,
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


def view_ips(store: Store, at: datetime) -> list[SubjectView]:
    """Return every IP with mail lately, the least healthy in 7 days first; no providers."""
    return first_ips(store, at)[0]


def first_ips(
    store: Store, at: datetime, most: int | None = None, windows: Collection[str] | None = None
) -> tuple[list[SubjectView], int]:
    """Return the least healthy IPs and how many there are; of them only some windows, or all.

    Rates with their intervals are worked out for those alone: a page shows a hundred, in one window.
    """
    with store.snapshot():
        known, everyone = of_ips(store, at), platform(store, at)
    order = sorted(known, key=lambda ip: (_score(known[ip]), ip))
    views = [SubjectView(ip, _windows(known[ip], everyone, windows), {}) for ip in order[:most]]
    return views, len(order)


def _score(own: dict[str, ByProvider]) -> float:
    """Return the health of 7 days, the better the higher; nothing known comes last."""
    score = health_of(tally_of(own[DAY_7.name])).score if DAY_7.name in own else None
    return 101.0 if score is None else score


def view_providers(store: Store, at: datetime, most: int = MAX_PROVIDERS) -> list[SubjectView]:
    """Return the mailbox providers of most accounts, the least healthy in 7 days first.

    The population that a provider is compared with is everyone's mail to all of them.
    """
    with store.snapshot():
        everyone = platform(store, at, most)
    names = dict.fromkeys(name for counts in everyone.values() for name in counts)
    views = []
    for name in names:
        own = {w: {name: c[name]} for w, c in everyone.items() if name in c}
        views.append(SubjectView(name, _windows(own, everyone), {}))
    return sorted(views, key=least_healthy)


def view_account_mail(store: Store, account_id: str, at: datetime) -> SubjectView:
    """Return how the mail of an account fared."""
    own = of_account(store, account_id, at)
    shown = _by_provider(store, ActiveKind.ACCOUNT, account_id, at, account_provider_key)
    return _view(account_id, own, shown, platform(store, at))


def _by_provider(
    store: Store, kind: str, subject: str, at: datetime, key: Callable[[str, str], int]
) -> dict[str, ByProvider]:
    pairs = store.active(kind, hours_ago(at, 90), subject=subject, limit=MAX_PROVIDERS)
    names = [pair.part for pair in pairs]
    return by_window(names, full_sums(store, [key(subject, name) for name in names], at))


def _view(
    subject: str,
    own: dict[str, ByProvider],
    shown: dict[str, ByProvider],
    everyone: dict[str, ByProvider],
) -> SubjectView:
    providers = {}
    for name in shown.get(DAY_7.name, {}):
        mine = {window: _only(counts, name) for window, counts in shown.items()}
        theirs = {window: _only(counts, name) for window, counts in everyone.items()}
        providers[name] = _window(DAY_7.name, mine, theirs)
    return SubjectView(subject, _windows(own, everyone), providers)


def _only(counts: ByProvider, name: str) -> ByProvider:
    return {name: counts[name]} if name in counts else {}


def _windows(
    own: dict[str, ByProvider],
    everyone: dict[str, ByProvider],
    only: Collection[str] | None = None,
) -> dict[str, WindowView]:
    return {name: _window(name, own, everyone) for name in own if only is None or name in only}


def _window(name: str, own: dict[str, ByProvider], everyone: dict[str, ByProvider]) -> WindowView:
    tally = tally_of(own.get(name, {}))
    population, past = tally_of(everyone.get(name, {})), before(name, own)
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


def least_healthy(view: SubjectView) -> tuple[float, str]:
    week = view.windows.get(DAY_7.name)
    score = week.health.score if week is not None else None
    return (101.0 if score is None else score, view.subject)
