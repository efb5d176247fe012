"""What the shipped model expects of a list from a file, for an account of which nothing is known."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from features.catalogue import Catalogue, load_catalogue
from features.facts import AccountFacts, ListFacts
from features.inputs import inputs_of
from features.lists import ListScan
from features.records import Account, ImportSource, ListImport, Segment, Subject
from features.tiles import COUNTERS, TileRows
from features.windows import Grain
from models.bundle import Bundle, BundleRefused
from models.decision import Forecast
from models.registry import starter_files
from models.segments import Removal, cell_rates, removal, with_rates

_NOBODY: Final = "unknown"
_NONE: Final = np.zeros(0, dtype=np.int64)
_NO_TILES: Final = TileRows(_NONE, _NONE, np.zeros((0, len(COUNTERS)), dtype=np.int64))


@dataclass(frozen=True)
class Outlook:
    """Expected rates of a list and its segments, and what to take out before it is sent."""

    forecast: Forecast
    segments: tuple[Segment, ...]
    removal: Removal | None


def shipped_outlook(found: ListScan, imported_at: datetime) -> Outlook | None:
    """Return what the shipped model expects; None where this copy carries none that fits."""
    catalogue = load_catalogue()
    try:
        bundle = Bundle.from_files(starter_files(), catalogue)
    except BundleRefused:
        return None
    return outlook_of(found, imported_at, bundle, catalogue)


def outlook_of(
    found: ListScan, imported_at: datetime, bundle: Bundle, catalogue: Catalogue
) -> Outlook | None:
    """Return what is expected of a list; None when no row is an address."""
    account = Account(account_id=_NOBODY, created_at=imported_at)
    facts = ListFacts(
        AccountFacts(account, imported_at, dict.fromkeys(Grain, _NO_TILES)),
        _record(found, imported_at),
    )
    row = catalogue.compute(Subject.LIST, inputs_of([facts]))[0]
    forecast = bundle.score(Subject.LIST, row).forecast
    if forecast is None or not found.cells:
        return None
    rates = cell_rates(found.cells, forecast)
    segments = with_rates(found.segments, found.cells, rates)
    return Outlook(forecast, segments, removal(segments, found.cells, rates))


def _record(found: ListScan, imported_at: datetime) -> ListImport:
    return ListImport(
        import_id=_NOBODY,
        account_id=_NOBODY,
        list_id=_NOBODY,
        source=ImportSource.FILE,
        imported_at=imported_at,
        rows=found.rows,
        valid=found.valid,
        invalid=found.invalid,
        duplicates=found.duplicates,
        numbers=found.numbers,
        segments=found.segments,
    )
