"""Turns fates into events: integers first, text only when everything is sorted."""

from dataclasses import dataclass, fields, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from features.records import EventType
from training.simulate.draws import Rng
from training.simulate.outcomes import BLOCK, DELIVERED, HARD, REPORTED, SOFT, TRAP, Fates
from training.simulate.texts import TEXTS

Ints = npt.NDArray[np.int64]
TYPES: Final = tuple(EventType)
_CODE: Final = {kind: np.int64(code) for code, kind in enumerate(TYPES)}


@dataclass(frozen=True)
class EventRows:
    """Events as integers, arrays of one length.

    `campaign` and `person` are numbers, `text` an index into `TEXTS.all` (0: none), `id` makes
    the event's id, `received_s` orders.
    """

    id: Ints
    kind: npt.NDArray[np.int8]
    campaign: npt.NDArray[np.int32]
    person: npt.NDArray[np.int32]
    occurred_s: Ints
    received_s: Ints
    address: npt.NDArray[np.int32]
    text: npt.NDArray[np.int16]

    def take(self, index: Ints | npt.NDArray[np.bool_]) -> "EventRows":
        return EventRows(*(getattr(self, item.name)[index] for item in fields(self)))

    def numbered(self, first: int) -> "EventRows":
        """Return the rows with ids counted on from `first`; doubled events share theirs."""
        return replace(self, id=self.id + first)

    def __len__(self) -> int:
        return len(self.id)


def joined(parts: list[EventRows]) -> EventRows:
    """Return all rows of several parts."""
    return EventRows(
        *(
            np.concatenate([getattr(part, item.name) for part in parts])
            for item in fields(EventRows)
        )
    )


@dataclass(frozen=True)
class Telemetry:
    """How well one account's events reach us: what it tracks, and how its clock is off."""

    tracks: bool
    lag_s: float
    skew_s: int
    lost: float
    late: float
    doubled: float
    names_provider: bool
    names_address: bool


def make_telemetry(rng: Rng, noise: float) -> Telemetry:
    """Return one account's telemetry; most clocks are right, some minutes or an hour off."""
    draw = rng.random()
    skew = 0
    if draw < 0.05 * noise:
        skew = int(rng.normal(0, 240))
    elif draw < 0.06 * noise:
        skew = 3_600 * (1 if rng.random() < 0.5 else -1)
    return Telemetry(
        tracks=rng.random() < 0.88,
        lag_s=float(rng.lognormal(1.2, 0.6)),
        skew_s=skew,
        lost=float(rng.beta(0.4, 120)) * noise,
        late=float(rng.beta(0.6, 90)) * noise,
        doubled=float(rng.beta(0.6, 150)) * noise,
        names_provider=rng.random() < 0.95,
        names_address=rng.random() < 0.93,
    )


@dataclass(frozen=True)
class Sending:
    """Who gets a campaign, when, from which addresses of the ESP."""

    campaign: int
    person: Ints
    provider: Ints
    handed_over_s: Ints
    address: Ints


def events_of(rng: Rng, sending: Sending, fates: Fates, telemetry: Telemetry) -> EventRows:
    """Return the events of a campaign, unordered, `id` not yet given."""
    n = len(sending.person)
    everyone = np.arange(n)
    at, texts = sending.handed_over_s, TEXTS.bounces(rng, sending.provider, fates)
    done_at = at + fates.delay
    accepted = fates.outcome == DELIVERED
    trap = fates.outcome == TRAP
    took = at + np.minimum(rng.lognormal(1.3, 1.0, n), 3_000).astype(np.int64) + 1
    stages: list[tuple[EventType, Ints, Ints, Ints]] = []

    def add(
        kind: EventType, chosen: npt.NDArray[np.bool_], when: Ints, text: Ints | int = 0
    ) -> None:
        index = everyone[chosen]
        if len(index):
            code = np.full(n, text) if isinstance(text, int) else text
            stages.append((kind, index, when[index], code[index]))

    add(EventType.SENT, np.ones(n, dtype=bool), at)
    add(EventType.DEFERRED, fates.deferred, at + 2, TEXTS.deferrals(rng, n))
    add(EventType.DELIVERED, accepted, done_at)
    add(EventType.DELIVERED, trap, took)
    add(EventType.HARD_BOUNCE, fates.outcome == HARD, done_at, texts)
    add(EventType.SOFT_BOUNCE, fates.outcome == SOFT, done_at, texts)
    add(EventType.BLOCK_BOUNCE, fates.outcome == BLOCK, done_at, texts)
    add(EventType.COMPLAINT, fates.complaint == REPORTED, done_at + fates.complaint_delay)
    add(EventType.TRAP_HIT, trap & (fates.delay > 0), done_at)
    add(EventType.UNSUBSCRIBE, fates.unsub_delay > 0, done_at + fates.unsub_delay)
    if telemetry.tracks:
        add(EventType.OPEN, fates.open_delay > 0, done_at + fates.open_delay)
        add(EventType.CLICK, fates.click_delay > 0, done_at + fates.click_delay)
    return _received(rng, sending, stages, telemetry)


def _received(
    rng: Rng,
    sending: Sending,
    stages: list[tuple[EventType, Ints, Ints, Ints]],
    telemetry: Telemetry,
) -> EventRows:
    """Return rows with the time we hear of them; some never, some late, some twice."""
    kind = np.concatenate([np.full(len(index), _CODE[kind]) for kind, index, _, _ in stages])
    index = np.concatenate([index for _, index, _, _ in stages])
    happened = np.concatenate([when for _, _, when, _ in stages])
    text = np.concatenate([text for _, _, _, text in stages])
    n = len(kind)
    lag = telemetry.lag_s * rng.lognormal(0, 0.8, n)
    lag = np.where(rng.random(n) < telemetry.late, rng.lognormal(9.0, 1.2, n), lag)
    received = happened + np.ceil(lag).astype(np.int64)
    again = np.flatnonzero(rng.random(n) < telemetry.doubled)
    once = np.flatnonzero(rng.random(n) >= telemetry.lost)
    order = np.concatenate([once, again[np.isin(again, once)]])
    copies = len(order) - len(once)
    received = received[order]
    if copies:
        received[-copies:] += rng.lognormal(4, 2.5, copies).astype(np.int64) + 1
    return EventRows(
        id=order.astype(np.int64),
        kind=kind[order].astype(np.int8),
        campaign=np.full(len(order), sending.campaign, dtype=np.int32),
        person=sending.person[index][order].astype(np.int32),
        occurred_s=happened[order] + telemetry.skew_s,
        received_s=received,
        address=sending.address[index][order].astype(np.int32),
        text=text[order].astype(np.int16),
    )
