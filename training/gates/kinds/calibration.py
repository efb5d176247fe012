"""Stated risk is what happens."""

from collections.abc import Iterator

from models.trials import GateResult
from training.figures import calibration_error
from training.gates.evidence import Evidence, Judged
from training.gates.gate import Asked, GateKind, outcome, too_few


class Calibrated(Asked, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`most`: the largest error; above it, no more than `worse_by` above the champion's is allowed."""

    most: float = 0.05
    worse_by: float = 0.01
    groups: int = 10
    fewest_rows: int = 50


def _judge(evidence: Evidence, asked: Calibrated) -> Iterator[GateResult]:
    for subject in asked.subjects:
        rows = evidence.rows.get(subject)
        if rows is not None:
            yield _of(rows, asked)


def _of(rows: Judged, asked: Calibrated) -> GateResult:
    if len(rows) < asked.fewest_rows:
        return too_few(rows.subject, f"{len(rows)} rows, {asked.fewest_rows} are needed")
    ours = calibration_error(rows.abusive, rows.candidate, asked.groups, rows.weight)
    theirs = calibration_error(rows.abusive, rows.champion, asked.groups, rows.weight)
    bound = max(asked.most, theirs + asked.worse_by)
    return outcome(
        ours <= bound,
        f"calibration error {ours:.3f} against {theirs:.3f}, at most {bound:.3f}",
        rows.subject, measured=ours, bound=bound,
    )  # fmt: skip


CALIBRATION = GateKind(
    "calibration",
    "Calibration",
    "the calibration error over groups of equal size is at most `most`, or at most `worse_by` above "
    "the champion's",
    Calibrated,
    _judge,
)
