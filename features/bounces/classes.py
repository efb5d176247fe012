"""The closed set of reasons why a mail was not delivered, and what kind of failure each is."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from features.records import BounceClass as BounceClass  # noqa: PLC0414 - one vocabulary, known here
from features.records import EventType


class BounceKind(StrEnum):
    """What a failure says: about the address (hard), the moment (soft) or the sender (block)."""

    HARD = "hard"
    SOFT = "soft"
    BLOCK = "block"
    DEFERRAL = "deferral"


class Signal(StrEnum):
    """What a provider's text says of the sender's behaviour: earlier than any rate can."""

    UNUSUAL_RATE = "unusual_rate"
    POOR_REPUTATION = "poor_reputation"
    BLOCKED_FOR_SPAM = "blocked_for_spam"
    BLOCK_LISTED = "block_listed"
    COMPLAINTS = "complaints"


@dataclass(frozen=True)
class Verdict:
    """The class and kind of one failure; `signal` where the text names the sender's behaviour."""

    bounce_class: BounceClass
    kind: BounceKind
    signal: Signal | None = None


# An inactive mailbox is a soft failure: a suspended or full account may come back, and the
# addresses of those that do not become unknown in the end.
KINDS: Final = {
    BounceClass.INVALID_RECIPIENT: BounceKind.HARD,
    BounceClass.BAD_DOMAIN: BounceKind.HARD,
    BounceClass.MAILBOX_FULL: BounceKind.SOFT,
    BounceClass.INACTIVE: BounceKind.SOFT,
    BounceClass.DNS_ROUTING: BounceKind.SOFT,
    BounceClass.PROTOCOL: BounceKind.SOFT,
    BounceClass.TRANSIENT: BounceKind.SOFT,
    BounceClass.RATE_LIMITED: BounceKind.SOFT,
    BounceClass.POLICY_BLOCK: BounceKind.BLOCK,
    BounceClass.REPUTATION_BLOCK: BounceKind.BLOCK,
    BounceClass.CONTENT_REJECTED: BounceKind.BLOCK,
    BounceClass.AUTHENTICATION: BounceKind.BLOCK,
}
_TYPES: Final = {
    BounceKind.HARD: EventType.HARD_BOUNCE,
    BounceKind.SOFT: EventType.SOFT_BOUNCE,
    BounceKind.BLOCK: EventType.BLOCK_BOUNCE,
    BounceKind.DEFERRAL: EventType.DEFERRED,
}


def event_type_of(kind: BounceKind) -> EventType:
    """Return the canonical event type of a kind of failure."""
    return _TYPES[kind]
