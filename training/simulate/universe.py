"""Everybody who can be written to, and what becomes of their addresses.

One universe is shared by all senders, so that bought lists overlap and traps are hit by several.
People stop reading (`abandoned_at`), later the mailbox is closed (`gone_at`), a few closed ones come
back as traps (`recycled_at`). About 2 % of addresses are abandoned a month (docs/simulator.md).
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from training.simulate import addresses
from training.simulate.config import DAY_SECONDS, YEAR_SECONDS, SimulationConfig
from training.simulate.draws import Rng
from training.simulate.providers import INDEX
from training.simulate.regions import REGIONS, Region

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Strings = npt.NDArray[np.object_]

NEVER_S: Final = 1 << 40
MONTH_SECONDS: Final = 30.4 * DAY_SECONDS
HISTORY_YEARS: Final = 8
ABANDONED_A_MONTH: Final = 0.02
WORK_ABANDONED_A_MONTH: Final = 0.026
CLOSED_AFTER_MONTHS: Final = 16.0
WORK_CLOSED_AFTER_MONTHS: Final = 2.0
NEVER_CLOSED: Final = 0.3
RECYCLED: Final = 0.015


class Kind(IntEnum):
    """What an address is, whatever becomes of it."""

    PERSON = 0
    ROLE = 1
    DISPOSABLE = 2
    PRISTINE_TRAP = 3
    TYPO = 4
    TYPO_TRAP = 5
    NEVER_EXISTED = 6


class Pool(IntEnum):
    """A contiguous range of one region's addresses that list origins draw from."""

    HERE = 0
    LEFT = 1
    WORK_HERE = 2
    WORK_LEFT = 3
    ROLE = 4
    DISPOSABLE = 5
    PRISTINE = 6
    TYPO = 7
    NEVER = 8


_SIZES: Final = {
    Pool.HERE: 0.44, Pool.LEFT: 0.22, Pool.WORK_HERE: 0.13, Pool.WORK_LEFT: 0.08, Pool.ROLE: 0.035,
    Pool.DISPOSABLE: 0.01, Pool.PRISTINE: 0.004, Pool.TYPO: 0.03, Pool.NEVER: 0.05,
}  # fmt: skip


@dataclass(frozen=True)
class Universe:
    """Arrays of one length, one element an address; `ranges` maps (region, pool) to [start, stop)."""

    email: Strings
    provider: npt.NDArray[np.int8]
    kind: npt.NDArray[np.int8]
    abandoned_at: Ints
    gone_at: Ints
    recycled_at: Ints
    reads: Floats
    grumbles: Floats
    ranges: dict[tuple[int, Pool], tuple[int, int]]


def build_universe(config: SimulationConfig) -> Universe:
    """Return the universe of a world; its size follows the number of accounts."""
    total = int(min(max(config.accounts * 230 * min(config.volume, 4.0), 30_000), 1_600_000))
    parts: list[_Part] = []
    ranges: dict[tuple[int, Pool], tuple[int, int]] = {}
    start = 0
    for number, region in enumerate(REGIONS):
        rng = config.generator(1, number)
        hosts = addresses.companies(rng, region, max(40, int(total * region.weight / 25)))
        for pool, share in _SIZES.items():
            size = max(40, int(total * region.weight * share))
            parts.append(_part(rng, config, region, pool, size, hosts))
            ranges[number, pool] = (start, start + size)
            start += size
    return _joined(parts, ranges)


@dataclass(frozen=True)
class _Part:
    email: Strings
    provider: Ints
    kind: Ints
    abandoned_at: Ints
    gone_at: Ints
    recycled_at: Ints
    reads: Floats
    grumbles: Floats


def _joined(parts: list[_Part], ranges: dict[tuple[int, Pool], tuple[int, int]]) -> Universe:
    return Universe(
        email=np.concatenate([part.email for part in parts]),
        provider=np.concatenate([part.provider for part in parts]).astype(np.int8),
        kind=np.concatenate([part.kind for part in parts]).astype(np.int8),
        abandoned_at=np.concatenate([part.abandoned_at for part in parts]),
        gone_at=np.concatenate([part.gone_at for part in parts]),
        recycled_at=np.concatenate([part.recycled_at for part in parts]),
        reads=np.concatenate([part.reads for part in parts]),
        grumbles=np.concatenate([part.grumbles for part in parts]),
        ranges=ranges,
    )


