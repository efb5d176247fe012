"""More of what is riskier never lowers the risk."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from features.records import Subject
from models.bundle import Bundle
from models.heads import RISK, head_name
from models.trials import GateResult
from training.gates.evidence import Evidence
from training.gates.gate import Asked, GateKind, outcome, too_few
from training.vectors import Array

_SLACK: Final = 1e-9
Rows = npt.NDArray[np.int64]


class Monotone(Asked, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`rows` are moved along `steps` values of each feature that has a direction."""

    rows: int = 40
    steps: int = 8


def _judge(evidence: Evidence, asked: Monotone) -> Iterator[GateResult]:
    for subject in asked.subjects:
        rows = evidence.rows.get(subject)
        if rows is None or not len(rows):
            yield too_few(subject, "there are none")
            continue
        picked = np.random.default_rng(evidence.seed).permutation(len(rows))[: asked.rows]
        yield _of(evidence.candidate, subject, rows.x, picked, asked.steps)


def _of(bundle: Bundle, subject: Subject, x: Array, picked: Rows, steps: int) -> GateResult:
    names, directions = bundle.catalogue.names(subject), bundle.catalogue.directions(subject)
    head = bundle.heads[head_name(subject, RISK)]
    learned = {names[column] for column in head.columns}
    broken, asked = {}, 0
    for column, (name, direction) in enumerate(zip(names, directions, strict=True)):
        values = _steps(x[:, column], steps)
        if not direction or name not in learned or len(values) < 2:
            continue
        asked += 1
        moved = np.stack([_with(x[picked], column, value) for value in values])
        risk = head.of_many(moved.reshape(-1, x.shape[1])).reshape(len(values), -1)
        against = float(np.max(-direction * np.diff(risk, axis=0), initial=0.0))
        if against > _SLACK:
            broken[name] = against
    worst = max(broken, key=lambda name: broken[name], default="")
    says = f"{asked} features with a direction hold to it"
    if broken:
        says = f"{len(broken)} of {asked} features with a direction break it, most {worst}: the risk moves {broken[worst]:.4f} the wrong way"
    return outcome(not broken, says, subject, measured=broken.get(worst, 0.0), bound=0.0)


def _steps(values: Array, steps: int) -> Array:
    known = values[np.isfinite(values)]
    return np.unique(np.quantile(known, np.linspace(0, 1, steps))) if len(known) else known


def _with(x: Array, column: int, value: float) -> Array:
    moved = x.copy()
    moved[:, column] = value
    return moved


MONOTONE = GateKind(
    "monotone",
    "Monotonicity",
    "moving any one feature that has a direction over its range never moves the risk the wrong way",
    Monotone,
    _judge,
)
