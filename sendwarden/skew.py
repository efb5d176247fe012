"""Recomputes the vectors that decisions logged, point in time, and finds every difference.

The facts are gathered again out of what the store keeps with times, and computed by the code that serves:
what came later may not change them. A message's words are not kept: what rests on them is told and left
out, as are sums over what tied accounts had sent, which the service reads to the moment and tiles
tell to five minutes.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import isnan
from typing import Final

from features.catalogue import Catalogue
from features.records import Subject
from models.decision import Decision
from sendwarden.learning import decisions_since
from sendwarden.recompute import Recomputed, Recomputer
from service.stores.contract import Store

MOST: Final = 200_000
# Less than 5-minute tiles are kept, by the longest window that is summed from them.
REACH: Final = timedelta(hours=46)
# While a decision is made others may store facts: what it saw lies between two moments.
_WHILE_DECIDING: Final = timedelta(seconds=5)
_TO_THE_MOMENT: Final = "peer_"


@dataclass(frozen=True)
class Difference:
    """A feature whose logged value is not what the facts of its time give."""

    decision_id: str
    subject: str
    feature: str
    logged: float
    computed: float


class TooLongAgo(Exception):
    """The 5-minute tiles of the whole day are gone: nothing could be compared."""


@dataclass
class Skew:
    """What was compared. `left_out` are features by subject that nothing keeps; `skipped` decisions
    had no vector, one of other features, or an unknown account; `cut_off`: there were more than were read.
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
    recomputer, unknown = Recomputer(store, catalogue, since), defaultdict[Subject, set[str]](set)
    for decisions in by_account.values():
        _compare(found, recomputer, catalogue, decisions, unknown)
    found.left_out = {
        subject.value: tuple(name for name in catalogue.names(subject) if name in unknown[subject])
        for subject in Subject
    }
    return found


def _compare(
    found: Skew,
    recomputer: Recomputer,
    catalogue: Catalogue,
    decisions: Sequence[Decision],
    unknown: dict[Subject, set[str]],
) -> None:
    """Compare the decisions on one account."""
    doubtful: dict[str, list[Difference]] = {}
    compared = 0
    for row in recomputer.rows(decisions, as_logged=False):
        lost = set(row.unknown) | _to_the_moment(catalogue, row.decision.subject.type)
        unknown[row.decision.subject.type] |= lost
        compared += 1
        found.values += len(row.vector) - len(lost)
        if differences := list(_differences(row, catalogue, lost)):
            doubtful[row.decision.decision_id] = differences
    found.decisions += compared
    found.skipped += len(decisions) - compared
    if doubtful:
        again = [one for one in decisions if one.decision_id in doubtful]
        for row in recomputer.rows(again, as_logged=False, slack=_WHILE_DECIDING):
            still = {one.feature for one in _differences(row, catalogue, set(row.unknown))}
            earlier = doubtful[row.decision.decision_id]
            found.differences += [one for one in earlier if one.feature in still]


def _to_the_moment(catalogue: Catalogue, subject: Subject) -> set[str]:
    return {
        column.name
        for column in catalogue.columns(subject)
        if any(name.startswith(_TO_THE_MOMENT) for name in column.feature.inputs)
    }


def _differences(row: Recomputed, catalogue: Catalogue, lost: set[str]) -> Iterator[Difference]:
    decision = row.decision
    names = catalogue.names(decision.subject.type)
    for name, logged, computed in zip(names, decision.vector, row.vector, strict=True):
        same = logged == computed or (isnan(logged) and isnan(computed))
        if name not in lost and not same:
            subject = decision.subject.type.value
            yield Difference(decision.decision_id, subject, name, logged, computed)
