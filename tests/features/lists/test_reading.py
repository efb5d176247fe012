"""One list in every guise that customers export it in."""

import gzip
import io
import json
import math
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest

from features.lists import ListScan, ListTooLarge, NoEmailColumn, ScanLimits, UnreadableList

ROWS = [
    {"email": "Ann.Lee@Example.com", "opted_in_at": "2026-01-02T03:04:05Z", "opt_in_source": "web"},
    {"email": "jürgen@müller.example.de", "opted_in_at": "", "opt_in_source": "Café"},
    {"email": "not an address", "opted_in_at": "2026-01-02", "opt_in_source": ""},
    {"email": "bob@example.com", "opted_in_at": "1767225600", "opt_in_source": "a;b,c\td"},
    {"email": "bob@example.com", "opted_in_at": "31.12.2025 10:00", "opt_in_source": 'say "hi"\nno'},
]  # fmt: skip


def same(first: ListScan, second: ListScan) -> bool:
    """Compare scans with NaN equal to NaN."""
    return (
        (first.rows, first.valid, first.duplicates)
        == (second.rows, second.valid, second.duplicates)
        and first.sketch.tolist() == second.sketch.tolist()
        and first.numbers.keys() == second.numbers.keys()
        and all(
            a == b or (math.isnan(a) and math.isnan(b))
            for a, b in zip(first.numbers.values(), second.numbers.values(), strict=True)
        )
        and first.segments == second.segments
    )


@pytest.fixture(scope="module")
def plain(lists: Any) -> ListScan:
    scanned: ListScan = lists.scan_bytes(lists.write_csv(ROWS))
    assert (scanned.rows, scanned.valid, scanned.invalid, scanned.duplicates) == (5, 4, 1, 1)
    assert scanned.numbers["list_consent_known_share"] == 0.75
    return scanned


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(lists: Any, plain: ListScan, delimiter: str) -> None:
    assert same(lists.scan_bytes(lists.write_csv(ROWS, delimiter)), plain)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_encodings(lists: Any, plain: ListScan, encoding: str) -> None:
    body = lists.write_csv(ROWS).decode().encode(encoding)
    assert same(lists.scan_bytes(body), plain)


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_line_ends(lists: Any, end: bytes) -> None:
    body = end.join([b"email", b"ann@b.com", b"", b"bob@b.com", b""])
    assert lists.scan_bytes(body).valid == lists.scan_bytes(body).rows == 2


@pytest.mark.parametrize(
    "header",
    ["email", "E-mail Address", "Email Address", "user_email", "EMAIL", "E-Mail-Adresse", "Mail",
     "Correo electrónico".replace("ó", "o"), "E-mail 1 - Value", "Subscriber Email", '"email"'],
)  # fmt: skip
def test_headers_that_name_the_address(lists: Any, header: str) -> None:
    body = f"name,{header},Email Status\nAnn,ann@b.com,ok\n".encode()
    assert lists.scan_bytes(body).valid == 1


def test_mailchimp_columns(lists: Any) -> None:
    body = (
        b"Email Address,First Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,LAST_CHANGED\n"
        b'ann@b.com,"Lee, Ann",2,"2026-01-01 10:00:00",192.0.2.7,"2026-01-01 10:01:00","2026-05-31"\n'
    )
    numbers = lists.scan_bytes(body).numbers
    assert numbers["list_consent_known_share"] == numbers["list_opt_in_ip_known_share"] == 1
    # What was changed last may be a tag.
    assert numbers["list_has_engagement"] == 0


def test_excel_names_its_delimiter(lists: Any) -> None:
    assert lists.scan_bytes(b"sep=;\r\nemail;note\r\nann@b.com;x,y,z\r\n").valid == 1


def test_a_list_without_a_header(lists: Any) -> None:
    assert lists.scan_bytes(b"Ann,ann@b.com\nBob,bob@b.com\n").valid == 2


def test_ragged_rows(lists: Any) -> None:
    body = b"name,email,opted_in_at\nAnn\nBob,bob@b.com\nC,c@b.com,2026-01-01,more,and more\n,,\n"
    scanned = lists.scan_bytes(body)
    assert (scanned.rows, scanned.valid) == (3, 2)
    assert scanned.numbers["list_consent_known_share"] == 0.5


