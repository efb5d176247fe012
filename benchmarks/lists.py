"""The list scan beside reading the address column only, DuckDB, pandas and email-validator."""

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
from rich.console import Console
from rich.table import Table

from features.hashing import AddressHasher
from features.lists import scan
from features.lists.roles import ROLES

IMPORTED: Final = datetime(2026, 6, 1, tzinfo=UTC)
HASHER: Final = AddressHasher(b"benchmark key, 32 bytes long ...")
WELL_FORMED: Final = r"^[a-z0-9._+-]{1,64}@([a-z0-9-]+\.)+[a-z]{2,63}$"
FIRST: Final = np.array(
    ["anna", "ben", "clara", "david", "emma", "felix", "greta", "jonas", "marie", "info", "sales"]
)
LAST: Final = np.array(["smith", "weber", "fischer", "wagner", "becker", "koch", "bauer", "klein"])
DOMAINS: Final = np.array(
    ["gmail.com"] * 40 + ["yahoo.com"] * 15 + ["web.de"] * 10 + ["gmial.com"]
    + [f"company{n}.com" for n in range(3_000)]
)  # fmt: skip
BATCH: Final = 10_000
VALIDATED: Final = 2_000
SMALL_ROWS: Final = 300


def write_list(path: Path, rows: int, rng: np.random.Generator) -> None:
    """Write invented recipients with consent and engagement, in the order of their sign-up."""
    with path.open("w", encoding="utf-8") as file:
        file.write("email,opted_in_at,opt_in_ip,opt_in_source,last_engaged_at\n")
        for start in range(0, rows, BATCH):
            file.writelines(_lines(start, min(BATCH, rows - start), rows, rng))


