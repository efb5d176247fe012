"""What gates judge: a candidate and the champion on the same later rows, and what was tried beside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from features.records import Subject
from models.bundle import Bundle
from models.heads import MALICE, RISK, head_name
from training.figures import Measure
from training.split import Mask
from training.vectors import Array, Texts

ROUNDS: Final = 300


@dataclass(frozen=True)
class Judged:
    """A subject's later rows `(n,)` with both models' risk; `x` is `(n, n_columns)`.

    `abusive` is 1 or 0, `weight` how many rows like it each stands for (one over the chance that
    it was labelled), `segments` the value of each segment by name.
    """

    subject: Subject
    account_ids: Texts
    abusive: Array
    weight: Array
    candidate: Array
    champion: Array
    x: Array
    segments: Mapping[str, Texts] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.abusive)

    def only(self, mask: Mask) -> "Judged":
        """Return the rows in a mask."""
        return Judged(
            self.subject, self.account_ids[mask], self.abusive[mask], self.weight[mask],
            self.candidate[mask], self.champion[mask], self.x[mask],
            {name: values[mask] for name, values in self.segments.items()},
        )  # fmt: skip

    @property
    def accounts(self) -> tuple[int, int]:
        """How many accounts have abusive rows, and how many good ones."""
        bad = np.unique(self.account_ids[self.abusive == 1])
        return len(bad), len(np.unique(self.account_ids[self.abusive == 0]))


@dataclass(frozen=True)
class KindLeftOut:
    """A kind of abuse that a fit never held: its later rows, and the share flagged by that fit and
    by the champion, each at the threshold that 5 % of other, good rows pass."""

    subject: Subject
    kind: str
    rows: int
    flagged: float
    champion: float


@dataclass(frozen=True)
class Evidence:
    """Everything that gates may look at.

    `candidate` is the bundle that would serve. `backtest` is a report as `training.backtest` makes
    them, its `live` side the champion's scores and its `draft` side the candidate's, both under the
    policy in force; None: there was no history. `latency` holds microseconds for one row by
    subject, the candidate's and the champion's.
    """

    rows: Mapping[Subject, Judged]
    candidate: Bundle
    champion: Bundle
    left_out: Sequence[KindLeftOut] = ()
    backtest: Mapping[str, Any] | None = None
    latency: Mapping[Subject, tuple[float, float]] = field(default_factory=dict)
    seed: int = 0

    def unchanged(self, subject: Subject) -> bool:
        """Whether the candidate's heads of a subject's risk are the champion's own."""
        return all(
            self.candidate.manifest.files[f"{name}.txt"]
            == self.champion.manifest.files[f"{name}.txt"]
            and self.candidate.heads[name].calibration == self.champion.heads[name].calibration
            for name in (head_name(subject, RISK), head_name(subject, MALICE))
        )


@dataclass(frozen=True)
class Difference:
    """A figure of the candidate less the champion's: the mean, and the 95 % interval."""

    value: float
    low: float
    high: float
    candidate: float
    champion: float


def paired(measure: Measure, rows: Judged, seed: int, rounds: int = ROUNDS) -> Difference | None:
    """Return how a figure differs, both models on the same accounts drawn with replacement.

    Accounts are drawn in proportion to the weight of their rows, so that a few that stand for many
    count as many. None: the figure is undefined in most draws.
    """
    drawn = np.array(list(_draws(measure, rows, seed, rounds)), dtype=np.float64).reshape(-1, 2)
    known = drawn[np.isfinite(drawn).all(axis=1)]
    if len(known) < rounds / 2:
        return None
    change = known[:, 0] - known[:, 1]
    low, high = np.quantile(change, (0.025, 0.975))
    ours, theirs = known.mean(axis=0)
    return Difference(float(change.mean()), float(low), float(high), float(ours), float(theirs))


def _draws(measure: Measure, rows: Judged, seed: int, rounds: int) -> list[tuple[float, float]]:
    if not len(rows):
        return []
    rng = np.random.default_rng(seed)
    _, account = np.unique(rows.account_ids, return_inverse=True)
    order = np.argsort(account, kind="stable")
    members = np.split(order, np.flatnonzero(np.diff(account[order])) + 1)
    weights = np.bincount(account, rows.weight) / np.bincount(account)
    chance = weights / weights.sum()
    found = []
    for _ in range(rounds):
        picked = rng.choice(len(members), size=len(members), p=chance)
        mine = np.concatenate([members[i] for i in picked])
        truth = rows.abusive[mine]
        found.append((measure(truth, rows.candidate[mine]), measure(truth, rows.champion[mine])))
    return found
