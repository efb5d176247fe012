"""Adds, lists and removes those who are told of changes."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from service.desk.sign_in import Keys
from service.outbox.changes import Change
from service.outbox.deliver import owner_of
from service.outbox.endpoints import Delivery, Endpoint, UnknownEndpoint, checked
from service.stores.contract import Store

_MOST: int = 1_000


@dataclass(frozen=True)
class Receivers:
    """The use cases. `random` returns that many random bytes; `insecure` lets plain http through."""

    store: Store
    keys: Keys
    new_id: Callable[[], str]
    random: Callable[[int], bytes]
    insecure: bool = False

    def add(self, url: str, types: tuple[str, ...], at: datetime) -> tuple[Endpoint, str]:
        """Return a new receiver and its secret, which is shown this once. Raises `BadEndpoint`."""
        url = checked(url, types, insecure=self.insecure)
        secret, webhook_id = self.random(32), self.new_id()
        sealed = self.keys.seal(secret, owner_of(webhook_id), self.random(12))
        endpoint = self.store.put_endpoint(
            Endpoint(webhook_id=webhook_id, url=url, secret=sealed, created_at=at, types=types)
        )
        return endpoint, f"whsec_{base64.b64encode(secret).decode()}"

    def all(self) -> tuple[Endpoint, ...]:
        return self.store.endpoints()

    def find(self, webhook_id: str) -> Endpoint:
        """Return a receiver. Raises `UnknownEndpoint`."""
        for endpoint in self.store.endpoints():
            if endpoint.webhook_id == webhook_id:
                return endpoint
        raise UnknownEndpoint(f"no webhook {webhook_id!r}")

    def remove(self, webhook_id: str) -> Endpoint:
        """Tell a receiver no more; what it has not got is dropped. Raises `UnknownEndpoint`."""
        endpoint = self.find(webhook_id)
        self.store.drop_endpoint(webhook_id)
        return endpoint

    def undelivered(self, webhook_id: str) -> tuple[tuple[Delivery, Change], ...]:
        """Return what a receiver has not got: dead, and waiting. Raises `UnknownEndpoint`."""
        self.find(webhook_id)
        return self.store.undelivered(webhook_id, _MOST)

    def redeliver(self, webhook_id: str, at: datetime) -> int:
        """Try dead messages again; return how many. Raises `UnknownEndpoint`."""
        self.find(webhook_id)
        return self.store.redeliver(webhook_id, at)
