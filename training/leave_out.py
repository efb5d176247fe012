"""How a model does on a kind of sender that its training never held."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from training.figures import threshold_at
from training.fit import fit_risk
from training.learn import Lesson

FALSE_POSITIVE_RATE: Final = 0.01
FEWEST_ROWS: Final = 20


@dataclass(frozen=True)
class LeftOut:
    """What became of a kind of sender that was left out of training, calibration and threshold.

    `flagged`: share of its later rows over the threshold that 1 % of other, later, unseen good
    rows pass. For an abusive kind that is recall, for a good kind false positives.
    """

    subject: str
    kind: str
    abusive: bool
    rows: int
    flagged: float


def leave_out(
    lessons: Sequence[Lesson], rounds: dict[str, int], seed: int, jobs: int
) -> list[LeftOut]:
    """Fit once without each kind, for every subject, in parallel. `rounds` is by subject."""
    from joblib import Parallel, delayed

    tasks = [
        (lesson, kind, abusive)
        for lesson in lessons
        for kind in np.unique(lesson.rows.kinds)
        for abusive in (True, False)
        if enough(lesson, str(kind), abusive=abusive)
    ]
    found = Parallel(n_jobs=jobs)(
        delayed(_one)(lesson, str(kind), abusive, rounds[lesson.subject.value], seed)
        for lesson, kind, abusive in tasks
    )
    return list(found)


def enough(lesson: Lesson, kind: str, *, abusive: bool) -> bool:
    """Say whether a kind has rows to judge, and is mostly what it is asked about."""
    mine = (lesson.rows.kinds == kind) & np.isfinite(lesson.rows.abusive)
    answers = lesson.rows.abusive[mine & lesson.parts.late]
    return bool(len(answers) >= FEWEST_ROWS and (answers == float(abusive)).mean() > 0.5)


def _one(lesson: Lesson, kind: str, abusive: bool, rounds: int, seed: int) -> LeftOut:
    rows = lesson.rows
    mine = rows.kinds == kind
    parts = lesson.parts.only(~mine)
    fitted = fit_risk(rows, rows.abusive, parts, lesson.columns, seed, rounds=max(rounds, 20))
    others = lesson.parts.test & ~mine & np.isfinite(rows.abusive)
    limit = threshold_at(
        rows.abusive[others],
        fitted.risk(rows.vectors.x[others], lesson.columns),
        FALSE_POSITIVE_RATE,
    )
    asked = mine & lesson.parts.late & (rows.abusive == float(abusive))
    flagged = fitted.risk(rows.vectors.x[asked], lesson.columns) > limit
    return LeftOut(lesson.subject.value, kind, abusive, int(asked.sum()), float(flagged.mean()))
