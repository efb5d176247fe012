"""Rows without an address are told by number, slips of the keys with what they mean."""

from typing import Any

import pytest

from features.lists import ScanLimits, Slip
from features.lists.domains import suggestion
from features.lists.slips import MAX_SHOWN


@pytest.mark.parametrize("chunk_rows", [1, 2, 1_000])
@pytest.mark.parametrize("polars_from", [0, 10**6])
def test_bad_rows(lists: Any, chunk_rows: int, polars_from: int) -> None:
    cells = [
        "a@b.de", "jane", "", "a@b@c.de", "x" * 300, "@b.de", "a@b", "a b@c.de", "a..b@c.de", "c@d.fr",
    ]  # fmt: skip
    body = "n,email\n" + "".join(f"{n},{cell}\n" for n, cell in enumerate(cells))
    limits = ScanLimits(chunk_rows=chunk_rows, polars_from=polars_from)
    found = lists.scan_bytes(body.encode(), "csv", limits)
    assert [(bad.row, bad.why) for bad in found.bad_rows] == [
        (2, "no at sign"), (3, "empty"), (4, "more than one at sign"), (5, "too long"),
        (6, "nothing before or after the at sign"), (7, "no domain"), (8, "a space inside"),
        (9, "not well formed"),
    ]  # fmt: skip
    assert found.invalid == 8


def test_no_more_than_the_first_bad_rows_are_kept(lists: Any) -> None:
    found = lists.scan_bytes(
        b"email\n" + b"x\n" * 500 + b"a@b.de\n", "csv", ScanLimits(chunk_rows=7)
    )
    assert [bad.row for bad in found.bad_rows] == list(range(1, MAX_SHOWN + 1))


def test_slips_are_told_with_what_they_mean(lists: Any) -> None:
    found = lists.scan_bytes(b"email\na@gmial.com\nb@gmial.com\nc@hotmial.com\nd@gmail.com\n")
    assert found.slips == (Slip("gmial.com", "gmail.com", 2), Slip("hotmial.com", "hotmail.com", 1))


@pytest.mark.parametrize(
    ("domain", "meant"),
    [("qq.con", "qq.com"), ("bigpond.cmo", "bigpond.com"), ("orange.fe", "orange.fr"), ("web.dr", "web.de"),
     ("yahoo.co.ik", "yahoo.co.uk"), ("gmx.ed", "gmx.de"), ("acme.con", None), ("yahoo.com.ar", None),
     ("terra.com.ar", None), ("libero.is", None), ("gmx.dk", None), ("mail.ru", None)],
)  # fmt: skip
def test_what_a_domain_means(domain: str, meant: str | None) -> None:
    """A domain of another country is no slip, one that no country has is."""
    assert suggestion(domain) == meant
