"""Tiles: integer event counts per entity and slot, and the identity of the entities counted."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from features.hashing import key64
from features.records import Event, EventType
from features.windows import Grain

Ints = npt.NDArray[np.int64]

COUNTERS: Final = tuple(kind.value for kind in EventType)
COUNTER_INDEX: Final = {kind: i for i, kind in enumerate(EventType)}


class EntityKind(StrEnum):
    """What events are counted for."""

    ACCOUNT = "account"
    CAMPAIGN = "campaign"
    ACCOUNT_PROVIDER = "account_provider"
    IP_PROVIDER = "ip_provider"


# Grains kept per kind: what no window or page reads is not written.
GRAINS: Final[dict[EntityKind, tuple[Grain, ...]]] = {
    EntityKind.ACCOUNT: (Grain.FIVE_MINUTES, Grain.HOUR, Grain.DAY, Grain.TOTAL),
    EntityKind.CAMPAIGN: (Grain.FIVE_MINUTES, Grain.TOTAL),
    EntityKind.ACCOUNT_PROVIDER: (Grain.HOUR, Grain.DAY),
    EntityKind.IP_PROVIDER: (Grain.HOUR, Grain.DAY),
}


@dataclass(frozen=True)
class TileRows:
    """The tiles of one grain: `entities` and `slots` `(n,)` sorted by (entity, slot), `counts` `(n, 11)`."""

    entities: Ints
    slots: Ints
    counts: Ints


def account_key(account_id: str) -> int:
    return key64(EntityKind.ACCOUNT, account_id)


def campaign_key(account_id: str, campaign_id: str) -> int:
    return key64(EntityKind.CAMPAIGN, account_id, campaign_id)


def account_provider_key(account_id: str, provider: str) -> int:
    return key64(EntityKind.ACCOUNT_PROVIDER, account_id, provider)


def ip_provider_key(ip: str, provider: str) -> int:
    return key64(EntityKind.IP_PROVIDER, ip, provider)


def entities_of(event: Event) -> Iterable[tuple[EntityKind, int]]:
    """Yield every entity that an event counts for."""
    provider = event.mailbox_provider or "unknown"
    yield EntityKind.ACCOUNT, account_key(event.account_id)
    if event.campaign_id is not None:
        yield EntityKind.CAMPAIGN, campaign_key(event.account_id, event.campaign_id)
    yield EntityKind.ACCOUNT_PROVIDER, account_provider_key(event.account_id, provider)
    if event.sending_ip is not None:
        yield EntityKind.IP_PROVIDER, ip_provider_key(event.sending_ip, provider)
