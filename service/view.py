"""An account at a glance: standing, risk, deliverability by window and provider, ties."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from features.facts import AccountFacts, Peers, TieKind
from features.records import Account, EventType, Subject
from features.tiles import (
    COUNTER_INDEX,
    COUNTERS,
    account_key,
    account_provider_key,
    window_sums,
)
from features.windows import WINDOWS, closed_end
from models.decision import Decision, Limits
from service.deliverability.subjects import SubjectView, view_account_mail
from service.facts import account_facts
from service.judge import known_account
from service.parts import Parts
from service.standing import Standing, standing_of
from service.stores.contract import Backlog
from service.volume import VolumeToday, today_of

PROVIDER_WINDOW: Final = "7d"


@dataclass(frozen=True)
class Deliverability:
    """What became of the mail of one window: counts by counter, and rates.

    Bounce rates are over sent mail, complaints over delivered; None where nothing was.
    """

    counts: dict[str, int]
    delivered_rate: float | None
    hard_bounce_rate: float | None
    block_bounce_rate: float | None
    complaint_rate: float | None


@dataclass(frozen=True)
class AccountView:
    """`providers` holds 7 days by mailbox provider, up to the last full hour: no finer is kept."""

    account: Account
    standing: Standing
    limits: Limits | None
    latest: Decision | None
    windows: dict[str, Deliverability]
    providers: dict[str, Deliverability]
    ties: dict[TieKind, Peers]
    mail: SubjectView
    volume: VolumeToday | None = None
    backlog: tuple[Backlog, ...] = ()


def view_account(parts: Parts, account_id: str, at: datetime) -> AccountView:
    """Return what is known of an account at `at`. Raises `UnknownAccount`, `Unavailable`."""
    with parts.store.snapshot():
        account = known_account(parts.store, account_id)
        facts = account_facts(parts.store, account, at)
        standing = standing_of(parts.store, account_id)
        latest = parts.store.latest_decision(account_id, Subject.ACCOUNT)
        mail = view_account_mail(parts.store, account_id, at)
        volume = today_of(parts.store, parts.policy.of(account_id), account_id, at)
        backlog = parts.store.backlogs(account_id)
    in_force = latest is not None and latest.decision_id == standing.decision_id
    return AccountView(
        account=account,
        standing=standing,
        limits=latest.limits if latest is not None and in_force else None,
        latest=latest,
        windows=_windows(facts),
        providers=_providers(facts),
        ties={kind: peers for kind, peers in facts.ties.items() if peers.accounts},
        mail=mail,
        volume=volume,
        backlog=backlog,
    )


def _windows(facts: AccountFacts) -> dict[str, Deliverability]:
    sums = window_sums(facts.tiles, _one(account_key(facts.account.account_id)), _end(facts))
    return {window.name: _deliverability(sums[0, i]) for i, window in enumerate(WINDOWS)}


def _providers(facts: AccountFacts) -> dict[str, Deliverability]:
    chosen = [window for window in WINDOWS if window.name == PROVIDER_WINDOW]
    account_id = facts.account.account_id
    found = {}
    for provider, tiles in sorted(facts.providers.items()):
        key = account_provider_key(account_id, provider)
        sums = window_sums(tiles, _one(key), _end(facts), chosen)[0, 0]
        if sums.any():
            found[provider] = _deliverability(sums)
    return found


def _one(key: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array([key], dtype=np.int64)


def _end(facts: AccountFacts) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return _one(closed_end(facts.as_of))


def _deliverability(counts: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> Deliverability:
    def count(kind: EventType) -> int:
        return int(counts[COUNTER_INDEX[kind]])

    sent, delivered = count(EventType.SENT), count(EventType.DELIVERED)
    return Deliverability(
        counts=dict(zip(COUNTERS, counts.tolist(), strict=True)),
        delivered_rate=share(delivered, sent),
        hard_bounce_rate=share(count(EventType.HARD_BOUNCE), sent),
        block_bounce_rate=share(count(EventType.BLOCK_BOUNCE), sent),
        complaint_rate=share(count(EventType.COMPLAINT), delivered),
    )


def share(part: int, whole: int) -> float | None:
    """Return the share in [0, 1]; late reports on earlier mail cannot push it above 1."""
    return min(part / whole, 1.0) if whole else None