def _part(
    rng: Rng,
    config: SimulationConfig,
    region: Region,
    pool: Pool,
    n: int,
    hosts: tuple[Strings, Ints],
) -> _Part:
    email, provider, kind = _identity(rng, region, pool, n, hosts)
    abandoned, gone, recycled = _lives(rng, config, pool, n)
    reads = rng.beta(2.2, 2.6, n) if pool < Pool.ROLE else rng.beta(1.2, 6.0, n)
    grumbles = rng.gamma(0.6, 1 / 0.6, n)
    return _Part(email, provider, kind, abandoned, gone, recycled, reads, grumbles)


def _identity(
    rng: Rng, region: Region, pool: Pool, n: int, hosts: tuple[Strings, Ints]
) -> tuple[Strings, Ints, Ints]:
    """Return addresses, providers and kinds of one pool."""
    work = pool in {Pool.WORK_HERE, Pool.WORK_LEFT, Pool.ROLE, Pool.PRISTINE}
    at_company = rng.integers(0, len(hosts[0]), n)
    host, provider = hosts[0][at_company], hosts[1][at_company]
    if not work:
        host, provider = addresses.consumer_hosts(rng, region, n)
    local = addresses.person_locals(rng, region, n, work)
    kind = np.full(n, Kind.PERSON, dtype=np.int64)
    other = INDEX["other"]
    match pool:
        case Pool.ROLE:
            local, kind[:] = addresses.role_locals(rng, n), Kind.ROLE
        case Pool.DISPOSABLE:
            local = np.where(rng.random(n) < 0.6, addresses.random_locals(rng, n), local)
            host = np.array(addresses.DISPOSABLE, dtype=object)[rng.integers(0, 8, n)]
            provider, kind[:] = np.full(n, other), Kind.DISPOSABLE
        case Pool.PRISTINE:
            kind[:] = Kind.PRISTINE_TRAP
        case Pool.TYPO:
            rank = rng.integers(0, len(addresses.TYPOS), n)
            host = np.array(addresses.TYPOS, dtype=object)[rank]
            provider = np.full(n, other)
            kind[:] = np.where(rng.random(n) < 0.06, Kind.TYPO_TRAP, Kind.TYPO)
        case Pool.NEVER:
            kind[:] = Kind.NEVER_EXISTED
            at_work = rng.random(n) < 0.4
            host = np.where(at_work, hosts[0][at_company], host)
            provider = np.where(at_work, hosts[1][at_company], provider)
        case _:
            pass
    return addresses.joined(local, host), provider, kind


def _lives(rng: Rng, config: SimulationConfig, pool: Pool, n: int) -> tuple[Ints, Ints, Ints]:
    """Return when addresses are abandoned, closed and recycled; `LEFT` pools sorted by the first."""
    if pool >= Pool.ROLE:
        gone = np.full(n, NEVER_S)
        if pool == Pool.ROLE:
            gone[rng.random(n) < 0.1] = 0
        if pool == Pool.DISPOSABLE:
            gone[rng.random(n) < 0.55] = 0
        return np.full(n, NEVER_S), gone, np.full(n, NEVER_S)
    work = pool in {Pool.WORK_HERE, Pool.WORK_LEFT}
    left = pool in {Pool.LEFT, Pool.WORK_LEFT}
    months = 1 / (WORK_ABANDONED_A_MONTH if work else ABANDONED_A_MONTH)
    if left:
        back = np.sort(rng.beta(1.0, 1.8, n) * HISTORY_YEARS * YEAR_SECONDS)[::-1]
        abandoned = (config.start_s - back).astype(np.int64)
    else:
        abandoned = (config.start_s + rng.exponential(months * MONTH_SECONDS, n)).astype(np.int64)
    lag = rng.exponential((WORK_CLOSED_AFTER_MONTHS if work else CLOSED_AFTER_MONTHS), n)
    gone = (abandoned + lag * MONTH_SECONDS).astype(np.int64)
    gone = np.where(rng.random(n) < (0.08 if work else NEVER_CLOSED), NEVER_S, gone)
    quiet = gone + (rng.uniform(9, 24, n) * MONTH_SECONDS).astype(np.int64)
    recycled = np.where((rng.random(n) < RECYCLED) & (gone < NEVER_S), quiet, NEVER_S)
    return abandoned, gone, recycled
