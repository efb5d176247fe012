"""The audit log's chain: each entry's seal covers the one before, with a key of the installation.

Who can write the database but does not hold the key can neither change nor insert an entry, nor
take one out of the middle. Entries cut off the end leave a valid, shorter chain: keep the head
(number and seal) that `sendwarden audit verify` prints somewhere else and hand it back.
"""

import hmac
from collections.abc import Iterable
from typing import Final

import msgspec

from service.desk.records import Deed, Entry

GENESIS: Final = "0" * 64


class Broken(Exception):
    """The chain does not hold; the text names the first entry where."""


def sealed(key: bytes, number: int, deed: Deed, previous: str) -> Entry:
    """Return a deed as entry `number` after the entry whose seal is `previous`."""
    return Entry(
        number=number, deed=deed, previous=previous, seal=_seal(key, number, deed, previous)
    )


def verify(key: bytes, entries: Iterable[Entry]) -> Entry | None:
    """Return the last entry of a whole chain, in order from the first. Raises `Broken`."""
    last: Entry | None = None
    for number, entry in enumerate(entries, start=1):
        previous = GENESIS if last is None else last.seal
        if entry.number != number:
            raise Broken(f"entry {number} is missing")
        if entry.previous != previous:
            raise Broken(f"entry {number} does not follow entry {number - 1}")
        if not hmac.compare_digest(entry.seal, _seal(key, number, entry.deed, previous)):
            raise Broken(f"entry {number} was changed")
        last = entry
    return last


def _seal(key: bytes, number: int, deed: Deed, previous: str) -> str:
    body = msgspec.json.encode((number, previous, deed), order="sorted")
    return hmac.new(key, body, "sha256").hexdigest()
