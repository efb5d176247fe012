"""What the API answers about ties, the case page's insight and the overview."""

from datetime import datetime
from typing import Final

from models.decision import Limits
from models.inflight import Evidence
from service.api.answers import Answer
from service.desk.estimate import Estimate
from service.desk.insight import Insight
from service.desk.overview import Overview
from service.desk.running import Weighed
from service.desk.what_if import Effect
from service.stores.contract import Tied


class TiedAccountAnswer(Answer, frozen=True, kw_only=True):
    """`flagged`: a person called it abusive, or it was terminated and no person said otherwise."""

    account_id: str
    created_at: datetime
    flagged: bool
    last_action: str | None


class TiedAnswer(Answer, frozen=True, kw_only=True):
    """One thing shared with `accounts` others, counted up to 200; the newest 25 by name."""

    kind: str
    accounts: int
    peers: tuple[TiedAccountAnswer, ...]


class TiesAnswer(Answer, frozen=True, kw_only=True):
    """What an account shares, what the fewest share first."""

    account_id: str
    ties: tuple[TiedAnswer, ...]


class RunningAnswer(Answer, frozen=True, kw_only=True):
    """A campaign of which mail went out. `log_e_value` is the evidence of all signals; the campaign
    stops at `stops_at` and opens no new stage from `pauses_at` on (natural logs)."""

    campaign_id: str
    state: str
    recipients: int
    granted: int
    evidence: tuple[Evidence, ...]
    log_e_value: float
    pauses_at: float
    stops_at: float


class EffectAnswer(Answer, frozen=True, kw_only=True):
    """What an action does: mails that go, wait or end, and what the policy answers if asked again."""

    action: str
    goes: int
    waits: int
    ends: int
    next_action: str | None
    limits: Limits | None
    told: str
    two_people: bool


class InsightAnswer(Answer, frozen=True, kw_only=True):
    """`shared`: by reason code, how many other accounts were given it in 30 days."""

    case_id: str
    shared: dict[str, int]
    running: tuple[RunningAnswer, ...]
    effects: tuple[EffectAnswer, ...]


class EstimateAnswer(Answer, frozen=True, kw_only=True):
    """About `mean` of `mails`, with a 90 % interval; `judged` campaigns count for certain."""

    mean: float
    low: float
    high: float
    mails: int
    judged: int


class OverviewAnswer(Answer, frozen=True, kw_only=True):
    """24 hours: decisions by action, abusive mail that got out and good mail held back (estimated),
    the queue, and the platform's health, null without mail."""

    as_of: datetime
    health: float | None
    decisions: dict[str, int]
    mail_leaked: EstimateAnswer
    good_mail_delayed: EstimateAnswer
    open_cases: int
    snoozed_cases: int
    oldest_case_at: datetime | None
    waiting_appeals: int
    open_incidents: int


INSIGHT_ANSWERS: Final[tuple[type[Answer], ...]] = (
    TiedAccountAnswer, TiedAnswer, TiesAnswer, RunningAnswer, EffectAnswer, InsightAnswer,
    EstimateAnswer, OverviewAnswer,
)  # fmt: skip


def ties_answer(account_id: str, tied: tuple[Tied, ...]) -> TiesAnswer:
    return TiesAnswer(
        account_id=account_id,
        ties=tuple(
            TiedAnswer(
                kind=one.kind,
                accounts=one.accounts,
                peers=tuple(
                    TiedAccountAnswer(
                        account_id=peer.account_id, created_at=peer.created_at,
                        flagged=peer.flagged, last_action=peer.last_action,
                    )
                    for peer in one.peers
                ),
            )
            for one in tied
        ),
    )  # fmt: skip


def insight_answer(case_id: str, found: Insight) -> InsightAnswer:
    return InsightAnswer(
        case_id=case_id,
        shared=found.shared,
        running=tuple(map(running_answer, found.running)),
        effects=tuple(map(_effect, found.effects)),
    )


def running_answer(one: Weighed) -> RunningAnswer:
    return RunningAnswer(
        campaign_id=one.running.campaign_id,
        state=one.running.state,
        recipients=one.running.plan.recipients,
        granted=one.running.progress.granted,
        evidence=one.signals,
        log_e_value=one.total,
        pauses_at=one.pause,
        stops_at=one.limit,
    )


def _effect(one: Effect) -> EffectAnswer:
    names = EffectAnswer.__struct_fields__
    return EffectAnswer(**{name: getattr(one, name) for name in names})


def overview_answer(found: Overview) -> OverviewAnswer:
    return OverviewAnswer(
        as_of=found.at,
        health=found.health.score,
        decisions={one.action: one.today for one in found.decided},
        mail_leaked=_estimate(found.leaked),
        good_mail_delayed=_estimate(found.delayed),
        open_cases=found.waiting.open,
        snoozed_cases=found.waiting.snoozed,
        oldest_case_at=found.waiting.oldest_at,
        waiting_appeals=found.appeals,
        open_incidents=len(found.incidents),
    )


def _estimate(one: Estimate) -> EstimateAnswer:
    names = EstimateAnswer.__struct_fields__
    return EstimateAnswer(**{name: getattr(one, name) for name in names})