def _lines(start: int, n: int, rows: int, rng: np.random.Generator) -> list[str]:
    """Return `n` rows, batch by batch: the writer's memory is not to hide the scan's."""
    place = np.where(rng.random(n) < 0.7, rng.integers(0, 66, n), rng.integers(66, 3_066, n))
    first, last, number = rng.choice(FIRST, n), rng.choice(LAST, n), rng.integers(0, rows, n)
    opted = (1_650_000_000 + (start + np.arange(n)) * 120_000_000 // rows).astype("M8[s]")
    engaged = rng.integers(1_700_000_000, 1_780_000_000, n).astype("M8[s]")
    ips = rng.integers(1, 255, (n, 2))
    columns = zip(first, last, number, DOMAINS[place], opted, ips, engaged, strict=True)
    return [
        f"{a}.{b}{k}@{domain},{at}Z,203.0.{x}.{y},web,{seen}Z\n"
        for a, b, k, domain, at, (x, y), seen in columns
    ]


def ours(path: Path) -> int:
    with path.open("rb") as file:
        return scan(file, "csv", HASHER, IMPORTED).valid


def floor(path: Path) -> int:
    """Read the address column and nothing else."""
    import polars as pl

    return pl.read_csv(path, columns=["email"]).height


def with_duckdb(path: Path) -> int:
    """A part of the numbers in SQL: validity, duplicates, roles, domains, digits, age of consent."""
    import duckdb

    roles = ", ".join(f"'{role}'" for role in sorted(ROLES))
    query = f"""
        WITH parts AS (
            SELECT lower(trim(email)) AS email, split_part(lower(email), '@', 1) AS local,
                   split_part(lower(email), '@', 2) AS domain, opted_in_at, opt_in_ip, last_engaged_at
            FROM read_csv(?, header = true)
            WHERE regexp_full_match(lower(trim(email)), '{WELL_FORMED[1:-1]}')
        ), domains AS (SELECT domain, count(*) AS n FROM parts GROUP BY domain)
        SELECT count(*), count(DISTINCT email), count(*) FILTER (local IN ({roles})),
               avg(CAST(regexp_matches(local, '[0-9]') AS INT)), count(DISTINCT local),
               median(epoch(opted_in_at)), median(epoch(last_engaged_at)), count(DISTINCT opt_in_ip),
               (SELECT max(n) / sum(n) FROM domains)
        FROM parts
    """
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        row = connection.execute(query, [str(path)]).fetchone()
    if row is None:
        raise RuntimeError("no answer")
    return int(row[0])


def with_pandas(path: Path) -> int:
    """The same part of the numbers in pandas."""
    import pandas as pd

    frame = pd.read_csv(path)
    email = frame["email"].str.strip().str.lower()
    email = email[email.str.fullmatch(WELL_FORMED[1:-1])]
    local, domain = email.str.split("@").str[0], email.str.split("@").str[1]
    email.nunique(), local.nunique(), local.isin(ROLES).mean(), domain.value_counts(normalize=True)
    local.str.contains("[0-9]").mean(), frame["opt_in_ip"].nunique()
    pd.to_datetime(frame["opted_in_at"]).median(), pd.to_datetime(frame["last_engaged_at"]).median()
    return len(email)


def seconds_to_validate(path: Path, rows: int) -> float:
    """Return what email-validator would take for the syntax of all rows, from a sample."""
    from email_validator import EmailNotValidError, validate_email

    with path.open(encoding="utf-8") as file:
        cells = [line.partition(",")[0] for _, line in zip(range(VALIDATED), file, strict=False)]
    started = time.perf_counter()
    for cell in cells:
        try:
            validate_email(cell, check_deliverability=False)
        except EmailNotValidError:
            continue
    return (time.perf_counter() - started) / len(cells) * rows


def _timed(work: Callable[[Path], int], path: Path) -> tuple[float, float, int]:
    began, cpu = time.perf_counter(), time.process_time()
    count = work(path)
    return time.perf_counter() - began, time.process_time() - cpu, count


def _peak_mib() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1_024


def run(quick: bool) -> None:
    """Print times on one synthetic list of 1 M rows."""
    compare(100_000 if quick else 1_000_000)


def compare(rows: int, *, with_small: bool = True) -> None:
    """Print times on one synthetic list, ours first so that its memory is not another's."""
    table = Table("what", "rows", "seconds", "CPU seconds", "us a row", "peak MiB so far")
    with tempfile.TemporaryDirectory() as folder:
        path, small = Path(folder) / "list.csv", Path(folder) / "small.csv"
        write_list(path, rows, np.random.default_rng(7))
        with path.open("rb") as file:
            small.write_bytes(
                b"".join(line for _, line in zip(range(SMALL_ROWS + 1), file, strict=False))
            )
        ours(small)
        before = _peak_mib()
        works: tuple[tuple[str, Callable[[Path], int]], ...] = (
            ("ours: all numbers, hashes, sketch", ours),
            ("floor: read the column only (Polars)", floor),
            ("DuckDB SQL, 1 thread: 9 of the numbers", with_duckdb),
            ("pandas: 9 of the numbers", with_pandas),
        )
        for name, work in works:
            wall, cpu, count = _timed(work, path)
            table.add_row(
                name, f"{count:,}", f"{wall:.2f}", f"{cpu:.2f}", f"{cpu / rows * 1e6:.2f}", f"{_peak_mib():,.0f}"
            )  # fmt: skip
        validated = seconds_to_validate(path, rows)
        name = f"email-validator: syntax only, from {VALIDATED:,}"
        table.add_row(
            name, f"{rows:,}", f"{validated:.2f}", "", f"{validated / rows * 1e6:.2f}", ""
        )
        taken = [_timed(ours, small)[:2] for _ in range(50 if with_small else 1)]
    wall, cpu = np.median(taken, axis=0)
    if with_small:
        name = f"ours: a list of {SMALL_ROWS}"
        table.add_row(
            name, f"{SMALL_ROWS}", f"{wall:.4f}", f"{cpu:.4f}", f"{cpu / SMALL_ROWS * 1e6:.2f}", ""
        )
    console = Console(width=110)
    console.print(table)
    console.print(f"peak before the large list: {before:,.0f} MiB")
