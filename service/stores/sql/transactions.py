"""How the parts of a store read and write."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TypeVar

from sqlalchemy import Connection

from service.stores.dialects import Dialect

T = TypeVar("T")
Job = Callable[[Connection], T]


class _Shared(threading.local):
    """The connection that the reads of a thread share for now."""

    connection: Connection | None = None


class Transactions(ABC):
    """Jobs run on connections; how is each database's own."""

    dialect: Dialect

    @abstractmethod
    def write(self, job: Job[T]) -> T:
        """Run `job` in a transaction and return its result once that is durable."""

    @abstractmethod
    def connected(self) -> AbstractContextManager[Connection]:
        """Return a connection to read with; what fails inside becomes `Unavailable`."""

    def __init__(self) -> None:
        self._shared = _Shared()

    def read(self, job: Job[T]) -> T:
        """Run `job` on a state that holds every earlier write of this process."""
        if self._shared.connection is not None:
            return job(self._shared.connection)
        with self.connected() as connection:
            return job(connection)

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let this thread's reads share one connection and, where the database can, one state."""
        if self._shared.connection is not None:
            yield
            return
        with self.connected() as connection:
            self._shared.connection = connection
            try:
                yield
            finally:
                self._shared.connection = None
