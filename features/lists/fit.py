"""How a list fits the account that brings it: its country, and the age of its domains."""

from collections.abc import Mapping, Sequence
from math import nan
from typing import Final

import numpy as np
import numpy.typing as npt

from features.lists.counting import ascending, ratio
from features.records import Account, SendingDomain

# Country codes that are sold and used as if they were generic (ICANN ccTLDs so marketed).
_GENERIC: Final = frozenset(
    [
        "ai",
        "bz",
        "cc",
        "cd",
        "co",
        "eu",
        "fm",
        "gg",
        "io",
        "la",
        "me",
        "nu",
        "sh",
        "tk",
        "to",
        "tv",
        "vc",
        "ws",
    ]
)
_ISO_OF: Final = {"uk": "gb"}
_MIN_AT_HOME: Final = 20
QUANTILES: Final = 101
_DAY: Final = 86_400


def countries_of(top_levels: Mapping[str, int]) -> dict[str, int]:
    """Return the addresses by country (ISO 3166, lower case) that the top-level domains tell."""
    found: dict[str, int] = {}
    for name, rows in top_levels.items():
        if len(name) == 2 and name.isascii() and name not in _GENERIC:
            country = _ISO_OF.get(name, name)
            found[country] = found.get(country, 0) + rows
    return found


def quantiles_of(times: npt.NDArray[np.integer]) -> tuple[int, ...]:
    """Return 101 quantiles of the known times, from the first to the last; none for none."""
    if not times.size:
        return ()
    places = np.linspace(0, times.size - 1, QUANTILES).round().astype(np.int64)
    return tuple(ascending(times)[places].tolist())


def fit_numbers(
    countries: Mapping[str, int],
    opt_ins: Sequence[int],
    account: Account,
    domains: Sequence[SendingDomain],
) -> dict[str, float]:
    """Return how a list fits its account; NaN where the account or the list does not tell.

    `opt_ins` are quantiles of the times of consent in Unix seconds.
    """
    return {
        "list_home_country_share": _at_home(countries, account),
        "list_consent_before_domain_share": _before(opt_ins, domains),
    }


def _at_home(countries: Mapping[str, int], account: Account) -> float:
    total = sum(countries.values())
    if account.country is None or total < _MIN_AT_HOME:
        return nan
    return countries.get(account.country.strip().lower(), 0) / total


def _before(opt_ins: Sequence[int], domains: Sequence[SendingDomain]) -> float:
    """Return the share of consent given before the account's oldest domain was registered."""
    known = [domain.registered_at for domain in domains if domain.registered_at is not None]
    if not known:
        return nan
    registered = min(known).timestamp()
    return ratio(sum(at < registered - _DAY for at in opt_ins), len(opt_ins))
