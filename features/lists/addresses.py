"""What one address is: well formed or not, its parts, a role or a person."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

# A practical subset of RFC 5321 with RFC 6531's letters: what providers accept in sign-up forms.
# Possessive quantifiers: a hostile cell is read once, not searched.
_ATOM: Final = r"[^\s@\"(),:;<>\[\]\\.\x00-\x20\x7f\ufffd]++"
_LABEL: Final = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_WELL_FORMED: Final = re.compile(
    rf"(?=[^@]{{1,64}}@)(?=.{{5,254}}\Z)({_ATOM}(?:\.{_ATOM})*+)@((?:{_LABEL}\.)+[^\W\d_][\w-]{{0,61}}[^\W_])"
)
_WRAPPED: Final = re.compile(r"[^<>]*<\s*(?:mailto:)?([^<>\s]{3,254})\s*>|mailto:(\S{3,254})")
_MAX_ADDRESS: Final = 254
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


@dataclass(frozen=True)
class Addresses:
    """The well-formed addresses of a chunk in lower case; `rows` says where they stood.

    `upper` counts those written with capital letters.
    """

    rows: list[int]
    texts: list[str]
    locals: list[str]
    domains: list[str]
    upper: int


def read_addresses(cells: Sequence[str]) -> Addresses:
    """Return the well-formed addresses of a column; `Name <a@b.c>` and `mailto:a@b.c` count."""
    trimmed = [cell.strip() for cell in cells]
    lowered = [cell.lower() for cell in trimmed]
    fullmatch = _WELL_FORMED.fullmatch
    # No match object outlives its row: a hundred thousand of them would keep the collector busy.
    found = [
        match.group(0, 1, 2) if (match := fullmatch(cell) or _unwrapped(cell)) else None
        for cell in lowered
    ]
    rows = [row for row, parts in enumerate(found) if parts is not None]
    kept = [parts for parts in found if parts is not None]
    texts, locals_, domains = map(list, zip(*kept, strict=True)) if kept else ([], [], [])
    upper = sum(trimmed[row] != lowered[row] for row in rows)
    return Addresses(rows, texts, locals_, domains, upper)


def parse_address(text: str) -> str | None:
    """Return the address in a cell in lower case, None when it is not well formed."""
    found = read_addresses((text,)).texts if len(text) <= 2 * _MAX_ADDRESS else []
    return found[0] if found else None


def _unwrapped(cell: str) -> "re.Match[str] | None":
    """Match the address inside of `Name <a@b.c>` or after `mailto:`."""
    if "<" not in cell and not cell.startswith("mailto:"):
        return None
    found = _WRAPPED.fullmatch(cell)
    return _WELL_FORMED.fullmatch(found[1] or found[2]) if found else None


def is_role(local: str) -> bool:
    return local.partition("+")[0] in ROLES


def canonical(local: str, domain: str) -> str:
    """Return what an address is without its plus tag and, at Gmail, its dots (which Gmail ignores)."""
    plain = local.partition("+")[0] or local
    if domain in {"gmail.com", "googlemail.com"}:
        return plain.replace(".", "") + "@gmail.com"
    return f"{plain}@{domain}"
