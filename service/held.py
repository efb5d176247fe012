"""The encrypted copy of a message, kept only while a person has to look at it.

AES-256-GCM with a key derived from the installation's; the decision's id is authenticated with it,
so that a copy cannot be put under another decision.
"""

import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from service.desk.sign_in import Keys
from service.errors import NotFound

if TYPE_CHECKING:
    from service.score import MessageParts

# More than people read; attachments usually come last in a message.
MAX_BYTES: Final = 512 * 2**10
_NONCE: Final = 12


class UnreadableCopy(NotFound):
    """A copy was changed, or sealed with another installation's key."""


class MessageCopy(msgspec.Struct, frozen=True, kw_only=True):
    """A message as it was given: `raw` RFC 5322 text, or its parts. `cut`: the rest was too long."""

    raw: bytes | None = None
    from_: str = ""
    reply_to: str | None = None
    subject: str = ""
    html: str | None = None
    text: str | None = None
    headers: dict[str, str] = {}
    cut: bool = False


_COPY: Final = msgspec.msgpack.Decoder(MessageCopy)


def copy_of(message: "bytes | MessageParts") -> MessageCopy:
    """Return what is kept of a message, at most `MAX_BYTES` of each long part."""
    if isinstance(message, bytes):
        return MessageCopy(raw=message[:MAX_BYTES], cut=len(message) > MAX_BYTES)
    html, text = message.html or "", message.text or ""
    headers = dict(list((message.headers or {}).items())[:100])
    return MessageCopy(
        from_=message.from_,
        reply_to=message.reply_to,
        subject=message.subject,
        html=html[:MAX_BYTES] or None,
        text=text[:MAX_BYTES] or None,
        headers={name[:200]: value[:2_000] for name, value in headers.items()},
        cut=max(len(html), len(text)) > MAX_BYTES,
    )


class Vault:
    """Seals copies and opens them. `random` returns that many random bytes."""

    def __init__(self, keys: Keys, random: Callable[[int], bytes]) -> None:
        self._keys, self._random = keys, random

    def seal(self, copy: MessageCopy, decision_id: str) -> bytes:
        """Return a copy that only `open` with the same decision's id reads."""
        packed = zlib.compress(msgspec.msgpack.encode(copy))
        nonce = self._random(_NONCE)
        return nonce + AESGCM(self._keys.messages).encrypt(nonce, packed, decision_id.encode())

    def open(self, sealed: bytes, decision_id: str) -> MessageCopy:
        """Return the copy. Raises `UnreadableCopy`."""
        cipher = AESGCM(self._keys.messages)
        try:
            packed = cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], decision_id.encode())
        except (InvalidTag, ValueError) as error:
            raise UnreadableCopy("the kept message cannot be read: is this its key?") from error
        return _COPY.decode(zlib.decompress(packed))
