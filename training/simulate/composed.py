"""A composed message, in the two forms in which pipelines hand messages in."""

import binascii
import textwrap
from base64 import b64encode
from dataclasses import dataclass
from email.header import decode_header, make_header
from typing import Any


@dataclass(frozen=True)
class Composed:
    """A campaign's message, as text and HTML (None where it has none)."""

    headers: tuple[tuple[str, str], ...]
    text: str | None
    html: str | None
    encoding: str
    boundary: str

    def raw(self) -> bytes:
        """Return the RFC 822 text with bare line feeds."""
        head = "".join(f"{name}: {value}\n" for name, value in self.headers)
        head += "MIME-Version: 1.0\n"
        given = (("text/plain", self.text), ("text/html", self.html))
        parts = [(kind, text) for kind, text in given if text is not None]
        if len(parts) == 1:
            return (head + _part(self.encoding, *parts[0])).encode()
        inner = "".join(f"--{self.boundary}\n{_part(self.encoding, *part)}\n" for part in parts)
        kind = f'Content-Type: multipart/alternative; boundary="{self.boundary}"\n\n'
        return f"{head}{kind}{inner}--{self.boundary}--\n".encode()

    def fields(self) -> dict[str, Any]:
        """Return the message as the API's fields instead of a raw text."""
        named = {"From": "from", "Reply-To": "reply_to", "Subject": "subject"}
        found: dict[str, Any] = {
            named[name]: str(make_header(decode_header(value)))
            for name, value in self.headers
            if name in named
        }
        if self.html is not None:
            found["html"] = self.html
        if self.text is not None:
            found["text"] = self.text
        found["headers"] = {name: value for name, value in self.headers if name not in named}
        return found


def _part(encoding: str, kind: str, text: str) -> str:
    if encoding == "8bit" and text.isascii():
        encoding = "7bit"
    raw = text.encode()
    if encoding == "base64":
        payload = "\n".join(textwrap.wrap(b64encode(raw).decode(), 76))
    elif encoding == "quoted-printable":
        payload = binascii.b2a_qp(raw, istext=True).decode()
    else:
        payload = text
    return (
        f'Content-Type: {kind}; charset="utf-8"\nContent-Transfer-Encoding: {encoding}\n\n{payload}'
    )
