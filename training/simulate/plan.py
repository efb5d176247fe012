"""Plans each account's life: which lists it imports and which campaigns it sends, and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

import training.simulate.genres
from features.discovery import discover
from training.simulate.config import DAY_SECONDS, SimulationConfig
from training.simulate.draws import Rng, Spread, chance, one_of, weighted
from training.simulate.genre import Genre
from training.simulate.origins import ORIGINS
from training.simulate.persona import Origin, Phase, Side
from training.simulate.regions import REGIONS
from training.simulate.senders import Sender

MOST_CAMPAIGNS: Final = 200
_RATE: Final = 0.5
_SIZE: Final = 0.68
"""Pace and list sizes are scaled so that 5,000 accounts and 90 days make about 6 M events."""


def all_genres() -> dict[str, Genre]:
    """Return every genre by its name."""
    return {genre.name: genre for genre in discover(training.simulate.genres, Genre)}


@dataclass(frozen=True)
class PlannedList:
    """A list to be made. `known` is false where the ESP never sees an import of it."""

    origin: Origin
    rows: int
    at_s: int
    phase: int
    known: bool
    source: str
    washed: bool
    typo_share: float
    stale_share: float


@dataclass(frozen=True)
class PlannedCampaign:
    """A campaign to be sent. `lists` index the sender's plan; `strike` marks an abuser's phase."""

    sender: int
    at_s: int
    lists: tuple[int, ...]
    genre: Genre
    transactional: bool
    reach: float
    blip: float
    strike: bool


@dataclass(frozen=True)
class Plan:
    """Everything one account will do."""

    lists: tuple[PlannedList, ...]
    campaigns: tuple[PlannedCampaign, ...]
    strike_s: int


class Planner:
    """Plans accounts of one world."""

    def __init__(self, config: SimulationConfig) -> None:
        self._config = config
        self._genres = all_genres()

    def plan(self, sender: Sender) -> Plan:
        rng = self._config.generator(11, sender.number)
        spans = self._spans(rng, sender)
        pace = float(rng.lognormal(0, 0.35))
        size = float(rng.lognormal(0, 0.3)) * self._config.volume * _SIZE
        hours = _Hours(rng, sender)
        lists: list[PlannedList] = []
        campaigns: list[PlannedCampaign] = []
        for number, (phase, start, end) in enumerate(spans):
            first = len(lists)
            lists += self._lists(rng, sender, number, (phase, start, end), size)
            campaigns += self._campaigns(
                rng, sender, (phase, start, end), lists, first, pace, hours
            )
        return Plan(tuple(lists), tuple(campaigns), spans[-1][1])

    def _spans(self, rng: Rng, sender: Sender) -> list[tuple[Phase, int, int]]:
        """Return the phases with their first and last second inside the world."""
        config, phases = self._config, sender.phases
        delay = sender.traits.first_send_days.draw(rng) * DAY_SECONDS
        first = int(max(sender.created_s + delay, config.start_s))
        room = config.end_s - config.start_s
        last = config.end_s - int(min(2.0, 0.1 * config.days) * DAY_SECONDS)
        first = min(first, last)
        if len(phases) == 1:
            if sender.prior and phases[0].days:
                first = int(config.start_s + rng.uniform(0, 0.85) * room)
            return [(phases[0], first, _end(rng, phases[0], first, config.end_s))]
        length = (phases[0].days or Spread(25, 0.6)).draw(rng) * DAY_SECONDS
        turn = int(first + length)
        if sender.prior or sender.host is not sender.persona:
            turn = int(config.start_s + rng.uniform(0.08, 0.85) * room)
        turn = min(max(turn, sender.created_s + 3_600), last)
        stays = sender.host is not sender.persona or chance(rng, 0.3)
        end = _end(rng, phases[-1], turn, config.end_s)
        return [
            (phases[0], min(first, turn), config.end_s if stays else turn),
            (phases[-1], turn, end),
        ]

    def _lists(
        self,
        rng: Rng,
        sender: Sender,
        number: int,
        span: tuple[Phase, int, int],
        size: float,
    ) -> list[PlannedList]:
        phase, start, end = span
        found = []
        for index in range(round(phase.lists.draw(rng))):
            origin = weighted(rng, phase.sources)
            at_s = self._import_time(rng, sender, number, index, start, end)
            traits = ORIGINS[origin]
            rows = int(max(3, phase.list_size.draw(rng, size)))
            hidden = {Origin.USERS: 0.6, Origin.CUSTOMERS: 0.08}.get(origin, 0.03)
            by_file = chance(rng, traits.via_file)
            bad_day = not traits.broker
            found.append(
                PlannedList(
                    origin=origin,
                    rows=rows,
                    at_s=at_s,
                    phase=number,
                    known=not chance(rng, hidden),
                    source="file" if by_file else one_of(rng, ("form", "api", "integration")),
                    washed=traits.broker and self._washes(rng, sender),
                    typo_share=rng.uniform(0.02, 0.2) if bad_day and chance(rng, 0.025) else 0.0,
                    stale_share=rng.uniform(0.1, 0.5) if bad_day and chance(rng, 0.05) else 0.0,
                )
            )
        return found

    def _washes(self, rng: Rng, sender: Sender) -> bool:
        return chance(rng, (0.2 + 0.75 * sender.imitation) * (1.0 if sender.conceals else 0.35))

    def _import_time(
        self, rng: Rng, sender: Sender, phase: int, index: int, start: int, end: int
    ) -> int:
        """Return when a list comes in: the first before its phase, others before or during it."""
        if phase == 0 and index == 0:
            early = sender.created_s + 300 + int(rng.exponential(0.8) * DAY_SECONDS)
            return min(early, start - 30) if start > sender.created_s + 400 else start
        if index > 0 and chance(rng, 0.5):
            return int(rng.uniform(start, max(end, start + 1)))
        before = start - 60 - int(rng.exponential(0.7) * DAY_SECONDS)
        if phase == 0 and sender.prior:
            before = int(rng.uniform(sender.created_s + 600, start))
        return max(before, min(sender.created_s + 300, start))

    def _campaigns(
        self,
        rng: Rng,
        sender: Sender,
        span: tuple[Phase, int, int],
        lists: list[PlannedList],
        first: int,
        pace: float,
        hours: "_Hours",
    ) -> list[PlannedCampaign]:
        phase, start, end = span
        times = _times(rng, phase, start, end, pace)
        strike = sender.persona.side is Side.ABUSIVE and phase is sender.phases[-1]
        found = []
        for at_s in times:
            moment = hours.shift(rng, int(at_s), start, urgent=pace * phase.per_month.median > 20)
            ready = [i for i in range(first, len(lists)) if lists[i].at_s < moment]
            if first and not strike and chance(rng, 0.15):
                ready = list(range(first)) or ready
            if not ready or moment >= self._config.end_s:
                continue
            found.append(self._campaign(rng, sender, phase, moment, ready, strike, start))
        return found

    def _campaign(
        self,
        rng: Rng,
        sender: Sender,
        phase: Phase,
        moment: int,
        ready: list[int],
        strike: bool,
        start: int,
    ) -> PlannedCampaign:
        one_by_one = chance(rng, phase.transactional)
        fitting = {
            name: weight
            for name, weight in phase.genres.items()
            if self._genres[name].transactional == one_by_one
        }
        genre = self._genres[self._imitated(rng, sender, fitting or phase.genres)]
        several = len(ready) > 1 and chance(rng, 0.15)
        chosen = sorted(rng.permutation(ready)[:2]) if several else [one_of(rng, ready)]
        grown = float(np.exp(min(phase.growth * (moment - start) / DAY_SECONDS, 1.5)))
        return PlannedCampaign(
            sender=sender.number,
            at_s=moment,
            lists=tuple(int(index) for index in chosen),
            genre=genre,
            transactional=one_by_one,
            reach=min(phase.reach.draw(rng) * (1 if strike and phase.growth == 0 else grown), 1.0),
            blip=float(rng.uniform(3, 9)) if chance(rng, 0.015) else float(rng.lognormal(0, 0.3)),
            strike=strike,
        )

    def _imitated(self, rng: Rng, sender: Sender, genres: Mapping[str, float]) -> str:
        """Return a genre; an abuser who imitates prefers text that honest senders use too."""
        name = weighted(rng, genres)
        honest = {g: w for g, w in genres.items() if not self._genres[g].deceit}
        if self._genres[name].deceit and honest and chance(rng, 0.7 * sender.imitation):
            return weighted(rng, honest)
        return name


class _Hours:
    """The hours at which an account likes to send, in its own time zone."""

    def __init__(self, rng: Rng, sender: Sender) -> None:
        self._zone = REGIONS[sender.region].utc_hours
        self._hour = float(np.clip(rng.normal(11.5, 3.5), 0, 23.5))
        self._wobble = one_of(rng, (0.05, 0.5, 1.5, 3.0))
        self._weekends = one_of(rng, (0.1, 0.3, 1.0))
        self._on_the_hour = chance(rng, 0.4)

    def shift(self, rng: Rng, at_s: int, earliest: int, urgent: bool) -> int:
        """Return the moment moved to a usual hour of its day, unless the sender is in a hurry."""
        if urgent:
            return at_s
        day = at_s // DAY_SECONDS
        if (day + 3) % 7 >= 5 and not chance(rng, self._weekends):
            day += 2
        hour = self._hour + self._wobble * rng.standard_normal() - self._zone
        moment = int(day * DAY_SECONDS + hour * 3_600)
        if self._on_the_hour:
            moment -= moment % 900
        return moment if moment >= earliest else max(earliest, at_s)


def _end(rng: Rng, phase: Phase, start: int, end_s: int) -> int:
    """Return when a phase ends; honest customers may leave, too (4 % a month)."""
    if phase.days:
        return int(min(start + max(phase.days.draw(rng), 0.05) * DAY_SECONDS, end_s))
    return int(min(start + rng.exponential(700) * DAY_SECONDS, end_s))


def _times(rng: Rng, phase: Phase, start: int, end: int, pace: float) -> npt.NDArray[np.float64]:
    """Return the times of a phase's campaigns: a first one soon, then at irregular gaps."""
    gap = 30 * DAY_SECONDS / min(phase.per_month.draw(rng, pace * _RATE), 240)
    shape = float(rng.uniform(1.0, 6.0))
    n = int(min(max((end - start) / gap * 1.6 + 3, 1), MOST_CAMPAIGNS))
    soon = rng.random() * gap * (0.15 if phase.days else 1.0)
    gaps = rng.gamma(shape, gap / shape, n - 1)
    times = start + soon + np.concatenate([[0.0], np.cumsum(gaps)])
    kept: npt.NDArray[np.float64] = times[times < end]
    return kept if len(kept) else np.array([start + 0.3 * (end - start)])
