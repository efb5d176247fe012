"""What slows guessing down."""

import threading
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final

from service.errors import ServiceError

# Many people share an address (an office, a proxy): only many failures from one are guessing.
_FREE_FAILURES: Final = {"name": 5, "address": 50}
_FORGOTTEN_AFTER: Final = timedelta(hours=1)
_MAX_WAIT: Final = timedelta(minutes=15)
_MAX_WATCHED: Final = 10_000


class TooManyTries(ServiceError):
    """Too many failures; the text says how long to wait."""


class Brake:
    """Counts failures by key (a name, an address); in the memory of one process, bounded."""

    def __init__(self) -> None:
        self._failures: OrderedDict[str, tuple[int, datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def check(self, at: datetime, *keys: str) -> None:
        """Raise `TooManyTries` while one of the keys has to wait."""
        until = max((self._until(key) for key in keys), key=lambda u: u or at, default=None)
        if until is not None and at < until:
            raise TooManyTries(f"too many tries; wait {int((until - at).total_seconds()) + 1} s")

    def failed(self, at: datetime, *keys: str) -> None:
        with self._lock:
            for key in keys:
                count, last = self._failures.pop(key, (0, at))
                count = 1 if at - last > _FORGOTTEN_AFTER else count + 1
                self._failures[key] = (count, at)
            while len(self._failures) > _MAX_WATCHED:
                self._failures.popitem(last=False)

    def succeeded(self, *keys: str) -> None:
        with self._lock:
            for key in keys:
                self._failures.pop(key, None)

    def _until(self, key: str) -> datetime | None:
        with self._lock:
            count, last = self._failures.get(key, (0, None))
        over = count - _FREE_FAILURES[key.partition(":")[0]]
        if last is None or over < 0:
            return None
        return last + min(_MAX_WAIT, timedelta(seconds=2 ** min(over + 1, 12)))
