"""Deliverability pages and a look for alerts, over a platform's last two weeks of tiles.

Tiles come every four hours from each IP at each provider. The floor is reading the same tiles of the
IPs' last 90 days and nothing else.
"""

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from features.hashing import AddressHasher
from features.records import Event, EventType
from features.tiles import ip_provider_key
from features.windows import Grain
from service.deliverability import alerts, subjects
from service.ingest import Ingest
from service.stores import open_store
from service.stores.sql import SqlStore

NOW: Final = datetime(2026, 11, 23, 10, tzinfo=UTC)
ACCOUNTS: Final = 200
PROVIDERS: Final = 10
DAYS: Final = 14
_ALL: Final = 2**40


def run(*, quick: bool = False) -> None:
    """Print milliseconds a call."""
    ips = 10 if quick else 50
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{Path(folder) / 'bench.db'}")
        store.migrate()
        _fill(store, ips)
        table = Table("call", "ms", title=f"{ips} IPs, {PROVIDERS} providers, {ACCOUNTS} accounts")
        for name, call in _calls(store, ips).items():
            table.add_row(name, f"{_milliseconds(call):.1f}")
        Console().print(table)
        store.close()


def _fill(store: SqlStore, ips: int) -> None:
    ingest = Ingest(store, AddressHasher(b"k" * 32))
    for hours in range(0, 24 * DAYS, 4):
        at = NOW - timedelta(hours=hours)
        events = [
            Event(
                event_id=f"{hours}-{ip}-{provider}",
                type=EventType.SENT,
                account_id=f"a{(ip * PROVIDERS + provider) % ACCOUNTS}",
                occurred_at=at,
                mailbox_provider=f"p{provider}",
                sending_ip=f"192.0.2.{ip}",
            )
            for ip in range(ips)
            for provider in range(PROVIDERS)
        ]
        ingest(events, at)


def _calls(store: SqlStore, ips: int) -> dict[str, Callable[[], object]]:
    keys = [
        ip_provider_key(f"192.0.2.{ip}", f"p{p}") for ip in range(ips) for p in range(PROVIDERS)
    ]
    return {
        "floor: read the tiles of all IPs": lambda: [
            store.tiles(keys, grain, 0, _ALL) for grain in (Grain.HOUR, Grain.DAY)
        ],
        "GET /v1/ips": lambda: subjects.view_ips(store, NOW, 500),
        "GET /v1/ips/{ip}": lambda: subjects.view_ip(store, "192.0.2.1", NOW),
        "GET /v1/providers": lambda: subjects.view_providers(store, NOW),
        "the mail of an account": lambda: subjects.view_account_mail(store, "a1", NOW),
        "a look for alerts": lambda: alerts.look(store, NOW, lambda: "i", lambda *_: None),
    }


def _milliseconds(call: Callable[[], object], times: int = 5) -> float:
    """Return the best of a few runs."""
    best = float("inf")
    for _ in range(times):
        started = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - started)
    return best * 1_000
