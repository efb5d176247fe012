"""Writes a feature's value with its unit, as a person would."""

import math
from collections.abc import Callable

from models.reasons.language import ENGLISH, NO, YES, Language


def amount(value: float, unit: str, language: Language = ENGLISH) -> str:
    """Return the value in words; NaN is `unknown`."""
    if math.isnan(value):
        return language("unknown")
    if unit in _FLAGS:
        return language(YES if value >= 0.5 else NO)
    write = _WRITERS.get(unit)
    return write(value) if write else f"{_number(value)} {language(unit)}".rstrip()


def _number(value: float) -> str:
    if not math.isfinite(value):
        return str(value)
    if abs(value) >= 100 or value == round(value):
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _share(value: float) -> str:
    percent = 100 * value
    if percent and abs(percent) < 0.1:
        return f"{percent:.2g} %"
    return f"{percent:.1f} %" if abs(percent) < 10 else f"{percent:.0f} %"


def _times(value: float) -> str:
    return f"{_number(value)} times"


_FLAGS = frozenset({"flag", "bool", "yes/no", "0 or 1"})
_WRITERS: dict[str, Callable[[float], str]] = {
    "share": _share,
    "rate": _share,
    "fraction": _share,
    "probability": _share,
    "ratio": _times,
    "count": _number,
    "number": _number,
    "1": _number,
    "": _number,
}
