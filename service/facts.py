"""Gathers what the store knows of a subject, as of a time passed in."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

import numpy as np

from features.facts import AccountFacts, Peers, TieKind
from features.records import Account, SendingDomain
from features.tiles import TileRows, account_key, account_provider_key
from features.windows import WINDOWS, Grain, closed_end
from service.stores.contract import Store
from service.ties import account_ties, merged, tie_key

_COARSE: Final = (Grain.HOUR, Grain.DAY)
MAX_PROVIDERS: Final = 64
_MAX_DOMAINS: Final = 5
NO_CAMPAIGN: Final = ""
FindPeers = Callable[[Account, Mapping[TieKind, int]], dict[TieKind, Peers]]


def account_facts(
    store: Store,
    account: Account,
    as_of: datetime,
    extra_ties: Mapping[TieKind, int] | None = None,
    except_campaign: str = NO_CAMPAIGN,
    *,
    counted: bool = True,
) -> AccountFacts:
    """Return everything the store knows of an account.

    `extra_ties` come from the message at hand. `except_campaign` leaves the campaign that is
    being scored out of the account's earlier ones. Tiles are left out unless `counted`.
    """
    domains = store.domains(account.account_id)
    tiles, providers = _tiles(store, account.account_id, as_of) if counted else ({}, {})
    first, thousandth = store.milestones(account.account_id)
    seen = store.campaigns_seen(account.account_id, except_campaign)
    return AccountFacts(
        account=account,
        as_of=as_of,
        tiles=tiles,
        providers=providers,
        domains=domains,
        imports=store.imports(account.account_id),
        ties=peers_of(store.peers, account, domains, extra_ties or {}),
        first_sent_at=first,
        thousandth_sent_at=thousandth,
        campaigns_before=seen.campaigns,
        max_recipients_before=seen.max_recipients,
    )


def slot_ranges(as_of: datetime) -> dict[Grain, tuple[int, int]]:
    """Return the first and last slot of each grain that any window reads.

    Coarse grains reach back to the longest window that starts on them; 5-minute and hour tiles
    also fill the open hour and day. No window reads the tile of all time.
    """
    end = closed_end(as_of)
    ranges = {}
    for grain in (Grain.FIVE_MINUTES, Grain.HOUR, Grain.DAY):
        back = max(window.seconds for window in WINDOWS if window.grain is grain)
        ranges[grain] = ((end - back) // grain.value, end // grain.value - 1)
    return ranges


def _tiles(
    store: Store, account_id: str, as_of: datetime
) -> tuple[dict[Grain, TileRows], dict[str, dict[Grain, TileRows]]]:
    """Return the account's tiles by grain, and those of each mailbox provider.

    One range read a grain: the account's and the providers' tiles come together.
    """
    ranges = slot_ranges(as_of)
    own = account_key(account_id)
    keys = {
        account_provider_key(account_id, provider): provider
        for provider in store.providers(account_id)[:MAX_PROVIDERS]
    }
    tiles: dict[Grain, TileRows] = {}
    providers: dict[str, dict[Grain, TileRows]] = {name: {} for name in keys.values()}
    for grain, (first, last) in ranges.items():
        wanted = (own, *keys) if grain in _COARSE else (own,)
        rows = store.tiles(wanted, grain, first, last)
        tiles[grain] = tiles_of(rows, own)
        if grain in _COARSE:
            for key, provider in keys.items():
                providers[provider][grain] = tiles_of(rows, key)
    return tiles, providers


def tiles_of(rows: TileRows, entity: int) -> TileRows:
    """Return the tiles of one entity out of sorted rows."""
    first = np.searchsorted(rows.entities, entity, "left")
    last = np.searchsorted(rows.entities, entity, "right")
    return TileRows(rows.entities[first:last], rows.slots[first:last], rows.counts[first:last])


def peers_of(
    find: FindPeers,
    account: Account,
    domains: Sequence[SendingDomain],
    extra_ties: Mapping[TieKind, int],
) -> dict[TieKind, Peers]:
    """Return the peers by tie. Of several sending domains, the one with the worst company counts."""
    own = [tie_key(TieKind.SENDING_DOMAIN, domain.domain) for domain in domains[:_MAX_DOMAINS]]
    ties = merged(
        {TieKind.SENDING_DOMAIN: own[0]} if own else {}, account_ties(account), extra_ties
    )
    peers = find(account, ties)
    for key in own[1:]:
        found = find(account, {TieKind.SENDING_DOMAIN: key})
        candidates = [found.get(TieKind.SENDING_DOMAIN), peers.get(TieKind.SENDING_DOMAIN)]
        peers[TieKind.SENDING_DOMAIN] = max(
            (c for c in candidates if c is not None),
            key=lambda c: (c.flagged, c.accounts),
            default=Peers(),
        )
    return peers
