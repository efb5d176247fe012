"""What one address shows by itself."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from features.authentication import is_disposable, is_free_mail

# A practical subset of RFC 5321 with RFC 6531's letters: what providers accept in sign-up forms.
_WELL_FORMED: Final = re.compile(
    r"(?P<local>[^\s@\"(),:;<>\[\]\\\x00-\x1f]{1,64})@(?P<domain>(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{0,61}[^\W_])"
)
ROLES: Final = frozenset(
    [
        "abuse",
        "accounting",
        "accounts",
        "admin",
        "administrator",
        "billing",
        "booking",
        "bookings",
        "business",
        "careers",
        "ceo",
        "contact",
        "contacto",
        "customerservice",
        "desk",
        "director",
        "editor",
        "enquiries",
        "enquiry",
        "events",
        "feedback",
        "finance",
        "hello",
        "help",
        "helpdesk",
        "hostmaster",
        "hr",
        "info",
        "information",
        "inquiry",
        "invoice",
        "it",
        "jobs",
        "kontakt",
        "legal",
        "mail",
        "mailbox",
        "management",
        "manager",
        "marketing",
        "media",
        "news",
        "newsletter",
        "noc",
        "noreply",
        "no-reply",
        "office",
        "orders",
        "order",
        "payroll",
        "post",
        "postmaster",
        "press",
        "privacy",
        "purchasing",
        "recruitment",
        "reception",
        "reservations",
        "root",
        "sales",
        "secretary",
        "security",
        "service",
        "shop",
        "spam",
        "staff",
        "subscribe",
        "support",
        "sysadmin",
        "team",
        "tech",
        "technical",
        "unsubscribe",
        "usenet",
        "uucp",
        "web",
        "webmaster",
        "webteam",
        "work",
        "www",
    ]
)
POPULAR: Final = [
    "gmail.com",
    "googlemail.com",
    "yahoo.com",
    "yahoo.co.uk",
    "yahoo.fr",
    "yahoo.de",
    "hotmail.com",
    "hotmail.co.uk",
    "hotmail.fr",
    "outlook.com",
    "live.com",
    "msn.com",
    "aol.com",
    "icloud.com",
    "comcast.net",
    "verizon.net",
    "web.de",
    "gmx.de",
    "gmx.net",
    "t-online.de",
    "freenet.de",
    "orange.fr",
    "wanadoo.fr",
    "laposte.net",
    "free.fr",
    "libero.it",
    "mail.ru",
    "yandex.ru",
    "protonmail.com",
    "btinternet.com",
]
# Real domains that lie one slip away from a popular one.
_REAL: Final = frozenset(
    [
        "ymail.com",
        "mail.com",
        "email.com",
        "gmx.com",
        "gmx.at",
        "gmx.ch",
        "live.co",
        "live.de",
        "yahoo.ca",
        "yahoo.es",
        "yahoo.it",
        "hotmail.de",
        "hotmail.it",
        "hotmail.es",
        "outlook.de",
        "outlook.fr",
        "outlook.es",
        "mail.ua",
        "mac.com",
    ]
)
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz0123456789-."
_CONSONANTS: Final = re.compile(r"[bcdfghjklmnpqrstvwxz]{5,}")
_CHANGES: Final = re.compile(r"[a-z]+|\d+")
_VOWEL: Final = re.compile(r"[aeiouyäöüéèáíóú]")
_YEAR: Final = re.compile(r"(?:19[4-9]\d|20[0-2]\d)$")
_NUMBERED: Final = re.compile(r"^(.*?)(\d{1,9})$")


@dataclass(frozen=True)
class Address:
    """A well-formed address in lower case."""

    local: str
    domain: str

    @property
    def text(self) -> str:
        return f"{self.local}@{self.domain}"


def parse_address(text: str) -> Address | None:
    """Return the address in a cell, None when it is not well formed."""
    cell = text.strip().strip("<>'\"").lower()
    if len(cell) > 254 or (match := _WELL_FORMED.fullmatch(cell)) is None:
        return None
    local = match["local"]
    if local[0] == "." or local[-1] == "." or ".." in local:
        return None
    return Address(local, match["domain"])


def canonical_local(local: str) -> str:
    """Return a local part without its plus tag and dots: what most providers deliver alike."""
    return local.partition("+")[0].replace(".", "") or local


def is_role(local: str) -> bool:
    return local in ROLES


def is_gibberish(local: str) -> bool:
    """Return whether a local part looks machine-made: no person pronounces or types it.

    Five consonants in a row and few vowels, or letters and digits in four or more turns.
    """
    plain = local.partition("+")[0]
    runs = _CHANGES.findall(plain)
    turns = len(runs) - plain.count(".") - plain.count("_") - plain.count("-")
    if turns >= 4:
        return True
    letters = [c for c in plain if c.isalpha()]
    if len(letters) < 6 or not plain.isascii():
        return False
    vowels = len(_VOWEL.findall(plain))
    return _CONSONANTS.search(plain) is not None and vowels / len(letters) < 0.25


def mostly_digits(local: str) -> bool:
    return 2 * sum(c.isdigit() for c in local) > len(local)


def ends_in_year(local: str) -> bool:
    return _YEAR.search(local) is not None


def numbered(local: str) -> tuple[str, int] | None:
    """Return the stem and the final number of a local part, None where there is none."""
    match = _NUMBERED.match(local)
    return (match[1], int(match[2])) if match else None


@dataclass(frozen=True)
class DomainKind:
    """What a recipient's domain is."""

    free_mail: bool
    disposable: bool
    typo: bool
    top_level: str


@lru_cache(maxsize=100_000)
def domain_kind(domain: str) -> DomainKind:
    """Return what a domain is; remembered, since lists repeat domains."""
    free = is_free_mail(domain)
    return DomainKind(
        free_mail=free,
        disposable=is_disposable(domain),
        typo=not free and domain in _slips(),
        top_level=domain.rpartition(".")[2],
    )


@lru_cache(maxsize=1)
def _slips() -> frozenset[str]:
    """Return every string one edit away from a popular domain that is no real domain itself."""
    slips: set[str] = set()
    for domain in POPULAR:
        for i in range(len(domain) + 1):
            head, tail = domain[:i], domain[i:]
            slips.update(head + c + tail for c in _LETTERS)
            if tail:
                slips.add(head + tail[1:])
                slips.update(head + c + tail[1:] for c in _LETTERS)
            if len(tail) > 1:
                slips.add(head + tail[1] + tail[0] + tail[2:])
    return frozenset(slips - set(POPULAR) - _REAL)
