"""The way from the base rate to a score, one step a reason. Pure."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from models.attribution import pushes
from models.bundle import Bundle
from models.decide import VectorMismatch
from models.decision import Decision
from models.heads import RISK, head_name

MAX_STEPS: Final = 9
REST: Final = "OTHER_FACTS"


@dataclass(frozen=True)
class Step:
    """One reason's move of the calibrated risk, both in [0, 1]. Order matters: steps are
    taken strongest first, and calibration bends the scale."""

    code: str
    family: str
    before: float
    after: float


def waterfall(decision: Decision, bundle: Bundle) -> tuple[Step, ...]:
    """Return the steps from the population's base rate to the decision's risk.

    The smallest ones are one step. Raises `VectorMismatch` when this bundle did not decide.
    """
    subject = decision.subject.type
    if (
        bundle.version != decision.model_version
        or decision.feature_set != bundle.feature_sets[subject]
        or not decision.vector
    ):
        raise VectorMismatch(f"decision {decision.decision_id} was made by another model")
    head = bundle.heads[head_name(subject, RISK)]
    row = np.array(decision.vector, dtype=np.float64)
    contributions = head.contributions(row)
    columns, typical = bundle.catalogue.columns(subject), bundle.typical[subject]
    sums: dict[tuple[str, str], float] = {}
    for push in pushes(columns, contributions, row, typical, bundle.voices[subject]):
        told = (push.reason.code, push.reason.family)
        sums[told] = sums.get(told, 0.0) + push.added
    ordered = sorted(sums.items(), key=lambda item: (-abs(item[1]), item[0]))
    moves = ordered[:MAX_STEPS]
    if len(ordered) > MAX_STEPS:
        moves.append(((REST, "rest"), sum(move for _, move in ordered[MAX_STEPS:])))
    margin = head.trees.margin(row[head.columns]) - float(contributions.sum())
    steps = []
    for (code, family), move in moves:
        before, margin = head.calibration.of(margin), margin + move
        steps.append(Step(code, family, before, head.calibration.of(margin)))
    return tuple(steps)
