"""Writes a feature's value with its unit, as a person would."""

import math
from collections.abc import Callable

from models.reasons.language import ENGLISH, NO, YES, Language

Writer = Callable[[float, Language], str]


def amount(value: float, unit: str, language: Language = ENGLISH) -> str:
    """Return the value in words; NaN is `unknown`."""
    if math.isnan(value):
        return language("unknown")
    write = _WRITERS.get(unit)
    return write(value, language) if write else f"{_number(value)} {language(unit)}"


def _number(value: float) -> str:
    if not math.isfinite(value):
        return str(value)
    if abs(value) >= 1e9:
        return f"{value:.2g}"
    if abs(value) >= 100 or value == round(value):
        return f"{value:,.0f}"
    if 0 < value < 0.01:
        return "<0.01"
    return f"{value:.2g}" if abs(value) < 10 else f"{value:.3g}"


def _plain(value: float, _: Language) -> str:
    return _number(value)


def _flag(value: float, language: Language) -> str:
    return language(YES if value >= 0.5 else NO)


def _share(value: float, _: Language) -> str:
    percent = 100 * value
    if percent and abs(percent) < 0.1:
        return f"{percent:.2g} %"
    return f"{percent:.1f} %" if abs(percent) < 10 else f"{percent:.0f} %"


def _times(value: float, language: Language) -> str:
    return language("{number} times").format(number=_number(value))


def _doublings(value: float, language: Language) -> str:
    """2 doublings are `4 times as much`, none `as much`."""
    number = _number(_power(2, value))
    if number == "1":
        return language("as much")
    return language("{number} times as much").format(number=number)


def _tens(of: str) -> Writer:
    """Undo log10(n + 1)."""

    def write(value: float, language: Language) -> str:
        return f"{_number(round(_power(10, value) - 1))} {language(of)}"

    return write


def _twos_a_day(value: float, language: Language) -> str:
    return language("{number} mails a day").format(number=_number(_power(2, value)))


def _power(base: float, exponent: float) -> float:
    return math.pow(base, max(-300.0, min(300.0, exponent)))


_WRITERS: dict[str, Writer] = {
    "flag": _flag,
    "0 or 1": _flag,
    "share": _share,
    "rate": _share,
    "probability": _share,
    "ratio": _times,
    "doublings": _doublings,
    "log10 mails": _tens("mails"),
    "log10 rows": _tens("rows"),
    "log2 mails a day": _twos_a_day,
    "0 to 1": _plain,
    "0 to 3": _plain,
    "score": _plain,
    "count": _plain,
}
