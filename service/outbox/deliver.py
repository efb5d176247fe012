"""Delivers changes to every endpoint: in order for each account, again after failures, once at a time.

At least once: a crash between a receiver's answer and our note of it sends the message again, with
the same `webhook-id`. A failing account holds up only its own later changes.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from service.desk.sign_in import Keys, SignInRefused
from service.errors import ServiceError
from service.outbox.changes import Change, payload, webhook_id
from service.outbox.endpoints import Delivery, Endpoint
from service.outbox.mail import Mailer
from service.outbox.post import Poster, signed
from service.stores.contract import Store

LOG: Final = logging.getLogger(__name__)
# When a failed message is tried again; after the last it is dead until somebody redelivers it.
RETRY_AFTER: Final = tuple(
    timedelta(seconds=s) for s in (5, 30, 120, 600, 3_600, 10_800, 21_600, 43_200, 86_400)
)
_LEASE: Final = timedelta(seconds=60)
# How many messages a crash may send twice.
_BATCH: Final = 20
_MOST_FAILURES: Final = 3
# A step ends well before its lease does, so that nobody else sends what it is sending.
_STEP: Final = timedelta(seconds=30)


@dataclass(frozen=True)
class Told:
    """What one step did."""

    delivered: int = 0
    failed: int = 0

    def __add__(self, other: "Told") -> "Told":
        return Told(self.delivered + other.delivered, self.failed + other.failed)


class Deliverer:
    """Delivers from one store. `jitter` returns a number in [0, 1); `holder` names this process."""

    def __init__(
        self,
        store: Store,
        keys: Keys,
        poster: Poster,
        mailer: Mailer | None,
        holder: str,
        jitter: Callable[[], float],
        clock: Callable[[], datetime],
    ) -> None:
        self._store, self._keys, self._poster, self._mailer = store, keys, poster, mailer
        self._holder, self._jitter, self._clock = holder, jitter, clock

    def run(self, stop: threading.Event, pause_s: float = 0.5) -> None:
        """Deliver until told to stop; what goes wrong is logged and tried again."""
        while not stop.is_set():
            try:
                busy = self.step().delivered > 0
            except ServiceError as error:
                LOG.warning("deliveries wait: %s", error)
                busy = False
            if not busy:
                stop.wait(pause_s)

    def step(self) -> Told:
        """Deliver what is due at every endpoint that no other process holds."""
        told, newest = Told(), self._store.newest_change()
        for endpoint in self._store.endpoints():
            at = self._clock()
            idle = endpoint.cursor >= newest and not self._store.due(endpoint.webhook_id, at, 1)
            if not idle and self._store.lease_endpoint(
                endpoint.webhook_id, self._holder, at, at + _LEASE
            ):
                # Read again: another process may have moved it on before this one held it.
                mine = [e for e in self._store.endpoints() if e.webhook_id == endpoint.webhook_id]
                told = sum((self._serve(one) for one in mine), told)
        return told

    def _serve(self, endpoint: Endpoint) -> Told:
        again = self._again(endpoint)
        return again if again.failed >= _MOST_FAILURES else again + self._fresh(endpoint)

    def _again(self, endpoint: Endpoint) -> Told:
        """Try the oldest waiting change of each account that is due."""
        told, until = Told(), self._clock() + _STEP
        for delivery, change in self._store.due(endpoint.webhook_id, self._clock(), _BATCH):
            if told.failed >= _MOST_FAILURES or self._clock() > until:
                break
            error = self._tell(endpoint, change)
            if error is None:
                self._store.settle(delivery, None, self._clock())
                told += Told(delivered=1)
            else:
                self._store.settle(delivery, self._failed(delivery, error))
                told += Told(failed=1)
        return told

    def _fresh(self, endpoint: Endpoint) -> Told:
        """Deliver what is new, or queue it behind what its account waits for."""
        changes = self._store.changes(endpoint.cursor, _BATCH)
        waiting = set(self._store.accounts_waiting(endpoint.webhook_id))
        told, queued, last = Told(), list[Delivery](), endpoint.cursor
        until = self._clock() + _STEP
        for change in changes:
            if self._clock() > until:
                break
            last = change.change_id
            if not endpoint.wants(change.type):
                continue
            held_up = change.account_id in waiting or told.failed >= _MOST_FAILURES
            error = "waits for an earlier one" if held_up else self._tell(endpoint, change)
            if error is None:
                told += Told(delivered=1)
                continue
            first = Delivery(
                webhook_id=endpoint.webhook_id, change_id=change.change_id,
                account_id=change.account_id, attempts=0, next_at=self._clock(), error=error,
            )  # fmt: skip
            queued.append(first if held_up else self._failed(first, error))
            waiting.add(change.account_id)
            told += Told(failed=0 if held_up else 1)
        if last > endpoint.cursor:
            self._store.advance(endpoint.webhook_id, last, queued, told.delivered, self._clock())
        return told

    def _tell(self, endpoint: Endpoint, change: Change) -> str | None:
        """Return None when the receiver took it, else what went wrong."""
        if endpoint.by_mail:
            if self._mailer is None:
                return "no SMTP server: set SENDWARDEN_SMTP_URL and SENDWARDEN_MAIL_FROM"
            return self._mailer(endpoint.url.removeprefix("mailto:"), change)
        try:
            secret = self._keys.open(endpoint.secret, owner_of(endpoint.webhook_id))
        except SignInRefused:
            return "its secret cannot be read: is this the installation's key? add the webhook anew"
        body = payload(change)
        headers = signed(secret, webhook_id(change), body, self._clock())
        return self._poster(endpoint.url, body, headers)

    def _failed(self, delivery: Delivery, error: str) -> Delivery:
        """Return a delivery after one more failure: later, or dead."""
        number = delivery.attempts
        dead = number >= len(RETRY_AFTER)
        wait = RETRY_AFTER[min(number, len(RETRY_AFTER) - 1)]
        return Delivery(
            webhook_id=delivery.webhook_id,
            change_id=delivery.change_id,
            account_id=delivery.account_id,
            attempts=number + 1,
            next_at=self._clock() + wait * (0.9 + 0.2 * self._jitter()),
            error=error,
            state="dead" if dead else "waiting",
        )


def owner_of(webhook_id_: str) -> str:
    """Return whose a webhook's sealed secret is."""
    return f"webhook:{webhook_id_}"
