"""Where the files of an archive lie and what their columns are."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Protocol

import polars as pl

from features.tiles import COUNTERS
from service.stores.archive_rows import StoredDecision, TileKey, TileRow

EPOCH: Final = date(1970, 1, 1)
# A batch that was stamped just before midnight may be committed just after it.
SETTLED: Final = timedelta(minutes=5)
TILE_SCHEMA: Final[dict[str, pl.DataType]] = {
    "account": pl.Int64(),
    "account_id": pl.String(),
    "provider": pl.String(),
    "entity": pl.Int64(),
    "grain": pl.Int64(),
    "slot": pl.Int64(),
    **dict.fromkeys(COUNTERS, pl.Int64()),
}
DECISION_SCHEMA: Final[dict[str, pl.DataType]] = {
    "decision_id": pl.String(),
    "as_of": pl.Datetime("us", "UTC"),
    "account_id": pl.String(),
    "subject": pl.String(),
    "subject_id": pl.String(),
    "action": pl.String(),
    "risk": pl.Float64(),
    "malicious": pl.Float64(),
    "careless": pl.Float64(),
    "degraded": pl.Boolean(),
    "policy_version": pl.String(),
    "model_version": pl.String(),
    "feature_set": pl.String(),
    "vector": pl.List(pl.Float64()),
    "body": pl.Binary(),
}


class Kind(StrEnum):
    """What an archive holds."""

    TILES = "tiles"
    DECISIONS = "decisions"


class UnusableArchive(ValueError):
    """An archive cannot be read or written as asked; the text says what to do."""


class ArchiveStore(Protocol):
    """The part of a store that archives use."""

    def first_day(self) -> int | None:
        """The first day, numbered since 1970, that has tiles or decisions."""
        ...

    def tile_page(self, days: range, after: TileKey | None, limit: int) -> list[TileRow]:
        """Tiles of some days by their key: entity, grain, slot and counts."""
        ...

    def sender_page(self, after: tuple[str, str] | None, limit: int) -> tuple[tuple[str, str], ...]:
        """Accounts and the mailbox providers they had events at, in the order of both."""
        ...

    def account_page(self, after: str, limit: int) -> tuple[str, ...]:
        """Ids of the accounts that follow `after`."""
        ...

    def decision_page(
        self, day: int, after: tuple[int, str] | None, limit: int
    ) -> tuple[StoredDecision, ...]:
        """Decisions of a day, the oldest first."""
        ...

    def put_tiles(self, rows: "list[TileRow]", own: frozenset[int]) -> int:
        """Put back tiles of one day that are not there, and count their days for accounts `own`."""
        ...

    def put_senders(self, pairs: "list[tuple[str, str]]") -> None:
        """Note at which mailbox providers accounts had events."""
        ...

    def put_decisions(self, decisions: "list[StoredDecision]") -> int:
        """Put back decisions that are not there; return how many were put."""
        ...

    def feature_set(self, fingerprint: str) -> str | None:
        """What a feature set is, in JSON."""
        ...

    def keep_feature_set(self, fingerprint: str, definitions: str) -> None:
        """Keep what a feature set is."""
        ...


def number_of(day: date) -> int:
    """Return the days since 1970."""
    return (day - EPOCH).days


def day_of(number: int) -> date:
    return EPOCH + timedelta(days=number)


def open_day(now: datetime) -> int:
    """Return the first day that is not closed yet: its tiles may still grow."""
    return number_of((now.astimezone(UTC) - SETTLED).date())


def file_of(archive: Path, kind: Kind, day: int) -> Path:
    """Return where a day lies. A day that is there is whole."""
    return archive / kind / f"day={day_of(day).isoformat()}" / f"{kind}.parquet"


def days_in(archive: Path, kind: Kind) -> Iterator[tuple[int, Path]]:
    """Yield the days of an archive in order."""
    for path in sorted((archive / kind).glob(f"day=*/{kind}.parquet")):
        try:
            day = date.fromisoformat(path.parent.name.removeprefix("day="))
        except ValueError as error:
            raise UnusableArchive(f"{path.parent} is not named day=YYYY-MM-DD") from error
        yield number_of(day), path


def write_whole(frame: Any, path: Path) -> None:
    """Write a frame so that the file is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    # Small row groups let a reader of a range of accounts pass most of a day over.
    frame.write_parquet(part, compression="zstd", row_group_size=65_536)
    part.replace(path)
