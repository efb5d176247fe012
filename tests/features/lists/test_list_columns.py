"""What is done to whole columns at once, against the same done row by row."""

from collections import Counter
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.lists.addresses import read_addresses
from features.lists.coding import Coded
from features.lists.counting import Repeats
from features.lists.order import COMPARED, Order
from features.lists.roles import ROLES_COUNTED, is_role
from features.lists.rows import column_of, joined
from features.lists.streams import has_longer_line
from features.lists.times import UNKNOWN, unix_seconds

TEXTS = st.lists(st.sampled_from(["", " ", "a", "b", " a", "ü", "web", "x.com"]), max_size=30)


@given(TEXTS, st.integers(0, 3))
def test_lines_are_as_long_as_they_are(lines: list[str], size: int) -> None:
    text = "\n".join(lines)
    assert has_longer_line(text, size) == any(len(line) > size for line in text.split("\n"))


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
        repeats.add(column_of(part))
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
    counted = found.frame.select(**COMPARED, roles=ROLES_COUNTED).row(0, named=True)
    order = Order()
    order.add(found, counted)
    locals_ = found.locals.to_list()
    assert order.counted_on == sum(counts_on(*pair) for pair in pairwise(locals_))
    assert counted["roles"] == sum(map(is_role, locals_))


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
    many = lists.hasher.many(*joined(column_of(addresses)))
    assert many.tolist() == [lists.hasher(address) for address in addresses]
