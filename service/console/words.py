"""Values as a reviewer reads them. Every filter takes None."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from features.records import EventType
from models.reasons.amounts import amount
from service.desk.filters import BANDS

NOTHING: Final = "–"
# Embeddings, overrides and isolates (UAX 9): they turn round what follows them, ours included.
_TURNS: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")


def visible(value: Any) -> Any:
    """Return what a page prints with the characters that turn the direction of text made readable."""
    if isinstance(value, str) and not value.isascii() and _TURNS.search(value):
        turned = _TURNS.sub(lambda found: f"[U+{ord(found[0]):04X}]", value)
        return type(value)(turned)  # markup stays markup: the brackets hold no character of it
    return value


def percent(value: float | None) -> str:
    """A share in [0, 1] as percent, with digits where they matter."""
    if value is None:
        return NOTHING
    hundred = 100 * value
    digits = 0 if hundred >= 10 or hundred == 0 else 1 if hundred >= 1 else 2
    return f"{hundred:.{digits}f} %"


def number(value: float | None) -> str:
    if value is None:
        return NOTHING
    if value == round(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def measure(value: float | None, unit: str | None) -> str:
    """A reason's number as its sentence writes it; plain where the unit was not kept."""
    return number(value) if value is None or unit is None else amount(value, unit)


def when(at: datetime | None) -> str:
    return NOTHING if at is None else f"{at:%d %b %Y, %H:%M} UTC"


def ago(at: datetime | None, now: datetime) -> str:
    """The distance between two times in one unit: `3 h ago`, `in 2 days`."""
    if at is None:
        return NOTHING
    seconds = (now - at).total_seconds()
    size, amount = abs(seconds), ""
    for unit, length in (("days", 86_400), ("h", 3_600), ("min", 60)):
        if size >= length * (2 if unit == "days" else 1):
            amount = f"{size / length:.0f} {unit}"
            break
    if not amount:
        return "now"
    return f"{amount} ago" if seconds > 0 else f"in {amount}"


def plain(code: str) -> str:
    """A code as words: `HARD_BOUNCES_HIGH` is `Hard bounces high`."""
    return code.replace("_", " ").replace(".", ": ").capitalize()


def band(risk: float) -> str:
    """The colour class of a risk; the number is always written beside it."""
    return next((name for name, (low, _) in BANDS.items() if risk >= low), "low")


COUNTED: Final = tuple(kind.value for kind in EventType)
FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "percent": percent, "number": number, "measure": measure, "when": when, "ago": ago, "plain": plain, "band": band,
}  # fmt: skip
