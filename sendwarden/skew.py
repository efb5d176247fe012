"""Recomputes the vectors that decisions logged, point in time, and finds every difference.

What tiles give is computed again by the engine of datasets from the tiles as they are now: a window
ends at the last closed slot, so nothing that came later may change it. What rests on anything else (ties,
lists, texts, the account's own record) was seen at the moment and is not kept as of a time: those
features are told and left out.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import isnan
from typing import Final

import numpy as np

from features.catalogue import Catalogue
from features.records import Subject
from features.tiles import account_key, account_provider_key
from features.windows import Grain
from models.decision import Decision
from sendwarden.learning import decisions_since
from service.facts import slot_ranges
from service.stores.contract import Store
from training.dataset.columns import SPINE_KEYS, Plan, plan_of
from training.dataset.rows import (
    Spine,
    Tiles,
    account_keys,
    feature_rows,
    unknown_provider_keys,
)

MOST: Final = 200_000
MAX_PROVIDERS: Final = 64
# An hour less than 5-minute tiles are kept: the longest window that is summed from them.
REACH: Final = timedelta(hours=47)
_GRAINS: Final = (Grain.FIVE_MINUTES, Grain.HOUR, Grain.DAY)


@dataclass(frozen=True)
class Difference:
    """A feature whose logged value is not what its tiles give."""

    decision_id: str
    subject: str
    feature: str
    logged: float
    computed: float


class TooLongAgo(Exception):
    """The 5-minute tiles of the whole day are gone: nothing could be compared."""


@dataclass
class Skew:
    """What was compared. `left_out` are features by subject that rest on more than tiles; `skipped`
    decisions had no vector, or one of other features; `cut_off`: there were more than were read.
    """

    decisions: int = 0
    values: int = 0
    skipped: int = 0
    differences: list[Difference] = field(default_factory=list)
    left_out: dict[str, tuple[str, ...]] = field(default_factory=dict)
    cut_off: bool = False

    @property
    def nothing_compared(self) -> bool:
        """Whether there were decisions, none of which could be recomputed."""
        return self.skipped > 0 and not self.decisions


def span_of(day: datetime, now: datetime) -> tuple[datetime, datetime]:
    """Return the part of a day (its midnight, UTC) that can still be recomputed.

    Raises `TooLongAgo` when nothing of it can: to compare nothing must not look like equality.
    """
    since, until = max(day, now - REACH), day + timedelta(days=1)
    if since >= until:
        raise TooLongAgo(f"{day:%Y-%m-%d} is too long ago: its 5-minute tiles are gone")
    return since, until


def skew_of(
    store: Store, catalogue: Catalogue, since: datetime, until: datetime, most: int = MOST
) -> Skew:
    """Compare the vectors logged in [since, until); 5-minute tiles must still be there (48 h).

    Reads the newest `most` decisions since then, those after `until` among them.
    """
    found, by_account, read = Skew(), defaultdict[str, list[Decision]](list), 0
    for decision in decisions_since(store, since, most):
        read += 1
        if decision.as_of >= until:
            continue
        same = decision.feature_set == catalogue.fingerprint(decision.subject.type)
        if not decision.vector or not same:
            found.skipped += 1
            continue
        by_account[decision.account_id].append(decision)
    found.cut_off = read >= most
    plans = {subject: plan_of(catalogue, subject, SPINE_KEYS) for subject in Subject}
    for subject, plan in plans.items():
        found.left_out[subject.value] = plan.unknown_features(catalogue)
    for account_id, decisions in by_account.items():
        tiles = _tiles(store, account_id, decisions)
        for subject in Subject:
            mine = [decision for decision in decisions if decision.subject.type is subject]
            if mine:
                _compare(found, catalogue, plans[subject], tiles, mine)
    return found


def _tiles(store: Store, account_id: str, decisions: Sequence[Decision]) -> Tiles:
    """Read what any of the decisions' windows covers."""
    own = account_key(account_id)
    providers = store.providers(account_id)[:MAX_PROVIDERS]
    others = [account_provider_key(account_id, name) for name in providers]
    ranges = [slot_ranges(decision.as_of) for decision in decisions]
    parts = []
    for grain in _GRAINS:
        first, last = min(r[grain][0] for r in ranges), max(r[grain][1] for r in ranges)
        keys = (own,) if grain is Grain.FIVE_MINUTES else (own, *others)
        rows = store.tiles(keys, grain, first, last)
        parts.append((grain.value, rows))
    return Tiles(
        account=np.full(sum(len(rows.slots) for _, rows in parts), own, dtype=np.int64),
        entity=np.concatenate([rows.entities for _, rows in parts]),
        grain=np.concatenate([np.full(len(r.slots), g, dtype=np.int64) for g, r in parts]),
        slot=np.concatenate([rows.slots for _, rows in parts]),
        counts=np.concatenate([rows.counts for _, rows in parts]),
    )


def _compare(
    found: Skew, catalogue: Catalogue, plan: Plan, tiles: Tiles, decisions: Sequence[Decision]
) -> None:
    ids = [decision.account_id for decision in decisions]
    spine = Spine(
        account=account_keys(ids),
        at=np.array([int(d.as_of.timestamp()) for d in decisions], dtype=np.int64),
        inputs={},
        unknown=unknown_provider_keys(ids),
    )
    computed = feature_rows(catalogue, plan, tiles, spine)
    lacking = set(plan.unknown_features(catalogue))
    names = catalogue.names(plan.subject)
    places = [place for place, name in enumerate(names) if name not in lacking]
    for decision, row in zip(decisions, computed, strict=True):
        found.decisions += 1
        found.values += len(places)
        found.differences += _differences(decision, row.tolist(), names, places)


def _differences(
    decision: Decision, row: Sequence[float], names: Sequence[str], places: Iterable[int]
) -> list[Difference]:
    return [
        Difference(
            decision.decision_id, decision.subject.type.value, names[place], logged, row[place]
        )
        for place in places
        if (logged := decision.vector[place]) != row[place]
        and not (isnan(logged) and isnan(row[place]))
    ]
