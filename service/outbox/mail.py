"""Tells people by e-mail, over the SMTP server of the settings."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Final
from urllib.parse import unquote, urlsplit

import msgspec

from service.outbox.changes import Change, webhook_id

_TIMEOUT_S: Final = 15
_PORTS: Final = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


class BadSmtpUrl(ValueError):
    """The SMTP server's address cannot be read; the text says what is wanted."""


@dataclass(frozen=True)
class Mailer:
    """Sends by `url`: smtp://, smtps:// or smtp+starttls://, with user:password@ where it asks for them."""

    url: str
    sender: str

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise BadSmtpUrl(f"an SMTP URL begins with {', '.join(f'{s}://' for s in _PORTS)}")

    def __call__(self, to: str, change: Change) -> str | None:
        """Return None when the server took it, else what went wrong."""
        try:
            with self._server() as server:
                server.send_message(_message(self.sender, to, change))
        except (OSError, smtplib.SMTPException) as error:
            return f"{type(error).__name__}: {error}"[:300]
        return None

    def _server(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        server: smtplib.SMTP
        if parts.scheme == "smtps":
            context = ssl.create_default_context()
            server = smtplib.SMTP_SSL(host, port, timeout=_TIMEOUT_S, context=context)
        else:
            server = smtplib.SMTP(host, port, timeout=_TIMEOUT_S)
        if parts.scheme == "smtp+starttls":
            server.starttls(context=ssl.create_default_context())
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        return server


def _message(sender: str, to: str, change: Change) -> EmailMessage:
    message = EmailMessage()
    about = change.account_id or str(change.data.get("key", "")) or "platform"
    message["From"], message["To"] = sender, to
    message["Subject"] = f"[Sendwarden] {change.type}: {about}"[:180].replace("\n", " ")
    message["Message-ID"] = f"<{webhook_id(change)}@{sender.rpartition('@')[2] or 'sendwarden'}>"
    message["Date"] = change.at
    message["Auto-Submitted"] = "auto-generated"
    shown = msgspec.json.format(msgspec.json.encode(change.data), indent=2).decode()
    message.set_content(f"{change.type}\n{change.at:%Y-%m-%d %H:%M} UTC\n\n{shown}\n")
    return message
