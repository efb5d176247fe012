"""Posts signed messages (Standard Webhooks), never to the inside of the own network."""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

import httpx
from standardwebhooks import Webhook

_TIMEOUT: Final = httpx.Timeout(10.0, connect=5.0)
# However slowly an answer drips in, it is over by then: well before a lease is.
_DEADLINE_S: Final = 15.0
# Networks that carry IPv4 inside IPv6 (RFC 6052).
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_OK: Final = range(200, 300)
IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], list[str]]


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host. Raises `OSError`."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[4][0]) for address in found))


class Poster:
    """Posts, each time over a connection of its own. `private`: addresses inside the own network may be told.

    The host is resolved here and the connection goes to the address that was checked, so that a name
    cannot point somewhere else a moment later.
    """

    def __init__(
        self, *, private: bool = False, resolve: Resolve = resolve, deadline_s: float = _DEADLINE_S
    ) -> None:
        self._private, self._resolve, self._deadline_s = private, resolve, deadline_s
        self._tls = ssl.create_default_context()

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
            sent = {"Content-Type": "application/json", "Host": parts.netloc, **headers}
            status = asyncio.run(self._post(target, host, body, sent))
        except TimeoutError:
            return f"no whole answer within {self._deadline_s:g} s"
        except httpx.HTTPError as error:
            return f"{type(error).__name__}: {error}"[:300]
        return None if status in _OK else f"answered {status}"

    async def _post(self, target: str, host: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Return the status of the answer. Raises `TimeoutError` at the deadline."""
        async with (
            asyncio.timeout(self._deadline_s),
            httpx.AsyncClient(
                timeout=_TIMEOUT, follow_redirects=False, trust_env=False, verify=self._tls
            ) as http,
        ):
            answer = await http.post(
                target, content=body, headers=headers, extensions={"sni_hostname": host}
            )
            return answer.status_code

    def _address(self, host: str, port: int) -> str | None:
        """Return an address to connect to; None when one of the host's is private."""
        addresses = self._resolve(host, port)
        if not addresses:
            raise OSError("no address")
        if not self._private and any(_inside(address) for address in addresses):
            return None
        return addresses[0]


def _inside(address: str) -> bool:
    """Return whether an address is not a public one; IPv4 carried in IPv6 is judged as such."""
    ip = _carried(ipaddress.ip_address(address.partition("%")[0]))
    return not ip.is_global or ip.is_multicast


def _carried(ip: IpAddress) -> IpAddress:
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
    return ip.ipv4_mapped or ip.sixtofour or ip


def signed(secret: bytes, message_id: str, body: bytes, at: datetime) -> dict[str, str]:
    """Return the headers of a message: id, timestamp and signature."""
    signature = Webhook(secret).sign(message_id, at, body.decode())
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature,
        "User-Agent": "Sendwarden",
    }
