"""What a world would have come to without Sendwarden: no control, and thresholds on rates.

The thresholds are Amazon SES's published ones over a representative volume: hard bounces 5 %
review and 10 % pause, complaints 0.1 % review and 0.5 % pause (Amazon SES Developer Guide). They
are replayed on the same world: an account once paused sends nothing more, so its later events
do not happen. SES lets an account under review go on sending; both readings are shown.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

from features.records import Event, EventType
from models.decision import Action
from training.decision_log import CampaignLine, DecisionLog
from training.world import CampaignDue, EventReceived, Fact

# SES names no number; 200 mails are the daily quota of its sandbox.
REPRESENTATIVE_MAILS: Final = 200


@dataclass(frozen=True)
class Limits:
    """Rates from which an account sends no more."""

    hard_bounce: float
    complaint: float


SES_PAUSE: Final = Limits(hard_bounce=0.10, complaint=0.005)
SES_REVIEW: Final = Limits(hard_bounce=0.05, complaint=0.001)


@dataclass
class _Count:
    sent: int = 0
    delivered: int = 0
    hard_bounces: int = 0
    complaints: int = 0
    paused: bool = False


@dataclass
class Thresholds:
    """Replays rate limits on a stream of facts; its `log` is that of a decision maker."""

    limits: Limits
    log: DecisionLog = field(default_factory=DecisionLog)
    _counts: dict[str, _Count] = field(default_factory=lambda: defaultdict(_Count))
    _stopped: set[str] = field(default_factory=set)

    def see(self, fact: Fact) -> None:
        """Take in the next fact in time order."""
        if isinstance(fact, EventReceived):
            self._count(fact.event)
        elif isinstance(fact, CampaignDue):
            self._decide(fact)

    def _count(self, event: Event) -> None:
        if event.campaign_id in self._stopped:
            return
        count = self._counts[event.account_id]
        match event.type:
            case EventType.SENT:
                count.sent += 1
            case EventType.DELIVERED:
                count.delivered += 1
            case EventType.HARD_BOUNCE:
                count.hard_bounces += 1
            case EventType.COMPLAINT:
                count.complaints += 1

    def _decide(self, campaign: CampaignDue) -> None:
        count = self._counts[campaign.account_id]
        closeness = self._closeness(count)
        count.paused = count.paused or closeness >= 1.0
        action = Action.REVIEW if count.paused else Action.ALLOW
        risk = closeness / (1.0 + closeness)
        if count.paused:
            self._stopped.add(campaign.campaign_id)
        self.log.campaigns[campaign.campaign_id] = CampaignLine(
            campaign.campaign_id, action.label, risk
        )
        before = self.log.accounts.get(campaign.account_id, 0.0)
        self.log.accounts[campaign.account_id] = max(before, risk)

    def _closeness(self, count: _Count) -> float:
        """Return how far the account is to its nearest limit, 1 at the limit; 0 with little mail."""
        mails = max(count.sent, count.delivered + count.hard_bounces)
        if mails < REPRESENTATIVE_MAILS:
            return 0.0
        bounces = count.hard_bounces / mails / self.limits.hard_bounce
        complaints = count.complaints / max(count.delivered, 1) / self.limits.complaint
        return max(bounces, complaints)
