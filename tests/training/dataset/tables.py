"""Random tiles and spines, small and with times that meet on slot edges."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl

from features.tiles import COUNTERS, account_key, account_provider_key
from features.windows import Grain

BEGIN = 1_764_547_200
DAYS = 40
PROVIDERS = ("gmail", "gmx", "unknown")
GRAINS = (Grain.FIVE_MINUTES, Grain.HOUR, Grain.DAY)


@dataclass(frozen=True)
class Tables:
    """`frame` holds the tiles; both are also files."""

    tiles: Path
    spine: Path
    frame: pl.DataFrame
    asked: pl.DataFrame


def make_tables(folder: Path, seed: int = 0, accounts: int = 12, rows: int = 60) -> Tables:
    rng = np.random.default_rng(seed)
    ids = [f"a{i}" for i in range(accounts)]
    tiles = [tile for account_id in ids[1:] for tile in _tiles(account_id, rng)]
    columns = ["account", "entity", "grain", "slot", *COUNTERS]
    frame = pl.DataFrame(tiles, schema=columns, orient="row").sample(
        fraction=1, shuffle=True, seed=seed
    )
    at = BEGIN + rng.integers(0, DAYS * 288, rows) * 300 + rng.choice([0, 0, 1, 299], rows)
    asked = pl.DataFrame(
        {
            "account_id": rng.choice(ids, rows).tolist(),
            "at": [datetime.fromtimestamp(int(second), UTC) for second in at],
            "paid": rng.choice([0.0, 1.0, np.nan], rows),
            "account_age_days": [[0.1, 40.0, None][i] for i in rng.integers(0, 3, rows)],
        },
        schema_overrides={"account_age_days": pl.Float64},
    )
    half = len(frame) // 2
    (folder / "tiles").mkdir(parents=True)
    frame[:half].write_parquet(folder / "tiles" / "one.parquet")
    frame[half:].write_parquet(folder / "tiles" / "two.parquet")
    asked.write_parquet(folder / "spine.parquet")
    return Tables(folder / "tiles", folder / "spine.parquet", frame, asked)


def _tiles(account_id: str, rng: np.random.Generator) -> list[tuple[int, ...]]:
    own = account_key(account_id)
    made = []
    for entity in (own, *(account_provider_key(account_id, name) for name in PROVIDERS)):
        for grain in GRAINS:
            span = DAYS * 86_400 // grain.value
            first = BEGIN // grain.value
            for slot in rng.choice(span, min(30, span), replace=False):
                counts = rng.integers(0, 60, len(COUNTERS)).tolist()
                made.append((own, entity, grain.value, first + int(slot), *counts))
    return made


def bits(folder: Path) -> pl.DataFrame:
    """Return the rows of a dataset in one order, each float as the integer of its bits."""
    frame = pl.read_parquet(sorted(folder.rglob("*.parquet")))
    floats = [name for name, kind in frame.schema.items() if kind == pl.Float64]
    whole = frame.with_columns(
        pl.Series(name, frame[name].to_numpy().view(np.int64)) for name in floats
    )
    return whole.sort(whole.columns)
