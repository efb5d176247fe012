"""Senders that hand over what a release grants: the events of a world, moved or never happening.

A world's events are those of a campaign that nobody controls: all of its mail is handed over at
once. Here mail that is granted later has its events later by as much, and mail that is never
granted has none. A recipient's place in the order of hand-over is that of its first event.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Final

import msgspec

from features.hashing import key64
from features.records import Event
from training.decision_log import Grant

_NO_DELAY: Final = timedelta(0)


@dataclass
class Sending:
    """One campaign on its way out. `places` are its recipients in hand-over order."""

    campaign_id: str
    started_at: datetime
    recipients: int
    grants: list[Grant] = field(default_factory=list)
    granted: int = 0
    stopped_at: datetime | None = None
    over: bool = False
    waiting: list[tuple[int, datetime, Event]] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)

    def place(self, event: Event) -> int:
        """Return the place of an event's recipient; one that is not named has a random place."""
        if event.recipient is None:
            return key64(event.event_id) % max(self.recipients, 1)
        return self.places.setdefault(event.recipient, len(self.places))

    def delay(self, place: int) -> timedelta | None:
        """Return how much later than planned a mail was handed over; None if it was not, yet."""
        if place >= self.granted and not self._complete():
            return None
        total = 0
        for grant in self.grants:
            total += grant.mails
            if place < total:
                return grant.at - self.started_at
        return self.grants[-1].at - self.started_at if self.grants else _NO_DELAY

    def _complete(self) -> bool:
        """Whether every recipient was granted: events may name more than the campaign says."""
        return self.stopped_at is None and self.granted >= self.recipients


class DelayLine:
    """The events of controlled campaigns, in the order in which they are received."""

    def __init__(self) -> None:
        self._sendings: dict[str, Sending] = {}
        self._due: list[tuple[datetime, int, Event]] = []
        self._number = count()
        self.dropped: dict[str, int] = defaultdict(int)

    def start(self, sending: Sending) -> None:
        """Take a campaign under control; its events go through here from now on."""
        self._sendings[sending.campaign_id] = sending

    def sending(self, campaign_id: str | None) -> Sending | None:
        return None if campaign_id is None else self._sendings.get(campaign_id)

    def see(self, at: datetime, event: Event) -> bool:
        """Take an event of the world; False when it happens as it stands."""
        sending = self.sending(event.campaign_id)
        if sending is None:
            return False
        place = sending.place(event)
        delay = sending.delay(place)
        if delay is None and sending.over:
            self.dropped[sending.campaign_id] += 1
        elif delay is None:
            sending.waiting.append((place, at, event))
        elif delay == _NO_DELAY:
            return False
        else:
            self._push(at, event, delay)
        return True

    def grant(self, sending: Sending, at: datetime, mails: int) -> None:
        """Hand over more mails of a campaign; what waited for them happens later."""
        if mails:
            sending.grants.append(Grant(at, mails))
            sending.granted += mails
            waiting, sending.waiting = sending.waiting, []
            for place, planned, event in waiting:
                delay = sending.delay(place)
                if delay is None:
                    sending.waiting.append((place, planned, event))
                else:
                    self._push(planned, event, delay)

    def end(self, sending: Sending) -> None:
        """Nothing more of a campaign will be handed over."""
        sending.over = True
        self.dropped[sending.campaign_id] += len(sending.waiting)
        sending.waiting = []

    def due(self, now: datetime) -> Iterator[tuple[datetime, Event]]:
        """Yield moved events that are received by `now`, in order."""
        while self._due and self._due[0][0] <= now:
            at, _, event = heapq.heappop(self._due)
            yield at, event

    def next_at(self) -> datetime | None:
        return self._due[0][0] if self._due else None

    def _push(self, at: datetime, event: Event, delay: timedelta) -> None:
        moved = msgspec.structs.replace(event, occurred_at=event.occurred_at + delay)
        heapq.heappush(self._due, (at + delay, next(self._number), moved))
