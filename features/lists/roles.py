"""Local parts that stand for a role (info@, sales@) and not for a person."""

import re
from typing import Final

import numpy as np
import numpy.typing as npt

from features.lists.addresses import Addresses
from features.spans import Words

ROLES: Final = frozenset(
    [
        "abuse",
        "accounting",
        "accounts",
        "accountspayable",
        "admin",
        "admissions",
        "administration",
        "administrator",
        "advertising",
        "anfrage",
        "atencion",
        "ayuda",
        "billing",
        "booking",
        "bookings",
        "buchhaltung",
        "business",
        "careers",
        "ceo",
        "comercial",
        "compras",
        "contabilidad",
        "contact",
        "contacto",
        "contactus",
        "contato",
        "customercare",
        "customerservice",
        "desk",
        "direccion",
        "direction",
        "director",
        "editor",
        "einkauf",
        "empfang",
        "enquiries",
        "enquiry",
        "events",
        "export",
        "feedback",
        "finance",
        "firma",
        "frontdesk",
        "general",
        "hello",
        "help",
        "helpdesk",
        "hostmaster",
        "hr",
        "info",
        "infos",
        "information",
        "inquiries",
        "inquiry",
        "invoice",
        "invoices",
        "it",
        "job",
        "jobs",
        "kontakt",
        "kundenservice",
        "legal",
        "mail",
        "mailbox",
        "mailer-daemon",
        "maintenance",
        "management",
        "manager",
        "marketing",
        "media",
        "membership",
        "news",
        "newsletter",
        "noc",
        "no-reply",
        "noreply",
        "nobody",
        "office",
        "officemanager",
        "operations",
        "order",
        "orders",
        "orderdesk",
        "parts",
        "payroll",
        "personal",
        "post",
        "postmaster",
        "presse",
        "press",
        "principal",
        "privacy",
        "procurement",
        "purchasing",
        "reception",
        "recepcion",
        "recruiting",
        "recruitment",
        "rental",
        "reservations",
        "reservation",
        "root",
        "rh",
        "sac",
        "sales",
        "schools",
        "secretaria",
        "secretariat",
        "secretary",
        "security",
        "sekretariat",
        "service",
        "services",
        "servicio",
        "shipping",
        "shop",
        "soporte",
        "spam",
        "staff",
        "subscribe",
        "support",
        "sysadmin",
        "team",
        "tech",
        "technical",
        "techsupport",
        "unsubscribe",
        "usenet",
        "uucp",
        "ventas",
        "verkauf",
        "vertrieb",
        "web",
        "webmaster",
        "website",
        "webteam",
        "work",
        "www",
        "zentrale",
    ]
)
_ROLE: Final = rf"^(?:{'|'.join(map(re.escape, sorted(ROLES)))})(?:\+[^@]*)?@"
_WORD: Final = 8
_SLOTS: Final = 1 << 12
# What keeps the first 0 to 8 bytes of a word.
_KEPT: Final = np.array([2**64 - 2 ** (64 - 8 * size) for size in range(_WORD + 1)], np.uint64)
_PLUS: Final = np.uint8(ord("+"))


def _slot(words: Words) -> Words:
    """Return a number below 4,096 of the first eight bytes."""
    slots: Words = (words * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(52)
    return slots


def _role_slots() -> npt.NDArray[np.bool_]:
    begun = {role[:_WORD].encode() for role in ROLES}
    numbers = [int.from_bytes(text.ljust(_WORD, b"\0"), "big") for text in begun]
    slots = np.zeros(_SLOTS, dtype=np.bool_)
    slots[_slot(np.array(numbers, dtype=np.uint64))] = True
    return slots


_MAYBE: Final = _role_slots()


def roles_among(found: Addresses) -> int:
    """Return how many addresses are of a role; few others are looked at."""
    spans = found.spans
    # Of local parts alone; a tag behind a plus is not cut off, so that those are all looked at.
    maybe = _MAYBE[_slot(found.beginnings & _KEPT[np.minimum(found.ats - spans.starts, _WORD)])]
    tagged = np.searchsorted(spans.ends, np.flatnonzero(spans.data == _PLUS), side="right")
    maybe[tagged[tagged < maybe.size]] = True
    return int(found.texts.gather(np.flatnonzero(maybe)).str.contains(_ROLE).sum())


def is_role(local: str) -> bool:
    return local.partition("+")[0] in ROLES
