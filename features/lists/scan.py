"""Scan a list: one pass in bounded memory, numbers, segments and a sketch out."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO, Final

import numpy as np

from features.hashing import AddressHasher
from features.lists.addresses import read_addresses
from features.lists.cells import Cell, Cells
from features.lists.coding import Coded
from features.lists.consent import Consent
from features.lists.counting import ratio
from features.lists.errors import ListTooLarge, UnreadableList
from features.lists.fit import countries_of, quantiles_of
from features.lists.limits import ScanLimits
from features.lists.mailable import DomainSample, sample_domains
from features.lists.make_up import MakeUp
from features.lists.numbers import NUMBERS, PLATFORM_NUMBERS
from features.lists.order import COMPARED, Order
from features.lists.reading import read_chunks
from features.lists.roles import ROLES_COUNTED
from features.lists.rows import Chunk, joined
from features.lists.sample import Sample, local_part_numbers
from features.lists.segments import segments_of
from features.lists.sketch import Hashes, K
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


@dataclass
class _Tally:
    """What is kept of the rows that streamed by: 16 bytes each, counts and a sample."""

    hasher: AddressHasher
    consent: Consent
    rows: int = 0
    bad: BadRows = field(default_factory=BadRows)
    hashes: list[Hashes] = field(default_factory=list)
    make_up: MakeUp = field(default_factory=MakeUp)
    order: Order = field(default_factory=Order)
    sample: Sample = field(default_factory=Sample)

    def add(self, chunk: Chunk) -> None:
        found = read_addresses(chunk.cells["email"])
        self.bad.add(chunk.cells["email"], found.rows, self.rows)
        hashes = self.hasher.many(*joined(found.texts))
        domains = Coded.of(found.domains)
        self.rows += chunk.unreadable + len(chunk.cells["email"])
        self.hashes.append(hashes)
        counted = found.frame.select(**COMPARED, roles=ROLES_COUNTED).row(0, named=True)
        self.make_up.add(found, domains, counted["roles"])
        self.order.add(found, counted)
        self.sample.add(hashes, found.texts)
        self.consent.add(chunk, found.rows, domains)

    def distinct(self) -> tuple[int, Hashes]:
        """Return how many distinct hashes came, and the smallest in ascending unsigned order.

        What was kept of them is let go.
        """
        if not self.hashes:
            return 0, np.zeros(0, dtype=np.int64)
        ordered = np.concatenate(self.hashes).view(np.uint64)
        self.hashes.clear()
        # Sorting is three times faster here than np.unique, which hashes the hashes.
        ordered.sort()
        new = np.ones(ordered.size, dtype=np.bool_)
        np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
        return int(new.sum()), ordered[np.flatnonzero(new)[:K]].view(np.int64)


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
    tally = _Tally(hasher, Consent(Cells(imported)))
    for chunk in read_chunks(file, fmt, limits):
        tally.add(chunk)
        if tally.rows > limits.max_rows:
            raise ListTooLarge(f"more than {limits.max_rows:,} rows; send it in parts")
    if tally.rows == 0:
        raise UnreadableList("the list has no rows")
    valid, (distinct, sketch) = tally.make_up.valid, tally.distinct()
    cells, opt_ins = tally.consent.cells(), quantiles_of(tally.consent.opt_ins())
    return ListScan(
        rows=tally.rows,
        valid=valid,
        invalid=tally.rows - valid,
        duplicates=valid - distinct,
        numbers=_numbers(tally, distinct, imported),
        segments=segments_of(cells, tally.make_up.domains, limits.min_segment_rows),
        sketch=sketch,
        countries=countries_of(tally.make_up.top_levels()),
        opt_in_quantiles=opt_ins,
        cells=cells,
        bad_rows=tuple(tally.bad.found),
        slips=slips_of(tally.make_up.domains.by_key),
        providers=tally.make_up.providers(),
        domains=sample_domains(tally.sample.addresses()),
    )


def _numbers(tally: _Tally, distinct: int, imported: int) -> dict[str, float]:
    valid = tally.make_up.valid
    numbers = (
        {
            "list_rows": float(tally.rows),
            "list_invalid_share": ratio(tally.rows - valid, tally.rows),
            "list_duplicate_share": ratio(valid - distinct, valid),
        }
        | tally.make_up.numbers()
        | local_part_numbers(tally.sample.addresses())
        | tally.order.numbers(tally.make_up.domains)
        | tally.consent.numbers(imported)
    )
    return {name: numbers[name] for name in NUMBERS if name not in PLATFORM_NUMBERS}
