"""How reviewers judge: agreement where two judged blindly, time, pace, what was overturned or undone."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from models.agreement import Agreement, agreement
from service.desk.appeals import OVERTURNED
from service.desk.records import Case, LookQuery, LookState, Undone, Word
from service.desk.second_looks import DONE
from service.stores.contract import Appeal, Store

DAYS: Final = 90
MOST_CASES: Final = 20_000
_MOST_APPEALS: Final = 1_000
NO_CATEGORY: Final = "none"


@dataclass(frozen=True)
class Pace:
    """Minutes from taking a case to its verdict, over the `timed` cases that were taken first."""

    timed: int
    median_minutes: float | None
    p90_minutes: float | None


@dataclass(frozen=True)
class Reviewer:
    """One person since a time. `verdicts` are first and second ones and those taken back.

    `a_day` is the mean over the `days` with a verdict. `overturned` of `appealed` judged appeals were
    against their verdict and right. `upheld` of `settled` disagreements a lead judged as they had.
    """

    name: str
    verdicts: int
    days: int
    a_day: float
    pace: Pace
    agreement: Agreement
    appealed: int
    overturned: int
    undone: int
    settled: int
    upheld: int


@dataclass(frozen=True)
class Quality:
    """Everybody since a time. `by_verdict`, `by_category` and `by_subject` group by the first word.

    `waiting` second looks are not given yet, `differing` are for a lead to settle.
    """

    since: datetime
    at: datetime
    agreement: Agreement
    pace: Pace
    by_verdict: dict[str, Agreement]
    by_category: dict[str, Agreement]
    by_subject: dict[str, Agreement]
    reviewers: tuple[Reviewer, ...]
    waiting: int
    differing: int
    cut: bool


def quality(store: Store, since: datetime, at: datetime) -> Quality:
    """Return how everybody judged since a time, of the newest 20,000 cases and 1,000 appeals."""
    with store.snapshot():
        cases = store.ruled(since, MOST_CASES)
        appeals = store.appeals(waiting=False, limit=_MOST_APPEALS)
        unsettled = store.second_looks(
            LookQuery(states=(LookState.DISAGREED,), limit=_MOST_APPEALS)
        )
    judged = [one for one in appeals if one.decided_at is not None and one.decided_at >= since]
    return quality_of(cases, judged, since, at, len(unsettled))


def quality_of(
    cases: Sequence[Case],
    appeals: Sequence[Appeal],
    since: datetime,
    at: datetime,
    differing: int = 0,
) -> Quality:
    """Sum up cases and judged appeals. Pure."""
    looked = [case for case in cases if _second_since(case, since)]
    words = [word for case in cases for word in words_of(case) if word.at >= since]
    undone = [one for case in cases for one in case.undone if one.at >= since]
    names = {word.by for word in words} | {one.by for one in undone}
    return Quality(
        since=since,
        at=at,
        agreement=agreement(_pairs(looked)),
        pace=pace_of(words),
        by_verdict=_plain(_grouped(looked, lambda first, _: first.verdict)),
        by_category=_plain(_grouped(looked, lambda first, _: first.category or NO_CATEGORY)),
        by_subject=_grouped(looked, lambda _, case: case.subject),
        reviewers=tuple(_reviewer(name, words, undone, looked, appeals) for name in sorted(names)),
        waiting=sum(_is_waiting(case) for case in cases),
        differing=differing,
        cut=len(cases) >= MOST_CASES,
    )


def words_of(case: Case) -> list[Word]:
    """Return the verdicts on a case that stand: the first, and a second look's."""
    look = case.look
    if look is not None:
        return [word for word in (look.first, look.second) if word is not None]
    if case.decided_by is None or case.decided_at is None:
        return []
    verdict = (case.outcome or "").partition(",")[0]
    return [
        Word(by=case.decided_by, at=case.decided_at, verdict=verdict, claimed_at=case.claimed_at)
    ]


def pace_of(words: Sequence[Word]) -> Pace:
    """Return how long verdicts took from the claim; those without one are not timed."""
    minutes = [(w.at - w.claimed_at) / timedelta(minutes=1) for w in words if w.claimed_at]
    if not minutes:
        return Pace(0, None, None)
    median, p90 = np.quantile(minutes, (0.5, 0.9)).tolist()
    return Pace(len(minutes), median, p90)


def _reviewer(
    name: str,
    words: Sequence[Word],
    undone: Sequence[Undone],
    looked: Sequence[Case],
    appeals: Sequence[Appeal],
) -> Reviewer:
    mine = [word for word in words if word.by == name]
    taken_back = [one for one in undone if one.by == name]
    given = len(mine) + len(taken_back)
    days = {word.at.date() for word in mine} | {one.at.date() for one in taken_back}
    against = [one for one in appeals if one.against == name]
    settled = [(case, word) for case in looked for word in words_of(case) if word.by == name]
    final = [(word, case.look.settled) for case, word in settled if case.look and case.look.settled]
    return Reviewer(
        name=name,
        verdicts=given,
        days=len(days),
        a_day=given / len(days) if days else 0.0,
        pace=pace_of(mine),
        agreement=agreement(_pairs([case for case, _ in settled])),
        appealed=len(against),
        overturned=sum(one.outcome == OVERTURNED for one in against),
        undone=len(taken_back),
        settled=len(final),
        upheld=sum(word.verdict == last.verdict for word, last in final),
    )


def _second_since(case: Case, since: datetime) -> bool:
    look = case.look
    done = look is not None and look.state in DONE and look.second is not None
    return done and look is not None and look.second is not None and look.second.at >= since


def _is_waiting(case: Case) -> bool:
    return case.look is not None and case.look.state in (LookState.WAITING, LookState.OPEN)


def _pairs(looked: Iterable[Case]) -> list[tuple[str, str]]:
    return [
        (case.look.first.verdict, case.look.second.verdict)
        for case in looked
        if case.look is not None and case.look.second is not None
    ]


def _plain(groups: dict[str, Agreement]) -> dict[str, Agreement]:
    """Leave out alpha: where the first verdict is always much the same, chance is not what it was."""
    return {
        name: replace(one, alpha=None, alpha_low=None, alpha_high=None)
        for name, one in groups.items()
    }


def _grouped(looked: Sequence[Case], by: Callable[[Word, Case], str]) -> dict[str, Agreement]:
    groups: dict[str, list[Case]] = defaultdict(list)
    for case in looked:
        if case.look is not None:
            groups[by(case.look.first, case)].append(case)
    ordered = sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return {name: agreement(_pairs(cases)) for name, cases in ordered}
