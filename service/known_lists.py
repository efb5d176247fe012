"""Bad lists that the abuse team registers: every later import is compared with them."""

from datetime import datetime
from typing import BinaryIO

from features import lists
from service import errors
from service.parts import Parts
from service.stores.contract import KnownList


def register(parts: Parts, name: str, format_: str, file: BinaryIO, at: datetime) -> KnownList:
    """Keep the sketch of a bad list under a name, in place of a former one.

    Raises `UnreadableList`, also for a list without one address.
    """
    try:
        found = lists.scan(file, format_, parts.hasher, at)
    except lists.UnreadableList as error:
        raise errors.UnreadableList(str(error)) from error
    if not found.valid:
        raise errors.UnreadableList("no row holds an address")
    parts.store.put_known_list(name, found.sketch, at)
    return KnownList(name=name, addresses=found.valid - found.duplicates, added_at=at)


def forget(parts: Parts, name: str) -> None:
    """Forget a bad list. Raises `UnknownList`."""
    if not parts.store.drop_known_list(name):
        raise errors.UnknownList(f"no known list {name!r}")
