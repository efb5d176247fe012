"""What a bounce says of one recipient, before it is judged."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Action(StrEnum):
    """What became of a mail for one recipient (RFC 3464, 2.3.3)."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"


ACTIONS: Final = {
    "failed": Action.FAILED, "failure": Action.FAILED, "fail": Action.FAILED,
    "delayed": Action.DELAYED, "delay": Action.DELAYED, "deferred": Action.DELAYED,
    "delivered": Action.DELIVERED, "relayed": Action.DELIVERED, "expanded": Action.DELIVERED,
    "deliverable": Action.DELIVERED,
}  # fmt: skip


@dataclass(frozen=True)
class Failure:
    """One recipient's fate. `code` 400-599; `diagnostic` the server's words and `context` what the
    notice says around them; times are as written."""

    recipient: str | None
    action: Action | None = None
    code: int | None = None
    status: str | None = None
    diagnostic: str = ""
    context: str = ""
    command: str | None = None
    remote_mta: str = ""
    attempted: str = ""
    feedback: str = ""
