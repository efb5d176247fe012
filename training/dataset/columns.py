"""The columns of the three tables of a dataset: tiles, spine and feature rows.

tiles   account, entity, grain, slot and the counters, all int64. `account` is the key of the
        account whose rows read the tile; `entity` is the same key for the account's own tiles, else
        that of the account at one mailbox provider. A tile without `account` is read by no row.
spine   account_id, at (microseconds in UTC), and any inputs that are no counts of tiles, by their names
rows    account_id, at, and the features in the catalogue's order; NaN is unknown or undefined
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from features.catalogue import Catalogue
from features.inputs.sending import PROVIDER_NUMBERS
from features.records import Subject
from features.tiles import COUNTERS
from features.windows import WINDOWS

TILE_COLUMNS: Final = ("account", "entity", "grain", "slot", *COUNTERS)
SPINE_KEYS: Final = ("account_id", "at")
_FROM_TILES: Final = frozenset((*COUNTERS, "attempts", "accepted", *PROVIDER_NUMBERS))
_WINDOWS: Final = frozenset(window.name for window in WINDOWS)


class UnusableTable(ValueError):
    """A table cannot be used; the text names the column and says what would do."""


@dataclass(frozen=True)
class Plan:
    """What a dataset computes: the features of a subject out of tiles and the spine's `given` inputs.

    `fingerprint` is the catalogue's, so that no machine computes with another version of it.
    """

    subject: Subject
    fingerprint: str
    given: tuple[str, ...]
    missing: tuple[str, ...]

    def unknown_features(self, catalogue: Catalogue) -> tuple[str, ...]:
        """Return the features that are NaN, or computed without an input, in every row."""
        lacking = frozenset(self.missing)
        return tuple(
            column.name
            for column in catalogue.columns(self.subject)
            if lacking.intersection(column.feature.inputs)
        )


def plan_of(catalogue: Catalogue, subject: Subject, spine: Iterable[str]) -> Plan:
    """Return the plan for a spine of these columns. Raises `UnusableTable`."""
    columns = tuple(spine)
    if absent := [name for name in SPINE_KEYS if name not in columns]:
        raise UnusableTable(f"the spine has no column {', '.join(absent)}")
    wanted = inputs_beside_tiles(catalogue, subject)
    given = tuple(name for name in columns if name not in SPINE_KEYS)
    if unknown := [name for name in given if name not in wanted]:
        raise UnusableTable(
            f"the spine's columns {', '.join(unknown)} are no inputs of {subject.value} features; "
            f"beside account_id and at it may have: {', '.join(wanted)}"
        )
    missing = tuple(name for name in wanted if name not in given)
    return Plan(subject, catalogue.fingerprint(subject), given, missing)


def check_tiles(columns: Iterable[str]) -> None:
    """Raise `UnusableTable` unless all columns of tiles are there."""
    known = set(columns)
    if absent := [name for name in TILE_COLUMNS if name not in known]:
        raise UnusableTable(f"the tiles have no column {', '.join(absent)}")


def inputs_beside_tiles(catalogue: Catalogue, subject: Subject) -> tuple[str, ...]:
    """Return the inputs of a subject's features that no tile gives, in the order of their names."""
    names = {name for c in catalogue.columns(subject) for name in c.feature.inputs}
    return tuple(sorted(name for name in names if not _is_from_tiles(name)))


def _is_from_tiles(name: str) -> bool:
    counter, _, window = name.rpartition("_")
    return name in _FROM_TILES or (window in _WINDOWS and counter in _FROM_TILES)
