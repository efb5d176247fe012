"""What others do about the same mail: Wardens without features or models, walked like ours.

They see the same facts and only the events of what they let out. Each is a published practice:
limits on an account's rates (Amazon SES), a random part held back while fixed limits are watched
(as Brevo does for new contacts), and the sequential test alone, without any score.
"""
# ruff: noqa: ARG002 - one interface, and rivals that look at little of it

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from features.records import (
    Account,
    Event,
    EventType,
    ImportSource,
    SendingDomain,
    Stream,
    Subject,
)
from models.decision import Action, Decision, SubjectRef
from models.inflight import Answer, Plan, Progress, State, release
from models.inflight.records import Rules
from training.baselines import REPRESENTATIVE_MAILS, SES_PAUSE, SES_REVIEW, Limits

_HELD_SHARE: Final = 0.1
_HELD_FOR: Final = timedelta(hours=2)
_FIXED_LIMITS: Final = {"hard_bounce": 0.02, "complaint": 0.002, "unsubscribe": 0.01}
_LEAST_SAMPLE: Final = 20


@dataclass(frozen=True)
class Released:
    """What a release answered."""

    answer: Answer


@dataclass
class Campaign:
    """A campaign that a rival lets out."""

    recipients: int
    stream: Stream
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    granted: int = 0
    asked: int = 0
    progress: Progress = field(default_factory=Progress)


@dataclass
class Rival:
    """Counts events and lets everything out; those below override one step."""

    campaigns: dict[str, Campaign] = field(default_factory=dict)
    accounts: dict[str, dict[str, int]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(int))
    )

    def put_account(self, account: Account, at: datetime) -> Decision:
        return _decision(Subject.ACCOUNT, account.account_id, account.account_id, Action.ALLOW, 0.0, at)  # fmt: skip

    def put_domain(self, domain: SendingDomain, at: datetime) -> None: ...

    def import_list(
        self, account_id: str, list_id: str, source: ImportSource, path: Path, at: datetime
    ) -> None: ...

    def ingest(self, events: Sequence[Event], at: datetime) -> None:
        for event in events:
            self.accounts[event.account_id][event.type] += 1
            if event.campaign_id in self.campaigns:
                self.campaigns[event.campaign_id].counts[event.type] += 1

    def score_account(self, account_id: str, at: datetime) -> Decision:
        risk = self.risk(account_id)
        return _decision(Subject.ACCOUNT, account_id, account_id, Action.ALLOW, risk, at)

    def score_campaign(
        self,
        campaign_id: str,
        account_id: str,
        recipients: int,
        stream: Stream,
        list_ids: Sequence[str],
        message: bytes | None,
        scheduled_at: datetime | None,
        at: datetime,
    ) -> Decision:
        self.campaigns[campaign_id] = Campaign(recipients, stream)
        risk = self.risk(account_id)
        action = self.action(account_id, risk)
        return _decision(Subject.CAMPAIGN, campaign_id, account_id, action, risk, at)

    def release(self, campaign_id: str, want: int, at: datetime) -> Released:
        return Released(self.answer(self.campaigns[campaign_id], want, at))

    def risk(self, account_id: str) -> float:
        return 0.0

    def action(self, account_id: str, risk: float) -> Action:
        return Action.ALLOW

    def answer(self, campaign: Campaign, want: int, at: datetime) -> Answer:
        return _all(want)


@dataclass
class RateLimits(Rival):
    """Pauses an account for good once a rate over a representative volume is at its limit."""

    limits: Limits = SES_PAUSE
    paused: set[str] = field(default_factory=set)

    def risk(self, account_id: str) -> float:
        """Return how close the account is to its nearest limit, 0.5 at the limit."""
        counts = self.accounts[account_id]
        answered = counts[EventType.DELIVERED] + counts[EventType.HARD_BOUNCE]
        mails = max(counts[EventType.SENT], answered)
        if mails < REPRESENTATIVE_MAILS:
            return 0.0
        bounces = counts[EventType.HARD_BOUNCE] / mails / self.limits.hard_bounce
        delivered = max(counts[EventType.DELIVERED], 1)
        complaints = counts[EventType.COMPLAINT] / delivered / self.limits.complaint
        closeness = max(bounces, complaints)
        return closeness / (1 + closeness)

    def action(self, account_id: str, risk: float) -> Action:
        if risk >= 0.5:
            self.paused.add(account_id)
        return Action.REVIEW if account_id in self.paused else Action.ALLOW


class HeldSubset(Rival):
    """Sends a tenth, waits two hours, and sends the rest unless a rate is over a fixed limit."""

    def answer(self, campaign: Campaign, want: int, at: datetime) -> Answer:
        campaign.asked += 1
        if campaign.asked == 1 and campaign.stream is Stream.BROADCAST:
            part = min(want, max(_LEAST_SAMPLE, int(campaign.recipients * _HELD_SHARE)))
            campaign.granted = part
            again = at + _HELD_FOR if part < want else None
            return _told(part, State.HOLDING if again else State.DONE, again)
        over = any(
            campaign.counts[kind] > limit * campaign.granted
            for kind, limit in _FIXED_LIMITS.items()
        )
        return _told(0, State.STOPPED, None) if over and campaign.granted else _all(want)


@dataclass
class TestAlone(Rival):
    """The staged release under the sequential test, for every broadcast alike."""

    rules: Rules | None = None
    __test__ = False

    def answer(self, campaign: Campaign, want: int, at: datetime) -> Answer:
        if self.rules is None or campaign.stream is Stream.TRANSACTIONAL:
            return _all(want)
        first = max(_LEAST_SAMPLE, int(campaign.recipients * self.rules.first_share))
        plan = Plan(
            decision_id="-", account_id="-", recipients=campaign.recipients,
            action=Action.ALLOW.label, first_stage=first,
        )  # fmt: skip
        campaign.progress, answer = release(
            plan, campaign.progress, campaign.counts, want, at, self.rules
        )
        return answer


def compared_with(rules: Rules) -> dict[str, Callable[[], Rival]]:
    """Return the rivals by name; `rules` are those of the policy in force."""
    return {
        "SES limits, pause": lambda: RateLimits(limits=SES_PAUSE),
        "SES limits, review": lambda: RateLimits(limits=SES_REVIEW),
        "a tenth, then 2 h": HeldSubset,
        "test without scores": lambda: TestAlone(rules=rules),
    }


def _all(want: int) -> Answer:
    return _told(want, State.DONE, None)


def _told(granted: int, state: State, again: datetime | None) -> Answer:
    return Answer(granted=granted, state=state, stage=1, evidence=(), check_again_at=again)


def _decision(
    kind: Subject, subject_id: str, account_id: str, action: Action, risk: float, at: datetime
) -> Decision:
    return Decision(
        decision_id="-", subject=SubjectRef(type=kind, id=subject_id), account_id=account_id,
        as_of=at, action=action.label, limits=None, risk=risk, malicious=0.0, careless=risk,
        forecast=None, reasons=(), rules=(), policy_version="-", model_version="-",
        feature_set="-", valid_until=at,
    )  # fmt: skip
