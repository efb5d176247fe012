"""No worse on later time: the difference of a ranking figure, paired over accounts."""

from collections.abc import Iterator
from typing import Final, Literal

from models.trials import GateResult
from training.figures import Measure, pr_auc, recall_at, roc_auc
from training.gates.evidence import Evidence, Judged, paired
from training.gates.gate import Asked, GateKind, outcome, too_few

MEASURES: Final[dict[str, tuple[str, Measure]]] = {
    "pr_auc": ("PR AUC", pr_auc),
    "roc_auc": ("ROC AUC", roc_auc),
    "recall_at_0.01": ("recall at 1 % false positives", lambda t, r: recall_at(t, r, 0.01)),
    "recall_at_0.05": ("recall at 5 % false positives", lambda t, r: recall_at(t, r, 0.05)),
}


class LaterTime(Asked, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`margin`: how far below the champion the lower end of the 95 % interval may lie."""

    measure: Literal["pr_auc", "roc_auc", "recall_at_0.01", "recall_at_0.05"] = "pr_auc"
    margin: float = 0.05
    fewest_abusive_accounts: int = 5
    fewest_good_accounts: int = 10


def _judge(evidence: Evidence, asked: LaterTime) -> Iterator[GateResult]:
    for subject in asked.subjects:
        rows = evidence.rows.get(subject)
        if evidence.unchanged(subject):
            yield outcome(True, "its heads are the champion's own", subject)
        elif rows is None:
            yield too_few(subject, "there are none")
        else:
            yield _of(rows, asked, evidence.seed)


def _of(rows: Judged, asked: LaterTime, seed: int) -> GateResult:
    bad, good = rows.accounts
    if bad < asked.fewest_abusive_accounts or good < asked.fewest_good_accounts:
        return too_few(
            rows.subject,
            f"{bad} abusive and {good} good accounts are labelled there, "
            f"{asked.fewest_abusive_accounts} and {asked.fewest_good_accounts} are needed",
        )
    name, measure = MEASURES[asked.measure]
    found = paired(measure, rows, seed)
    if found is None:
        return too_few(rows.subject, f"{name} is undefined in most draws of accounts")
    passed = found.low >= -asked.margin
    lower = f"the lower end {found.low:+.3f} " + ("is not" if passed else "is")
    return outcome(
        passed,
        f"{name} {found.candidate:.3f} against {found.champion:.3f}, {found.value:+.3f} "
        f"({found.low:+.3f} to {found.high:+.3f}); {lower} below {-asked.margin:+.3f}",
        rows.subject, measured=found.value, bound=-asked.margin, low=found.low, high=found.high,
    )  # fmt: skip


LATER_TIME = GateKind(
    "later_time",
    "Better or equal on later time",
    "the 95 % interval of the figure's difference, bootstrapped over the accounts of later, unseen "
    "rows with both models on the same draw, ends no lower than `-margin`",
    LaterTime,
    _judge,
)
