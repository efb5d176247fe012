"""Times as exports write them, in Unix seconds."""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from features.spans import Bytes, Ints

# Unix seconds, until the year 2106.
Times = npt.NDArray[np.uint32]
Int32s = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]
_ZERO, _TEN = np.uint8(ord("0")), np.uint8(10)
UNKNOWN: Final = 0
_ODD: Final = -(2**62)
_EARLIEST: Final = 315_532_800  # 1980: before that nobody opted in to mail.
_LATEST: Final = 4_102_444_800  # 2100
_DAY: Final = 86_400
# 2024-12-31, 2024-12-31T23:59:59 or with a space, and the same with Z or +00:00: bytes, and what
# follows the seconds.
_WIDTHS: Final = {10: b"", 19: b"", 20: b"Z", 25: b"+00:00"}
# 31.12.2024 23:59, 12/31/2024 11:59:59 PM, 2024/12/31: the month is first only after a slash.
_OTHER: Final = re.compile(
    r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})"
    r"(?:[ T,]{1,3}(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s?([ap])\.?m\.?)?)?(?:\s?(?:Z|UTC|GMT))?",
    re.IGNORECASE | re.ASCII,
)


_OFFSET: Final = re.compile(r"\s+([+-]\d{2}:?\d{2})\Z", re.ASCII)
# Mon, 05 Jan 2026 10:00:00 +0200 (RFC 5322), 5-Jan-2026, January 5th, 2026 at 10:00 AM.
_WORDS: Final = re.compile(
    r"(?:[^\W\d_]{2,10}\.?,?\s{1,2})?"
    r"(?:(?P<first>[^\W\d_]{3,10})\.?\s{1,2}(?P<second>\d{1,2})(?:st|nd|rd|th)?"
    r"|(?P<day>\d{1,2})(?:\.|er|st|nd|rd|th)?[\s-](?:de\s)?(?P<month>[^\W\d_]{3,10})\.?)"
    r",?[\s-](?:de\s)?(?P<year>\d{4})"
    r"(?:,?\s{1,2}(?:at\s)?(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<sec>\d{2}))?"
    r"(?:\s?(?P<half>[ap])\.?m\.?)?)?(?:\s?(?:Z|UTC|GMT|(?P<zone>[+-]\d{2}:?\d{2})))?",
    re.IGNORECASE,
)
# How months begin in English, German, French, Spanish, Italian, Portuguese, Dutch and Swedish.
_MONTHS: Final = (
    (1, ("jan", "ene", "gen", "jän")),
    (2, ("feb", "fev", "fév")),
    (3, ("mar", "mär", "mrt", "maa")),
    (4, ("apr", "avr", "abr")),
    (5, ("may", "mai", "mei", "mag", "maj")),
    (6, ("jun", "juin", "giu")),
    (7, ("jul", "juil", "lug")),
    (8, ("aug", "aou", "aoû", "ago")),
    (9, ("sep", "set")),
    (10, ("oct", "okt", "out", "ott")),
    (11, ("nov",)),
    (12, ("dec", "dez", "dic", "déc")),
)
# Days since 1899-12-30, as Excel counts them.
_EXCEL_1970, _EXCEL_1980, _EXCEL_2100 = 25_569, 29_221, 73_051


def _less_zero(mark: int) -> np.uint8:
    """Return a byte less "0", as the places of a matrix of cells hold it."""
    return np.uint8((mark - ord("0")) % 256)


_DASH, _COLON, _T, _SPACE = map(_less_zero, b"-:T ")


def as_time(seconds: int) -> np.uint32:
    """Return Unix seconds as a column of times holds them, the first or last ones beyond it."""
    return np.uint32(min(max(seconds, 0), 2**32 - 1))


def unix_seconds(cells: pl.Series, *, day_first: bool = False) -> Times:
    """Return `(n,)` Unix seconds, `UNKNOWN` where a cell has no time or an absurd one (not 1980-2100).

    Read are ISO 8601 (UTC unless it names an offset), Unix seconds and milliseconds, Excel's days,
    dates with dots, slashes and dashes, and those with the name of a month. Of 3/4/2026 the month is
    3 unless `day_first` says otherwise.
    """
    seconds = _plain_seconds(cells)
    odd = np.flatnonzero(seconds == _ODD)
    if odd.size:
        seconds[odd] = [_slowly(cell, day_first) for cell in cells.gather(odd).to_list()]
    seconds[(seconds < _EARLIEST) | (seconds >= _LATEST)] = UNKNOWN
    return seconds.astype(np.uint32)


def _plain_seconds(cells: pl.Series) -> Ints:
    """Return the Unix seconds of cells in ISO 8601, `UNKNOWN` for empty ones, `_ODD` for others."""
    sizes = cells.str.len_bytes().to_numpy()
    width = int(sizes[0]) if sizes.size else 0
    if width in _WIDTHS and (sizes == width).all():
        return _iso_seconds(cells, width, _WIDTHS[width])
    seconds = np.full(sizes.size, _ODD, dtype=np.int64)
    seconds[sizes == 0] = UNKNOWN
    for width, zone in _WIDTHS.items():
        rows = np.flatnonzero(sizes == width)
        if rows.size:
            seconds[rows] = _iso_seconds(cells.gather(rows), width, zone)
    return seconds


