"""Root cause: which accounts explain that an IP's or a provider's mail fares badly."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from features.deliverability import BY_NAME, Cause, Metric, Tally, causes_of, tally_of
from features.tiles import account_ip_key, account_provider_key
from features.windows import DAY_7, HOUR_24, Window
from service.deliverability.counts import every_active, hours_ago, of_ip, platform, sums
from service.deliverability.subjects import UnknownIp, before
from service.stores.contract import ActiveKind, Store

CAUSES: Final = ("hard_bounce", "block_bounce", "soft_bounce", "deferred", "complaint", "trap_hit")
WINDOWS: Final = {window.name: window for window in (HOUR_24, DAY_7)}
Tallies = list[tuple[str, Tally]]


@dataclass(frozen=True)
class Causes:
    """The accounts behind each bad rate. `usual` is the subject's own rate before the window."""

    usual: dict[str, float]
    by_metric: dict[str, tuple[Cause, ...]]


def causes_on_ip(store: Store, ip: str, at: datetime, window: Window = HOUR_24) -> Causes:
    """Return the accounts that explain an IP's excess of bad events. Raises `UnknownIp`."""
    own = of_ip(store, ip, at)
    if own is None:
        raise UnknownIp(f"no mail from {ip!r} in the last 90 days")
    return _causes(on_ip(store, ip, at, window), before(window.name, own))


def causes_at_provider(
    store: Store, provider: str, at: datetime, window: Window = HOUR_24
) -> Causes:
    """Return the accounts that explain a mailbox provider's excess of bad events."""
    everyone = {
        name: {provider: counts[provider]} if provider in counts else {}
        for name, counts in platform(store, at).items()
    }
    return _causes(at_provider(store, provider, at, window), before(window.name, everyone))


def causes_everywhere(store: Store, tallies: Tallies, at: datetime) -> Causes:
    """Return which of the accounts, with their tallies of 24 hours, explain the platform's excess."""
    return _causes(tallies, before(HOUR_24.name, platform(store, at)))


def on_ip(store: Store, ip: str, at: datetime, window: Window) -> Tallies:
    """Return what the accounts sent from an IP. Tiles of account and IP do not tell the provider,
    so complaints count over everything delivered."""
    return _tallies(
        store, (ActiveKind.ACCOUNT_IP, ip), lambda name: account_ip_key(name, ip), "", (at, window)
    )


def at_provider(store: Store, provider: str, at: datetime, window: Window) -> Tallies:
    """Return what the accounts sent to a mailbox provider."""
    return _tallies(
        store,
        (ActiveKind.ACCOUNT, provider),
        lambda name: account_provider_key(name, provider),
        provider,
        (at, window),
    )


def _tallies(
    store: Store,
    sent: tuple[str, str],
    key: Callable[[str], int],
    provider: str,
    when: tuple[datetime, Window],
) -> Tallies:
    """Return the tally of each account that was active on `sent`, of which there may be many."""
    (kind, part), (at, window) = sent, when
    found: Tallies = []
    for pairs in every_active(store, kind, hours_ago(at, 8), part):
        counts = sums(store, [key(pair.subject) for pair in pairs], at, (window,))
        found += [
            (pair.subject, tally_of({provider: counts[i, 0]}))
            for i, pair in enumerate(pairs)
            if counts[i, 0].any()
        ]
    return found


def _causes(tallies: Tallies, past: Tally | None) -> Causes:
    usual = {name: _usual(BY_NAME[name], past) for name in CAUSES}
    found = {name: causes_of(BY_NAME[name], tallies, usual[name]) for name in CAUSES}
    return Causes(usual, {name: causes for name, causes in found.items() if causes})


def _usual(metric: Metric, past: Tally | None) -> float:
    """Return the past rate smoothed towards the population's, and at most the limit.

    A subject that was always bad is no excuse for those who make it so.
    """
    mails = past.over(metric) if past is not None else 0.0
    bad = min(float(past.count(metric.counter)), mails) if past is not None else 0.0
    rate = (bad + metric.prior.rate * metric.prior.mails) / (mails + metric.prior.mails)
    return min(rate, metric.limit) if metric.limit is not None else rate
