"""Builders: a list of rows, and what a scan finds in it."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from features.hashing import AddressHasher
from features.lists import ListScan, ScanLimits, scan

HASHER = AddressHasher(b"a key for tests only, 32 bytes ..")
IMPORTED = datetime(2026, 6, 1, 12, tzinfo=UTC)

Rows = Iterable[Mapping[str, str]]


def write_csv(rows: Rows, delimiter: str = ",", fields: list[str] | None = None) -> bytes:
    """Return rows as a delimited file whose columns are those of the first row."""
    rows = list(rows)
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, fields or list(rows[0]), delimiter=delimiter, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def scan_bytes(body: bytes, fmt: str = "csv", limits: ScanLimits | None = None) -> ListScan:
    return scan(io.BytesIO(body), fmt, HASHER, IMPORTED, limits or ScanLimits())


def numbers_of(addresses: Iterable[str], **columns: Iterable[str]) -> dict[str, float]:
    """Return the numbers of a CSV of addresses and further columns."""
    table = {"email": list(addresses)} | {name: list(cells) for name, cells in columns.items()}
    rows = [dict(zip(table, cells, strict=True)) for cells in zip(*table.values(), strict=True)]
    return scan_bytes(write_csv(rows)).numbers


def days_before(days: float) -> str:
    """Return a time before the import, as ISO 8601."""
    return (IMPORTED - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


class Lists:
    """The builders, for tests that cannot import from here."""

    hasher = HASHER
    imported_at = IMPORTED
    write_csv = staticmethod(write_csv)
    scan_bytes = staticmethod(scan_bytes)
    numbers_of = staticmethod(numbers_of)
    days_before = staticmethod(days_before)


@pytest.fixture(scope="session")
def lists() -> type[Lists]:
    return Lists