def _iso_seconds(cells: pl.Series, width: int, zone: bytes) -> Ints:
    """Return the Unix seconds of cells of `width` bytes each, `_ODD` where one is no ISO 8601.

    The cells lie side by side as a matrix, so that a place of all cells is one operation.
    """
    data = np.frombuffer(cells.str.join("").cast(pl.Binary).item(), dtype=np.uint8)
    # Bytes below "0" wrap around to large ones.
    places = (data.reshape(-1, width) - _ZERO).T.copy()
    fine = (places[4] == _DASH) & (places[7] == _DASH)
    month, day = _two_digits(places, 5, fine), _two_digits(places, 8, fine)
    months = (100 * _two_digits(places, 0, fine) + _two_digits(places, 2, fine)) * 12 + month - 1
    fine &= (month >= 1) & (month <= 12)
    months *= fine
    first = _first_days()
    begun = first[months]
    fine &= (day >= 1) & (day <= first[months + 1] - begun)
    seconds: Ints = (begun + day - 1).astype(np.int64) * _DAY
    if width > 10:
        seconds += _clock(places, zone, fine)
    if not fine.all():
        seconds[~fine] = _ODD
    return seconds


def _clock(places: Bytes, zone: bytes, fine: Flags) -> Int32s:
    """Return the seconds since midnight; `fine` becomes False where there is no such time."""
    fine &= ((places[10] == _T) | (places[10] == _SPACE)) & (places[13] == _COLON)
    fine &= places[16] == _COLON
    for place, mark in enumerate(zone, start=19):
        fine &= places[place] == _less_zero(mark)
    hours, minutes, seconds = (_two_digits(places, place, fine) for place in (11, 14, 17))
    fine &= (hours < 24) & (minutes < 60) & (seconds < 60)
    of_day: Int32s = hours * 3_600 + minutes * 60 + seconds
    return of_day


def _two_digits(places: Bytes, place: int, fine: Flags) -> Int32s:
    """Return the number at two places; `fine` becomes False where it is none."""
    tens, ones = places[place], places[place + 1]
    fine &= (tens <= 9) & (ones <= 9)
    number: Int32s = (tens * _TEN + ones).astype(np.int32)
    return number


@lru_cache(maxsize=1)
def _first_days() -> Int32s:
    """Return the day since 1970 on which each month since the year 0 begins, to the year 10,000."""
    months = np.arange("0000-01", "10000-02", dtype="M8[M]")
    return months.astype("M8[D]").astype(np.int32)


@lru_cache(maxsize=10_000)
def _slowly(cell: str, day_first: bool) -> int:
    text = _OFFSET.sub(r"\1", cell.strip())
    try:
        return _of(datetime.fromisoformat(text))
    except ValueError:
        pass
    if text.isascii() and text.replace(".", "", 1).isdigit() and len(text) <= 24:
        return _number(float(text))
    match = _OTHER.fullmatch(text)
    return _of_match(match, day_first=day_first) if match else _of_words(text)


def _number(value: float) -> int:
    """A number is Unix seconds, milliseconds when seconds would be far away, or days as Excel counts."""
    if _EXCEL_1980 <= value < _EXCEL_2100:
        return round((value - _EXCEL_1970) * _DAY)
    return int(value / 1_000) if value > 1e11 else int(value)


def _of_words(text: str) -> int:
    """Return the Unix seconds of a date with the name of its month: 5 Jan 2026, January 5, 2026."""
    match = _WORDS.fullmatch(text)
    if match is None:
        return UNKNOWN
    name = (match["first"] or match["month"]).lower()
    month = next((number for number, starts in _MONTHS if name.startswith(starts)), 0)
    hour = int(match["hour"] or 0)
    if match["half"]:
        hour = hour % 12 + (12 if match["half"].lower() == "p" else 0)
    zone = match["zone"]
    offset = (int(zone[:3]) * 60 + int(zone[0] + zone[-2:])) * 60 if zone else 0
    day, year = int(match["second"] or match["day"]), int(match["year"])
    try:
        at = datetime(year, month, day, hour, int(match["minute"] or 0), int(match["sec"] or 0))  # noqa: DTZ001 - _of takes what has no zone as UTC
    except ValueError:
        return UNKNOWN
    return _of(at) - offset


def _of_match(match: "re.Match[str]", *, day_first: bool) -> int:
    first, mark, second, third = match[1], match[2], int(match[3]), match[4]
    if len(first) == 4:
        year, month, day = int(first), second, int(third)
    else:
        year = int(third) if len(third) == 4 else 2000 + int(third)
        day, month = int(first), second
        if mark == "/" and (second > 12 or (day <= 12 and not day_first)):
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
