"""What one address is: well formed or not, its parts, a role or a person."""

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.int64]

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


# What nearly every address is: ASCII, all of it accepted by the pattern above. Polars' expressions
# find it forty times faster; whatever else a cell holds is read by the pattern above, one by one.
_PLAIN: Final = (
    r"^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?\.)+[a-z][a-z0-9_-]*[a-z0-9]$"
)
_MAX_PLAIN: Final = 64


_TEXT: Final = pl.col("text")
_SHORT: Final = (pl.col("local").str.len_bytes() <= _MAX_PLAIN) & (
    pl.col("domain").str.len_bytes() <= _MAX_PLAIN
)
_FLAGS: Final = {
    "upper": pl.col("trimmed") != _TEXT,
    "plain": _SHORT.fill_null(value=False) & _TEXT.str.contains(_PLAIN),
    "filled": _TEXT != "",
}
ROLES_COUNTED: Final = pl.col("local").str.split_exact("+", 1).struct[0].is_in(sorted(ROLES)).sum()
"""How many of the addresses of a frame are of a role."""


@dataclass(frozen=True)
class Addresses:
    """The well-formed addresses of a chunk in lower case; `rows` `(n,)` says where they stood.

    `texts`, `locals` and `domains` have `n` strings. `upper` counts those written with capital
    letters, `non_ascii` those with letters outside ASCII.
    """

    rows: Ints
    texts: pl.Series
    locals: pl.Series
    domains: pl.Series
    upper: int
    non_ascii: int

    @property
    def frame(self) -> pl.DataFrame:
        """Return the columns `text`, `local` and `domain`."""
        return pl.DataFrame({"text": self.texts, "local": self.locals, "domain": self.domains})


def read_addresses(cells: pl.Series) -> Addresses:
    """Return the well-formed addresses of a column; `Name <a@b.c>` and `mailto:a@b.c` count."""
    halves = _TEXT.str.split_exact("@", 1).struct.rename_fields(["local", "domain"])
    frame = (
        pl.LazyFrame({"cell": cells})
        .select(trimmed=pl.col("cell").str.strip_chars())
        .with_columns(text=pl.col("trimmed").str.to_lowercase())
        .with_columns(halves.alias("halves"))
        .unnest("halves")
        .select("text", "local", "domain", **_FLAGS)
        .collect()
    )
    plain = frame["plain"].to_numpy()
    odd = np.flatnonzero(~plain & frame["filled"].to_numpy())
    if not odd.size:
        kept = frame if plain.all() else frame.filter(frame["plain"])
        return _addresses(np.flatnonzero(plain), kept, non_ascii=0)
    return _with_odd(frame, plain, odd, cells.gather(odd).to_list())


def _addresses(rows: Ints, kept: pl.DataFrame, non_ascii: int) -> Addresses:
    upper = int(kept["upper"].sum())
    return Addresses(rows, kept["text"], kept["local"], kept["domain"], upper, non_ascii)


def _with_odd(
    frame: pl.DataFrame, plain: npt.NDArray[np.bool_], odd: Ints, cells: list[str]
) -> Addresses:
    """Add what the full pattern reads in the cells of the `odd` rows."""
    found = [
        (row, *parts, cell.strip() != cell.strip().lower())
        for row, cell in zip(odd.tolist(), cells, strict=True)
        if (parts := read_address(cell)) is not None
    ]
    schema = {
        "row": pl.Int64, "text": pl.String, "local": pl.String, "domain": pl.String,
        "upper": pl.Boolean,
    }  # fmt: skip
    rows = pl.Series("row", np.flatnonzero(plain), dtype=pl.Int64)
    usual = frame.filter(frame["plain"]).with_columns(rows)
    extra = pl.DataFrame(found, schema=schema, orient="row")
    kept = pl.concat([usual.select(*schema), extra]).sort("row")
    non_ascii = sum(not parts[1].isascii() for parts in found)
    return _addresses(kept["row"].to_numpy(), kept, non_ascii)


def read_address(cell: str) -> tuple[str, str, str] | None:
    """Return the address in a cell, its local part and its domain in lower case."""
    lowered = cell.strip().lower()
    match = _WELL_FORMED.fullmatch(lowered) or _unwrapped(lowered)
    return None if match is None else (match[0], match[1], match[2])


def parse_address(text: str) -> str | None:
    """Return the address in a cell in lower case, None when it is not well formed."""
    found = read_address(text) if len(text) <= 2 * _MAX_ADDRESS else None
    return None if found is None else found[0]


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
