"""From a store to the rows that retraining and drift read: logged vectors with their answers.

A decision without a vector of this code's features is computed again as of its time.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import msgspec
import numpy as np

from features.catalogue import Catalogue
from features.records import Account, EventType, Subject
from features.tiles import COUNTER_INDEX, account_provider_key
from features.windows import Grain
from models.decision import Decision
from sendwarden.answers import Answers
from sendwarden.recompute import Recomputer
from service.stores.contract import DecisionQuery, Store
from training.installation import Answer, LoggedRow

MOST: Final = 500_000
# Some milliseconds each.
MOST_RECOMPUTED: Final = 50_000
_PAGE: Final = 1_000
_SIZES: Final = ((1_000, "under 1,000"), (10_000, "1,000 to 9,999"), (100_000, "10,000 to 99,999"))
_FOREIGN: Final = 0.3
_DAYS: Final = 400
Progressed = Callable[[int], None]


@dataclass
class Log:
    """The rows of a time, oldest first, and how many decisions could not be used, by the reason.

    `unknown` counts, by feature, the recomputed rows in which nothing tells it any more.
    """

    rows: list[LoggedRow] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)
    unknown: dict[str, int] = field(default_factory=dict)

    @property
    def recomputed(self) -> int:
        """How many rows were computed again, as of their time."""
        return sum(row.recomputed for row in self.rows)

    def miss(self, why: str) -> None:
        """Count a decision that cannot be used."""
        self.left_out[why] = self.left_out.get(why, 0) + 1


def read_log(
    store: Store,
    catalogue: Catalogue,
    since: datetime | None,
    at: datetime,
    *,
    labelled_only: bool = True,
    most: int = MOST,
    most_recomputed: int = MOST_RECOMPUTED,
    progress: Progressed = lambda _: None,
) -> Log:
    """Return the newest `most` decisions since a time with what is known of them by `at`.

    Of those that have to be computed again the newest `most_recomputed` are, labelled ones first.
    """
    answers = Answers(store, at)
    segments = Segments(store, at)
    sets = {subject: catalogue.fingerprint(subject) for subject in Subject}
    names = {subject: catalogue.names(subject) for subject in Subject}
    log, pending = Log(), list[tuple[Decision, Answer | None]]()
    for number, decision in enumerate(decisions_since(store, since, most)):
        if number % _PAGE == 0:
            progress(number)
        if decision.as_of > at:
            continue
        subject = decision.subject.type
        answer = answers.of(decision)
        if answer is None and labelled_only:
            log.miss("no label yet")
        elif not decision.vector or decision.feature_set != sets[subject]:
            pending.append((decision, answer))
        else:
            log.rows.append(_row(decision, answer, segments.of(decision, names[subject])))
    _recompute(log, Recomputer(store, catalogue, at), pending, most_recomputed, segments, names)
    log.rows.sort(key=lambda row: (row.at, row.decision_id))
    return log


def _recompute(
    log: Log,
    recomputer: Recomputer,
    pending: Sequence[tuple[Decision, Answer | None]],
    most: int,
    segments: "Segments",
    names: Mapping[Subject, tuple[str, ...]],
) -> None:
    """Add the rows of decisions that logged none, as of their time."""
    first = sorted(pending, key=lambda one: one[1] is None)
    for _ in first[most:]:
        log.miss(f"has to be computed again, and more than {most:,} had to")
    answers = {decision.decision_id: answer for decision, answer in first[:most]}
    by_account: dict[str, list[Decision]] = {}
    for decision, _ in first[:most]:
        by_account.setdefault(decision.account_id, []).append(decision)
    for decisions in by_account.values():
        for row in recomputer.rows(decisions):
            decision = msgspec.structs.replace(row.decision, vector=row.vector)
            answer = answers.pop(decision.decision_id)
            of = segments.of(decision, names[decision.subject.type])
            log.rows.append(_row(decision, answer, of, recomputed=True))
            for name in row.unknown:
                log.unknown[name] = log.unknown.get(name, 0) + 1
    for _ in answers:
        log.miss("has no vector, and nothing tells what its account was then")


def decisions_since(store: Store, since: datetime | None, most: int) -> Iterator[Decision]:
    """Yield stored decisions, newest first."""
    cursor, left = None, most
    while left > 0:
        page = store.decisions(DecisionQuery(since=since, cursor=cursor, limit=min(_PAGE, left)))
        yield from page.decisions
        left -= len(page.decisions)
        cursor = page.next_cursor
        if cursor is None:
            return


def _row(
    decision: Decision,
    answer: Answer | None,
    segments: Mapping[str, str],
    *,
    recomputed: bool = False,
) -> LoggedRow:
    return LoggedRow(
        decision_id=decision.decision_id,
        subject=decision.subject.type,
        subject_id=decision.subject.id,
        account_id=decision.account_id,
        at=decision.as_of.timestamp(),
        vector=decision.vector,
        risk=decision.risk,
        answer=answer,
        segments=segments,
        recomputed=recomputed,
    )


class Segments:
    """Which country, plan, mailbox provider, size and script a decision belongs to."""

    def __init__(self, store: Store, at: datetime) -> None:
        self._store, self._day = store, int(at.timestamp()) // Grain.DAY.value
        self._accounts: dict[str, tuple[Account | None, str]] = {}

    def of(self, decision: Decision, names: Sequence[str]) -> dict[str, str]:
        """Return the value of each segment, `unknown` where nobody knows."""
        if decision.account_id not in self._accounts:
            found = self._store.account(decision.account_id)
            self._accounts[decision.account_id] = (found, self._provider(decision.account_id))
        account, provider = self._accounts[decision.account_id]
        return {
            "country": (account.country if account else None) or "unknown",
            "plan": (account.plan if account else None) or "unknown",
            "provider": provider,
            "size": _size(decision.seen.recipients if decision.seen else None),
            "language": _script(decision, names),
        }

    def _provider(self, account_id: str) -> str:
        """Return the mailbox provider that got most of the account's mail."""
        names = self._store.providers(account_id)
        keys = {account_provider_key(account_id, name): name for name in names}
        if not keys:
            return "unknown"
        rows = self._store.tiles(keys, Grain.DAY, self._day - _DAYS, self._day)
        if not len(rows.entities):
            return "unknown"
        columns = [COUNTER_INDEX[EventType.DELIVERED], COUNTER_INDEX[EventType.HARD_BOUNCE]]
        mails = rows.counts[:, columns].sum(axis=1)
        entities, places = np.unique(rows.entities, return_inverse=True)
        return keys[int(entities[int(np.bincount(places, mails).argmax())])]


def _size(recipients: int | None) -> str:
    if recipients is None:
        return "unknown"
    return next((name for limit, name in _SIZES if recipients < limit), "100,000 and more")


def _script(decision: Decision, names: Sequence[str]) -> str:
    """Return the script of a campaign's letters: the log keeps no text, so no finer language."""
    name = "content_non_latin_share"
    share = decision.vector[names.index(name)] if name in names and decision.vector else np.nan
    if not np.isfinite(share):
        return "unknown"
    return "other scripts" if share > _FOREIGN else "Latin script"


def label_counts(rows: Iterable[LoggedRow]) -> dict[str, int]:
    """Return how many answers each source gave."""
    counts: dict[str, int] = {}
    for row in rows:
        if row.answer is not None:
            counts[row.answer.source] = counts.get(row.answer.source, 0) + 1
    return counts
