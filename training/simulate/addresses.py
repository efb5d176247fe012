"""Invented addresses: local parts, company domains, typos. Only free-mail domains are real names."""

import unicodedata
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from training.simulate.brands import brand_name, domain_of, slug
from training.simulate.draws import Rng
from training.simulate.providers import BUSINESS, INDEX, PROVIDERS
from training.simulate.regions import Region

Strings = npt.NDArray[np.object_]
Ints = npt.NDArray[np.int64]

ROLES: Final = (
    "info", "office", "sales", "contact", "admin", "support", "hello", "postmaster", "abuse",
    "webmaster", "kontakt", "marketing", "billing", "team", "jobs", "service", "mail", "press",
)  # fmt: skip
DISPOSABLE: Final = (
    "mailinator.com", "guerrillamail.com", "yopmail.com", "10minutemail.com", "trashmail.com",
    "temp-mail.org", "sharklasers.com", "getnada.com",
)  # fmt: skip
TYPOS: Final = (
    "gmial.com", "gmai.com", "gamil.com", "gmail.con", "gmail.co", "hotmial.com", "hotmal.com",
    "hotmail.con", "yaho.com", "yahooo.com", "outlok.com", "outlook.con", "icloud.co", "gmx.ed",
)  # fmt: skip
_WORDS: Final = [
    "sunny",
    "blue",
    "music",
    "happy",
    "green",
    "rock",
    "night",
    "star",
    "lucky",
    "cool",
    "wolf",
    "moon",
    "cat",
    "river",
    "dragon",
    "pixel",
    "tiger",
    "ocean",
    "sky",
    "red",
    "panda",
    "biker",
    "garden",
    "guitar",
    "coffee",
    "retro",
    "magic",
    "ninja",
    "panther",
    "lemon",
]


def ascii_name(name: str) -> str:
    """Return a name as it appears in an address."""
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()


def _pick(rng: Rng, options: tuple[str, ...] | list[str], n: int) -> Strings:
    pool = np.array(options, dtype=object)
    picked: Strings = pool[rng.integers(0, len(pool), n)]
    return picked


def _digits(rng: Rng, n: int) -> Strings:
    year = rng.integers(50, 105, n) % 100
    number = np.where(rng.random(n) < 0.5, year, rng.integers(1, 10_000, n))
    text: Strings = np.array([str(value) for value in number], dtype=object)
    return text


def person_locals(rng: Rng, region: Region, n: int, work: bool) -> Strings:
    """Return `(n,)` local parts of people: names, initials, nicknames, years of birth."""
    first = _pick(rng, [ascii_name(name) for name in region.first_names], n)
    last = _pick(rng, [ascii_name(name) for name in region.last_names], n)
    initial = np.array([name[0] for name in first], dtype=object)
    style = rng.random(n)
    local = first + "." + last
    for limit, other in (
        (0.58, first + last),
        (0.46, initial + last),
        (0.34, initial + "." + last),
        (0.26, last + "." + first),
        (0.2, first + "_" + last),
        (0.16, first),
    ):
        local = np.where(style < limit, other, local)
    if work:
        return _strings(local)
    nick = _pick(rng, _WORDS, n) + _pick(rng, _WORDS, n)
    local = np.where(rng.random(n) < 0.14, nick, local)
    return _strings(np.where(rng.random(n) < 0.45, local + _digits(rng, n), local))


def consumer_hosts(rng: Rng, region: Region, n: int) -> tuple[Strings, Ints]:
    """Return `(n,)` free-mail domains and their provider numbers."""
    names = list(region.providers)
    share = np.array(list(region.providers.values()))
    chosen = rng.choice(len(names), n, p=share / share.sum())
    provider = np.array([INDEX[name] for name in names])[chosen]
    rank = np.minimum(rng.geometric(0.62, n) - 1, 8)
    table = [PROVIDERS[index].domains for index in range(len(PROVIDERS))]
    hosts = [table[p][r % len(table[p])] for p, r in zip(provider, rank, strict=True)]
    return np.array(hosts, dtype=object), provider


def companies(rng: Rng, region: Region, n: int) -> tuple[Strings, Ints]:
    """Return `n` invented company domains and who hosts their mail."""
    hosts = [domain_of(rng, brand_name(rng, region), region) for _ in range(n)]
    share = np.array(list(BUSINESS.values()))
    names = np.array([INDEX[name] for name in BUSINESS])
    return np.array(hosts, dtype=object), names[rng.choice(len(names), n, p=share / share.sum())]


def role_locals(rng: Rng, n: int) -> Strings:
    """Return `(n,)` local parts of functions rather than people."""
    weights = 1 / np.arange(1, len(ROLES) + 1)
    pool = np.array(ROLES, dtype=object)
    chosen: Strings = pool[rng.choice(len(ROLES), n, p=weights / weights.sum())]
    return chosen


def random_locals(rng: Rng, n: int) -> Strings:
    """Return `(n,)` meaningless local parts, as harvesters and disposable services make them."""
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz0123456789"))
    text = letters[rng.integers(0, 36, (n, 11))]
    length = rng.integers(6, 12, n)
    joined: Strings = np.array(
        ["".join(row[:size]) for row, size in zip(text, length, strict=True)], dtype=object
    )
    return joined


def invented_host(rng: Rng, region: Region, brand: str) -> str:
    """Return the domain of a trap or of a company that no longer exists."""
    return domain_of(rng, f"{brand} {slug(region.cities[0])}", region, odd=0.1)


def joined(local: Strings, host: Strings) -> Strings:
    """Return addresses from local parts and hosts."""
    return _strings(local + "@" + host)


def _strings(value: Any) -> Strings:
    """Return what object arithmetic, untyped in NumPy, made of strings."""
    strings: Strings = value
    return strings
