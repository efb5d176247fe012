"""Makes gaps in a world, so that a model learns to judge with what an ESP happens to know.

Some accounts lose some groups of facts for good, each by its own coin: what is left is walked
through the same use cases, so a gap looks to the features exactly as it will in service.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

import msgspec

from features.records import Account, EventType
from training.world import (
    AccountPut,
    CampaignDue,
    DomainPut,
    EventReceived,
    Fact,
    ListImported,
)

Change = Callable[[Fact], Fact | None]
MISDECLARED: Final = 0.4
_ENGAGEMENT: Final = frozenset({EventType.OPEN, EventType.CLICK, EventType.UNSUBSCRIBE})
_PAPERWORK: Final = (
    "email_domain", "signup_ip", "country", "website", "plan", "paid", "phone_country", "declared",
)  # fmt: skip
_TRACES: Final = ("signup_ip", "payment_fingerprint", "device_fingerprint", "parent_account_id")


def _without(fields: tuple[str, ...]) -> Change:
    def change(fact: Fact) -> Fact:
        if not isinstance(fact, AccountPut):
            return fact
        left: Account = msgspec.structs.replace(fact.account, **dict.fromkeys(fields))
        return replace(fact, account=left)

    return change


def _misdeclared(fact: Fact) -> Fact:
    """Declare a volume up to ten times as large or as small, as people who guess do."""
    declared = fact.account.declared if isinstance(fact, AccountPut) else None
    if not isinstance(fact, AccountPut) or declared is None or declared.monthly_volume is None:
        return fact
    factor = 10.0 ** (2.0 * coin(fact.account.account_id, "volume", 0) - 1.0)
    volume = min(10**12, round(declared.monthly_volume * factor))
    changed = msgspec.structs.replace(declared, monthly_volume=volume)
    return replace(fact, account=msgspec.structs.replace(fact.account, declared=changed))


def _without_events(kinds: frozenset[EventType]) -> Change:
    def change(fact: Fact) -> Fact | None:
        return None if isinstance(fact, EventReceived) and fact.event.type in kinds else fact

    return change


def _without_domains(fact: Fact) -> Fact | None:
    return None if isinstance(fact, DomainPut) else fact


def _without_lists(fact: Fact) -> Fact | None:
    return None if isinstance(fact, ListImported) else fact


def _without_list_names(fact: Fact) -> Fact:
    return replace(fact, list_ids=()) if isinstance(fact, CampaignDue) else fact


def _without_message(fact: Fact) -> Fact:
    return replace(fact, message=None) if isinstance(fact, CampaignDue) else fact


def _without_delivery_detail(fact: Fact) -> Fact:
    if not isinstance(fact, EventReceived):
        return fact
    bare = msgspec.structs.replace(
        fact.event, mailbox_provider=None, sending_ip=None, enhanced_status=None, diagnostic=None
    )
    return replace(fact, event=bare)


GAPS: Final[dict[str, Change]] = {
    "paperwork": _without(_PAPERWORK),
    "traces": _without(_TRACES),
    "misdeclared": _misdeclared,
    "domains": _without_domains,
    "lists": _without_lists,
    "list_names": _without_list_names,
    "message": _without_message,
    "engagement": _without_events(_ENGAGEMENT),
    "feedback": _without_events(frozenset({EventType.COMPLAINT})),
    "traps": _without_events(frozenset({EventType.TRAP_HIT})),
    "detail": _without_delivery_detail,
    "deliveries": _without_events(frozenset({EventType.DELIVERED, EventType.DEFERRED})),
}


@dataclass(frozen=True)
class Gaps:
    """Which accounts lose what: `share` of them each lose every group with chance `each`."""

    share: float
    each: float = 0.3
    seed: int = 0

    def of(self, account_id: str) -> tuple[str, ...]:
        """Return the groups of facts that an account loses; always the same ones.

        What is declared is doubted everywhere: no other generator or customer declares alike.
        """
        doubted = coin(account_id, "doubt", self.seed) < MISDECLARED if self.share else False
        losing = coin(account_id, "any", self.seed) < self.share
        return tuple(
            name
            for name in GAPS
            if (
                doubted
                if name == "misdeclared"
                else losing and coin(account_id, name, self.seed) < self.each
            )
        )

    def apply(self, facts: Iterable[Fact]) -> Iterator[Fact]:
        """Yield what is left of a world."""
        lost: dict[str, tuple[Change, ...]] = {}
        for fact in facts:
            account_id = account_of(fact)
            if account_id not in lost:
                lost[account_id] = tuple(GAPS[name] for name in self.of(account_id))
            left: Fact | None = fact
            for change in lost[account_id]:
                left = None if left is None else change(left)
            if left is not None:
                yield left


def coin(account_id: str, what: str, seed: int) -> float:
    """Return a number in [0, 1) that is always the same for the same account."""
    text = f"{seed}/{what}/{account_id}".encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big") / 2**64


def account_of(fact: Fact) -> str:
    """Return the account that a fact belongs to."""
    match fact:
        case AccountPut():
            return fact.account.account_id
        case DomainPut():
            return fact.domain.account_id
        case EventReceived():
            return fact.event.account_id
        case ListImported() | CampaignDue():
            return fact.account_id
