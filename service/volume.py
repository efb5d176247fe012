"""What an account's own mail lets it release today, and with whom it shares that."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from features.facts import TieKind
from features.records import Account, Subject
from features.tiles import COUNTERS, account_key, account_provider_key
from features.windows import Grain
from models.earned import TrackRecord, handed
from models.inflight import Plan, Progress
from models.inflight.sample import SampleCheck, check_sample
from models.inflight.volume import Caps, Sent, earned, rolled
from models.policy.policy import Lane, Policy
from service.stores.contract import Store
from service.ties import account_ties

_DAYS: Final = 30
_MAX_PROVIDERS: Final = 64
# What one person who opens several trial accounts can hardly help sharing.
_STRONG: Final = (TieKind.DEVICE, TieKind.PAYMENT, TieKind.SIGNUP_IP, TieKind.PARENT)
# Where the account's tiles hold more mail than this many times the campaign's, they say nothing of it.
_OWN_SHARE: Final = 1.5


@dataclass(frozen=True)
class Volume:
    """What bounds an account's releases; `record` None: its broadcasts earn nothing.

    `fleet` are the accounts that share its volume.
    """

    lane: str
    record: TrackRecord | None = None
    fleet: tuple[str, ...] = ()


@dataclass(frozen=True)
class VolumeToday:
    """The earned volume of a day, what was granted of it, and how many accounts share it."""

    allowance: int
    granted: int
    shared_with: int
    slowed: bool


def volume_of(store: Store, policy: Policy, plan: Plan, at: datetime) -> Volume:
    """Read what bounds the releases of a plan's account. Transactional mail earns nothing."""
    if policy.earned is None or plan.lane == Lane.TRANSACTIONAL.value:
        return Volume(plan.lane)
    account = store.account(plan.account_id)
    latest = store.latest_decision(plan.account_id, Subject.ACCOUNT)
    risk = plan.risk if latest is None else latest.risk
    paid = account is not None and account.paid is True
    record = _record(store, plan.account_id, risk, paid, at)
    return Volume(plan.lane, record, _fleet(store, account, policy.earned.shared_below_days, at))


def caps_of(plan: Plan, sent: Sent, volume: Volume, *, keep_limits: bool) -> Caps:
    """Return the caps in force; a throttle's limits by hour and day only where the policy says so."""
    return Caps(
        per_hour=plan.per_hour if keep_limits else None,
        per_day=plan.per_day if keep_limits else None,
        allowance=sent.allowance if volume.record is not None else None,
        shared_with=len(volume.fleet),
    )


def sent_today(before: Sent, policy: Policy, volume: Volume, at: datetime) -> Sent:
    """Return the counts as of now, with the day's allowance."""
    sent = rolled(before, at)
    if policy.earned is None or volume.record is None:
        return sent
    return earned(sent, before, volume.record, policy.earned)


def today_of(store: Store, policy: Policy, account_id: str, at: datetime) -> VolumeToday | None:
    """Return an account's earned volume as it stands; None where nothing has to be earned."""
    latest = store.latest_decision(account_id, Subject.ACCOUNT)
    plan = Plan(
        decision_id="", account_id=account_id, recipients=0, action="allow",
        risk=latest.risk if latest else policy.risk_unknown,
    )  # fmt: skip
    volume = volume_of(store, policy, plan, at)
    own, *others = store.sent((account_id, *volume.fleet), plan.lane)
    sent = sent_today(own, policy, volume, at)
    if sent.allowance is None:
        return None
    shared = sum(other.today for other in others if other.day == sent.day)
    return VolumeToday(sent.allowance, sent.today + shared, len(volume.fleet), sent.slowed)


def sample_of(store: Store, plan: Plan, progress: Progress, at: datetime) -> SampleCheck | None:
    """Compare what a campaign has handed over with its list, by mailbox provider."""
    if not plan.providers or progress.started_at is None or not progress.granted:
        return None
    names = {
        account_provider_key(plan.account_id, name): name
        for name in store.providers(plan.account_id)[:_MAX_PROVIDERS]
    }
    first, last = (Grain.HOUR.slot(int(t.timestamp())) for t in (progress.started_at, at))
    rows = store.tiles(names, Grain.HOUR, first, last)
    mix: dict[str, int] = dict.fromkeys(names.values(), 0)
    for entity, counts in zip(rows.entities.tolist(), rows.counts, strict=True):
        mix[names[entity]] += handed(_named(counts))
    if sum(mix.values()) > _OWN_SHARE * progress.granted:
        return None
    return check_sample(plan.providers, {name: n for name, n in mix.items() if n})


def _record(store: Store, account_id: str, risk: float, paid: bool, at: datetime) -> TrackRecord:
    today = Grain.DAY.slot(int(at.timestamp()))
    rows = store.tiles([account_key(account_id)], Grain.DAY, today - _DAYS, today)
    days = [handed(_named(counts)) for counts in rows.counts]
    recent = rows.counts[rows.slots >= today - 1]
    return TrackRecord(
        risk=risk,
        paid=paid,
        counts=_named(rows.counts.sum(axis=0)),
        recent=_named(recent.sum(axis=0)),
        busiest_day=max(days, default=0),
    )


def _named(counts: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> dict[str, int]:
    return dict(zip(COUNTERS, counts.tolist(), strict=True))


def _fleet(
    store: Store, account: Account | None, below_days: float, at: datetime
) -> tuple[str, ...]:
    """Return the other fresh, unpaid accounts that a fresh, unpaid account is tied to."""
    since = at - timedelta(days=below_days)
    if account is None or account.paid or account.created_at < since:
        return ()
    ties = account_ties(account)
    keys: Sequence[int] = [ties[kind] for kind in _STRONG if kind in ties]
    return store.fleet(account.account_id, keys, since)
