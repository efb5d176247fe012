"""Times of exports against the standard library."""

from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.lists.rows import column_of
from features.lists.times import UNKNOWN
from features.lists.times import unix_seconds as of_column

SANE = st.datetimes(datetime(1980, 1, 2), datetime(2099, 12, 31))  # noqa: DTZ001


def unix_seconds(cells: list[str]) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    return of_column(column_of(cells))


@given(st.lists(SANE, min_size=1, max_size=20), st.sampled_from(["", "Z", "+00:00", "+02:00"]))
def test_iso_is_read_as_the_standard_library_does(times: list[datetime], zone: str) -> None:
    offset = timedelta(hours=2) if zone == "+02:00" else timedelta()
    cells = [at.strftime("%Y-%m-%dT%H:%M:%S") + zone for at in times]
    expected = [int(at.replace(microsecond=0, tzinfo=timezone(offset)).timestamp()) for at in times]
    assert unix_seconds(cells).tolist() == expected


FORMS = [
    "2026-03-04 05:06:07", "2026-03-04T05:06:07.123456Z", "2026-03-04T07:06:07+02:00", "20260304T050607",
    "04.03.2026 05:06:07", "03/04/2026 05:06:07", "3/4/2026 5:06:07 AM", "2026/03/04 05:06:07",
    "1772600767", "1772600767000", " 2026-03-04 05:06:07 UTC ", "2026-03-04T05:06:07Z ",
    "2026-03-04 07:06:07 +0200", "Wed, 04 Mar 2026 05:06:07 +0000", "Wed, 4 Mar 2026 00:06:07 -0500",
    "Mar 4, 2026 5:06:07 AM", "March 4th, 2026 at 05:06:07", "46085.2125810",
]  # fmt: skip


@pytest.mark.parametrize("cell", FORMS)
def test_forms(cell: str) -> None:
    assert unix_seconds([cell]).tolist() == [
        int(datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC).timestamp())
    ]


DATES = ["2026-03-04", "04.03.2026", "4.3.26", "03/04/2026", "3/4/26", "2026/3/4", "04-03-2026", "4 March 2026", "4-Mar-2026", "20260304",
         "4. März 2026", "4 de marzo de 2026", "4 mars 2026", "46085"]  # fmt: skip


@pytest.mark.parametrize("cell", [*DATES, "25/12/2025"])
def test_dates(cell: str) -> None:
    expected = datetime(2025, 12, 25) if cell[:2] == "25" else datetime(2026, 3, 4)  # noqa: DTZ001
    assert unix_seconds([cell]).tolist() == [int(expected.replace(tzinfo=UTC).timestamp())]


ABSURD = [
    "", "-", "never", "0000-00-00", "0000-00-00 00:00:00", "0001-01-01", "9999-12-31", "2026-02-30",
    "2026-13-01", "2026-01-01T25:00:00", "2026-01-01T10:60:00", "1900-01-01", "99999999999999999999",
    "1e400", "nan", "-5", "31.31.2026", "２０２６-01-01", "2026-01-01T10:00:00+99:99", "\x00" * 19,
]  # fmt: skip


@pytest.mark.parametrize("cell", ABSURD)
def test_absurd_times_are_unknown(cell: str) -> None:
    assert unix_seconds([cell, "2026-01-01"]).tolist() == [UNKNOWN, 1_767_225_600]


@given(st.lists(st.text(max_size=40), max_size=10))
def test_any_text_is_a_time_or_unknown(cells: list[str]) -> None:
    assert len(unix_seconds(cells)) == len(cells)


def test_a_time_reads_the_same_alone_and_in_company() -> None:
    cells = [*FORMS, *DATES, *ABSURD]
    assert unix_seconds(cells).tolist() == [unix_seconds([cell]).tolist()[0] for cell in cells]
