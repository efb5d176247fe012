"""What holds for every list: any bytes give a scan or a clear refusal, and chunks never matter."""

import gzip
import io
import math
import random
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.lists import ListScan, ScanLimits, UnreadableList
from features.lists.addresses import read_address, read_addresses
from features.lists.counting import Counts
from features.lists.rows import column_of

PIECES = st.sampled_from(
    [
        b"email", b",", b";", b"\n", b"\r\n", b'"', b"'", b"\x00", b"\xff", b"\xfe", b"\xef\xbb\xbf",
        b"ann@b.com", b"BOB@C.DE", b"@", b"<x@y.zz>", b"2026-01-01", b"9999", b"{", b"}", b'{"email":"a@b.co"}',
        b"[", b'"opted_in_at":1e999', b"PAR1", b"\x1f\x8b\x08", b"\xc3\xbc", b"opted_in_at", b"\t", b" ",
    ]
)  # fmt: skip
BYTES = st.one_of(st.binary(max_size=400), st.lists(PIECES, max_size=40).map(b"".join))


def sound(scanned: ListScan) -> bool:
    counted = scanned.valid + scanned.invalid == scanned.rows and scanned.rows > 0
    distinct = scanned.valid - scanned.duplicates
    shares = [v for k, v in scanned.numbers.items() if k.endswith(("_share", "_reuse"))]
    return (
        counted
        and len(scanned.sketch) == min(distinct, 4_096)
        and all(math.isnan(v) or 0 <= v <= 1 for v in shares)
        and not any(math.isinf(v) for v in scanned.numbers.values())
    )


def scanned_or_refused(lists: Any, body: bytes, fmt: str) -> bool:
    """Any other error than a refusal in words is a failure."""
    try:
        scanned = lists.scan_bytes(body, fmt)
    except UnreadableList as refused:
        return bool(str(refused))
    return sound(scanned)


@settings(max_examples=300, deadline=None)
@given(BYTES, st.sampled_from(["csv", "ndjson", "parquet"]), st.booleans())
def test_any_bytes_are_scanned_or_refused(lists: Any, body: bytes, fmt: str, headed: bool) -> None:
    if headed:
        body = b"email,opted_in_at,last_engaged_at\n" + body
    assert scanned_or_refused(lists, body, fmt)


def parquet_bytes() -> bytes:
    out = io.BytesIO()
    rows = [f"p{n}@b.com" for n in range(50)]
    pl.DataFrame({"email": rows, "opt_in_source": ["web"] * 50}).write_parquet(
        out, row_group_size=20
    )
    return out.getvalue()


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 255), st.integers(0, 10_000))
def test_a_damaged_parquet_file_is_scanned_or_refused(
    lists: Any, place: int, value: int, cut: int
) -> None:
    body = bytearray(parquet_bytes())
    body[place % len(body)] = value
    if cut < 2_000:
        del body[cut % len(body) : cut % len(body) + 3]
    assert scanned_or_refused(lists, bytes(body), "parquet")


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 255))
def test_a_damaged_gzip_stream_is_scanned_or_refused(lists: Any, place: int, value: int) -> None:
    body = bytearray(gzip.compress(b"email\n" + b"".join(b"p%d@b.com\n" % n for n in range(99))))
    body[place % len(body)] = value
    assert scanned_or_refused(lists, bytes(body), "csv")


def messy_rows(n: int) -> list[dict[str, str]]:
    rng = random.Random(3)
    names = ["ann", "bob", "info", "j.smith", "xqzvk", "u1", "u2", "u3", "Eve+tag", "no address"]
    domains = ["gmail.com", "gmial.com", "acme.com", "mailinator.com", "b.de", ""]
    times = ["", "2026-01-01", "2026-01-01T10:00:00Z", "31.12.2025", "9999-01-01", "x"]
    return [
        {
            "email": f"{rng.choice(names)}{rng.choice(['', rng.randint(1, 9_999)])}@{rng.choice(domains)}",
            "opted_in_at": rng.choice(times),
            "opt_in_ip": rng.choice(["", "192.0.2.1", f"192.0.2.{rng.randint(1, 254)}"]),
            "opt_in_source": rng.choice(["", "web", "partner", "a\nb"]),
            "last_engaged_at": rng.choice(times),
        }
        for _ in range(n)
    ]