@pytest.mark.parametrize("rows", [1, 500, 40_000])
def test_a_quote_that_never_closes_swallows_nothing(lists: Any, rows: int) -> None:
    good = b"".join(b"p%d@b.com,x\n" % n for n in range(rows))
    scanned = lists.scan_bytes(b'email,note\nann@b.com,"never closed\n' + good + b"bad,y\n")
    assert (scanned.valid, scanned.invalid) == (rows + 1, 1)
    assert [bad.line for bad in scanned.bad_rows] == [rows + 3]


def test_quotes_that_never_close_end_in_time(lists: Any) -> None:
    row = b'x","a@b.com'
    scanned = lists.scan_bytes(b"n,email\n" + (row + b"\n") * 200_000)
    assert scanned.rows > 100_000


@pytest.mark.parametrize("members", [1, 3])
def test_gzip(lists: Any, plain: ListScan, members: int) -> None:
    body = lists.write_csv(ROWS)
    cut = len(body) // members + 1
    packed = b"".join(gzip.compress(body[i : i + cut]) for i in range(0, len(body), cut))
    assert same(lists.scan_bytes(packed), plain)


def test_ndjson(lists: Any, plain: ListScan) -> None:
    lines = "\n\n".join(json.dumps(row) for row in ROWS)
    assert same(lists.scan_bytes(lines.encode(), "ndjson"), plain)
    assert same(lists.scan_bytes(gzip.compress(lines.encode()), "ndjson"), plain)


def test_ndjson_values_of_every_kind(lists: Any) -> None:
    rows: list[Any] = [
        {"E-mail": "ann@b.com", "opted_in_at": 1767225600, "opt_in_ip": None},
        {"E-mail": ["bob@b.com"]}, {"E-mail": 7}, {"other": 1}, [], "x", None, 3.5,
    ]  # fmt: skip
    body = "\n".join([*map(json.dumps, rows), "{broken", '{"E-mail": "c@b.com"}'])
    scanned = lists.scan_bytes(body.encode(), "ndjson")
    assert (scanned.rows, scanned.valid) == (10, 2)
    assert scanned.numbers["list_consent_known_share"] == 0.5


def parquet(table: dict[str, Any], **options: Any) -> bytes:
    out = io.BytesIO()
    pl.DataFrame(table, strict=False).write_parquet(out, **options)
    return out.getvalue()


def as_table(rows: list[dict[str, str]]) -> dict[str, list[str]]:
    return {name: [row[name] for row in rows] for name in rows[0]}


@pytest.mark.parametrize("compression", ["zstd", "snappy", "gzip", "lz4", "uncompressed"])
@pytest.mark.parametrize("group_rows", [2, 100])
def test_parquet(lists: Any, plain: ListScan, compression: str, group_rows: int) -> None:
    body = parquet(as_table(ROWS), compression=compression, row_group_size=group_rows)
    assert same(lists.scan_bytes(body, "parquet"), plain)


def test_parquet_written_by_others(lists: Any, plain: ListScan) -> None:
    pa = pytest.importorskip("pyarrow")
    from pyarrow.parquet import write_table

    for version in ("1.0", "2.0"):
        out = io.BytesIO()
        write_table(pa.table(as_table(ROWS)), out, data_page_version=version, row_group_size=3)
        assert same(lists.scan_bytes(out.getvalue(), "parquet"), plain)


def test_parquet_types(lists: Any) -> None:
    at = datetime(2026, 5, 31, 12, tzinfo=UTC)
    body = parquet(
        {
            "Email Address": ["ann@b.com", None],
            "opted_in_at": [at, None],
            "last_engaged_at": [at.date(), None],
            "opt_in_source": ["web", "web"],
            "tags": [["x"], []],
        }
    )
    numbers = lists.scan_bytes(body, "parquet").numbers
    assert numbers["list_consent_age_days"] == 1
    assert numbers["list_engaged_age_days"] == 1.5
    assert numbers["list_invalid_share"] == 0.5


