"""Publishes a trained bundle: to the registry of record, and to the shelf that serving reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from models.registry import Registered, Registry, Run, Shelf


@dataclass(frozen=True)
class Published:
    """Where a bundle ended up."""

    digest: str
    registered: Registered


def publish(
    files: Mapping[str, bytes], run: Run, shelf: Shelf, registry: Registry, at: datetime
) -> Published:
    """Register a bundle and put it on the shelf as the challenger.

    What serves is another's act: `service.promotion` writes it to the audit log.
    """
    digest = shelf.add(files)
    registered = registry.register(files, run)
    if digest != shelf.champion():
        shelf.challenge(digest, at)
    return Published(digest, registered)
