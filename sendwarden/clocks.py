"""Where a server gets its time from."""

import threading
from datetime import UTC, datetime


def system_clock() -> datetime:
    """Return the present time."""
    return datetime.now(UTC)


class ReplayClock:
    """A clock that a replay moves; after `release` it shows the system's time."""

    def __init__(self, start: datetime) -> None:
        self._lock = threading.Lock()
        self._now: datetime | None = start

    def set(self, now: datetime) -> None:
        """Move to `now`; the clock never goes back."""
        with self._lock:
            if self._now is not None:
                self._now = max(self._now, now)

    def release(self) -> None:
        """Show the system's time from here on."""
        with self._lock:
            self._now = None

    def __call__(self) -> datetime:
        with self._lock:
            return self._now or system_clock()
