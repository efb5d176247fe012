"""Which of 10^5 stored lists overlap a new one: time, and whether what was planted is found.

Lists are draws from one population, so that all of them share a few addresses by chance. Planted
are slices of large lists, merges of several, 30 % other rows shuffled in, and shares of 6 to 10 %.
"""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table

from features.lists import overlap
from features.lists.sketch import Hashes, bottom_k
from service.stores import open_store
from service.stores.overlap_rows import list_key
from service.stores.sql import SqlStore

Ids = npt.NDArray[np.int64]
POPULATION: Final = 50_000_000
BATCH: Final = 5_000
ASKED: Final = 60
NEW: Final = "new"


def hashes_of(people: Ids) -> Hashes:
    """Return a 64-bit hash of each person (splitmix64's finaliser, Steele et al. 2014)."""
    mixed = people.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return (mixed ^ (mixed >> np.uint64(31))).view(np.int64)


class Lists:
    """The stored lists; each can be drawn again."""

    def __init__(self, count: int) -> None:
        rng = np.random.default_rng(1)
        self.sizes = np.clip(rng.lognormal(6.5, 1.6, count), 50, 400_000).astype(np.int64)

    def people(self, number: int) -> Ids:
        rng = np.random.default_rng([2, number])
        return rng.integers(0, POPULATION, int(self.sizes[number]))

    def large(self, at_least: int) -> list[int]:
        return np.flatnonzero(self.sizes >= at_least).tolist()


def fill(store: SqlStore, lists: Lists) -> None:
    """Write what imports would have written, in bulk and in the order of the index."""
    postings: list[tuple[Hashes, Ids]] = []
    for start in range(0, lists.sizes.size, BATCH):
        rows = []
        for number in range(start, min(start + BATCH, lists.sizes.size)):
            keys = overlap.index_keys(bottom_k(hashes_of(lists.people(number))))
            indexed, cutoff = overlap.cut(keys, overlap.INDEXED)
            key = list_key(f"a{number}", "l")
            size = round(overlap.size_of(keys))
            rows.append((key, f"a{number}", "l", cutoff, size, 0, keys.astype("<i8").tobytes()))
            postings.append((indexed, np.full(indexed.size, key)))
        insert(store, "list_sketches", rows)
    hashes, owners = (np.concatenate(column) for column in zip(*postings, strict=True))
    order = np.argsort(hashes, kind="stable")
    for part in np.array_split(order, max(1, order.size // 500_000)):
        insert(
            store,
            "list_hashes",
            list(zip(hashes[part].tolist(), owners[part].tolist(), strict=True)),
        )


def insert(store: SqlStore, table: str, rows: list[tuple[object, ...]]) -> None:
    marks = ", ".join("?" * len(rows[0]))
    store.write(
        lambda c: (
            c.connection.dbapi_connection.executemany(  # type: ignore[union-attr]
                f"INSERT OR IGNORE INTO {table} VALUES ({marks})", rows
            )
            and None
        )
    )


def planted(lists: Lists, rng: np.random.Generator) -> Iterator[tuple[str, Ids, dict[str, float]]]:
    """Yield new lists: kind, people, and the share that each named account's list holds."""
    large, medium = lists.large(20_000), lists.large(5_000)
    for _ in range(ASKED):
        one = int(rng.choice(large))
        people = np.unique(lists.people(one))
        part = rng.permutation(people)[: int(people.size * rng.uniform(0.1, 0.9))]
        yield "slice", part, {f"a{one}": 1.0}
        noise = rng.integers(0, POPULATION, int(part.size * 0.3 / 0.7))
        yield "slice, 30 % noise", np.concatenate((part, noise)), {f"a{one}": 0.7}
        several = rng.choice(medium, 3, replace=False).tolist()
        parts = [np.unique(lists.people(number)) for number in several]
        total = sum(each.size for each in parts)
        shares = {f"a{n}": each.size / total for n, each in zip(several, parts, strict=True)}
        yield "merge of 3", np.concatenate(parts), {a: s for a, s in shares.items() if s > 0.05}
        share = rng.uniform(0.06, 0.10)
        some = rng.permutation(people)[: int(share * 10_000)]
        rest = rng.integers(0, POPULATION, 10_000 - some.size)
        yield "6 to 10 % of 10,000", np.concatenate((some, rest)), {f"a{one}": some.size / 10_000}
        yield "300 strangers", rng.integers(0, POPULATION, 300), {}
        yield "100,000 strangers", rng.integers(0, POPULATION, 100_000), {}


def measure(store: SqlStore, lists: Lists) -> Table:
    table = Table("new list", "looked up", "planted", "found", "above 5 % wrongly", "within 2 errors",
                  "median ms", "95 % ms", "slowest ms")  # fmt: skip
    told: dict[str, list[tuple[float, int, int, int, int]]] = {}
    for kind, people, shares in planted(lists, np.random.default_rng(3)):
        sketch = bottom_k(hashes_of(people))
        began = time.perf_counter()
        found = {o.account_id: o for o in store.overlaps(NEW, sketch, 100)}
        took = time.perf_counter() - began
        hit = [a for a in shares if a in found and found[a].containment > 0.75 * overlap.NOTABLE]
        near = sum(
            abs(found[a].containment - shares[a]) <= 2 * found[a].standard_error + 0.005
            for a in hit
        )
        wrong = sum(o.containment > overlap.NOTABLE for a, o in found.items() if a not in shares)
        told.setdefault(kind, []).append((took, len(shares), len(hit), near, wrong))
    for kind, rows in told.items():
        times = np.array([row[0] for row in rows]) * 1e3
        total, hits, near, wrong = (sum(row[i] for row in rows) for i in range(1, 5))
        table.add_row(
            kind, f"{len(rows)}", f"{total}", f"{hits}", f"{wrong}", f"{near}",
            *(f"{np.quantile(times, q):.1f}" for q in (0.5, 0.95, 1.0)),
        )  # fmt: skip
    return table


def run(quick: bool) -> None:
    """Print times and what was found on SQLite, first look-ups included."""
    count = 5_000 if quick else 100_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lists.db"
        store = open_store(f"sqlite:///{path}?synchronous=off")
        store.migrate()
        lists = Lists(count)
        began = time.perf_counter()
        fill(store, lists)
        filled = time.perf_counter() - began
        table = measure(store, lists)
        rows = store.count_rows("list_hashes")
        store.close()
        size = path.stat().st_size / 2**20
    console = Console(width=130)
    console.print(table)
    console.print(
        f"{count:,} stored lists, {rows:,} index rows, {size:,.0f} MiB, filled in {filled:.0f} s"
    )
