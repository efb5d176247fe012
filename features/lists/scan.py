"""Scan a list: one pass in bounded memory, numbers, segments and a sketch out."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, BinaryIO, Final

import numpy as np
import polars as pl

from features.hashing import AddressHasher
from features.lists.addresses import Addresses, read_addresses
from features.lists.ahead import in_order
from features.lists.cells import Cell
from features.lists.consent import Consent, Told, read_consent
from features.lists.counting import ratio
from features.lists.errors import ListTooLarge, UnreadableList
from features.lists.fit import countries_of
from features.lists.limits import ScanLimits
from features.lists.mailable import DomainSample, sample_domains
from features.lists.make_up import MakeUp
from features.lists.numbers import NUMBERS, PLATFORM_NUMBERS
from features.lists.order import Compared, Order, compare
from features.lists.reading import read_chunks
from features.lists.roles import roles_among
from features.lists.rows import Chunk
from features.lists.sample import Sample, local_part_numbers
from features.lists.segments import segments_of
from features.lists.sketch import Hashes
from features.lists.slips import BadRow, BadRows, Slip, slips_of
from features.records import Segment

_DEFAULT: Final = ScanLimits()


@dataclass(frozen=True)
class ListScan:
    """What a list is made of. `numbers` has all of `NUMBERS` but those the platform knows.

    `invalid` rows hold no well-formed address; `duplicates` are valid rows whose address came
    before. `sketch` `(<= 4096,)` are the smallest keyed hashes, ascending as unsigned numbers.
    `countries` counts addresses by country, `opt_in_quantiles` are Unix seconds.
    """

    rows: int
    valid: int
    invalid: int
    duplicates: int
    numbers: dict[str, float]
    segments: tuple[Segment, ...]
    sketch: Hashes
    countries: dict[str, int]
    opt_in_quantiles: tuple[int, ...]
    cells: tuple[Cell, ...]
    bad_rows: tuple[BadRow, ...]
    slips: tuple[Slip, ...]
    providers: dict[str, int]
    domains: DomainSample


@dataclass(frozen=True)
class _Part:
    """What a chunk tells by itself, whatever came before it."""

    chunk: Chunk
    found: Addresses
    hashes: Hashes
    domains: dict[str, int]
    roles: int
    compared: Compared
    told: Told


def _read(chunk: Chunk, hasher: AddressHasher, imported: int) -> _Part:
    found = read_addresses(chunk.cells["email"])
    return _Part(
        chunk=chunk,
        found=found,
        hashes=hasher.many(found.spans),
        domains=found.domains.counts(),
        roles=roles_among(found),
        compared=compare(found),
        told=read_consent(chunk, found.rows, found.domains, imported),
    )


@dataclass
class _Tally:
    """What is kept of the rows that streamed by: 20 bytes each, counts and a sample."""

    rows: int = 0
    bad: BadRows = field(default_factory=BadRows)
    hashes: list[Hashes] = field(default_factory=list)
    make_up: MakeUp = field(default_factory=MakeUp)
    order: Order = field(default_factory=Order)
    sample: Sample = field(default_factory=Sample)
    consent: Consent = field(default_factory=Consent)

    def add(self, part: _Part) -> None:
        found = part.found
        self.bad.add(part.chunk, found.rows, self.rows)
        self.rows += part.chunk.rows
        self.hashes.append(part.hashes)
        self.make_up.add(found, part.domains, part.roles)
        self.order.add(part.compared)
        self.sample.add(part.hashes, found.texts)
        self.consent.add(part.told)

    def distinct(self) -> int:
        """Return how many distinct hashes came; what was kept of them is let go."""
        hashes = np.concatenate([np.zeros(0, dtype=np.int64), *self.hashes])
        self.hashes.clear()
        return pl.Series(hashes).n_unique()


def scan(
    file: BinaryIO,
    fmt: str,
    hasher: AddressHasher,
    imported_at: datetime,
    limits: ScanLimits = _DEFAULT,
) -> ListScan:
    """Scan an open, seekable list; `fmt` is `csv`, `ndjson` (both maybe gzipped) or `parquet`.

    Raises `UnreadableList` and its kinds. How the rows fall into chunks never changes the result.
    """
    imported = int(imported_at.timestamp())
    tally = _Tally()
    read = partial(_read, hasher=hasher, imported=imported)
    for part in in_order(read, read_chunks(file, fmt, limits), limits.threads):
        tally.add(part)
        if tally.rows > limits.max_rows:
            raise ListTooLarge(f"more than {limits.max_rows:,} rows; send it in parts")
    if tally.rows == 0:
        raise UnreadableList("the list has no rows")
    sample = tally.sample.addresses()
    last: tuple[Callable[[], Any], ...] = (
        tally.distinct,
        partial(tally.consent.summary, imported),
        partial(local_part_numbers, sample),
    )
    many = tally.rows > limits.chunk_rows
    done = in_order(_done, last, limits.threads) if many else map(_done, last)
    distinct, (consent, opt_ins), locals_ = done
    valid, cells = tally.make_up.valid, tally.consent.cells()
    numbers = _counts(tally, distinct) | locals_ | consent
    return ListScan(
        rows=tally.rows,
        valid=valid,
        invalid=tally.rows - valid,
        duplicates=valid - distinct,
        numbers={name: numbers[name] for name in NUMBERS if name not in PLATFORM_NUMBERS},
        segments=segments_of(cells, tally.make_up.domains, limits.min_segment_rows),
        sketch=tally.sample.hashes(),
        countries=countries_of(tally.make_up.top_levels()),
        opt_in_quantiles=opt_ins,
        cells=cells,
        bad_rows=tuple(tally.bad.found),
        slips=slips_of(tally.make_up.domains.by_key),
        providers=tally.make_up.providers(),
        domains=sample_domains(sample),
    )


def _done(work: Callable[[], Any]) -> Any:
    return work()


def _counts(tally: _Tally, distinct: int) -> dict[str, float]:
    """Return the numbers that are counted over all rows."""
    valid = tally.make_up.valid
    shares = {
        "list_rows": float(tally.rows),
        "list_invalid_share": ratio(tally.rows - valid, tally.rows),
        "list_duplicate_share": ratio(valid - distinct, valid),
    }
    return shares | tally.make_up.numbers() | tally.order.numbers(tally.make_up.domains)
