"""The kernel on the tiles and spine rows of some accounts: what every engine runs, unchanged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from features.catalogue import Array, Catalogue
from features.inputs.sending import UNKNOWN_PROVIDER, counters_of, provider_numbers_of
from features.tiles import Ints, TileRows, account_key, account_provider_key
from features.windows import Grain
from training.dataset.columns import Plan, UnusableTable

_GRAINS: Final = (Grain.FIVE_MINUTES, Grain.HOUR, Grain.DAY)
# Rows computed at a time: their inputs and features stay near the processor.
_STRIDE: Final = 8_192
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Tiles:
    """Tiles of some accounts in any order: four columns `(n,)`, `counts` `(n, 11)`."""

    account: Ints
    entity: Ints
    grain: Ints
    slot: Ints
    counts: Ints


@dataclass(frozen=True)
class Spine:
    """Rows to compute: `account` `(n,)` keys, `at` `(n,)` Unix seconds, `inputs` by name `(n,)`.

    `unknown` are the entities of the accounts' mail at no known provider, which no row reads.
    """

    account: Ints
    at: Ints
    inputs: Mapping[str, Array]
    unknown: Ints


def account_keys(account_ids: Sequence[str]) -> Ints:
    """Return the keys `(n,)` by which tiles know these accounts."""
    known = {account_id: account_key(account_id) for account_id in set(account_ids)}
    return np.array([known[account_id] for account_id in account_ids], dtype=np.int64)


def unknown_provider_keys(account_ids: Sequence[str]) -> Ints:
    """Return the entities of these accounts' mail at no known mailbox provider."""
    found = {account_provider_key(account_id, UNKNOWN_PROVIDER) for account_id in set(account_ids)}
    return np.fromiter(found, dtype=np.int64, count=len(found))


def feature_rows(catalogue: Catalogue, plan: Plan, tiles: Tiles, spine: Spine) -> Array:
    """Return the feature rows of a spine, `(n_rows, n_features)`.

    Raises `UnusableTable` when two tiles are of one entity, grain and slot, or this code has
    another catalogue than the plan was made with.
    """
    if catalogue.fingerprint(plan.subject) != plan.fingerprint:
        raise UnusableTable("this machine computes other features than the one that asked")
    ends = spine.at - spine.at % Grain.FIVE_MINUTES.value
    inputs = _counted(tiles, spine, ends) | _given(plan, spine)
    out = np.empty((len(ends), len(catalogue.names(plan.subject))))
    for start in range(0, len(ends), _STRIDE):
        part = slice(start, start + _STRIDE)
        out[part] = catalogue.compute(plan.subject, {k: v[part] for k, v in inputs.items()})
    return out


def _given(plan: Plan, spine: Spine) -> dict[str, Array]:
    """Return the spine's inputs, NaN where it has none; no infinity, as `inputs_of` has none."""
    unknown = np.full(len(spine.at), np.nan)
    given = {
        name: np.where(np.isfinite(values), values, np.nan) for name, values in spine.inputs.items()
    }
    return dict.fromkeys(plan.missing, unknown) | given


def _counted(tiles: Tiles, spine: Spine, ends: Ints) -> dict[str, Array]:
    own = tiles.account == tiles.entity
    counted = counters_of(_by_grain(tiles, own), spine.account, ends)
    elsewhere = ~own & ~np.isin(tiles.entity, spine.unknown)
    rows, entities = _providers(tiles.account[elsewhere], tiles.entity[elsewhere], spine.account)
    by_grain = _by_grain(tiles, elsewhere)
    return counted | provider_numbers_of(by_grain, entities, ends[rows], rows, len(ends))


def _by_grain(tiles: Tiles, chosen: Bools) -> dict[Grain, TileRows]:
    return {grain: _sorted(tiles, chosen & (tiles.grain == grain.value)) for grain in _GRAINS}


def _sorted(tiles: Tiles, chosen: Bools) -> TileRows:
    """Return the chosen tiles by entity and slot; those that lie so already are not copied."""
    places = np.flatnonzero(chosen)
    if len(places) and places[-1] - places[0] + 1 == len(places):
        run = slice(int(places[0]), int(places[-1]) + 1)
        rows = TileRows(tiles.entity[run], tiles.slot[run], tiles.counts[run])
    else:
        rows = TileRows(tiles.entity[places], tiles.slot[places], tiles.counts[places])
    same, before = np.diff(rows.entities) == 0, np.diff(rows.slots) <= 0
    if np.all((rows.entities[1:] >= rows.entities[:-1]) & ~(same & before)):
        return rows
    order = np.lexsort((rows.slots, rows.entities))
    entities, slots = rows.entities[order], rows.slots[order]
    if np.any((entities[1:] == entities[:-1]) & (slots[1:] == slots[:-1])):
        raise UnusableTable("two tiles of one entity, grain and slot: was a day read twice?")
    return TileRows(entities, slots, rows.counts[order])


def _providers(accounts: Ints, entities: Ints, wanted: Ints) -> tuple[Ints, Ints]:
    """Return the rows of `wanted` and the entities of their accounts' providers, row by row."""
    pairs = np.unique(np.stack([accounts, entities], axis=1), axis=0)
    firsts = pairs[:, 0].searchsorted(wanted, "left")
    counts = pairs[:, 0].searchsorted(wanted, "right") - firsts
    rows = np.repeat(np.arange(len(wanted)), counts)
    before = np.cumsum(counts) - counts
    places = np.arange(len(rows)) - np.repeat(before - firsts, counts)
    return rows, pairs[places, 1]
