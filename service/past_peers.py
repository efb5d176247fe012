"""Who else shared a thing at an earlier time, and how those had fared by then."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

import numpy as np

from features.facts import Peers, TieKind
from features.records import Account
from features.tiles import account_key
from features.windows import Grain, closed_end
from service.desk.undone import counting
from service.stores.contract import Label, Store, TiedThen
from service.stores.tie_rows import MAX_PEERS, MAX_SUMMED_PEERS, RECENT

_KEPT: Final = 20_000


class Others:
    """Other accounts' past, read once for many decisions.

    Sums of what peers did end with the last closed slot of five minutes, or of an hour or a day where the finer
    tiles are gone; `held` is no feature and is not looked up.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._actions: dict[str, tuple[tuple[datetime, str], ...]] = {}
        self._labels: dict[str, tuple[Label, ...]] = {}
        self._totals: dict[tuple[str, int], tuple[int, ...]] = {}

    def finder(
        self, at: datetime, known_by: datetime
    ) -> Callable[[Account, Mapping[TieKind, int]], dict[TieKind, Peers]]:
        """Return what finds an account's peers as they were at a time; sums end there.

        Who shares what, and what was said of them, counts when known by `known_by`.
        """
        return lambda account, ties: self._peers(account, ties, at, known_by)

    def _peers(
        self, account: Account, ties: Mapping[TieKind, int], at: datetime, known_by: datetime
    ) -> dict[TieKind, Peers]:
        found = {
            kind: self._store.tied_then(account.account_id, tie, known_by, MAX_PEERS)
            for kind, tie in ties.items()
        }
        self._read({peer.account_id for peers in found.values() for peer in peers})
        return {kind: self._summed(account, peers, at, known_by) for kind, peers in found.items()}

    def _summed(
        self, account: Account, peers: Sequence[TiedThen], at: datetime, known_by: datetime
    ) -> Peers:
        since, until = account.created_at - RECENT, account.created_at + RECENT
        sums = [self._total(peer.account_id, at) for peer in peers[:MAX_SUMMED_PEERS]]
        return Peers(
            accounts=len(peers),
            flagged=sum(self._flagged(peer.account_id, known_by) for peer in peers),
            recent=sum(since <= peer.created_at <= until for peer in peers),
            totals=tuple(sum(column) for column in zip(*sums, strict=True)) if sums else (0,) * 11,
        )

    def _read(self, account_ids: set[str]) -> None:
        """Have the actions and labels of these accounts at hand."""
        if len(self._actions) > _KEPT:
            self._actions.clear()
            self._labels.clear()
        if fresh := sorted(account_ids - self._actions.keys()):
            self._actions |= self._store.actions_past(fresh)
            self._labels |= {one: self._store.labels(one) for one in fresh}

    def _flagged(self, account_id: str, at: datetime) -> bool:
        """Return whether a person had called it abusive, or else it was terminated."""
        known = counting([one for one in self._labels[account_id] if one.known_at <= at])
        if known:
            return known[-1].verdict == "abusive"
        actions = self._actions[account_id]
        place = bisect_right(actions, at, key=lambda action: action[0])
        return place > 0 and actions[place - 1][1] == "terminate"

    def _total(self, account_id: str, at: datetime) -> tuple[int, ...]:
        end = closed_end(at)
        if (account_id, end) not in self._totals:
            if len(self._totals) > _KEPT:
                self._totals.clear()
            self._totals[account_id, end] = self._sum(account_key(account_id), end)
        return self._totals[account_id, end]

    def _sum(self, entity: int, end: int) -> tuple[int, ...]:
        """Return all that was counted before `end`: whole days, then hours, then five minutes."""
        sums, begins = np.zeros(11, dtype=np.int64), 0
        for grain in (Grain.DAY, Grain.HOUR, Grain.FIVE_MINUTES):
            last = end // grain.value
            if last * grain.value > begins:
                rows = self._store.tiles((entity,), grain, begins // grain.value, last - 1)
                sums = sums + rows.counts.sum(axis=0, dtype=np.int64)
            begins = last * grain.value
        return tuple(int(one) for one in sums)
