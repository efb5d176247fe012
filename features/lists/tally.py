"""What is kept while a list streams by: counts, and 8 bytes a row for what needs sorting."""

from array import array
from collections import Counter
from dataclasses import dataclass, field

from features.hashing import AddressHasher, key64
from features.lists.addresses import (
    Address,
    canonical_local,
    domain_kind,
    ends_in_year,
    is_gibberish,
    is_role,
    mostly_digits,
    numbered,
    parse_address,
)
from features.lists.cell_times import unix_seconds
from features.lists.reading import Row, text_of

_MAX_DISTINCT = 100_000


def _longs() -> "array[int]":
    return array("q")


@dataclass
class Tally:
    """One pass over the rows. Arrays are aligned with the well-formed rows; 0 means unknown."""

    hasher: AddressHasher
    rows: int = 0
    invalid: int = 0
    flags: Counter[str] = field(default_factory=Counter)
    domains: Counter[str] = field(default_factory=Counter)
    top_levels: Counter[str] = field(default_factory=Counter)
    ips: Counter[str] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)
    fields: set[str] = field(default_factory=set)
    hashes: "array[int]" = field(default_factory=_longs)
    canonical: "array[int]" = field(default_factory=_longs)
    locals: "array[int]" = field(default_factory=_longs)
    consents: "array[int]" = field(default_factory=_longs)
    engagements: "array[int]" = field(default_factory=_longs)
    _before: Address | None = None

    def add(self, row: Row | None) -> None:
        """Count a row; None is one that could not be read."""
        self.rows += 1
        address = parse_address(text_of(row.get("email"))) if row is not None else None
        if row is None or address is None:
            self.invalid += 1
            return
        self.fields.update(row)
        self._add_address(address)
        self._add_consent(row)

    def _add_address(self, address: Address) -> None:
        local, domain = address.local, address.domain
        kind = domain_kind(domain)
        self.flags.update(
            name
            for name, holds in (
                ("role", is_role(local)),
                ("free_mail", kind.free_mail),
                ("disposable", kind.disposable),
                ("typo", kind.typo),
                ("gibberish", is_gibberish(local)),
                ("digits", mostly_digits(local)),
                ("year", ends_in_year(local)),
            )
            if holds
        )
        self._add_order(address)
        self.hashes.append(self.hasher(address.text))
        self.canonical.append(key64(canonical_local(local), domain))
        self.locals.append(key64(local))
        _count(self.domains, domain)
        _count(self.top_levels, kind.top_level)

    def _add_order(self, address: Address) -> None:
        before = self._before
        if before is not None:
            self.flags["ascending"] += before.text <= address.text
            self.flags["same_domain"] += before.domain == address.domain
            self.flags["sequence"] += _counts_up(before.local, address.local)
        self._before = address

    def _add_consent(self, row: Row) -> None:
        consent = unix_seconds(row.get("opted_in_at"))
        engaged = unix_seconds(row.get("last_engaged_at"))
        self.consents.append(consent or 0)
        self.engagements.append(engaged or 0)
        if ip := text_of(row.get("opt_in_ip")).strip():
            _count(self.ips, ip)
        if source := text_of(row.get("opt_in_source")).strip():
            _count(self.sources, source.lower()[:64])


def _count(counter: Counter[str], key: str) -> None:
    """Count a key; past 100,000 distinct ones the rest is counted together."""
    counter[key if key in counter or len(counter) < _MAX_DISTINCT else ""] += 1


def _counts_up(before: str, now: str) -> bool:
    first, second = numbered(before), numbered(now)
    if first is None or second is None:
        return False
    return first[0] == second[0] and 0 < second[1] - first[1] <= 3
