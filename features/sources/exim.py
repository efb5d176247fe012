"""Exim's main log: arrivals, deliveries, deferrals and failures of a message id.

https://www.exim.org/exim-html-current/doc/html/spec_html/ch-log_files.html
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from features.records import EventType
from features.sources.draft import Draft
from features.sources.drafting import digest, draft, when
from features.sources.mta_log import delivery, lines_of
from features.sources.source import ParsedEvents, Rejected, Source, UnreadablePayload, Way

_MAX_QUEUE: Final = 200_000
_LINE: Final = re.compile(
    r"(?:.{0,80}?exim(?:4)?(?:\[\d+\])?: )?(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?(?: [+\-]\d{4})?) "
    r"(?:\[\d+\] )?(?P<id>[0-9A-Za-z]{6}-[0-9A-Za-z]{6,11}-[0-9A-Za-z]{2,4}) (?P<text>.*)"
)
_ADDRESS: Final = re.compile(r"(?:[^\s<]* )?<([^>\s]{1,512})>|([^\s<>:]{1,512}@[^\s<>:]{1,255})")
_FIELD: Final = re.compile(r" ([A-Z]{1,3}|id|for)=(\"[^\"]*\"|\S+)")
_REMOTE: Final = re.compile(r" T=\S*smtp|\bR=\S*(?:dnslookup|smarthost|remote)", re.IGNORECASE)


@dataclass
class _Mail:
    """What is known of a message id so far."""

    sender: str = ""
    message_id: str = ""
    user: str = ""


def parse(body: bytes, content_type: str) -> ParsedEvents:
    """Return a draft for each delivery, deferral and failure; at its end a mail counts as sent.

    Times without an offset count as UTC. Raises `UnreadablePayload` where no line is Exim's.
    """
    del content_type
    log = _Log()
    for index, line in lines_of(body):
        log.read(index, line)
    if body.strip() and not log.known:
        raise UnreadablePayload("expected lines of Exim's main log")
    return ParsedEvents((), (), tuple(log.rejected), tuple(log.drafts), tuple(log.indexes))


class _Log:
    """Reads lines in order and remembers each message id until it is completed."""

    def __init__(self) -> None:
        self._queue: dict[str, _Mail] = {}
        self.drafts: list[Draft] = []
        self.indexes: list[int] = []
        self.rejected: list[Rejected] = []
        self.known = 0

    def read(self, index: int, line: str) -> None:
        found = _LINE.match(line)
        if found is None:
            return
        self.known += 1
        queue_id, text = found["id"], found["text"]
        flag, _, rest = text.partition(" ")
        if flag == "<=":
            self._arrived(queue_id, rest)
        elif flag in ("=>", "->", ">>", "==", "**"):
            self._attempt(index, queue_id, found["time"], flag, rest)
        elif text == "Completed":
            self._queue.pop(queue_id, None)

    def _arrived(self, queue_id: str, rest: str) -> None:
        if len(self._queue) >= _MAX_QUEUE:
            self._queue.pop(next(iter(self._queue)))
        fields = dict(_FIELD.findall(f" {rest}"))
        sender = rest.partition(" ")[0]
        user = fields.get("A", "").rpartition(":")[2] or fields.get("U", "")
        self._queue[queue_id] = _Mail(sender if "@" in sender else "", fields.get("id", ""), user)

    def _attempt(self, index: int, queue_id: str, time: str, flag: str, rest: str) -> None:
        address = _ADDRESS.match(rest)
        if address is None:
            self.rejected.append(Rejected(index, "a delivery without an address"))
            return
        sent = flag in ("=>", "->", ">>")
        if sent and not _REMOTE.search(rest):
            self.rejected.append(Rejected(index, "delivered on this host: no mail left"))
            return
        said = _said(rest, address.end(), sent)
        fate = delivery(said, None, sent=sent, final=flag != "==")
        clues = tuple(_clues(self._queue.get(queue_id, _Mail()), queue_id))
        recipient = address[1] or address[2]
        if flag != "==":
            name = digest(queue_id, recipient, "sent")
            self._add(
                index, draft(name, EventType.SENT, at=when(time), recipient=recipient, clues=clues)
            )
        self._add(
            index,
            draft(
                digest(queue_id, recipient, flag, time),
                fate.type,
                at=when(time),
                recipient=recipient,
                smtp_code=fate.code,
                status=fate.status,
                diagnostic=None if fate.type is EventType.DELIVERED else said,
                verdict=fate.verdict,
                clues=clues,
            ),
        )

    def _add(self, index: int, made: Draft) -> None:
        self.drafts.append(made)
        self.indexes.append(index)


def _said(rest: str, start: int, sent: bool) -> str:
    """Return the server's answer: in `C="..."` of a delivery, after the fields of a failure."""
    if sent:
        fields: dict[str, str] = dict(_FIELD.findall(rest[start:]))
        return fields.get("C", "").strip('"')
    text = rest[start:]
    # `R=dnslookup T=remote_smtp H=mx.example [192.0.2.1]: SMTP error ...`, or `: Unrouteable address`
    _, _, said = text.partition(": ")
    return said or text.strip(": ")


def _clues(mail: _Mail, queue_id: str) -> Iterator[tuple[str, str]]:
    yield "queue_id", queue_id
    yield "return_path", mail.sender
    yield "from_domain", mail.sender.rpartition("@")[2].lower()
    yield "message_id", mail.message_id
    yield "sasl_username", mail.user


EXIM: Final = Source("exim", "Exim's main log", parse, way=Way.LOG)
