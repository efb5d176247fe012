"""Local parts that stand for a role (info@, sales@) and not for a person."""

import re
from typing import Final

import numpy as np
import numpy.typing as npt

from features.lists.addresses import Addresses

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
_BEGINNING: Final = 3
_SLOTS: Final = 1 << 12


def _slot(beginnings: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Return a number below 4,096 of the first three bytes."""
    return ((beginnings >> np.uint64(40)) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(52)


def _role_slots() -> npt.NDArray[np.bool_]:
    begun = {(role + mark)[:_BEGINNING].encode() for role in ROLES for mark in "@+"}
    numbers = [int.from_bytes(text.ljust(8, b"\0"), "big") for text in begun]
    slots = np.zeros(_SLOTS, dtype=np.bool_)
    slots[_slot(np.array(numbers, dtype=np.uint64))] = True
    return slots


_MAYBE: Final = _role_slots()


def roles_among(found: Addresses) -> int:
    """Return how many addresses are of a role; few that begin as no role are looked at."""
    maybe = np.flatnonzero(_MAYBE[_slot(found.beginnings)])
    return int(found.texts.gather(maybe).str.contains(_ROLE).sum())


def is_role(local: str) -> bool:
    return local.partition("+")[0] in ROLES
