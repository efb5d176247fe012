"""One policy under two models' scores, on history: what would change for mail and reviewers."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from models.policy.policy import Policy
from models.scores import Scores
from training.backtest import Backtest, report_on
from training.backtest_replay import Replay
from training.backtest_rows import Assumptions, History
from training.backtest_sums import Prices

_ROUNDS = 200


def backtest_models(
    history: History,
    policy: Policy,
    champion: Mapping[str, Scores],
    candidate: Mapping[str, Scores],
    assumed: Assumptions | None = None,
    seed: int = 0,
) -> dict[str, Any]:
    """Return a report whose `live` side has the champion's scores and whose `draft` side the candidate's.

    Scores are by decision id. A decision that one of them lacks keeps the scores of the log in both.
    """
    assumed = assumed or Assumptions()
    known = champion.keys() & candidate.keys()
    sides = [
        _with(history, {key: scores[key] for key in known}) for scores in (champion, candidate)
    ]
    runs = [tuple(Replay(policy, assumed).run(side)) for side in sides]
    found = Backtest(
        sides[1], runs[0], runs[1], Prices.of(policy.costs), ("champion", "candidate"), assumed
    )
    return report_on(found, seed, _ROUNDS)


def _with(history: History, scores: Mapping[str, Scores]) -> History:
    """Return history with other scores; what rules said of the old ones is forgotten."""
    decisions = tuple(
        replace(past, scores=scores.get(past.decision_id, past.scores), outcomes={})
        for past in history.decisions
    )
    return replace(history, decisions=decisions)
