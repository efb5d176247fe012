"""Times as exports write them, in Unix seconds."""

from datetime import UTC, date, datetime
from typing import Final

_FORMATS: Final = (
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y",
    "%d/%m/%Y",
)
_EARLIEST: Final = 315_532_800  # 1980: before that nobody opted in to mail.
_LATEST: Final = 4_102_444_800  # 2100


def unix_seconds(cell: object) -> int | None:
    """Return the time in a cell, None when there is none or it is absurd (not 1980 to 2100)."""
    seconds = _seconds(cell)
    return seconds if seconds is not None and _EARLIEST <= seconds < _LATEST else None


def _seconds(cell: object) -> int | None:
    if isinstance(cell, bool):
        return None
    if isinstance(cell, (int, float)):
        return _number(cell)
    if isinstance(cell, datetime):
        return _of(cell)
    if isinstance(cell, date):
        return _of(datetime(cell.year, cell.month, cell.day, tzinfo=UTC))
    return _of_text(cell.strip()) if isinstance(cell, str) else None


def _of_text(text: str) -> int | None:
    if not text or len(text) > 40:
        return None
    try:
        return _of(datetime.fromisoformat(text))
    except ValueError:
        pass
    if text.isascii() and text.isdigit():
        return _number(int(text))
    return _other(text)


def _number(value: float) -> int | None:
    """A number is Unix seconds, or milliseconds when seconds would be far away."""
    if not abs(value) < 1e15:
        return None
    return int(value / 1_000) if value > 1e11 else int(value)


def _other(text: str) -> int | None:
    for form in _FORMATS:
        try:
            return _of(datetime.strptime(text, form).replace(tzinfo=UTC))
        except ValueError:
            continue
    return None


def _of(at: datetime) -> int | None:
    try:
        return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp())
    except (OverflowError, ValueError):
        return None
