"""The mail of an account that is going out: how far each campaign is, and the evidence against it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from features.records import EventType, Subject
from features.tiles import COUNTER_INDEX, COUNTERS, campaign_key
from features.windows import Grain
from models.inflight import Evidence, Plan, Progress, Rules, evidence_of, log_total
from service.desk.records import Case
from service.stores.contract import DecisionQuery, Store
from service.warden import Warden

_DECISIONS: Final = 12
_MOST: Final = 4
_MOST_SLOTS: Final = 48 * 12
Pair = tuple[str, str]
_UNDER_WAY: Final = ("held", "running", "paused", "stopped")


@dataclass(frozen=True)
class Running:
    """A campaign that was scored. `state`: waiting, running, paused, held, stopped, dropped or done.

    `counts` are all its events so far by counter.
    """

    campaign_id: str
    plan: Plan
    progress: Progress
    counts: Mapping[str, int]
    state: str

    @property
    def left(self) -> int:
        """Mails that were not granted."""
        return max(self.plan.recipients - self.progress.granted, 0)


@dataclass(frozen=True)
class Weighed:
    """The evidence against a running campaign. `total` and `limit` are logs of e-values.

    It stops at `limit`, and opens no new stage from `pause` on. `path` holds (end of 5 minutes,
    mails so far, log of the total evidence then), the oldest first.
    """

    running: Running
    signals: tuple[Evidence, ...]
    total: float
    limit: float
    pause: float
    path: tuple[tuple[datetime, int, float], ...]


def running(warden: Warden, case: Case) -> tuple[Running, ...]:
    """Return the campaigns of a case's account that matter to it: its own first, then those under way."""
    store, account_id = warden.store, case.account_id
    query = DecisionQuery(account_id=account_id, limit=_DECISIONS)
    newest = [
        one.subject.id
        for one in store.decisions(query).decisions
        if one.subject.type is Subject.CAMPAIGN
    ]
    own = [case.subject_id] if case.subject == Subject.CAMPAIGN.value else []
    wanted = list(dict.fromkeys([*own, *newest]))
    every = mail_of(store, [(account_id, key) for key in wanted]).values()
    return tuple(one for one in every if one.campaign_id in own or one.state in _UNDER_WAY)[:_MOST]


def mail_of(store: Store, campaigns: Sequence[Pair]) -> dict[Pair, Running]:
    """Return how far those of the campaigns are that were scored, by account and id."""
    found = store.releases([campaign_id for _, campaign_id in campaigns])
    mine = [
        (account_id, key)
        for account_id, key in campaigns
        if key in found and found[key][0].account_id == account_id
    ]
    counts = _counts(store, mine)
    return {
        pair: Running(pair[1], *found[pair[1]], counts[pair], _state(*found[pair[1]]))
        for pair in mine
    }


def weighed(one: Running, rules: Rules, warden: Warden) -> Weighed:
    """Return the evidence against a campaign as a release would weigh it now, and how it grew."""
    expected = one.progress.expected or one.plan.expected
    signals = evidence_of(rules.signals, one.counts, one.progress.granted, expected)
    return Weighed(
        running=one,
        signals=signals,
        total=log_total(signals, rules.signals),
        limit=-math.log(rules.false_stop),
        pause=math.log(rules.pause_at),
        path=_path(one, rules, warden),
    )


def _state(plan: Plan, progress: Progress) -> str:
    if progress.stopped_at is not None:
        return "stopped"
    if progress.dropped:
        return "dropped"
    if progress.held_at is not None:
        return "held"
    if progress.granted >= plan.recipients > 0:
        return "done"
    if not progress.granted:
        return "waiting"
    return "paused" if progress.paused else "running"


def _counts(store: Store, campaigns: Sequence[Pair]) -> dict[Pair, dict[str, int]]:
    keys = {campaign_key(*pair): pair for pair in campaigns}
    found = {pair: dict.fromkeys(COUNTERS, 0) for pair in campaigns}
    if keys:
        rows = store.tiles(sorted(keys), Grain.TOTAL, 0, 0)
        for entity, counts in zip(rows.entities.tolist(), rows.counts.tolist(), strict=True):
            found[keys[entity]] = dict(zip(COUNTERS, counts, strict=True))
    return found


def _path(one: Running, rules: Rules, warden: Warden) -> tuple[tuple[datetime, int, float], ...]:
    """Replay the evidence by the campaign's 5-minute tiles; empty where some of them are gone."""
    started = one.progress.started_at or one.progress.opened_at
    if started is None:
        return ()
    key = campaign_key(one.plan.account_id, one.campaign_id)
    first = Grain.FIVE_MINUTES.slot(int(started.timestamp()))
    rows = warden.store.tiles([key], Grain.FIVE_MINUTES, first - 1, first + _MOST_SLOTS)
    sums = np.cumsum(rows.counts, axis=0)
    if not len(sums) or dict(zip(COUNTERS, sums[-1].tolist(), strict=True)) != dict(one.counts):
        return ()
    path = []
    for slot, counts in zip(rows.slots.tolist(), sums.tolist(), strict=True):
        sent = min(int(counts[COUNTER_INDEX[EventType.SENT]]), one.progress.granted)
        bad = dict(zip(COUNTERS, counts, strict=True))
        found = evidence_of(rules.signals, bad, sent, one.progress.expected)
        at = datetime.fromtimestamp((slot + 1) * Grain.FIVE_MINUTES.value, started.tzinfo)
        path.append((at, sent, log_total(found, rules.signals)))
    return tuple(path)
