"""Receives mail by LMTP (RFC 2033): the mail server of the feedback addresses hands it over.

Each mail is answered when its events are committed; what cannot be stored now is put off with a 4xx, so
that the mail server keeps it.
"""

import asyncio
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import typer
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from features.sources.source import Source
from service.errors import Unavailable, Unreadable
from service.ingest import Taken
from service.stores.contract import Incident

MAX_BYTES: Final = 8 * 2**20
_MAX_RECIPIENTS: Final = 100
_IDLE_S: Final = 60.0


@dataclass(frozen=True)
class Reports:
    """What takes abuse reports, and the recipients (lower case) whose mails are some."""

    take: Callable[[bytes, str, datetime], Incident]
    addresses: frozenset[str]


class Receiver:
    """Hands each mail to a source; aiosmtpd calls the methods by their names."""

    def __init__(
        self,
        take: Callable[[Source, bytes, str, datetime], Taken],
        source: Source,
        clock: Callable[[], datetime],
        reports: Reports | None = None,
    ) -> None:
        self._take = take
        self._source = source
        self._clock = clock
        self._reports = reports

    async def handle_RCPT(  # noqa: N802
        self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: list[str]
    ) -> str:
        """Take any recipient: which addresses are for feedback is the mail server's to say."""
        if len(envelope.rcpt_tos) >= _MAX_RECIPIENTS:
            return "452 4.5.3 too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802
        """Count a mail's events; LMTP answers once for each recipient."""
        content = envelope.content
        body = content if isinstance(content, bytes) else (content or "").encode()
        if not body.strip():
            return "\r\n".join(["550 5.6.0 an empty mail"] * len(envelope.rcpt_tos))
        answer = await asyncio.to_thread(self._answer, body, envelope.rcpt_tos)
        return "\r\n".join([answer] * len(envelope.rcpt_tos))

    def _answer(self, body: bytes, addresses: list[str]) -> str:
        """Take a mail once, whatever number of recipients it has: a report, or else feedback."""
        reports = self._reports
        if reports is not None and any(name.lower() in reports.addresses for name in addresses):
            return self._safely(lambda: self._reported(reports, body))
        to = "".join(f"Delivered-To: {_clean(address)}\r\n" for address in addresses)
        return self._safely(lambda: self._counted(to.encode("utf-8", "replace") + body))

    def _safely(self, work: Callable[[], str]) -> str:
        try:
            return work()
        except Unreadable as error:
            return f"550 5.6.0 {_clean(str(error))[:200]}"
        except Unavailable:
            return "451 4.3.0 cannot be stored now"

    def _reported(self, reports: Reports, body: bytes) -> str:
        incident = reports.take(body, "message/rfc822", self._clock())
        return f"250 2.0.0 {incident.facts['category']} report in incident {incident.incident_id}"

    def _counted(self, body: bytes) -> str:
        taken = self._take(self._source, body, "message/rfc822", self._clock())
        return (
            f"250 2.0.0 accepted {taken.accepted}, counted before {taken.duplicates}, "
            f"without account {taken.unattributed}, no event {len(taken.rejected)}"
        )


def _clean(text: str) -> str:
    return "".join(character for character in text if character.isprintable())


async def serve(receiver: Receiver, host: str, port: int) -> None:
    """Listen until SIGINT or SIGTERM."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    server = await loop.create_server(lambda: protocol(receiver), host, port)
    async with server:
        bound: Any = server.sockets[0].getsockname()
        typer.echo(f"listening on {bound[0]}:{bound[1]}", err=True)
        await stop.wait()


class _Lenient(LMTP):
    """LMTP that takes the over-long lines which real bounces have (RFC 5321 allows 1,000 octets)."""

    line_length_limit = 2**16


def protocol(receiver: Receiver) -> LMTP:
    """Return the conversation with one client."""
    return _Lenient(
        receiver,
        data_size_limit=MAX_BYTES,
        enable_SMTPUTF8=True,
        timeout=_IDLE_S,
        ident="Sendwarden",
        hostname="sendwarden",
    )
