"""How the platform stands, for the first page and the API: one look at the store."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from features.deliverability import Health, Rate, health_of, rates_of, tally_of
from features.records import EventType
from features.tiles import COUNTER_INDEX, Ints, provider_key
from features.windows import HOUR_24, Grain
from models.decision import Action
from service.deliverability.counts import platform, provider_names, sums
from service.desk.estimate import Estimate, delayed, leaked
from service.desk.records import CaseQuery
from service.stores.contract import Incident, IncidentQuery, Store

DAYS: Final = 28
ACTIONS: Final = tuple(action.label for action in Action)
_SENT, _HARD, _COMPLAINT = (
    COUNTER_INDEX[kind] for kind in (EventType.SENT, EventType.HARD_BOUNCE, EventType.COMPLAINT)
)
_MOST_CAMPAIGNS: Final = 3_000
_MOST_INCIDENTS: Final = 100
_MOST_CASES: Final = 200


@dataclass(frozen=True)
class Decided:
    """Decisions of one action: in 24 hours, in those before, and by day, the oldest first, `(28,)`."""

    action: str
    today: int
    before: int
    days: tuple[int, ...]


@dataclass(frozen=True)
class Provider:
    """A mailbox provider in 24 hours."""

    name: str
    sent: int
    health: Health
    hard_bounce: Rate
    block_bounce: Rate
    complaint: Rate


@dataclass(frozen=True)
class Waiting:
    """The queue. `overdue`, `oldest_at` and `unclaimed` are of the 200 cases with the most harm."""

    open: int
    snoozed: int
    overdue: int
    unclaimed: int
    second: int
    decided: int
    oldest_at: datetime | None


@dataclass(frozen=True)
class Overview:
    """`leaked` and `delayed` are of the newest 3,000 campaigns in 24 hours. `days` are mails sent,
    hard bounces and complaints by day, the oldest first, `(28, 3)`."""

    at: datetime
    health: Health
    decided: tuple[Decided, ...]
    leaked: Estimate
    delayed: Estimate
    waiting: Waiting
    incidents: tuple[Incident, ...]
    providers: tuple[Provider, ...]
    days: tuple[tuple[int, int, int], ...]
    appeals: int


def overview(store: Store, at: datetime) -> Overview:
    """Return how everything stands at `at`."""
    with store.snapshot():
        everyone = platform(store, at, windows=(HOUR_24,), count=sums)[HOUR_24.name]
        mail = store.campaign_mail(at - timedelta(hours=24), _MOST_CAMPAIGNS)
        return Overview(
            at=at,
            health=health_of(tally_of(everyone)),
            decided=_decided(store, at),
            leaked=leaked(mail),
            delayed=delayed(mail),
            waiting=_waiting(store, at),
            incidents=store.incidents(IncidentQuery(is_open=True, limit=_MOST_INCIDENTS)),
            providers=_providers(everyone),
            days=_days(store, at),
            appeals=store.count_appeals(),
        )


def _decided(store: Store, at: datetime) -> tuple[Decided, ...]:
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    first = midnight - timedelta(days=DAYS - 1)
    by_day = {(one.day, one.action): one.count for one in store.decisions_by_day(first)}
    today = store.decisions_by_action(at - timedelta(hours=24))
    both = store.decisions_by_action(at - timedelta(hours=48))
    return tuple(
        Decided(
            action,
            today.get(action, 0),
            both.get(action, 0) - today.get(action, 0),
            tuple(by_day.get((first + timedelta(days=i), action), 0) for i in range(DAYS)),
        )
        for action in ACTIONS
    )


def _waiting(store: Store, at: datetime) -> Waiting:
    awake = CaseQuery(awake_at=at, limit=_MOST_CASES)
    cases, every, waking = store.cases(awake), store.count_cases(CaseQuery()), store.count_cases(awake)  # fmt: skip
    return Waiting(
        open=every,
        snoozed=every - waking,
        overdue=sum(case.due_at < at for case in cases),
        unclaimed=sum(case.holder(at) is None for case in cases),
        second=sum(case.proposed_by is not None for case in cases),
        decided=store.count_cases(CaseQuery(state="decided")),
        oldest_at=min((case.opened_at for case in cases), default=None),
    )


def _providers(everyone: dict[str, Ints]) -> tuple[Provider, ...]:
    found = []
    for name, counts in everyone.items():
        tally = tally_of({name: counts})
        rates = rates_of(tally)
        found.append(
            Provider(
                name, tally.handed, health_of(tally),
                rates["hard_bounce"], rates["block_bounce"], rates["complaint"],
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda one: (-one.sent, one.name)))


def _days(store: Store, at: datetime) -> tuple[tuple[int, int, int], ...]:
    """Return everyone's mails sent, hard bounces and complaints by day."""
    last = Grain.DAY.slot(int(at.timestamp()))
    keys: Sequence[int] = [provider_key(name) for name in provider_names(store, at)]
    rows = store.tiles(keys, Grain.DAY, last - DAYS + 1, last)
    days = np.zeros((DAYS, rows.counts.shape[1]), dtype=np.int64)
    np.add.at(days, rows.slots - (last - DAYS + 1), rows.counts)
    return tuple((int(d[_SENT]), int(d[_HARD]), int(d[_COMPLAINT])) for d in days)
