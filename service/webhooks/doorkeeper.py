"""Lets signed webhooks in: which sources have secrets, and whether a request is genuine."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import httpx

import service.webhooks
from features.discovery import discover
from service.webhooks.signature import BadSignature, Fetch, Signature, Signed, check

_TIMEOUT_S: Final = 5.0
_MAX_BYTES: Final = 64 * 2**10
SIGNATURES: Final = {one.name: one for one in discover(service.webhooks, Signature)}


class Doorkeeper:
    """Checks signatures with the secrets of one installation, by source."""

    def __init__(
        self, secrets: Mapping[str, str], public_url: str = "", fetch: Fetch | None = None
    ) -> None:
        self._secrets = dict(secrets)
        self.public_url = public_url.rstrip("/")
        self._fetch = fetch or fetch_url

    def knows(self, source: str) -> bool:
        """Tell whether a source's webhooks are let in by signature."""
        return source in self._secrets and source in SIGNATURES

    def check(self, source: str, signed: Signed, now: datetime, *, has_key: bool) -> None:
        """Raise `BadSignature` unless the request is signed rightly, or unsigned by a key holder."""
        if not self.knows(source):
            return
        signature = SIGNATURES[source]
        if signature.carried(signed):
            check(signature, signed, self._secrets[source], self._fetch, now)
        elif not has_key:
            raise BadSignature("the request is not signed")


def fetch_url(url: str) -> bytes:
    """Return what a URL holds, 64 KiB at most. Raises `OSError`."""
    try:
        with httpx.stream("GET", url, timeout=_TIMEOUT_S, follow_redirects=False) as answer:
            answer.raise_for_status()
            content = b""
            for chunk in answer.iter_bytes():
                content += chunk
                if len(content) > _MAX_BYTES:
                    raise OSError("more than a certificate has")
            return content
    except httpx.HTTPError as error:
        raise OSError(str(error)) from error
