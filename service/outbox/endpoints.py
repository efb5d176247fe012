"""Who is told: an https URL, or a mailto: address. Checked when it is added."""

from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

import msgspec

from service.errors import Conflict, NotFound
from service.outbox.changes import TYPES

_MAX_URL: Final = 2_000


class BadEndpoint(Conflict):
    """The address is none that can be told."""


class UnknownEndpoint(NotFound):
    """No webhook has that id."""


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """A receiver. `secret` is sealed with the installation's key; `types` empty: all of them.

    `cursor`: the last change that is delivered to it or queued for it.
    """

    webhook_id: str
    url: str
    secret: bytes
    created_at: datetime
    types: tuple[str, ...] = ()
    cursor: int = 0

    @property
    def by_mail(self) -> bool:
        return self.url.startswith("mailto:")

    def wants(self, kind: str) -> bool:
        """Return whether changes of a type are for this receiver."""
        return not self.types or kind in self.types


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """A change that could not be delivered yet: `state` is `waiting`, or `dead` after the last attempt."""

    webhook_id: str
    change_id: int
    account_id: str
    attempts: int
    next_at: datetime
    error: str = ""
    state: str = "waiting"


def checked(url: str, types: tuple[str, ...], *, insecure: bool) -> str:
    """Return the address. Raises `BadEndpoint`; `insecure` lets plain http through, for tests and private nets."""
    if unknown := [kind for kind in types if kind not in TYPES]:
        raise BadEndpoint(f"no type {unknown[0]!r}; types are {', '.join(TYPES)}")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise BadEndpoint("this is no URL") from None
    if len(url) > _MAX_URL or any(ord(c) <= 32 or ord(c) > 126 for c in url):
        raise BadEndpoint("a URL has up to 2,000 printable ASCII characters")
    if parts.scheme == "mailto" and parts.path.count("@") == 1 and not parts.query:
        return url
    if parts.scheme not in (("https", "http") if insecure else ("https",)) or not host:
        raise BadEndpoint("give an https:// URL or a mailto: address")
    if parts.username or parts.password:
        raise BadEndpoint("no user or password in the URL: messages are signed instead")
    return url
