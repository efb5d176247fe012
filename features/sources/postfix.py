"""Postfix's log, syslog or journal: the lines of a queue id are put together.

A mail's life is spread over lines of smtpd, cleanup, qmgr and smtp with one queue id: the client and
SASL user, the Message-ID, the sender and number of recipients, then a line for each attempt.
https://www.postfix.org/postconf.5.html#maillog_file_rotate_suffix ff., `src/global/log_adhoc.c`
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import msgspec

from features.records import EventType
from features.sources.draft import Draft
from features.sources.drafting import digest, draft, when
from features.sources.mta_log import delivery, lines_of, received_in, syslog_time
from features.sources.source import ParsedEvents, Rejected, Source, UnreadablePayload, Way

_MAX_QUEUE: Final = 200_000
# `host postfix/smtp[123]: QUEUEID: text`; instances are called postfix-out/smtp, postfix/out/smtp.
_LINE: Final = re.compile(
    r"(?P<time>.{10,40}?) (?P<host>[^\s:]{1,255}) (?P<tag>[^\s\[:]*postfix[^\s\[:]*?/(?P<daemon>\w+))"
    r"(?:\[\d+\])?: (?:(?P<id>[0-9A-F]{5,20}|[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-z]{10,24}): )?(?P<text>.*)"
)
_ATTEMPT: Final = re.compile(
    r"to=<(?P<to>[^>]{0,512})>,(?: orig_to=<(?P<orig>[^>]{0,512})>,)? relay=(?P<relay>[^,]{0,300}),"
    r".{0,200}?(?: dsn=(?P<dsn>[245]\.\d{1,3}\.\d{1,3}),)? status=(?P<status>\w+)(?: \((?P<said>.*)\)?)?"
)
_HERE: Final = ("127.0.0.1", "localhost", "[127.", "::1", "[::1")
_MAX_TRIED: Final = 10_000
_STATUSES: Final = {"sent", "bounced", "deferred", "expired", "undeliverable", "deliverable"}
_LOCAL: Final = frozenset({"local", "pipe", "virtual", "lmtp", "error", "discard", "bounce"})
_PAIR: Final = re.compile(r"\b([\w\-]+)=(<[^>]*>|[^,\s]+)")
_HEADER: Final = re.compile(
    r"(?:info|warning): header ([\w\-]{1,60}): (.{0,512}?) from [^;]{0,300};"
)


@dataclass
class _Mail:
    """What is known of a queue id so far."""

    sender: str = ""
    message_id: str = ""
    sasl: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    tried: set[str] = field(default_factory=set)


def parse(body: bytes, content_type: str) -> ParsedEvents:
    """Return a draft for each mail taken over and each attempt to deliver.

    A recipient counts as sent with the first attempt to a relay. Lines of other programs are passed
    over; a body without any line of Postfix raises `UnreadablePayload`.
    """
    log = _Log(received_in(content_type))
    for index, line in lines_of(body):
        log.read(index, line)
    if body.strip() and not log.known:
        raise UnreadablePayload("expected log lines of Postfix (syslog or journal)")
    return ParsedEvents((), (), tuple(log.rejected), tuple(log.drafts), tuple(log.indexes))


class _Log:
    """Reads lines in order and remembers each queue id until it is removed."""

    def __init__(self, received_at: datetime | None) -> None:
        self._received_at = received_at
        self._queue: dict[str, _Mail] = {}
        self.drafts: list[Draft] = []
        self.indexes: list[int] = []
        self.rejected: list[Rejected] = []
        self.known = 0

    def read(self, index: int, line: str) -> None:
        found = _line(line)
        if found is None:
            return
        self.known += 1
        time, daemon, queue_id, text = found
        if not queue_id:
            return
        mail = self._mail(queue_id)
        if " status=" in text and text.startswith("to=<"):
            self._attempt(index, queue_id, daemon, time, text, mail)
        elif text == "removed":
            self._queue.pop(queue_id, None)
        else:
            _learn(mail, daemon, text)

    def _mail(self, queue_id: str) -> _Mail:
        mail = self._queue.get(queue_id)
        if mail is None:
            if len(self._queue) >= _MAX_QUEUE:  # a log whose ends are missing
                self._queue.pop(next(iter(self._queue)))
            mail = self._queue[queue_id] = _Mail()
        return mail

    def _attempt(
        self, index: int, queue_id: str, daemon: str, time: str, text: str, mail: _Mail
    ) -> None:
        found = _ATTEMPT.match(text)
        status = found["status"] if found else ""
        if found is None or status not in _STATUSES:
            self.rejected.append(Rejected(index, "an attempt that cannot be read"))
            return
        if status == "sent" and (daemon in _LOCAL or found["relay"].startswith(_HERE)):
            self.rejected.append(
                Rejected(index, f"handed over on this host by {daemon}: no mail left")
            )
            return
        said = (found["said"] or "").rstrip(")")
        fate = delivery(said, found["dsn"], sent=status == "sent", final=status != "deferred")
        address, at = found["orig"] or found["to"], syslog_time(time, self._received_at)
        clues = tuple(_clues(mail, queue_id))
        if address not in mail.tried and len(mail.tried) < _MAX_TRIED:
            mail.tried.add(address)
            name = digest(queue_id, mail.message_id, address, "sent")
            self._add(index, draft(name, EventType.SENT, at=at, recipient=address, clues=clues))
        made = draft(
            digest(queue_id, mail.message_id, found["to"], status, time),
            fate.type,
            at=at,
            recipient=address,
            smtp_code=fate.code,
            status=fate.status,
            diagnostic=None if fate.type is EventType.DELIVERED else said,
            verdict=fate.verdict,
            clues=clues,
        )
        self._add(index, made)

    def _add(self, index: int, made: Draft) -> None:
        self.drafts.append(made)
        self.indexes.append(index)


def _line(line: str) -> tuple[str, str, str, str] | None:
    """Return time, daemon, queue id and text of a line of Postfix, else None."""
    if line[:1] == "{":
        return _journal(line)
    found = _LINE.match(line)
    return (found["time"], found["daemon"], found["id"] or "", found["text"]) if found else None


def _journal(line: str) -> tuple[str, str, str, str] | None:
    """Read a line of `journalctl -o json`."""
    try:
        row = msgspec.json.decode(line)
        identifier, message = str(row["SYSLOG_IDENTIFIER"]), str(row["MESSAGE"])
        time = when(int(str(row.get("__REALTIME_TIMESTAMP", 0))[:16]) / 1e6)
    except (msgspec.DecodeError, RecursionError, KeyError, TypeError, ValueError, AttributeError):
        return None
    found = _LINE.match(f"2000-01-01T00:00:00 host {identifier}: {message}")
    if found is None:
        return None
    return (time.isoformat() if time else "", found["daemon"], found["id"] or "", found["text"])


def _learn(mail: _Mail, daemon: str, text: str) -> None:
    header = _HEADER.search(text)
    if header is not None:
        if len(mail.headers) < 20:
            mail.headers[header[1].lower()] = header[2]
        return
    for name, value in _PAIR.findall(text[:2_048]):
        if name == "from" and daemon in ("qmgr", "pickup"):
            mail.sender = value.strip("<>")
        elif name == "message-id":
            mail.message_id = value.strip("<>")
        elif name == "sasl_username":
            mail.sasl = value


def _clues(mail: _Mail, queue_id: str) -> Iterator[tuple[str, str]]:
    yield "queue_id", queue_id
    yield "return_path", mail.sender
    yield "from_domain", mail.sender.rpartition("@")[2].lower()
    yield "message_id", mail.message_id
    yield "sasl_username", mail.sasl
    for name, value in mail.headers.items():
        yield ("feedback_id" if name == "feedback-id" else f"header.{name}"), value


POSTFIX: Final = Source(
    "postfix", "Postfix's log, syslog or `journalctl -o json`", parse, way=Way.LOG
)
