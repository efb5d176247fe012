"""Tries a candidate against the champion: the evidence for the gates, and the figures of both."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import numpy as np

from features.records import Subject
from models.bundle import Bundle
from models.heads import RISK, head_name
from models.trials import Bin, Trial
from training.figures import calibration_curve, exact_interval, ranking_figures, threshold_at
from training.fit import fit_risk
from training.gates.evidence import Evidence, Judged, KindLeftOut
from training.gates.gate import Gates
from training.installation import GOOD, Installation
from training.learn import Lesson
from training.report import rounded
from training.retrain import Retrained, RetrainPlan, Start
from training.split import Mask
from training.vectors import Array

FEWEST_OF_A_KIND: Final = 10
FALSE_POSITIVES: Final = 0.05
_TIMED_ROWS: Final = 60
_TIMES: Final = 5
_BINS: Final = 10
Ticks = Callable[[], float]


def judged_rows(
    installation: Installation, subject: Subject, mask: Mask, candidate: Bundle, champion: Bundle
) -> Judged:
    """Return the labelled rows in a mask with what both models say of them."""
    rows = installation.rows
    mine = mask & np.isfinite(rows.abusive)
    x = rows.vectors.x[mine]
    weight = np.ones(len(x)) if rows.weight is None else rows.weight[mine]
    return Judged(
        subject, rows.vectors.account_ids[mine], rows.abusive[mine], weight,
        candidate.score_many(subject, x).risk, champion.score_many(subject, x).risk, x,
        {by: values[mine] for by, values in installation.segments.items()},
    )  # fmt: skip


def evidence_of(
    retrained: Retrained,
    candidate: Bundle,
    plan: RetrainPlan,
    backtest: Mapping[str, Any] | None,
    ticks: Ticks,
) -> Evidence:
    """Return what the gates judge a retrained candidate by."""
    rows = {
        subject: judged_rows(
            retrained.installation[subject], subject, lesson.parts.test,
            retrained.measured, retrained.champion.bundle,
        )
        for subject, lesson in retrained.lessons.items()
    }  # fmt: skip
    left_out = [
        one
        for lesson in retrained.lessons.values()
        for one in kinds_left_out(lesson, retrained, plan)
    ]
    champion = retrained.champion.bundle
    latency = latencies(rows, candidate, champion, ticks)
    return Evidence(rows, candidate, champion, left_out, backtest, latency, plan.seed)


def evidence_beside(
    installation: Mapping[Subject, Installation],
    candidate: Bundle,
    champion: Bundle,
    since: float,
    backtest: Mapping[str, Any] | None,
    ticks: Ticks,
    seed: int,
) -> Evidence:
    """Return what the gates judge any bundle by: labelled rows since a time, which it never saw."""
    rows = {
        subject: judged_rows(one, subject, one.rows.vectors.at > since, candidate, champion)
        for subject, one in installation.items()
        if len(one.rows)
    }
    latency = latencies(rows, candidate, champion, ticks)
    return Evidence(rows, candidate, champion, (), backtest, latency, seed)


def kinds_left_out(
    lesson: Lesson, retrained: Retrained, plan: RetrainPlan
) -> Sequence[KindLeftOut]:
    """Fit once without each kind of abuse that has enough later rows."""
    rows, champion = lesson.rows, retrained.champion
    name = head_name(lesson.subject, RISK)
    late = lesson.parts.late & np.isfinite(rows.abusive)
    held = champion.bundle.score_many(lesson.subject, rows.vectors.x).risk
    found = []
    for kind in np.unique(rows.kinds[late & (rows.abusive == 1)]):
        mine = rows.kinds == kind
        asked = late & mine & (rows.abusive == 1)
        without = lesson.parts.only(~mine)
        others = without.test & (rows.abusive == 0)
        if kind == GOOD or asked.sum() < FEWEST_OF_A_KIND or not others.any():
            continue
        start = champion.heads[name] if plan.start is Start.CHAMPION else None
        rounds = max(1, retrained.fitted[name].rounds)
        fitted = fit_risk(rows, rows.abusive, without, lesson.columns, plan.seed, rounds, start)
        risk = fitted.risk(rows.vectors.x, lesson.columns)
        shares = [_flagged(one, asked, others) for one in (risk, held)]
        found.append(KindLeftOut(lesson.subject, str(kind), int(asked.sum()), *shares))
    return found


def _flagged(risk: Array, asked: Mask, good: Mask) -> float:
    limit = threshold_at(np.zeros(int(good.sum())), risk[good], FALSE_POSITIVES)
    return float((risk[asked] > limit).mean())


def latencies(
    rows: Mapping[Subject, Judged], candidate: Bundle, champion: Bundle, ticks: Ticks
) -> dict[Subject, tuple[float, float]]:
    """Return the microseconds that one row takes by subject, the best of a few rounds of each."""
    return {
        subject: (_time(candidate, one, ticks), _time(champion, one, ticks))
        for subject, one in rows.items()
        if len(one)
    }


def _time(bundle: Bundle, rows: Judged, ticks: Ticks) -> float:
    x = rows.x[:_TIMED_ROWS]
    bundle.score(rows.subject, x[0])
    rounds = []
    for _ in range(_TIMES):
        begun = ticks()
        for row in x:
            bundle.score(rows.subject, row)
        rounds.append((ticks() - begun) / len(x) * 1e6)
    return min(rounds)


def trial_of(
    evidence: Evidence,
    gates: Gates,
    candidate: str,
    champion: str,
    at: datetime,
    data: str,
    learned: Mapping[Subject, Installation],
) -> Trial:
    """Return what the gates found, with both models' figures on the same rows.

    `learned` is what there was to learn from.
    """
    return Trial(
        candidate=candidate,
        champion=champion,
        at=at,
        gates=gates.judge(evidence),
        rows={subject.value: len(rows) for subject, rows in evidence.rows.items()},
        figures={subject.value: _figures(rows) for subject, rows in evidence.rows.items()},
        data=data,
        reliability={subject.value: _reliability(rows) for subject, rows in evidence.rows.items()},
        labels=dict(sum((Counter(one.sources) for one in learned.values()), Counter())),
        new_labels=dict(sum((Counter(one.new) for one in learned.values()), Counter())),
    )


def _reliability(rows: Judged) -> dict[str, tuple[Bin, ...]]:
    """Return the calibration of both models in groups of equal size, without rows none."""
    sides = (("candidate", rows.candidate), ("champion", rows.champion))
    return {side: reliability_bins(rows.abusive, risk, rows.weight) for side, risk in sides}


def reliability_bins(truth: Array, risk: Array, weight: Array) -> tuple[Bin, ...]:
    """Return ten groups of equal size by risk, the lowest first; `(n,)` each.

    The interval is that of the weighted share with as many hits as the rows have, rounded: weights
    move the share, they do not add evidence.
    """
    stated, happened, _ = calibration_curve(truth, risk, weight=weight)
    sizes = [len(part) for part in np.array_split(np.arange(len(risk)), _BINS) if len(part)]
    found = []
    for size, said, share in zip(sizes, stated.tolist(), happened.tolist(), strict=True):
        low, high = exact_interval(round(share * size), size, 0.90)
        bounds = [
            rounded(value) or 0.0 for value in (said, share, min(low, share), max(high, share))
        ]
        found.append(
            Bin(stated=bounds[0], happened=bounds[1], low=bounds[2], high=bounds[3], rows=size)
        )
    return tuple(found)


def _figures(rows: Judged) -> dict[str, float | None]:
    return {
        f"{side}.{name}": rounded(value)
        for side, risk in (("candidate", rows.candidate), ("champion", rows.champion))
        for name, value in ranking_figures(rows.abusive, risk).items()
    }