UNREADABLE = [
    (b"", "csv", UnreadableList, "empty"),
    (b"\n \n\t\n", "csv", UnreadableList, "empty"),
    (b"\xef\xbb\xbf", "csv", UnreadableList, "empty"),
    (b"email\n", "csv", UnreadableList, "no rows"),
    (b"name,phone\nAnn,1\n", "csv", NoEmailColumn, "name, phone"),
    (b"%PDF-1.4 \x00\x01\n", "csv", UnreadableList, "a PDF"),
    (b"PK\x03\x04 [Content_Types].xml", "csv", UnreadableList, "xlsx"),
    (b"PK\x03\x04 list.csv", "ndjson", UnreadableList, "zip archive"),
    (gzip.compress(b"PK\x03\x04 list.csv", mtime=0), "csv", UnreadableList, "zip archive"),
    (
        gzip.compress(gzip.compress(b"email\n", mtime=0), mtime=0),
        "csv",
        UnreadableList,
        "packed twice",
    ),
    (gzip.compress(b"PAR1", mtime=0), "parquet", UnreadableList, "gunzip"),
    (b"PAR1" + b"\x15" * 40, "parquet", UnreadableList, "the end of one is missing"),
    (b"PAR1" + b"\x15" * 40, "csv", UnreadableList, "send it as parquet"),
    (bytes(range(256)) * 20, "csv", UnreadableList, "no text"),
    (b"BEGIN:VCARD\r\nEMAIL:ann@b.com\r\n", "csv", UnreadableList, "vCards"),
    (b"\n<!DOCTYPE html><p>ann@b.com", "csv", UnreadableList, "web page"),
    (b'{"email": "ann@b.com"}\n', "csv", UnreadableList, "ndjson"),
    (b'[{"email": "ann@b.com"}]', "csv", UnreadableList, "one object a line"),
    (b"a," * 2_000 + b"email\n", "csv", ListTooLarge, "columns"),
    (b"", "ndjson", UnreadableList, "empty"),
    (b'{"name": "ann"}\n', "ndjson", NoEmailColumn, "email"),
    (b'[{"email": "ann@b.com"}]', "ndjson", UnreadableList, "one object a line"),
    (b"", "parquet", UnreadableList, "not a Parquet"),
    (b"PAR1" + b"\xff" * 40 + b"PAR1", "parquet", ListTooLarge, "footer"),
    (b"PAR1" + b"\x15" * 40 + b"\x10\x00\x00\x00PAR1", "parquet", UnreadableList, "footer"),
    (parquet({"name": ["x"]}), "parquet", NoEmailColumn, "email"),
    (parquet({"email": []}), "parquet", UnreadableList, "no rows"),
    (b"\x1f\x8b\x08", "csv", UnreadableList, "gzip"),
    (gzip.compress(b"email\nann@b.com\n", mtime=0)[:-9], "csv", UnreadableList, "gzip"),
    (b"email\nann@b.com\n", "xlsx", UnreadableList, "unknown list format"),
]


@pytest.mark.parametrize(("body", "fmt", "error", "told"), UNREADABLE)
def test_what_is_no_list_is_refused_in_clear_words(
    lists: Any, body: bytes, fmt: str, error: type[UnreadableList], told: str
) -> None:
    with pytest.raises(error, match=told):
        lists.scan_bytes(body, fmt)


LIMITS = [
    (ScanLimits(max_rows=3), "rows"),
    (ScanLimits(max_bytes=60), "bytes"),
    (ScanLimits(max_line_bytes=20), "line"),
    (ScanLimits(max_columns=2), "columns"),
]


@pytest.mark.parametrize(("limits", "told"), LIMITS)
def test_limits(lists: Any, limits: ScanLimits, told: str) -> None:
    with pytest.raises(ListTooLarge, match=told):
        lists.scan_bytes(lists.write_csv(ROWS), "csv", limits)


PARQUET_LIMITS = [
    (ScanLimits(max_rows=3), "rows"),
    (ScanLimits(max_group_rows=3), "row group"),
    (ScanLimits(max_columns=2), "columns"),
    (ScanLimits(max_page_bytes=30), "unpacks"),
    (ScanLimits(max_group_bytes=60), "unpacks"),
    (ScanLimits(max_footer_bytes=60), "footer"),
]


@pytest.mark.parametrize(("limits", "told"), PARQUET_LIMITS)
def test_parquet_limits(lists: Any, limits: ScanLimits, told: str) -> None:
    with pytest.raises(ListTooLarge, match=told):
        lists.scan_bytes(parquet(as_table(ROWS)), "parquet", limits)
