"""What an installation itself logged, as rows to learn from: vectors of decisions and their answers.

Pure: who reads them out of a store is `sendwarden.learning`.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from features.records import Subject
from training.labels import NAN, Labelled
from training.split import Split, placed
from training.vectors import Array, Texts, Vectors

SEGMENTS: Final = ("country", "plan", "provider", "size", "language")
CUT: Final = 0.6
LATEST_CUT: Final = 0.85
LEARNERS: Final = 0.5
JUDGES: Final = 0.7
GOOD: Final = "legitimate"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a decision should have been answered: `abusive` and `malicious` 1, 0 or NaN.

    `known_at` is Unix seconds, `weight` how many decisions like it stand behind it (one over the
    chance that it was labelled), `kind` the kind of abuse, `source` who says so.
    """

    abusive: float
    malicious: float
    known_at: float
    weight: float = 1.0
    kind: str = GOOD
    source: str = "verdict"


@dataclass(frozen=True, slots=True)
class LoggedRow:
    """One decision: the vector that it rested on, and its answer where it has one."""

    decision_id: str
    subject: Subject
    subject_id: str
    account_id: str
    at: float
    vector: Sequence[float]
    risk: float
    answer: Answer | None
    segments: Mapping[str, str]
    recomputed: bool = False


@dataclass(frozen=True)
class Installation:
    """The labelled rows of a subject, when each answer became known, segments and sources.

    `new` counts by source the rows that are later than all that the champion learned from.
    """

    rows: Labelled
    known_at: Array
    segments: Mapping[str, Texts]
    sources: Mapping[str, int]
    recomputed: int
    new: Mapping[str, int] = field(default_factory=dict)

    def parts(self, seed: int) -> Split:
        """Deal the rows: accounts to learners, judges and unseen, time at the rows' own cut.

        Before the cut only what was known by then is learned from. Every figure comes from `test`:
        later rows of accounts that neither fit nor calibration saw.

            accounts \\ time   before the cut (known by then)   after the cut
            50 %              train                            -
            20 %              validate (early stopping)        calibrate
            30 %              -                                test
        """
        at, cut = self.rows.vectors.at, self.rows.cut_at
        place = placed(self.rows.actors, seed)
        early = (at <= cut) & (self.known_at <= cut)
        late = at > cut
        learners = place < LEARNERS
        judges = ~learners & (place < JUDGES)
        return Split(
            early & learners, early & judges, late & judges, late & (place >= JUDGES), late, judges
        )


def installation_rows(
    logged: Sequence[LoggedRow],
    subject: Subject,
    names: tuple[str, ...],
    champion_until: float = 0.0,
) -> Installation:
    """Return the labelled rows of one subject, oldest first.

    They are cut at `CUT` of them, or at the newest row that the champion learned from where that
    leaves enough later ones: it shall not be asked about rows that it has seen.
    """
    mine = sorted(
        (row for row in logged if row.subject is subject and row.answer is not None),
        key=lambda row: (row.at, row.decision_id),
    )
    answers = [row.answer for row in mine if row.answer is not None]
    at = np.array([row.at for row in mine], dtype=np.float64)
    x = np.array([row.vector for row in mine], dtype=np.float64).reshape(len(mine), len(names))
    accounts = _texts([row.account_id for row in mine])
    vectors = Vectors(
        subject, names, _texts([row.subject_id for row in mine]), accounts,
        _texts([""] * len(mine)), at, x,
    )  # fmt: skip
    cut = _cut(at, champion_until)
    rows = Labelled(
        vectors,
        abusive=np.array([a.abusive for a in answers], dtype=np.float64),
        malicious=np.array([a.malicious if a.abusive == 1 else NAN for a in answers], np.float64),
        hard_bounce=np.full(len(mine), NAN),
        complaint=np.full(len(mine), NAN),
        kinds=_texts([a.kind for a in answers]),
        actors=accounts,
        cut_at=np.full(len(mine), cut),
        weight=np.array([a.weight for a in answers], dtype=np.float64),
    )
    sources = Counter(answer.source for answer in answers)
    later = (answer for answer, row in zip(answers, mine, strict=True) if row.at > champion_until)
    return Installation(
        rows,
        np.array([a.known_at for a in answers], dtype=np.float64),
        {by: _texts([row.segments.get(by, "unknown") for row in mine]) for by in SEGMENTS},
        dict(sources),
        sum(row.recomputed for row in mine),
        dict(Counter(answer.source for answer in later)),
    )


def _cut(at: Array, champion_until: float) -> float:
    if not len(at):
        return 0.0
    usual, latest = np.quantile(at, (CUT, LATEST_CUT))
    return float(champion_until if usual <= champion_until <= latest else usual)


def fingerprint(logged: Sequence[LoggedRow]) -> str:
    """Return a digest of the labelled rows: decisions, vectors and answers."""
    digest = hashlib.blake2b(digest_size=8)
    for row in sorted(logged, key=lambda one: one.decision_id):
        if row.answer is not None:
            told = (row.decision_id, row.answer.abusive, row.answer.malicious, row.answer.weight)
            digest.update(repr(told).encode())
            digest.update(np.asarray(row.vector, dtype=np.float32).tobytes())
    return digest.hexdigest()


def _texts(values: Sequence[str]) -> Texts:
    return np.array(values, dtype=np.str_)
