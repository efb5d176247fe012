"""DNS block lists (RFC 5782): how they are asked, what an answer means, and whether a list is sane. Pure."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from features.dns.questions import Answer, Question, RecordType, Steps

_LISTED: Final = ipaddress.IPv4Network("127.0.0.0/8")
# Answers that say "you may not ask" instead of "listed" (Spamhaus, SURBL, SpamCop and others).
_REFUSAL: Final = ipaddress.IPv4Network("127.255.255.0/24")
_ALWAYS_REFUSALS: Final = frozenset({"127.0.0.1"})
TEST_DOMAIN: Final = "test"
UNTEST_DOMAIN: Final = "invalid"


class ListKind(StrEnum):
    """What a list holds."""

    IP = "ip"
    DOMAIN = "domain"


@dataclass(frozen=True)
class BlockList:
    """A list as it is configured. `codes` are the answers that count with their meaning; empty: all.

    `procedure` is where its owner takes removal requests, `terms` who may ask it how often.
    """

    name: str
    zone: str
    kind: ListKind
    procedure: str
    terms: str = ""
    codes: Mapping[str, str] = field(default_factory=dict)
    per_second: float = 5.0


class Health(StrEnum):
    """Whether a list answers its test points rightly (RFC 5782, 5)."""

    SANE = "sane"
    LISTS_ALL = "lists_all"
    LISTS_NOTHING = "lists_nothing"
    REFUSES = "refuses"
    SILENT = "silent"


@dataclass(frozen=True)
class Listing:
    """What a list says of a subject: its codes with their meaning, and its own text."""

    codes: Mapping[str, str]
    text: str | None


def name_in(zone: str, kind: ListKind, subject: str) -> str:
    """Return the name to ask for an IP or a domain. Raises `ValueError` for what is no IP."""
    if kind is ListKind.DOMAIN:
        return f"{subject.lower().rstrip('.')}.{zone}"
    address = ipaddress.ip_address(subject)
    reverse = address.reverse_pointer.rsplit(".", 2)[0]
    return f"{reverse}.{zone}"


def check_list(listing: BlockList) -> Steps[Health]:
    """Ask the two test points: one that must be listed and one that must not be."""
    ip = listing.kind is ListKind.IP
    yes = yield _question(listing, "127.0.0.2" if ip else TEST_DOMAIN)
    no = yield _question(listing, "127.0.0.1" if ip else UNTEST_DOMAIN)
    if yes.records is None or no.records is None:
        return Health.SILENT
    if _refused(yes) or _refused(no):
        return Health.REFUSES
    if no.records:
        return Health.LISTS_ALL
    return Health.SANE if _codes(yes) else Health.LISTS_NOTHING


def ask_list(listing: BlockList, subject: str) -> Steps[Listing | None]:
    """Ask for one subject; None when it is not listed. Raises `Unanswered` when that is unknown."""
    answer = yield _question(listing, subject)
    if answer.records is None or _refused(answer):
        raise Unanswered(listing.name)
    codes = [code for code in _codes(answer) if not listing.codes or code in listing.codes]
    if not codes:
        return None
    name = name_in(listing.zone, listing.kind, subject)
    told = yield Question(name, RecordType.TXT)
    text = told.records[0][:500] if told.records else None
    return Listing({code: listing.codes.get(code, "listed") for code in codes}, text)


class Unanswered(Exception):
    """The list did not answer, or refused to."""


def _question(listing: BlockList, subject: str) -> Question:
    return Question(name_in(listing.zone, listing.kind, subject), RecordType.A)


def _codes(answer: Answer) -> list[str]:
    """Return the answers within 127/8: anything else is a parked domain or a lying resolver."""
    return [text for text in answer.records or () if _within(text, _LISTED)]


def _refused(answer: Answer) -> bool:
    return any(
        _within(text, _REFUSAL) or not _within(text, _LISTED) or text in _ALWAYS_REFUSALS
        for text in answer.records or ()
    )


def _within(text: str, network: ipaddress.IPv4Network) -> bool:
    try:
        return ipaddress.IPv4Address(text) in network
    except ValueError:
        return False
