"""Walks a world under control, writes what was decided, and measures it beside the baselines."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from features.records import Subject
from models.decision import Forecast
from training.decision_log import CampaignLine, DecisionLog
from training.figures import NAN, coverage, ranking_figures, ranking_intervals, recall_by_kind
from training.oddities import Oddities
from training.outcomes import mail_figures, outcomes_of
from training.truth import Truth, read_truth
from training.walk import Judged, Pace, Walk, Warden
from training.world import World

ACTIONS: Final = ("allow", "throttle", "review", "terminate")
Progress = Callable[[Judged], None]


@dataclass
class Evaluation:
    """What a walk under control left: the log, forecasts by campaign, and what was odd."""

    log: DecisionLog = field(default_factory=DecisionLog)
    forecasts: dict[str, Forecast] = field(default_factory=dict)
    newest: dict[str, float] = field(default_factory=dict)
    highest: dict[str, float] = field(default_factory=dict)
    degraded: int = 0
    events: int = 0
    rules: dict[str, int] = field(default_factory=dict)

    def take(self, one: Judged) -> None:
        """Keep what one decision says."""
        decision = one.decision
        self.degraded += decision.degraded
        for rule in decision.rules:
            self.rules[rule] = self.rules.get(rule, 0) + 1
        if one.subject is Subject.ACCOUNT:
            self.newest[one.account_id] = decision.risk
        if one.subject is Subject.CAMPAIGN:
            self.log.campaigns[one.id] = CampaignLine(one.id, decision.action, decision.risk)
            self.highest[one.account_id] = max(decision.risk, self.highest.get(one.account_id, 0.0))
            if decision.forecast is not None:
                self.forecasts[one.id] = decision.forecast
        self._rank(one.account_id)

    def _rank(self, account_id: str) -> None:
        """Rank an account by the mean of its newest score and its riskiest campaign's.

        The newest score alone forgets: an abuser that was stopped early leaves no bad behaviour
        to see. The riskiest campaign alone accuses who sends often: of sixty honest campaigns one
        looks bad. The mean of both ranked best on unseen worlds and stays calibrated.
        """
        known = [
            scores[account_id] for scores in (self.newest, self.highest) if account_id in scores
        ]
        if known:
            self.log.accounts[account_id] = sum(known) / len(known)


def evaluate(
    world: World,
    warden: Warden,
    refusals: tuple[type[Exception], ...],
    progress: Progress = lambda _: None,
    compared: Mapping[str, Callable[[], Warden]] | None = None,
    scores_alone: Warden | None = None,
) -> tuple[Evaluation, dict[str, Any] | None]:
    """Walk a world and return what was decided, and the figures; None without a truth.

    `compared` are other Wardens, each walked through the same world. `scores_alone` is a Warden
    like the first with a store of its own: what it allows or throttles goes out at once.
    """
    found = walked(world, warden, refusals, progress)
    truth = read_truth(world.folder, world.odd)
    if not truth:
        return found, None
    logs = {"Sendwarden": found.log, "no control": DecisionLog()}
    for name, rival in (compared or {}).items():
        logs[name] = walked(world, rival(), refusals).log
    if scores_alone is not None:
        logs["our scores alone"] = walked(world, scores_alone, refusals, staged=False).log
    return found, _figures(world, truth, found, logs)


def walked(
    world: World,
    warden: Warden,
    refusals: tuple[type[Exception], ...],
    progress: Progress = lambda _: None,
    *,
    staged: bool = True,
) -> Evaluation:
    """Walk a world under the control of a Warden; `staged` False: by its scores alone."""
    walk = Walk(warden, Pace(control=True, staged=staged), refusals, world.accounts, world.odd)
    found = Evaluation()
    for one in walk.judged(world.facts()):
        found.take(one)
        progress(one)
    found.events = walk.events
    for sending in walk.sendings.values():
        found.log.handed_over(sending.campaign_id, sending.grants, sending.stopped_at)
    return found


def _figures(
    world: World, truth: Truth, found: Evaluation, logs: Mapping[str, DecisionLog]
) -> dict[str, Any]:
    """Return all figures as JSON-ready data."""
    mail = {
        name: mail_figures(outcomes_of(world.campaigns, log, truth)) for name, log in logs.items()
    }
    return {
        "mail": mail,
        "actions": _actions(found.log, truth),
        "campaigns": _campaign_ranking(found.log, world, truth),
        "accounts": _account_ranking(found.log, truth),
        "forecasts": _coverage(found, truth),
        "rankings_of_rivals": {
            name: _campaign_ranking(log, world, truth)["figures"]
            for name, log in logs.items()
            if log.campaigns and log is not found.log
        },
    }


def _campaign_ranking(log: DecisionLog, world: World, truth: Truth) -> dict[str, Any]:
    rows = [
        (float(known.abusive), line.risk, entry.account_id, known.kind)
        for entry in world.campaigns
        if (known := truth.campaigns.get(entry.campaign_id)) and known.abusive is not None
        and (line := log.campaigns.get(entry.campaign_id))
    ]  # fmt: skip
    return _ranking(rows)


def _account_ranking(log: DecisionLog, truth: Truth) -> dict[str, Any]:
    rows = [
        (float(known.abusive), log.accounts[account_id], known.actor, known.kind)
        for account_id, known in truth.accounts.items()
        if account_id in log.accounts
    ]
    return _ranking(rows)


def _ranking(rows: list[tuple[float, float, str, str]]) -> dict[str, Any]:
    """Return the figures of (abusive, risk, group of the bootstrap, kind)."""
    abusive, risk = (np.array([row[i] for row in rows], dtype=np.float64) for i in (0, 1))
    groups, kinds = (np.array([row[i] for row in rows], dtype=np.str_) for i in (2, 3))
    rng = np.random.default_rng(0)
    return {
        "figures": ranking_figures(abusive, risk),
        "intervals": ranking_intervals(abusive, risk, groups, rng),
        "recall_by_kind": {
            f"{rate:g}": recall_by_kind(abusive, risk, kinds, rate) for rate in (0.001, 0.01, 0.05)
        },
    }


def _actions(log: DecisionLog, truth: Truth) -> dict[str, dict[str, int]]:
    """Return decisions by action for good and abusive campaigns."""
    counts = {side: dict.fromkeys(ACTIONS, 0) for side in ("good", "abusive", "unlabelled")}
    for line in log.campaigns.values():
        known = truth.campaigns.get(line.campaign_id)
        if known is None or known.abusive is None:
            side = "unlabelled"
        else:
            side = "abusive" if known.abusive else "good"
        counts[side][line.action] += 1
    return counts


def _coverage(found: Evaluation, truth: Truth) -> dict[str, float]:
    """Return the share of campaigns whose true rate lies in the forecast's interval."""
    known = [(truth.campaigns[key], f) for key, f in found.forecasts.items() if key in truth.campaigns]  # fmt: skip
    if not known:
        return {"hard_bounce_coverage": NAN, "complaint_coverage": NAN}
    hard = np.array([(t.p_hard, f.hard_bounce_rate.low, f.hard_bounce_rate.high) for t, f in known])
    complaint = np.array(
        [(t.p_complaint, f.complaint_rate.low, f.complaint_rate.high) for t, f in known]
    )
    return {
        "hard_bounce_coverage": coverage(*hard.T),
        "complaint_coverage": coverage(*complaint.T),
    }


def summary_of(odd: Oddities) -> list[str]:
    """Return what was odd about the world, for people."""
    return odd.lines() or ["nothing"]
