"""A first case, step by step: what to look at and what it means. The step is in the address."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Step:
    """One step: where on the page, and what to see there."""

    place: str
    title: str
    says: str


GUIDE: Final = (
    Step("top", "What is held", "Mail of this account waits for you. The pill says what the policy did, the number how likely abuse is. Claim the case (c): for 15 minutes nobody else decides it."),
    Step("why", "Why it was flagged", "Red pushes the risk up, green pulls it down, from the base rate to the score. Each card has the value, what is usual, and how many other accounts got the same reason."),
    Step("message", "What it would send", "The message is kept encrypted while the case is open. Read it safely: nothing loads, links say where they really lead. That you read it is in the audit log."),
    Step("mail", "What it did before", "Mail by day, and by mailbox provider against the account's own past. A dark tick is its own usual rate."),
    Step("ties", "Who it is tied to", "Accounts that share a device, a card, an address, a template or a list. Follow a node to stand on that account. What few share says most."),
    Step("what-if", "What would follow", "For each action: the mail that goes, waits or ends, what the policy answers when asked again, and what the customer is told."),
    Step("decide", "Your word", "Choose what this sender is (1, 2, 3), what to put in force, and decide. You can undo it for 10 minutes. Your verdict teaches the next model."),
)  # fmt: skip


def guide_step(text: str) -> int | None:
    """Return which step an address asks for, from 1; None: no guide."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 3 else 0
    return number if 1 <= number <= len(GUIDE) else None
