"""Accounts that share something, as a graph around one of them that can be walked. Pure but for one read."""

from dataclasses import dataclass
from typing import Final

from service.stores.contract import Store, Tied, TiedAccount

_MOST_NODES: Final = 14
_MOST_TIES: Final = 7


@dataclass(frozen=True)
class Neighbour:
    """An account beside the centre. `ties` are positions in the graph's ties."""

    account: TiedAccount
    ties: tuple[int, ...]


@dataclass(frozen=True)
class Graph:
    """What an account shares, what the fewest share first, and with whom.

    `neighbours` are those worth a look: flagged ones, then those tied by what few share. `more`
    are not named.
    """

    account_id: str
    ties: tuple[Tied, ...]
    neighbours: tuple[Neighbour, ...]
    more: int


def graph_of(store: Store, account_id: str) -> Graph:
    """Return the graph around an account; one that is not known has no ties."""
    return arranged(account_id, store.tied(account_id))


def arranged(account_id: str, tied: tuple[Tied, ...]) -> Graph:
    """Choose which ties and accounts a picture can hold."""
    ties = tied[:_MOST_TIES]
    by_account: dict[str, list[int]] = {}
    known: dict[str, TiedAccount] = {}
    for place, tie in enumerate(ties):
        for peer in tie.peers:
            known[peer.account_id] = peer
            by_account.setdefault(peer.account_id, []).append(place)
    order = sorted(by_account, key=lambda key: _worth(known[key], by_account[key], ties))
    neighbours = tuple(Neighbour(known[key], tuple(by_account[key])) for key in order)
    total = max([tie.accounts for tie in tied], default=0)
    shown = neighbours[:_MOST_NODES]
    return Graph(account_id, ties, shown, max(total, len(neighbours)) - len(shown))


def _worth(
    account: TiedAccount, places: list[int], ties: tuple[Tied, ...]
) -> tuple[bool, float, str]:
    """Order: flagged, then by how close it is; a tie counts the less the more share it."""
    closeness = sum(1.0 / ties[place].accounts for place in places)
    return (not account.flagged, -closeness, account.account_id)
