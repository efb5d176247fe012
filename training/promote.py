"""Publishes a trained bundle: to the registry of record, and to the shelf that serving reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from models.registry import CHAMPION, Registered, Registry, Run, Shelf


@dataclass(frozen=True)
class Published:
    """Where a bundle ended up."""

    digest: str
    registered: Registered
    champion: bool


def publish(
    files: Mapping[str, bytes],
    run: Run,
    shelf: Shelf,
    registry: Registry,
    at: datetime,
    *,
    promote: bool,
) -> Published:
    """Register a bundle and put it on the shelf.

    It becomes champion when asked for, or when there is none yet; otherwise it is a challenger.
    """
    digest = shelf.add(files)
    becomes_champion = promote or shelf.champion() is None
    registered = registry.register(files, run, promote=becomes_champion)
    if becomes_champion:
        shelf.promote(digest, at)
    return Published(digest, registered, CHAMPION in registered.aliases)


def promote(digest: str, shelf: Shelf, registry: Registry, at: datetime) -> bool:
    """Make a bundle of the shelf champion in both places.

    Returns whether the registry knows it; the shelf decides what serves. Raises `RegistryError`.
    """
    shelf.promote(digest, at)
    return registry.set_champion(digest)


def rollback(shelf: Shelf, registry: Registry, at: datetime) -> str:
    """Make the champion before this one champion again; return its digest."""
    digest = shelf.rollback(at)
    registry.set_champion(digest)
    return digest
