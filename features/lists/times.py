"""Times as exports write them, in Unix seconds."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]
UNKNOWN: Final = 0
_EARLIEST: Final = 315_532_800  # 1980: before that nobody opted in to mail.
_LATEST: Final = 4_102_444_800  # 2100
_WIDTH: Final = 26
_DATE_AT: Final = (0, 1, 2, 3, 5, 6, 8, 9)
_CLOCK_AT: Final = (11, 12, 14, 15, 17, 18)
_ZERO: Final = ord("0")
# 31.12.2024 23:59, 12/31/2024 11:59:59 PM, 2024/12/31: the month is first only after a slash.
_OTHER: Final = re.compile(
    r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})"
    r"(?:[ T,]{1,3}(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s?([ap])\.?m\.?)?)?(?:\s?(?:Z|UTC|GMT))?",
    re.IGNORECASE | re.ASCII,
)


def unix_seconds(cells: Sequence[str]) -> Ints:
    """Return `(n,)` Unix seconds, `UNKNOWN` where a cell has no time or an absurd one (not 1980-2100).

    Read are ISO 8601 (UTC unless it names an offset), Unix seconds and milliseconds, and dates
    with dots, slashes and dashes.
    """
    if not any(cells):
        return np.zeros(len(cells), dtype=np.int64)
    seconds, read = _iso(cells)
    for row in np.flatnonzero(~read).tolist():
        if cells[row]:
            seconds[row] = _slowly(cells[row])
    seconds[(seconds < _EARLIEST) | (seconds >= _LATEST)] = UNKNOWN
    return seconds


def _iso(cells: Sequence[str]) -> tuple[Ints, Flags]:
    """Read `2024-12-31`, `2024-12-31T23:59:59` and the same with Z or +00:00; tell which were."""
    texts = np.array(cells, dtype=f"U{_WIDTH}")
    codes: Codes = texts.view(np.int32).reshape(len(cells), _WIDTH)
    date, clock = codes[:, _DATE_AT] - _ZERO, codes[:, _CLOCK_AT] - _ZERO
    dashes = (codes[:, (4, 7)] == ord("-")).all(axis=1)
    ended = codes[:, 10] == 0
    colons = (codes[:, (13, 16)] == ord(":")).all(axis=1)
    joined = (codes[:, 10] == ord("T")) | (codes[:, 10] == ord(" "))
    timed = joined & colons & _digits(clock) & _utc_end(codes)
    clock = np.where(timed[:, None], clock, 0)
    hours, minutes, secs = (clock[:, i] * 10 + clock[:, i + 1] for i in (0, 2, 4))
    days, exists = _days(date)
    read = dashes & _digits(date) & exists & (ended | timed)
    read &= (hours < 24) & (minutes < 60) & (secs < 60)
    seconds = days * 86_400 + hours * 3_600 + minutes * 60 + secs
    return np.where(read, seconds, UNKNOWN).astype(np.int64), read


def _digits(values: Codes) -> Flags:
    inside: Flags = np.all((values >= 0) & (values <= 9), axis=1)
    return inside


def _utc_end(codes: Codes) -> Flags:
    """Tell which texts end after the seconds, or with Z or +00:00."""
    offset = np.array([ord(c) for c in "+00:00\0"])
    ended = codes[:, 19] == 0
    zulu = (codes[:, 19] == ord("Z")) & (codes[:, 20] == 0)
    zero: Flags = np.all(codes[:, 19:26] == offset, axis=1)
    read: Flags = ended | zulu | zero
    return read


def _days(date: Codes) -> tuple[Ints, Flags]:
    """Return days since 1970 of `(n, 8)` digits YYYYMMDD, and which of these dates exist."""
    years = date[:, :4] @ np.array([1000, 100, 10, 1], dtype=np.int32)
    months = date[:, 4] * 10 + date[:, 5]
    days = date[:, 6] * 10 + date[:, 7]
    sane = (months >= 1) & (months <= 12) & (days >= 1) & (years >= 1) & (years <= 9999)
    since = np.where(sane, (years - 1970) * 12 + months - 1, 0).astype("M8[M]")
    first = since.astype("M8[D]").astype(np.int64)
    after = (since + 1).astype("M8[D]").astype(np.int64)
    return first + days - 1, sane & (days <= after - first)


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
