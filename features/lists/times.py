"""Times as exports write them, in Unix seconds."""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.int64]
UNKNOWN: Final = 0
_ODD: Final = -(2**62)
_EARLIEST: Final = 315_532_800  # 1980: before that nobody opted in to mail.
_LATEST: Final = 4_102_444_800  # 2100
# 2024-12-31, 2024-12-31T23:59:59 or with a space, and the same with Z or +00:00.
_ISO: Final = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:[T ](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:Z|\+00:00)?)?$"
)
# 31.12.2024 23:59, 12/31/2024 11:59:59 PM, 2024/12/31: the month is first only after a slash.
_OTHER: Final = re.compile(
    r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})"
    r"(?:[ T,]{1,3}(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s?([ap])\.?m\.?)?)?(?:\s?(?:Z|UTC|GMT))?",
    re.IGNORECASE | re.ASCII,
)


def unix_seconds(cells: pl.Series) -> Ints:
    """Return `(n,)` Unix seconds, `UNKNOWN` where a cell has no time or an absurd one (not 1980-2100).

    Read are ISO 8601 (UTC unless it names an offset), Unix seconds and milliseconds, and dates
    with dots, slashes and dashes.
    """
    return with_odd_times(cells, pl.DataFrame({"at": cells}).select(iso_seconds("at"))["at"])


def with_odd_times(cells: pl.Series, iso: pl.Series) -> Ints:
    """Return what `unix_seconds` does, given what `iso_seconds` read in the cells."""
    seconds = iso.to_numpy().astype(np.int64, copy=True)
    odd = np.flatnonzero(seconds == _ODD)
    if odd.size:
        seconds[odd] = [_slowly(cell) for cell in cells.gather(odd).to_list()]
    seconds[(seconds < _EARLIEST) | (seconds >= _LATEST)] = UNKNOWN
    return seconds


@lru_cache(maxsize=16)
def iso_seconds(name: str) -> pl.Expr:
    """Return the Unix seconds of a column of ISO 8601 times in UTC, or what the rest is to become.

    An empty cell is `UNKNOWN`; what else it may be is left for `with_odd_times`.
    """
    cell = pl.col(name)
    iso = pl.when(cell.str.contains(_ISO)).then(cell)
    clock = iso.str.slice(0, 10) + "T" + iso.str.slice(11, 8)
    midnight = iso + "T00:00:00"
    read = _seconds(pl.when(iso.str.len_bytes() == 10).then(midnight).otherwise(clock))
    missing = pl.when(cell == "").then(pl.lit(UNKNOWN)).otherwise(pl.lit(_ODD))
    return read.fill_null(missing).alias(name)


def _seconds(texts: pl.Expr) -> pl.Expr:
    times = texts.str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False, time_unit="ms")
    return times.dt.epoch("s")


@lru_cache(maxsize=10_000)
def _slowly(cell: str) -> int:
    text = cell.strip()
    try:
        return _of(datetime.fromisoformat(text))
    except ValueError:
        pass
    if text.isascii() and text.replace(".", "", 1).isdigit() and len(text) <= 24:
        return _number(float(text))
    match = _OTHER.fullmatch(text)
    return _of_match(match) if match else UNKNOWN


def _number(value: float) -> int:
    """A number is Unix seconds, or milliseconds when seconds would be far away."""
    return int(value / 1_000) if value > 1e11 else int(value)


def _of_match(match: "re.Match[str]") -> int:
    first, mark, second, third = match[1], match[2], int(match[3]), match[4]
    if len(first) == 4:
        year, month, day = int(first), second, int(third)
    else:
        year = int(third) if len(third) == 4 else 2000 + int(third)
        day, month = int(first), second
        if mark == "/" and day <= 12:
            day, month = month, day
    hour = int(match[5] or 0)
    if match[8]:
        hour = hour % 12 + (12 if match[8].lower() == "p" else 0)
    try:
        return _of(datetime(year, month, day, hour, int(match[6] or 0), int(match[7] or 0)))  # noqa: DTZ001 - _of takes what has no zone as UTC
    except ValueError:
        return UNKNOWN


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def _of(at: datetime) -> int:
    try:
        aware = at if at.tzinfo else at.replace(tzinfo=UTC)
        return (aware - _EPOCH) // timedelta(seconds=1)
    except OverflowError:
        return UNKNOWN
