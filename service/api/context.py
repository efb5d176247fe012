"""What the endpoints share: use cases, clock, keys, limits and metrics of one server."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Final, cast

from fastapi import Depends, Request

from service.about import About
from service.api.metrics import Metrics
from service.keys import KeyRing
from service.policies.acts import PolicyActs
from service.promotion import ModelActs
from service.warden import Warden
from service.webhooks.doorkeeper import Doorkeeper

# Streams that one server keeps open at a time.
MOST_STREAMS: Final = 200


@dataclass(frozen=True)
class Limits:
    """The largest bodies that are read, in bytes."""

    events_bytes: int = 32 * 2**20
    message_bytes: int = 25 * 2**20
    import_bytes: int = 2 * 2**30
    facts_bytes: int = 64 * 2**10


@dataclass(frozen=True)
class Server:
    """One server."""

    warden: Warden
    clock: Callable[[], datetime]
    keys: KeyRing
    limits: Limits
    metrics: Metrics
    doorkeeper: Doorkeeper
    lab: PolicyActs | None = None
    models: ModelActs | None = None
    streams: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MOST_STREAMS))
    about: About = field(default_factory=About)


def _server(request: Request) -> Server:
    return cast(Server, request.app.state.server)


Serving = Annotated[Server, Depends(_server)]
