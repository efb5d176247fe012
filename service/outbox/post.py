"""Posts signed messages (Standard Webhooks), never to the inside of the own network."""

import ipaddress
import socket
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

import httpx
from standardwebhooks import Webhook

_TIMEOUT: Final = httpx.Timeout(10.0, connect=5.0)
_OK: Final = range(200, 300)
Resolve = Callable[[str, int], list[str]]


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host. Raises `OSError`."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[4][0]) for address in found))


class Poster:
    """Posts over one pool of connections. `private`: addresses inside the own network may be told.

    The host is resolved here and the connection goes to the address that was checked, so that a name
    cannot point somewhere else a moment later.
    """

    def __init__(self, *, private: bool = False, resolve: Resolve = resolve) -> None:
        self._private, self._resolve = private, resolve
        self._http = httpx.Client(timeout=_TIMEOUT, follow_redirects=False, trust_env=False)

    def close(self) -> None:
        self._http.close()

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> str | None:
        """Return None when the receiver took it (2xx), else what went wrong."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        try:
            address = self._address(host, port)
        except OSError as error:
            return f"{host} cannot be resolved: {error}"
        if address is None:
            return f"{host} is inside a private network; SENDWARDEN_WEBHOOKS_PRIVATE=true allows it"
        shown = f"[{address}]" if ":" in address else address
        target = parts._replace(netloc=f"{shown}:{port}").geturl()
        try:
            answer = self._http.post(
                target,
                content=body,
                headers={"Content-Type": "application/json", "Host": parts.netloc, **headers},
                extensions={"sni_hostname": host},
            )
        except httpx.HTTPError as error:
            return f"{type(error).__name__}: {error}"[:300]
        return None if answer.status_code in _OK else f"answered {answer.status_code}"

    def _address(self, host: str, port: int) -> str | None:
        """Return an address to connect to; None when one of the host's is private."""
        addresses = self._resolve(host, port)
        if not addresses:
            raise OSError("no address")
        if not self._private and any(_inside(address) for address in addresses):
            return None
        return addresses[0]


def _inside(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(ip, "ipv4_mapped", None)
    return not (mapped or ip).is_global or ip.is_multicast


def signed(secret: bytes, message_id: str, body: bytes, at: datetime) -> dict[str, str]:
    """Return the headers of a message: id, timestamp and signature."""
    signature = Webhook(secret).sign(message_id, at, body.decode())
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature,
        "User-Agent": "Sendwarden",
    }
