"""What is told when what is in force changes: one small JSON document a change.

The form is that of Standard Webhooks: `type`, `timestamp`, `data`. No address and no text of a message is
in it; what it names can be read with a key.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec

from models.decision import Decision
from models.inflight import Answer, Plan, Progress
from service.stores.contract import Label

DECISION_CHANGED: Final = "decision.changed"
CAMPAIGN_STOPPED: Final = "campaign.stopped"
VERDICT_GIVEN: Final = "verdict.given"
_ENCODE: Final = msgspec.json.Encoder().encode


@dataclass(frozen=True)
class News:
    """A change that is being committed."""

    message_id: str
    account_id: str
    type: str
    made_at: datetime
    payload: str


def decision_changed(decision: Decision, before: str) -> News:
    """Tell that a subject's action is another one than `before`."""
    data = {
        "account_id": decision.account_id,
        "subject": decision.subject,
        "decision_id": decision.decision_id,
        "action": decision.action,
        "before": before,
        "limits": decision.limits,
        "reasons": [reason.code for reason in decision.reasons],
        "valid_until": decision.valid_until,
        "degraded": decision.degraded,
    }
    return _news(DECISION_CHANGED, decision.account_id, decision.decision_id, decision.as_of, data)


def campaign_stopped(campaign_id: str, plan: Plan, progress: Progress, answer: Answer) -> News:
    """Tell that what came back from a campaign stopped it. Raises `ValueError` when it did not."""
    if progress.stopped_at is None:
        raise ValueError(f"campaign {campaign_id!r} was not stopped")
    data = {
        "account_id": plan.account_id,
        "campaign_id": campaign_id,
        "decision_id": plan.decision_id,
        "granted": progress.granted,
        "stage": progress.stage,
        "evidence": answer.evidence,
    }
    key = f"{campaign_id} {progress.stopped_at.isoformat()}"
    return _news(CAMPAIGN_STOPPED, plan.account_id, key, progress.stopped_at, data)


def verdict_given(label: Label) -> News:
    """Tell what a person said; `action` null: what is in force is left as it was."""
    data = {
        "account_id": label.account_id,
        "decision_id": label.decision_id,
        "verdict": label.verdict,
        "action": label.action,
        "source": label.source,
    }
    return _news(VERDICT_GIVEN, label.account_id, label.label_id, label.known_at, data)


def _news(kind: str, account_id: str, key: str, at: datetime, data: dict[str, Any]) -> News:
    """Return the change; one that is written again after a retry keeps its id."""
    message_id = hashlib.blake2b(f"{kind} {key}".encode(), digest_size=16).hexdigest()
    payload = _ENCODE({"type": kind, "timestamp": at, "data": data}).decode()
    return News(f"msg_{message_id}", account_id, kind, at, payload)
