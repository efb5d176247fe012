"""The policy in force under the candidate's scores, on what happened."""

from collections.abc import Iterator, Mapping
from typing import Any

from models.trials import GateResult
from training.gates.evidence import Evidence
from training.gates.gate import Asked, GateKind, outcome


class Budgets(Asked, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much worse than under the champion: shares of mail in points, review hours as a factor.

    `review_hours_a_day` is a budget of the desk's own, None: it has none.
    """

    leaked_worse_by: float = 0.02
    delayed_worse_by: float = 0.005
    review_hours_times: float = 1.5
    review_hours_spare: float = 2.0
    review_hours_a_day: float | None = None


def _judge(evidence: Evidence, asked: Budgets) -> Iterator[GateResult]:
    report = evidence.backtest
    if report is None or not report["decisions"]:
        yield outcome(None, "there is no history to replay")
        return
    figures = report["figures"]
    yield _share(figures["leaked_share"], asked.leaked_worse_by, "abusive mail leaked")
    yield _share(figures["delayed_share"], asked.delayed_worse_by, "good mail delayed")
    yield _hours(figures["review_hours"], float(report["days"]), asked)


def _share(figure: Mapping[str, Any], worse_by: float, name: str) -> GateResult:
    ours, theirs = figure["draft"][0], figure["live"][0]
    change, low, high = figure["change"]
    return outcome(
        change <= worse_by,
        f"{name}: {ours:.2%} against {theirs:.2%}, {change:+.2%} ({low:+.2%} to {high:+.2%}); at most "
        f"{worse_by:+.2%}",
        measured=change, bound=worse_by, low=low, high=high,
    )  # fmt: skip


def _hours(figure: Mapping[str, Any], days: float, asked: Budgets) -> GateResult:
    ours, theirs = figure["draft"][0] / days, figure["live"][0] / days
    bound = max(theirs * asked.review_hours_times, theirs + asked.review_hours_spare)
    if asked.review_hours_a_day is not None:
        bound = min(bound, asked.review_hours_a_day)
    return outcome(
        ours <= bound,
        f"review hours a day: {ours:.1f} against {theirs:.1f}; at most {bound:.1f}",
        measured=ours, bound=bound,
    )  # fmt: skip


BACKTEST = GateKind(
    "backtest",
    "Policy backtest",
    "replayed with the candidate's scores, the policy in force leaks, delays and reviews no more than "
    "the budgets allow beyond the champion's",
    Budgets,
    _judge,
)
