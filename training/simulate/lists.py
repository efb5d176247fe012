"""Makes lists: rows of the universe, when each consented, and how the file looks."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from training.simulate.config import DAY_SECONDS, YEAR_SECONDS, SimulationConfig
from training.simulate.draws import Rng, chance
from training.simulate.origins import ORIGINS, OriginTraits
from training.simulate.persona import Origin
from training.simulate.regions import REGIONS, WEIGHTS
from training.simulate.universe import (
    ABANDONED_A_MONTH,
    MONTH_SECONDS,
    WORK_ABANDONED_A_MONTH,
    Kind,
    Pool,
    Universe,
)

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
_CONSENT_DECAY_YEARS: Final = 2.5
UNREAD_S: Final = 180 * DAY_SECONDS
"""After how long without a sign of life a sunset policy stops mailing an address."""


@dataclass(frozen=True)
class ListRows:
    """The usable rows of a list, one element each.

    `person` indexes the universe, `opted_in_s` is the true time of consent or harvest, `asked`
    whether this sender may write, `interest` in [0, 1] how much they want its mail.
    """

    person: Ints
    opted_in_s: Ints
    asked: Bools
    interest: npt.NDArray[np.float64]

    def take(self, index: Ints | Bools) -> "ListRows":
        return ListRows(
            self.person[index], self.opted_in_s[index], self.asked[index], self.interest[index]
        )

    def joined(self, other: "ListRows") -> "ListRows":
        """Return the rows of both, one after the other."""
        return ListRows(
            np.concatenate([self.person, other.person]),
            np.concatenate([self.opted_in_s, other.opted_in_s]),
            np.concatenate([self.asked, other.asked]),
            np.concatenate([self.interest, other.interest]),
        )

    def once(self) -> "ListRows":
        """Return the rows with each person once, the first time."""
        _, first = np.unique(self.person, return_index=True)
        return self.take(np.sort(first))

    def __len__(self) -> int:
        return len(self.person)


@dataclass(frozen=True)
class Broker:
    """A pool of addresses on sale; several buyers take overlapping parts of it."""

    origin: Origin
    region: int
    person: Ints
    harvested_s: Ints


class ListMaker:
    """Draws lists from one universe and its brokers."""

    def __init__(self, config: SimulationConfig, universe: Universe) -> None:
        self._config = config
        self._universe = universe
        self._brokers = tuple(self._make_brokers())

    def make(
        self, rng: Rng, origin: Origin, rows: int, region: int, at_s: int, washed: bool
    ) -> ListRows:
        """Return a list of about `rows` people as it stands when imported at `at_s`."""
        traits = ORIGINS[origin]
        bought = self._bought(rng, origin, rows, region) if traits.broker else None
        person, opted_in = bought or self._gathered(rng, traits, rows, region, at_s)
        _, first = np.unique(person, return_index=True)
        first = np.sort(first)
        person, opted_in = person[first], np.minimum(opted_in[first], at_s - 60)
        kept = self._kept(rng, traits, person, at_s, washed)
        person, opted_in = person[kept], opted_in[kept]
        asked = rng.random(len(person)) < traits.asked
        asked &= self._universe.kind[person] != Kind.PRISTINE_TRAP
        if origin is Origin.BOMBED:
            opted_in = _in_bursts(rng, opted_in, asked, at_s)
        interest = _interest(rng, traits, opted_in, asked, at_s)
        return ListRows(person, opted_in, asked, interest)

    def add_typos(self, rng: Rng, rows: ListRows, share: float, region: int) -> ListRows:
        """Return the list with a share of its addresses mistyped (a bad import)."""
        start, stop = self._universe.ranges[region, Pool.TYPO]
        wrong = rng.random(len(rows)) < share
        person = np.where(wrong, rng.integers(start, stop, len(rows)), rows.person)
        return replace(rows, person=person).once()

    def _gathered(
        self, rng: Rng, traits: OriginTraits, rows: int, region: int, at_s: int
    ) -> tuple[Ints, Ints]:
        oldest = traits.consent_years.draw(rng) * YEAR_SECONDS
        spread = rng.beta(1.0, rng.uniform(0.9, 2.2), rows)
        back = oldest * (traits.freshest + (1 - traits.freshest) * spread)
        opted_in = (at_s - back).astype(np.int64)
        if rng.random() < 0.6:
            opted_in = np.sort(opted_in)
        person = self._people(rng, traits, opted_in, region)
        for pool, share in (
            (Pool.TYPO, traits.typo),
            (Pool.NEVER, traits.never),
            (Pool.ROLE, traits.role),
            (Pool.DISPOSABLE, traits.disposable),
            (Pool.PRISTINE, traits.pristine),
        ):
            start, stop = self._universe.ranges[region, pool]
            swap = rng.random(rows) < share.draw(rng)
            person[swap] = rng.integers(start, stop, int(swap.sum()))
        return person, opted_in

    def _people(self, rng: Rng, traits: OriginTraits, opted_in: Ints, region: int) -> Ints:
        """Return people who still read their mail when they opted in."""
        n = len(opted_in)
        regions = np.full(n, region)
        if not traits.local or rng.random() < 0.2:
            other = rng.choice(len(REGIONS), n, p=np.array(list(WEIGHTS.values())))
            regions = np.where(rng.random(n) < rng.uniform(0.1, 0.6), other, regions)
        work = rng.random(n) < traits.work.draw(rng)
        person = np.zeros(n, dtype=np.int64)
        for number in np.unique(regions):
            for at_work in (False, True):
                chosen = (regions == number) & (work == at_work)
                if chosen.any():
                    person[chosen] = self._alive(rng, opted_in[chosen], int(number), at_work)
        return person

    def _alive(self, rng: Rng, opted_in: Ints, region: int, work: bool) -> Ints:
        here = Pool.WORK_HERE if work else Pool.HERE
        left = Pool.WORK_LEFT if work else Pool.LEFT
        rate = WORK_ABANDONED_A_MONTH if work else ABANDONED_A_MONTH
        months = np.maximum(self._config.start_s - opted_in, 0) / MONTH_SECONDS
        start, stop = self._universe.ranges[region, here]
        person = rng.integers(start, stop, len(opted_in))
        for _ in range(2):
            again = self._universe.abandoned_at[person] < opted_in
            person[again] = rng.integers(start, stop, int(again.sum()))
        gone = rng.random(len(opted_in)) < -np.expm1(-rate * months)
        start, stop = self._universe.ranges[region, left]
        first = start + np.searchsorted(self._universe.abandoned_at[start:stop], opted_in)
        first = np.minimum(first, stop - 1)
        since = first + (rng.random(len(opted_in)) * (stop - first)).astype(np.int64)
        return np.where(gone, since, person)

    def _bought(self, rng: Rng, origin: Origin, rows: int, region: int) -> tuple[Ints, Ints] | None:
        """Return a stretch of one or two brokers' pools, near the buyer's region if there is one."""
        sold = [broker for broker in self._brokers if broker.origin is origin]
        near = [broker for broker in sold if broker.region == region]
        person, harvested = [], []
        for _ in range(1 if rows < 2_000 else 2):
            choice = near if near and chance(rng, 0.75) else sold
            broker = choice[int(len(choice) * rng.random() ** 1.7)]
            take = min(rows, len(broker.person))
            first = int(rng.integers(0, len(broker.person)))
            index = (first + np.arange(take)) % len(broker.person)
            index = index[rng.random(take) < rng.uniform(0.75, 1.0)]
            person.append(broker.person[index])
            harvested.append(broker.harvested_s[index])
        return np.concatenate(person), np.concatenate(harvested)

    def _kept(self, rng: Rng, traits: OriginTraits, person: Ints, at_s: int, washed: bool) -> Bools:
        """Return which rows survived earlier bounces, or a verification service when `washed`."""
        u = self._universe
        closed = u.gone_at[person] < at_s
        recycled = u.recycled_at[person] < at_s
        kind = u.kind[person]
        fake = (kind == Kind.TYPO) | (kind == Kind.NEVER_EXISTED)
        chance_off = traits.cleaned.draw(rng) * np.where(closed, 1.0, np.where(fake, 0.6, 0.0))
        unread = u.abandoned_at[person] < at_s - UNREAD_S
        chance_off = np.maximum(chance_off, traits.sunset * unread)
        if washed:
            thorough = rng.uniform(0.8, 0.98)
            off = (closed & ~recycled) | fake
            chance_off = np.maximum(chance_off, thorough * off)
            chance_off = np.maximum(chance_off, 0.5 * (kind == Kind.DISPOSABLE))
        kept: Bools = rng.random(len(person)) >= chance_off
        return kept

    def _make_brokers(self) -> list[Broker]:
        """Return the brokers of the world: a pool is sold to several of its accounts."""
        found = []
        scale = max(1, self._config.accounts // 400)
        for kind, origin in enumerate(origin for origin, t in ORIGINS.items() if t.broker):
            regions = range(len(REGIONS)) if ORIGINS[origin].local else (0, 2, 0, 3, 1)
            for number in range(len(regions) * min(scale, 4)):
                rng = self._config.generator(2, kind, number)
                region = regions[number % len(regions)]
                size = int(min(max(np.exp(rng.normal(7.9, 0.9)), 300), 60_000))
                at_s = self._config.start_s - int(rng.uniform(0, 1.5) * YEAR_SECONDS)
                traits = ORIGINS[origin]
                person, harvested = self._gathered(rng, traits, size, region, at_s)
                found.append(Broker(origin, region, person, harvested))
        return found


def _in_bursts(rng: Rng, opted_in: Ints, asked: Bools, at_s: int) -> Ints:
    """Return consent times in which the addresses a bot entered came within a few hours."""
    nights = at_s - rng.integers(1, 12, 3) * DAY_SECONDS
    burst = nights[rng.integers(0, 3, len(opted_in))] + rng.integers(0, 9_000, len(opted_in))
    return np.where(asked, opted_in, burst)


def _interest(
    rng: Rng, traits: OriginTraits, opted_in: Ints, asked: Bools, at_s: int
) -> npt.NDArray[np.float64]:
    years = (at_s - opted_in) / YEAR_SECONDS
    mean = traits.interest * rng.uniform(0.6, 1.35)
    level = np.where(asked, mean * np.exp(-years / _CONSENT_DECAY_YEARS), min(mean, 0.1))
    level = np.clip(level, 0.01, 0.9)
    return rng.beta(level * 3, (1 - level) * 3)
