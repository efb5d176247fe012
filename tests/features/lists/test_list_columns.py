"""What is done to whole columns at once, against the same done row by row."""

import gzip
import io
from collections import Counter
from datetime import datetime
from itertools import pairwise
from math import isnan
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.lists import coding
from features.lists.addresses import read_addresses
from features.lists.coding import Coded, first_equal
from features.lists.consent import quantile_of_ages
from features.lists.counting import Repeats, hashes_of
from features.lists.limits import ScanLimits
from features.lists.order import Order, compare
from features.lists.roles import is_role, roles_among
from features.lists.rows import column_of
from features.lists.streams import blocks_of, has_longer_line
from features.lists.times import UNKNOWN, unix_seconds
from features.spans import Spans

TEXTS = st.lists(st.sampled_from(["", " ", "a", "b", " a", "ü", "web", "x.com"]), max_size=30)


@given(TEXTS, st.integers(0, 3))
def test_lines_are_as_long_as_they_are(lines: list[str], size: int) -> None:
    text = "\n".join(lines)
    assert has_longer_line(text, size, "\n") == any(len(line) > size for line in text.split("\n"))


PIECES = st.sampled_from([b"a\n", b"b", b"\r", b"\n", "é".encode(), b"\xc3", b"\xa9", b"\xff"])


@given(st.lists(PIECES, max_size=12))
def test_text_is_decoded_alike_wherever_blocks_are_cut(pieces: list[bytes]) -> None:
    # Each member of a gzip file is a block of its own, once the encoding is guessed.
    head = b"x,y\n" * 20_000
    packed = io.BytesIO(b"".join(gzip.compress(piece, 1) for piece in (head, *pieces)))
    whole = io.TextIOWrapper(io.BytesIO(head + b"".join(pieces)), "utf-8", "replace")
    assert b"".join(blocks_of(packed, ScanLimits())).decode() == whole.read()


@pytest.mark.parametrize("times", [1, 2_000])
@given(TEXTS)
def test_codes_stand_for_the_texts(times: int, texts: list[str]) -> None:
    rows = texts * times
    coded = Coded.of(column_of(rows))
    assert [coded.texts[code] for code in coded.codes] == rows
    assert coded.texts == list(dict.fromkeys(rows))
    assert coded.counts() == Counter(rows)
    assert coded.numbered(len).tolist() == list(map(len, rows))
    named = coded.renamed(str.strip)
    assert [named.texts[code] for code in named.codes] == [row.strip() for row in rows]
    assert named.texts == list(dict.fromkeys(row.strip() for row in rows))


@given(st.lists(TEXTS, max_size=4))
def test_repeats_are_counted_as_one_by_one(parts: list[list[str]]) -> None:
    repeats = Repeats()
    for part in parts:
        repeats.add(hashes_of(column_of(part)))
    counts = Counter(text.strip() for part in parts for text in part if text.strip())
    assert repeats.total == counts.total()
    if counts:
        assert repeats.top_share == max(counts.values()) / counts.total()
        shared = sum(n for n in counts.values() if n > 1)
        assert repeats.shared_share == shared / counts.total()


def counts_on(first: str, second: str) -> bool:
    stems = [local.rstrip("0123456789") for local in (first, second)]
    ends = [local[len(stem) :] for local, stem in zip((first, second), stems, strict=True)]
    fine = stems[0] == stems[1] and all(0 < len(end) <= 18 for end in ends)
    return fine and 1 <= abs(int(ends[0]) - int(ends[1])) <= 3


LOCALS = st.from_regex(
    r"(ann|ann\.s|ü|info\+|sales|abcdef|)(0{0,2}(1|2|9|10|11|99999999999999999[0-9]{0,2}))?",
    fullmatch=True,
).filter(bool)


@given(st.lists(LOCALS, min_size=2, max_size=30))
def test_order_and_roles_are_as_one_by_one(locals_: list[str]) -> None:
    found = read_addresses(column_of([f"{local}@b.com" for local in locals_]))
    order = Order()
    order.add(compare(found))
    locals_ = [text.partition("@")[0] for text in found.texts]
    assert order.steps.counted_on == sum(counts_on(*pair) for pair in pairwise(locals_))
    assert roles_among(found) == sum(map(is_role, locals_))


