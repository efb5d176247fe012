"""Lists built to exhaust memory or time, each in a process of its own."""

import gzip
import io
import resource
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from features.hashing import AddressHasher
from features.lists import UnreadableList, scan
from tests.forked import PROCESSES

MAX_BYTES = 2**30
MAX_CPU_SECONDS = 60


def scan_alone(path: str, fmt: str, told: Connection) -> None:
    """Scan a list; tell what was found, and what it took."""
    with Path(path).open("rb") as file:
        try:
            found = scan(file, fmt, AddressHasher(b"k" * 32), datetime(2026, 6, 1, tzinfo=UTC))
            answer: dict[str, Any] = {"rows": found.rows, "valid": found.valid}
        except UnreadableList as error:
            answer = {"refused": str(error)}
    used = resource.getrusage(resource.RUSAGE_SELF)
    # Not ru_maxrss: a child inherits that of the process it was forked from.
    status = Path("/proc/self/status").read_text().splitlines()
    peak = next(line for line in status if line.startswith("VmHWM"))
    told.send(answer | {"bytes": int(peak.split()[1]) * 1024, "cpu": used.ru_utime + used.ru_stime})


def scanned(path: Path, fmt: str) -> dict[str, Any]:
    answer, told = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=scan_alone, args=(str(path), fmt, told))
    process.start()
    told.close()
    with answer:
        found: dict[str, Any] = answer.recv()  # EOFError when it died
    process.join(30)
    assert process.exitcode == 0
    return found


def one_line(file: Any) -> None:
    file.write(b"email\nann@b.com\n")
    file.seek(2**30, 1)  # a hole: NUL bytes that take no room on the disk
    file.write(b"\n")


def one_header(file: Any) -> None:
    for _ in range(256):
        file.write(b"email" + b"," * (2**22))


def endless_quotes(file: Any) -> None:
    file.write(b"email,note\n" + b'a@b.com,"' * 2 + (b'x"y' * 5_000 + b"\n") * 4_000)


def gzip_bomb(file: Any) -> None:
    with gzip.open(file, "wb", compresslevel=1) as out:
        out.write(b"email\n")
        for _ in range(300):
            out.write(b"a@b.com\n" * 2**17)


def many_columns(file: Any) -> None:
    file.write(
        b",".join(b"c%d" % n for n in range(10**5)) + b",email\n" + b"," * 10**5 + b"a@b.com\n"
    )


def nested_json(file: Any) -> None:
    file.write(b'{"email": "a@b.com"}\n' + b'{"email":' + b"[" * 900_000 + b"\n")


def distinct_everything(file: Any) -> None:
    """Every domain, IP and source its own: what counters hold must stay bounded."""
    file.write(b"email,opt_in_ip,opt_in_source\n")
    for n in range(400_000):
        file.write(b"p%d@%d%s.com,%d,%d\n" % (n, n, b"x" * 40, n, n))


def nasty_cells(file: Any) -> None:
    file.write(b"email\n")
    cells = [b"a" * 200_000, b"@" * 200_000, b"a." * 100_000 + b"@b.com", b"a@" + b"b." * 100_000]
    cells += [b"<" * 200_000, b"a@" + b"-" * 200_000, b"a" * 60 + b"." * 400, b"a@" + b"b-" * 200]
    for cell in cells * 50:
        file.write(cell + b"\n")


def nasty_times(file: Any) -> None:
    file.write(b"email,opted_in_at\n")
    for n in range(200_000):
        file.write(b"p%d@b.com,%d.%d.%d %d:xx\n" % (n, n, n, n, n))


def parquet_columns(file: Any) -> None:
    pl.DataFrame({f"c{n}": [1] for n in range(30_000)} | {"email": ["a@b.com"]}).write_parquet(file)


def parquet_runs(file: Any) -> None:
    """One address, repeated: a few bytes of dictionary and runs for a hundred million rows."""
    frame = pl.DataFrame({"email": ["a@b.com"]}).select(pl.col("email").repeat_by(10**7).explode())
    frame.write_parquet(file, compression="zstd", row_group_size=10**7)


def parquet_pages(file: Any) -> None:
    """Addresses of a megabyte each, which compress to nothing."""
    frame = pl.DataFrame({"email": [str(n) + "a" * 2**20 for n in range(300)]})
    frame.write_parquet(file, compression="zstd", row_group_size=300)


def parquet_prefixes(file: Any) -> None:
    """Long strings written as the few bytes in which each differs from the one before."""
    pa = pytest.importorskip("pyarrow")
    from pyarrow.parquet import write_table

    table = pa.table({"email": ["a" * 60_000 + str(n) for n in range(3_000)]})
    write_table(table, file, use_dictionary=False, column_encoding={"email": "DELTA_BYTE_ARRAY"})


REFUSED: list[tuple[Callable[[Any], None], str]] = [
    (one_line, "csv"),
    (one_line, "ndjson"),
    (one_header, "csv"),
    (gzip_bomb, "csv"),
    (gzip_bomb, "ndjson"),
    (many_columns, "csv"),
    (parquet_columns, "parquet"),
    (parquet_runs, "parquet"),
    (parquet_pages, "parquet"),
    (parquet_prefixes, "parquet"),
]
COUNTED: list[tuple[Callable[[Any], None], str, int]] = [
    (endless_quotes, "csv", 1),
    (nested_json, "ndjson", 1),
    (distinct_everything, "csv", 400_000),
    (nasty_cells, "csv", 0),
    (nasty_times, "csv", 200_000),
]


def frugal(answer: dict[str, Any]) -> bool:
    return answer["bytes"] < MAX_BYTES and answer["cpu"] < MAX_CPU_SECONDS


@pytest.mark.parametrize(("write", "fmt"), REFUSED)
def test_refused(tmp_path: Path, write: Callable[[Any], None], fmt: str) -> None:
    path = tmp_path / "list"
    with path.open("wb") as file:
        write(file)
    answer = scanned(path, fmt)
    assert "refused" in answer, answer
    assert frugal(answer), answer


@pytest.mark.parametrize(("write", "fmt", "valid"), COUNTED)
def test_counted(tmp_path: Path, write: Callable[[Any], None], fmt: str, valid: int) -> None:
    path = tmp_path / "list"
    with path.open("wb") as file:
        write(file)
    answer = scanned(path, fmt)
    assert answer["valid"] == valid, answer
    assert frugal(answer), answer


def with_footer_number(body: bytes, old: int, new: int) -> bytes:
    """Return a Parquet file whose footer says `new` where it said `old` (zigzag varints)."""
    start = len(body) - 8 - int.from_bytes(body[-8:-4], "little")
    footer = body[start:-8].replace(varint(old), varint(new))
    assert footer != body[start:-8]
    return body[:start] + footer + len(footer).to_bytes(4, "little") + b"PAR1"


def varint(value: int) -> bytes:
    value, out = value * 2, bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


@pytest.mark.parametrize("claimed", [12_346, 1_999_999, 2**31, 2**60])
def test_a_parquet_file_that_lies_about_its_rows(tmp_path: Path, claimed: int) -> None:
    out = io.BytesIO()
    pl.DataFrame({"email": [f"p{n}@b.com" for n in range(12_345)]}).write_parquet(out)
    path = tmp_path / "list"
    path.write_bytes(with_footer_number(out.getvalue(), 12_345, claimed))
    answer = scanned(path, "parquet")
    assert "refused" in answer, answer
    assert frugal(answer), answer
