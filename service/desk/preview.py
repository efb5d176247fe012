"""The message of a case, made safe to read. Every reading is in the audit log."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from features.content import Link, Message, message_from_parts, read_message
from features.content.hosts import is_free_hosting, is_shortener
from features.content.message import written
from features.content.safe_page import safe_page
from service.desk.cases import NotAllowed
from service.desk.records import Actor, Deed, Role
from service.desk.second_looks import as_seen
from service.errors import NotFound, UnknownCase
from service.held import MessageCopy, Vault
from service.stores.contract import Store

ACT: Final = "message.read"
# One reading is one entry, however many views of it a person opens.
_ONE_READING: Final = timedelta(minutes=15)
_SHOWN_CHARS: Final = 200_000
_MOST_LINKS: Final = 100


class NoMessage(NotFound):
    """No message is kept: none was given, its case is decided, or its time is over."""


@dataclass(frozen=True)
class LinkSeen:
    """A link as shown, and the host it really leads to; `carries`: the host of an address in it."""

    shown: str
    host: str
    carries: str
    note: str


@dataclass(frozen=True)
class Preview:
    """A message in three views. `page` is inert HTML, empty where the message has none.

    `others` are further decisions of the case whose messages are kept.
    """

    case_id: str
    decision_id: str
    from_: str
    reply_to: str
    subject: str
    page: str
    text: str
    hidden_text: str
    source: str
    links: tuple[LinkSeen, ...]
    attachments: tuple[str, ...]
    cut: bool
    others: tuple[str, ...] = ()


class ReadMessage:
    """Opens the messages that wait with cases. `key` seals the audit log."""

    def __init__(self, store: Store, key: bytes, vault: Vault) -> None:
        self._store, self._key, self._vault = store, key, vault

    def __call__(
        self, case_id: str, actor: Actor, at: datetime, decision_id: str | None = None
    ) -> Preview:
        """Return the message of a case, by default of the decision it shows.

        Raises `UnknownCase`, `NoMessage`, `NotAllowed` below the role reviewer, `UnreadableCopy`.
        """
        if actor.rank < Role.REVIEWER:
            raise NotAllowed("reading a message needs the role reviewer")
        case = self._store.case(case_id)
        if case is None:
            raise UnknownCase(f"no case {case_id!r}")
        # What a decided case still keeps is for a second look, which is nobody's to know of.
        decided = as_seen(case, actor.name).state == "decided"
        kept = () if decided else self._store.held_messages(case_id)
        wanted = decision_id or (case.decision_id if case.decision_id in kept else next(iter(kept), None))  # fmt: skip
        sealed = self._store.held_message(wanted) if wanted in kept and wanted else None
        if sealed is None or wanted is None:
            raise NoMessage("no message is kept for this case: none was given, or it was decided")
        found = preview_of(case_id, wanted, self._vault.open(sealed, wanted))
        self._note(case_id, wanted, actor, at)
        return replace(found, others=tuple(one for one in kept if one != wanted))

    def _note(self, case_id: str, decision_id: str, actor: Actor, at: datetime) -> None:
        """Chain the reading to the audit log, unless this person's last one is minutes old."""
        for entry in self._store.newest_entries(case_id):
            deed = entry.deed
            mine = deed.act == ACT and deed.actor == actor.name
            if mine and deed.after.get("decision_id") == decision_id and at - deed.at < _ONE_READING:  # fmt: skip
                return
        after: dict[str, str | int | float | None] = {"decision_id": decision_id}
        self._store.record(
            self._key, Deed(at=at, actor=actor.name, act=ACT, target=case_id, after=after)
        )


def preview_of(case_id: str, decision_id: str, copy: MessageCopy) -> Preview:
    """Return the views of a copy; any bytes give one."""
    message, html, source = _read(copy)
    return Preview(
        case_id=case_id,
        decision_id=decision_id,
        from_=_mailbox(message.from_.name, message.from_.address),
        reply_to=_mailbox(message.reply_to.name, message.reply_to.address)
        if message.reply_to
        else "",
        subject=message.subject,
        page=safe_page(html) if html else "",
        text=message.text[:_SHOWN_CHARS],
        hidden_text=message.hidden_text[:_SHOWN_CHARS],
        source=source[:_SHOWN_CHARS],
        links=tuple(_link(link) for link in message.links[:_MOST_LINKS]),
        attachments=tuple(f"{one.kind.value}: {one.type[:80]}" for one in message.attachments[:50]),
        cut=copy.cut or len(source) > _SHOWN_CHARS,
    )


def _read(copy: MessageCopy) -> tuple[Message, str, str]:
    """Return a copy as a message, its HTML and its source text."""
    if copy.raw is not None:
        html, _ = written(copy.raw)
        return read_message(copy.raw), html, copy.raw.decode("utf-8", "replace")
    message = message_from_parts(
        copy.from_, copy.reply_to, copy.subject, copy.html, copy.text, copy.headers
    )
    heads = {"From": copy.from_, "Reply-To": copy.reply_to or "", "Subject": copy.subject}
    lines = [f"{name}: {value}" for name, value in {**heads, **copy.headers}.items() if value]
    source = "\n".join([*lines, "", copy.text or "", copy.html or ""])
    return message, copy.html or "", source


def _mailbox(name: str, address: str) -> str:
    return f"{name} <{address}>" if name else address


def _link(link: Link) -> LinkSeen:
    note = "shortener" if is_shortener(link.host) else ""
    note = note or ("free hosting" if is_free_hosting(link.host) else "")
    return LinkSeen(link.shown[:200], link.host, link.target, note)
