"""A change that others are told of. It is stored in the transaction that makes it."""

from datetime import datetime
from typing import Any, Final

import msgspec


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One change. `change_id` grows in the order of commits, over all accounts; 0 before it is stored.

    `account_id` is empty where no account is concerned. `data` is plain JSON.
    """

    type: str
    account_id: str
    at: datetime
    data: dict[str, Any]
    change_id: int = 0


STANDING: Final = "account.standing_changed"
ACTION: Final = "campaign.action_changed"
RELEASE: Final = "campaign.release_changed"

TYPES: Final = {
    STANDING: "what is in force on an account: `before`, `after`, `by` (policy or person), `decision_id`",
    ACTION: "a new score of a campaign that was scored before calls for another action, or a first one holds it: "
    "`campaign_id`, `before`, `after`, `decision_id`, `reasons`",
    RELEASE: "a campaign that is going out was stopped or held, or goes on: `campaign_id`, `before`, `after` "
    "(running, held, stopped), `granted`, `backlog`",
    "alert.opened": "delivery of an account, IP, provider or the platform went bad: `incident_id`, `key`, `severity`, `facts`",
    "alert.closed": "and recovered",
    "drift.opened": "features, scores or labels of a subject are no longer what the model was made for: `incident_id`, `key`, "
    "`severity`, `facts` with the guilty features",
    "drift.closed": "and they are again",
    "listing.opened": "a block list names one of our IPs or domains",
    "listing.closed": "and no longer does",
    "report.opened": "somebody reported abuse",
    "report.closed": "and a person closed that",
}


def webhook_id(change: Change) -> str:
    """Return the id of a message about a change: the same with every attempt, for every receiver."""
    return f"chg_{change.change_id}"


def payload(change: Change) -> bytes:
    """Return the body of a message, as Standard Webhooks has it: type, timestamp, data."""
    data = {"change_id": change.change_id, "account_id": change.account_id or None, **change.data}
    return msgspec.json.encode({"type": change.type, "timestamp": change.at, "data": data})
