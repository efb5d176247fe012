"""Server time of the console's pages on a full desk, beside the floor of an empty page.

10,000 queued cases of as many accounts, and one account with 10^6 events. The floor is the page of
people: session, layout and one small read.
"""

import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from fastapi.testclient import TestClient
from rich.console import Console
from rich.table import Table

from benchmarks._databases import postgres
from features.records import Account, Event, EventType, Subject
from models.decision import Decision, SubjectRef
from sendwarden.compose import build_api, build_desk, build_warden
from sendwarden.settings import Settings
from service.stores.contract import Store
from service.warden import Warden

NOW: Final = datetime(2026, 11, 23, 10, tzinfo=UTC)
PASSWORD: Final = "correct horse battery"
PAGES: Final = {
    "floor: people": "/people",
    "queue": "/queue",
    "queue, by country and subject": "/queue?view=all&country=NL&subject=campaign",
    "queue, page 200": "/queue?view=all&page=200",
    "case": "/cases/d-big",
    "account": "/accounts?id=big",
    "accounts, most sent": "/accounts?counter=sent",
    "accounts, most sent by country, 30 d": "/accounts?counter=sent&by=country&period=30d",
    "overview": "/",
}
_BATCH: Final = 10_000


def run(quick: bool = False) -> None:
    """Print the median and the worst milliseconds a page, on both stores."""
    cases, events = (500, 20_000) if quick else (10_000, 1_000_000)
    with tempfile.TemporaryDirectory() as folder, postgres() as url:
        urls = {"SQLite": f"sqlite:///{Path(folder) / 'bench.db'}", "PostgreSQL": url}
        for name, store_url in urls.items():
            if store_url is None:
                print(f"{name}: no server")
                continue
            _measure(name, Path(folder) / name, store_url, cases, events)


def _measure(name: str, home: Path, url: str, cases: int, events: int) -> None:
    settings = Settings(home=home, database_url=url)
    warden = build_warden(settings)
    warden.store.migrate()
    _fill(warden, cases, events)
    build_desk(settings, warden).sign_in.add("ann", "admin", PASSWORD, "bench", NOW)
    app = build_api(settings, warden, lambda: NOW)
    table = Table(
        "page",
        "median ms",
        "worst ms",
        title=f"{name}: {cases:,} cases, an account of {events:,} events",
    )
    with TestClient(app, base_url="http://127.0.0.1", client=("127.0.0.1", 1)) as client:
        client.post("/console/sign-in", data={"name": "ann", "password": PASSWORD})
        for page, path in PAGES.items():
            times = [_milliseconds(client, f"/console{path}") for _ in range(7)]
            table.add_row(page, f"{statistics.median(times):.1f}", f"{max(times):.1f}")
    Console().print(table)
    warden.store.close()


def _milliseconds(client: TestClient, path: str) -> float:
    started = time.perf_counter()
    answer = client.get(path, follow_redirects=False)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return 1_000 * (time.perf_counter() - started)


def _fill(warden: Warden, cases: int, events: int) -> None:
    for n in range(cases - 1):
        _hold(warden.store, f"a-{n}", f"d-{n}", n)
    _hold(warden.store, "big", "d-big", cases)
    for at, batch in _batches(cases, events):
        warden.ingest(batch, at)


def _hold(store: Store, account_id: str, decision_id: str, n: int) -> None:
    country = ("NL", "DE", "TW", None)[n % 4]
    created = NOW - timedelta(days=60, seconds=n)
    account = Account(account_id=account_id, created_at=created, country=country, plan="free")
    store.put_account(account, {}, created)
    store.save_decision(
        Decision(
            decision_id=decision_id, subject=SubjectRef(type=Subject.CAMPAIGN, id=f"c-{n}"),
            account_id=account_id, as_of=NOW - timedelta(minutes=n % 600), action="review",
            limits=None, risk=n % 97 / 97, malicious=n % 97 / 194, careless=n % 97 / 194,
            forecast=None, reasons=(), rules=(), policy_version="p", model_version="m",
            feature_set="f", valid_until=NOW,
        ),
        recipients=n + 1,
    )  # fmt: skip


def _batches(accounts: int, events: int) -> Iterator[tuple[datetime, list[Event]]]:
    """Yield the events of `big` over 60 days, and with each batch one of many other accounts."""
    kinds = (*[EventType.SENT] * 5, *[EventType.DELIVERED] * 4, EventType.HARD_BOUNCE)
    count = max(events // _BATCH, 2)
    for batch in range(count):
        at = NOW - timedelta(days=60 * (count - batch) / count)
        yield at, [
            Event(
                event_id=f"{batch}-{i}", type=kinds[i % len(kinds)], occurred_at=at,
                account_id="big", mailbox_provider=f"p{i % 10}",
            )
            for i in range(events // count)
        ]  # fmt: skip
    for day in (1, 8):
        at = NOW - timedelta(days=day)
        yield (
            at,
            [
                Event(
                    event_id=f"o-{day}-{n}",
                    type=EventType.SENT,
                    account_id=f"a-{n}",
                    occurred_at=at,
                )
                for n in range(accounts - 1)
            ],
        )
