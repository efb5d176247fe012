"""A store of some accounts to be scored again, and what is common to doing so here and on Spark."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import numpy as np

from features.catalogue import Catalogue
from features.records import Account, Event, ImportSource, ListImport, SendingDomain
from models.registry import starter_files
from sendwarden.rescore import Place, rescore
from service.stores import open_store
from service.stores.contract import StampedEvent
from service.stores.sql import SqlStore
from service.ties import account_ties

NOW = datetime(2026, 11, 23, 10, 2, 3, tzinfo=UTC)
ACCOUNTS = 30


@contextmanager
def filled_store(folder: Path) -> Iterator[SqlStore]:
    opened = open_store(f"sqlite:///{folder / 'store.db'}?synchronous=off")
    opened.migrate()
    fill(opened)
    yield opened
    opened.close()


def fill(store: SqlStore) -> None:
    rng = np.random.default_rng(4)
    for number in range(ACCOUNTS):
        put_account(store, number, rng)
    for ago_hours in (2_000, 900, 200, 80, 30, 5, 1, 0):
        events = [an_event(f"{ago_hours}-{i}", rng) for i in range(300)]
        store.ingest(events, NOW - timedelta(hours=ago_hours, minutes=int(rng.integers(0, 9))))


def put_account(store: SqlStore, number: int, rng: np.random.Generator) -> None:
    account_id = f"a{number}"
    at = NOW - timedelta(days=int(rng.integers(1, 300)))
    account = Account(
        account_id=account_id,
        created_at=at,
        email_domain=["shop.example", "gmail.com", None][number % 3],
        signup_ip=f"192.0.2.{number % 4}",
        paid=[True, False, None][rng.integers(3)],
    )
    store.put_account(account, account_ties(account), at)
    store.put_domain(SendingDomain(domain=f"d{number}.example", account_id=account_id), at)
    record = ListImport(
        import_id=f"i{number}",
        account_id=account_id,
        list_id="l",
        source=ImportSource.FILE,
        imported_at=at,
        rows=100,
        valid=90,
        invalid=10,
        duplicates=0,
        numbers={"list_role_share": 0.5, "list_engaged_age_days": float("nan")},
    )
    if number % 2:
        store.add_import(record, np.arange(0, dtype=np.int64))


def an_event(event_id: str, rng: np.random.Generator) -> StampedEvent:
    kinds = ["sent", "sent", "delivered", "hard_bounce", "complaint", "deferred"]
    event = {
        "event_id": event_id,
        "type": str(rng.choice(kinds)),
        "account_id": f"a{rng.integers(0, ACCOUNTS - 2)}",
        "mailbox_provider": [None, "gmail", "gmx"][rng.integers(3)],
        "occurred_at": NOW,
    }
    return StampedEvent(event=msgspec.convert(event, Event))


def rescored(store: SqlStore, catalogue: Catalogue, out: Path, place: Place) -> Path:
    told: list[str] = []
    done = rescore(store, catalogue, starter_files(), NOW, out, place, told.append)
    assert done.accounts == ACCOUNTS
    assert done.tiles > 100
    assert told
    return out
