"""The model and the policy in force, exchanged between two requests when a newer one appears.

A request takes `current()` once and works with that to its end. A newer one that is refused
never replaces a good one: it is logged, counted, and tried again only when it changes.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Generic, Protocol, TypeVar

from features.catalogue import Catalogue
from models.bundle import Bundle, BundleRefused
from models.policy.faults import PolicyErrors
from models.policy.load import load_policy
from models.policy.policy import Policy
from models.registry import RegistryError

LOG: Final = logging.getLogger(__name__)
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Source(Protocol[T_co]):
    """Where a use case gets its model or policy from."""

    @property
    def refused(self) -> int: ...
    def current(self) -> T_co: ...


@dataclass(frozen=True)
class Fixed(Generic[T]):
    """A model or policy that never changes, for one-off commands and tests."""

    value: T
    refused: int = 0

    def current(self) -> T:
        return self.value


class Watched(Generic[T]):
    """Loads anew when the mark of the newest version differs from that of the last one tried.

    `mark` names the newest version cheaply (None: there is none); `load` reads it. What either
    raises of `refusals` keeps the old value. At most one look every `every_seconds`, by one
    thread; the others go on with the old value meanwhile.
    """

    def __init__(
        self,
        what: str,
        first: T,
        mark: Callable[[], str | None],
        load: Callable[[str], T],
        refusals: tuple[type[Exception], ...],
        every_seconds: float,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._what, self._mark, self._load, self._refusals = what, mark, load, refusals
        self._value = first
        self._every_seconds, self._monotonic = every_seconds, monotonic
        self._looked_at: float | None = None
        self._tried: str | None = None
        self._lock = threading.Lock()
        self.refused = 0

    def current(self) -> T:
        """Return the value in force; look for a newer one first when it is time."""
        if self._is_time() and self._lock.acquire(blocking=self._looked_at is None):
            try:
                if self._is_time():
                    self._look()
            finally:
                self._lock.release()
        return self._value

    def look(self) -> None:
        """Look for a newer value now, whenever the last look was."""
        with self._lock:
            self._look()

    def _is_time(self) -> bool:
        looked_at = self._looked_at
        return looked_at is None or self._monotonic() - looked_at >= self._every_seconds

    def _look(self) -> None:
        mark = None
        try:
            mark = self._mark()
            if mark is not None and mark != self._tried:
                self._value = self._load(mark)
                LOG.info("%s %s is in force", self._what, mark)
        except self._refusals as error:
            self.refused += 1
            LOG.error("%s %s is refused, the old one stays: %s", self._what, mark, error)
        finally:
            self._tried = self._tried if mark is None else mark
            self._looked_at = self._monotonic()


class LiveModel(Watched[Bundle | None]):
    """The bundle of the shelf's champion; None until there is one.

    `champion` returns the digest that the shelf points at; `files` reads the files of a digest.
    """

    def __init__(
        self,
        champion: Callable[[], str | None],
        load: Callable[[str], Bundle],
        every_seconds: float = 2.0,
        first: Bundle | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        refusals = (BundleRefused, RegistryError, OSError)
        super().__init__("model", first, champion, load, refusals, every_seconds, monotonic)


class LivePolicy(Watched[Policy]):
    """The policy of a file, read again when the file changes.

    Raises `PolicyErrors` or `OSError` when the first one is not good.
    """

    def __init__(
        self,
        path: Path,
        catalogue: Catalogue,
        every_seconds: float = 2.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        def mark() -> str:
            stat = path.stat()
            return f"{path.name}@{stat.st_mtime_ns}.{stat.st_size}.{stat.st_ino}"

        def load(_mark: str) -> Policy:
            return load_policy(path.read_text(encoding="utf-8"), catalogue)

        refusals = (PolicyErrors, OSError, UnicodeDecodeError)
        super().__init__("policy", load(""), mark, load, refusals, every_seconds, monotonic)
        self._tried = mark()
