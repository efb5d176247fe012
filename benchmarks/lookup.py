"""One account's look-up and kernel among few and among a hundred times as many accounts.

Measured are busy accounts, each once, in random order: all facts that a score reads (account,
peers, domains, imports, milestones, tiles of the account and of its mailbox providers), then the
windows and features of them. The peer is the same store with fewer accounts: flat is the aim.
"""

import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import msgspec
import numpy as np
import sqlalchemy
from rich.console import Console
from rich.table import Table

from benchmarks import _databases
from features.catalogue import load_catalogue
from features.facts import TieKind
from features.inputs import inputs_of
from features.records import Account, Subject
from features.tiles import COUNTERS, account_key, account_provider_key
from features.windows import Grain
from service.facts import account_facts
from service.stores import open_store, schema
from service.stores.sql import SqlStore
from service.ties import account_ties

NOW: Final = datetime(2026, 11, 23, 10, 2, tzinfo=UTC)
MEASURED: Final = 300
PROVIDERS: Final = ("p0", "p1", "p2", "p3")
# What windows read of a busy account: an hour and the open one, a week, a quarter.
BUSY: Final = {Grain.FIVE_MINUTES: 24, Grain.HOUR: 192, Grain.DAY: 91}
QUIET: Final = {Grain.DAY: 3}
_ACCOUNTS_A_TIE: Final = 50
_CHUNK: Final = 20_000


@dataclass(frozen=True)
class Taken:
    """Milliseconds an account, median and 95th percentile."""

    lookup: tuple[float, float]
    features: tuple[float, float]


def fill(store: SqlStore, accounts: int) -> list[str]:
    """Load accounts, their ties and tiles; return the ids of the busy ones."""
    ids = [f"acct-{i}" for i in range(accounts)]
    busy = set(ids[:: max(accounts // MEASURED, 1)])
    _load_accounts(store, ids)
    by_key = sorted((account_key(account_id), account_id) for account_id in ids)
    _load(store, schema.TILES, _tiles_of(by_key, busy))
    pairs = sorted((account_id, provider) for account_id in busy for provider in PROVIDERS)
    _load(store, schema.PROVIDERS, iter(pairs))
    return sorted(busy)


def _load_accounts(store: SqlStore, ids: list[str]) -> None:
    created_us = int(NOW.timestamp() - 86_400 * 200) * 1_000_000
    made = sorted((_account(i) for i in range(len(ids))), key=lambda a: a.account_id)
    bodies = ((a.account_id, created_us, msgspec.msgpack.encode(a)) for a in made)
    _load(store, schema.ACCOUNTS, bodies)
    ties = sorted(
        (key, account.account_id, kind.value, created_us, created_us)
        for account in made
        for kind, key in account_ties(account).items()
    )
    _load(store, schema.TIES, iter(ties))


def _account(number: int) -> Account:
    group = number // _ACCOUNTS_A_TIE
    return Account(
        account_id=f"acct-{number}",
        created_at=NOW,
        email_domain=f"company-{group}.example",
        device_fingerprint=f"device-{group}",
    )


def _tiles_of(by_key: list[tuple[int, str]], busy: set[str]) -> Iterator[tuple[int, ...]]:
    """Yield the tile rows of every account in the order of their keys, busy ones' providers last."""
    providers = []
    for key, account_id in by_key:
        is_busy = account_id in busy
        yield from _tiles(key, BUSY if is_busy else QUIET)
        yield (key, Grain.TOTAL.value, 0, *range(len(COUNTERS)))
        if is_busy:
            providers += [account_provider_key(account_id, provider) for provider in PROVIDERS]
    for key in sorted(providers):
        yield from _tiles(key, {g: n for g, n in BUSY.items() if g is not Grain.FIVE_MINUTES})


def _tiles(key: int, sizes: dict[Grain, int]) -> Iterator[tuple[int, ...]]:
    for grain, count in sorted(sizes.items()):
        last = int(NOW.timestamp()) // grain.value
        for slot in range(last - count + 1, last + 1):
            yield (key, grain.value, slot, *range(len(COUNTERS)))


def _load(store: SqlStore, table: sqlalchemy.Table, rows: Iterator[tuple[object, ...]]) -> None:
    """Insert rows of the table's first columns; those that may be null and come later stay so."""
    names = [column.name for column in table.columns if not column.nullable]
    while chunk := [row for row, _ in zip(rows, range(_CHUNK), strict=False)]:
        columns = dict(zip(names, zip(*chunk, strict=True), strict=True))
        store.write(lambda c, columns=columns: store.dialect.upsert(c, table, columns, "NOTHING"))


def measure(store: SqlStore, busy: list[str]) -> Taken:
    """Return what the look-up and the features of each busy account took."""
    catalogue = load_catalogue()
    lookups, features = [], []
    order = np.random.default_rng(3).permutation(len(busy))
    for account_id in (busy[i] for i in order):
        started = time.perf_counter()
        with store.snapshot():
            account = store.account(account_id)
            facts = account_facts(store, account, NOW)
        read = time.perf_counter()
        catalogue.compute(Subject.ACCOUNT, inputs_of([facts]))
        features.append(time.perf_counter() - read)
        lookups.append(read - started)
        if facts.ties[TieKind.DEVICE].accounts != _ACCOUNTS_A_TIE - 1:
            raise AssertionError("the peers were not found")
    return Taken(_typical(lookups), _typical(features))


def _typical(seconds: list[float]) -> tuple[float, float]:
    median, late = np.percentile(np.array(seconds) * 1e3, [50, 95])
    return float(median), float(late)


def _line(table: Table, name: str, url: str, accounts: int) -> None:
    store = open_store(url)
    store.migrate()
    started = time.perf_counter()
    busy = fill(store, accounts)
    loaded = time.perf_counter() - started
    taken = measure(store, busy)
    store.close()
    shown = ["{:.2f} / {:.2f}".format(*pair) for pair in (taken.lookup, taken.features)]
    table.add_row(name, f"{accounts:,}", *shown, f"{loaded:.0f}")


def run(quick: bool) -> None:
    """Print milliseconds an account, median / 95th percentile, at both sizes on both stores."""
    headings = ("store", "accounts", "look-up ms", "kernel and features ms", "loading s")
    table = Table(*headings, title="one account, median / 95th percentile")
    sizes = (1_000, 100_000) if quick else (10_000, 1_000_000)
    for accounts in sizes:
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{folder}/store.db?synchronous=off"
            _line(table, "SQLite", url, accounts)
    for accounts in sizes:
        with _databases.postgres() as url:
            if url is not None:
                _line(table, "PostgreSQL", url, accounts)
    Console().print(table)