@pytest.mark.parametrize("chunk_rows", [1, 7, 1_000])
@pytest.mark.parametrize("fmt", ["csv", "parquet"])
def test_chunks_never_change_a_result(lists: Any, fmt: str, chunk_rows: int) -> None:
    rows = messy_rows(300)
    body = lists.write_csv(rows)
    if fmt == "parquet":
        out = io.BytesIO()
        pl.DataFrame(rows).write_parquet(out, row_group_size=100)
        body = out.getvalue()
    whole = lists.scan_bytes(body, fmt, ScanLimits(chunk_rows=10**6, min_segment_rows=20))
    cut = lists.scan_bytes(body, fmt, ScanLimits(chunk_rows=chunk_rows, min_segment_rows=20))
    assert repr(cut.numbers) == repr(whole.numbers)
    assert (cut.rows, cut.valid, cut.duplicates) == (whole.rows, whole.valid, whole.duplicates)
    assert cut.segments == whole.segments
    assert cut.sketch.tolist() == whole.sketch.tolist()
    assert whole.segments


@given(st.lists(st.sampled_from("abcdefgh"), max_size=40), st.integers(1, 40), st.integers(1, 8))
def test_counts_never_depend_on_chunks(keys: list[str], size: int, max_keys: int) -> None:
    whole, cut = Counts(max_keys), Counts(max_keys)
    whole.add(column_of(keys))
    for start in range(0, len(keys), size):
        cut.add(column_of(keys[start : start + size]))
    assert (cut.by_key, cut.others) == (whole.by_key, whole.others)
    assert len(cut.by_key) <= max_keys
    assert cut.total == len(keys)


def test_the_sample_of_a_large_list_is_the_same_in_any_order(lists: Any) -> None:
    rng = random.Random(4)
    addresses = [f"{rng.choice(['ann', 'bob', 'xqzvkw'])}{n}@b{n % 50}.com" for n in range(12_000)]
    first = lists.numbers_of(addresses)
    second = lists.numbers_of(sorted(addresses, key=lambda _: rng.random()))
    assert first["list_gibberish_share"] == second["list_gibberish_share"]
    assert first["list_gibberish_share"] == pytest.approx(1 / 3, abs=0.03)


def outcome(lists: Any, body: bytes, polars_from: int) -> str:
    """Return all of a scan, or how it was refused."""
    try:
        found = lists.scan_bytes(body, "csv", ScanLimits(polars_from=polars_from))
    except UnreadableList as refused:
        return f"{type(refused).__name__}: {refused}"
    return repr((found, found.sketch.tolist()))


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([b"email,opted_in_at,opt_in_source\n", b"x;email\n", b"a\temail\t\n", b""]),
    BYTES,
)
def test_polars_and_csv_read_the_same(lists: Any, header: bytes, body: bytes) -> None:
    assert outcome(lists, header + body, 0) == outcome(lists, header + body, 10**9)


@pytest.mark.parametrize(
    "body",
    [
        b"email,a\nx@y.zz,1\n\nb@c.de\n",
        b"email,a\n,\nx@y.zz,1,2,3\n   \nb@c.de",
        b"a,email\n1\n1, x@y.zz\n1,  \n,\n",
        b'email,a\nx@y.zz,1\n"b@c.de, d",2\nq@r.st,3\n',
        b"email\n" + b"x" * 600 + b"@y.zz\nx@y.zz\n",
        b"email,n\nx@y.zz," + b"n" * 200_000 + b"\nb@c.de,1\n",
        b"email,n\r\nx@y.zz,\x00\r\nb@c.de,1\r\n",
        b"email,n\n#comment@y.zz,1\nx@y.zz,#\n",
        "email,n\nm\u00fcller@y.zz,1\nx@b\u00fccher.de,2\n\u212aelvin@y.zz,3\n".encode(),
        b"x@y.zz\nb@c.de\n",
        b"email,n\nnull,1\nNULL,2\nx@y.zz,3\n",
    ],
)
def test_polars_and_csv_read_odd_files_the_same(lists: Any, body: bytes) -> None:
    assert outcome(lists, body, 0) == outcome(lists, body, 10**9)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.text("aB0.@+-_<> \u00e9\u212a\u0130\u00df\t\x1f:mailto", max_size=24), max_size=8)
)
def test_addresses_are_read_as_one_by_one(cells: list[str]) -> None:
    """The expressions read what the full pattern reads of each cell."""
    expected = [(row, *parts) for row, cell in enumerate(cells) if (parts := read_address(cell))]
    found = read_addresses(column_of(cells))
    domains = [found.domains.texts[code] for code in found.domains.codes]
    sizes = found.ats - found.spans.starts
    texts = found.texts.to_list()
    locals_ = [text.encode()[:size].decode() for text, size in zip(texts, sizes, strict=True)]
    assert list(zip(found.rows.tolist(), texts, locals_, domains, strict=True)) == expected
    assert found.domains.texts == list(dict.fromkeys(domains))
    assert found.spans.texts() == texts
    assert found.non_ascii == sum(not parts[1].isascii() for parts in expected)