TEXT = st.text("ab.1-", min_size=1, max_size=12).filter(lambda text: text.strip("-.") == text)


@given(st.lists(st.sampled_from(["", "a" * 8]) | TEXT, max_size=8), st.lists(TEXT, max_size=8))
def test_steps_of_the_alphabet_are_as_one_by_one(locals_: list[str], domains: list[str]) -> None:
    found = read_addresses(
        column_of([f"x{local}@{domain}.com" for local in locals_ for domain in domains])
    )
    steps = compare(found).steps
    texts = found.texts.to_list()
    ends = [text.partition("@")[2] for text in texts]
    assert steps.up == sum(a < b for a, b in pairwise(texts))
    assert steps.down == sum(a > b for a, b in pairwise(texts))
    assert steps.same_domain == sum(a == b for a, b in pairwise(ends))
    assert steps.domain_up == sum(a < b for a, b in pairwise(ends))
    assert steps.domain_down == sum(a > b for a, b in pairwise(ends))


def numbers_that_meet(slots: int) -> list[int]:
    """Return first words that all fall in one slot of the first table."""
    inverse = pow(0x9E3779B97F4A7C15, -1, 2**64)
    return [(n * inverse) % 2**64 for n in range(slots)]


@pytest.mark.parametrize("tries", [1, 6])
def test_texts_chosen_to_meet_in_a_table_are_told_apart(
    tries: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coding, "_TRIES", tries)
    texts = [
        word.to_bytes(8, "little").decode("latin-1").encode().decode() + "x" * (n % 3)
        for n, word in enumerate(numbers_that_meet(50))
    ] * 40
    assert Coded.of(column_of(texts)).texts == list(dict.fromkeys(texts))
    words = np.array(numbers_that_meet(3_000) * 2, dtype=np.uint64)
    first = first_equal((words,))
    assert first.tolist() == list(range(3_000)) * 2


@given(st.lists(st.text(max_size=40), max_size=30))
def test_spans_hold_the_texts(texts: list[str]) -> None:
    spans = Spans.of(column_of(texts))
    assert spans.texts() == texts
    beginnings = [pair.tobytes() for pair in spans.pairs()]
    assert beginnings == [text.encode()[:16].ljust(16, b"\0") for text in texts]


def one_by_one(cell: str) -> int:
    """The standard library reads only the forms that are wholly digits in their places."""
    try:
        at = datetime.fromisoformat(cell + ("" if len(cell) in {20, 25} else "+00:00"))
    except ValueError:
        return UNKNOWN
    return int(at.timestamp()) if 1980 <= at.year < 2100 else UNKNOWN


NUMBER = st.integers(0, 99).map("{:02}".format)
ISO = st.builds(
    "{}-{}-{}T{}:{}:{}{}".format,
    st.sampled_from(["0000", "1979", "1980", "2000", "2023", "2024", "2099", "2100", "9999"]),
    st.sampled_from(["00", "01", "02", "12", "13"]),
    st.sampled_from(["00", "01", "28", "29", "30", "31", "32"]),
    *(NUMBER, NUMBER, NUMBER),
    st.sampled_from(["", "Z", "+00:00"]),
)


@given(st.lists(ISO, min_size=1, max_size=20))
def test_columns_of_times_are_read_as_one_by_one(cells: list[str]) -> None:
    expected = [one_by_one(cell) for cell in cells]
    assert unix_seconds(column_of(cells)).tolist() == expected


def test_many_addresses_are_hashed_as_one(lists: Any) -> None:
    addresses = ["ann@b.com", "müller@bücher.de", "x" * 200 + "@b.com"]
    many = lists.hasher.many(Spans.of(column_of(addresses)))
    assert many.tolist() == [lists.hasher(address) for address in addresses]


@given(st.lists(st.integers(315_532_800, 1_800_000_000), min_size=1, max_size=50))
def test_quantiles_of_ages_are_those_of_numpy(times: list[int]) -> None:
    ascending = np.sort(np.array(times, dtype=np.uint32))
    ages = (1_780_000_000 - ascending.astype(np.int64)) / 86_400
    for share in (0.25, 0.5, 0.75):
        assert quantile_of_ages(ascending, share, 1_780_000_000) == np.quantile(ages, share)
    assert isnan(quantile_of_ages(ascending[:0], 0.5, 0))
