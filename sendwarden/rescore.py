"""Scores every account as it stands now: facts and tiles out of the store, features, scores.

On Spark as on one machine; what lies between the steps stays in the folder to be looked at.
"""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import polars as pl

from features.catalogue import Catalogue
from features.records import Subject
from features.tiles import COUNTERS
from features.windows import WINDOWS
from models.bundle import Bundle
from models.registry import Registry, Shelf, starter_files, write_model
from sendwarden.settings import Settings
from service.archive.export import senders, tile_frames, with_owners
from service.archive.layout import TILE_SCHEMA, number_of
from service.archive.spine import spine_frames
from service.stores.sql import SqlStore
from training.dataset import local, spark
from training.dataset.columns import inputs_beside_tiles
from training.dataset.scoring import score_local, score_spark

_PAGE: Final = 200_000
_RAW: Final = {name: TILE_SCHEMA[name] for name in ("entity", "grain", "slot", *COUNTERS)}
_DAYS_READ: Final = max(window.seconds for window in WINDOWS) // 86_400 + 2


@dataclass(frozen=True)
class Place:
    """Where it runs: Spark at `master` with `settings`, or this machine where that is None."""

    master: str | None = None
    settings: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Rescored:
    """`scores` holds account_id, at, risk, malicious and careless of every account."""

    accounts: int
    tiles: int
    scores: Path


def rescore(
    store: SqlStore,
    catalogue: Catalogue,
    files: Mapping[str, bytes],
    at: datetime,
    out: Path,
    place: Place,
    told: Callable[[str], None],
) -> Rescored:
    """Score all accounts of a store as of `at`, which is now, with the bundle of these files.

    Writes spine.parquet, tiles/, rows/ and scores/ to the new folder `out`.
    Raises `FileExistsError` when that is there, `BundleRefused` for files that cannot be served.
    """
    bundle = Bundle.from_files(files, catalogue)
    out.mkdir(parents=True)
    try:
        return _rescore(store, bundle, files, at, out, place, told)
    except BaseException:
        shutil.rmtree(out, ignore_errors=True)
        raise


def _rescore(
    store: SqlStore,
    bundle: Bundle,
    files: Mapping[str, bytes],
    at: datetime,
    out: Path,
    place: Place,
    told: Callable[[str], None],
) -> Rescored:
    told("what is known of the accounts")
    _write_spine(store, bundle.catalogue, at, out / "spine.parquet")
    told("their tiles")
    _write_tiles(store, at, out / "tiles")
    told("their features and scores")
    if place.master is None:
        written = _on_this_machine(bundle, out)
    else:
        write_model(files, out / "model")
        with spark.session(place.master, place.settings) as opened:
            paths = [str(out / name) for name in ("tiles", "spine.parquet", "rows")]
            written = spark.write_dataset(opened, Subject.ACCOUNT, *paths)
            rows, scores = str(out / "rows"), str(out / "scores")
            score_spark(opened, out / "model", Subject.ACCOUNT, rows, scores)
    return Rescored(written.rows, written.tiles, out / "scores")


def _on_this_machine(bundle: Bundle, out: Path) -> local.Written:
    paths = (out / "tiles", out / "spine.parquet", out / "rows")
    written = local.write_dataset(bundle.catalogue, Subject.ACCOUNT, *paths)
    score_local(bundle, Subject.ACCOUNT, out / "rows", out / "scores")
    return written


def _write_spine(store: SqlStore, catalogue: Catalogue, at: datetime, path: Path) -> None:
    names = inputs_beside_tiles(catalogue, Subject.ACCOUNT)
    keys = {"account_id": pl.String(), "at": pl.Datetime("us", "UTC")}
    empty = pl.DataFrame(schema={**keys, **dict.fromkeys(names, pl.Float64())})
    pl.concat([empty, *spine_frames(store, names, at)]).write_parquet(path)


def _write_tiles(store: SqlStore, at: datetime, folder: Path) -> None:
    """Write the tiles that any window at `at` reads; those of no account are left out."""
    today, owners = number_of(at.date()), senders(store)
    days = range(today - _DAYS_READ, today + 1)
    folder.mkdir()
    _owned(pl.DataFrame(schema=_RAW), owners).write_parquet(folder / "none.parquet")
    for number, frame in enumerate(tile_frames(store, days, _PAGE)):
        _owned(frame, owners).write_parquet(folder / f"part-{number:05d}.parquet")


def _owned(tiles: pl.DataFrame, owners: pl.DataFrame) -> pl.DataFrame:
    return with_owners(tiles, owners).filter(pl.col("account").is_not_null())


def riskiest(scores: Path, count: int) -> pl.DataFrame:
    """Return the accounts of the highest risk."""
    ordered = pl.scan_parquet(scores / "*.parquet").sort(
        "risk", "account_id", descending=[True, False]
    )
    return ordered.head(count).collect()


def model_files(settings: Settings, alias: str | None) -> dict[str, bytes]:
    """Return the files of the registered model with an alias, or of the model that serves.

    They are verified against their digest. Raises `RegistryError` or `BundleRefused`.
    """
    if alias is not None:
        return Registry(settings.tracking_uri, settings.home / "mlflow-artifacts").pull(alias)
    shelf = Shelf(settings.shelf_dir)
    champion = shelf.champion()
    return shelf.files(champion) if champion else starter_files()
