"""The canonical pre-send view of a message: what an ESP sees before anybody received it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from features.content.attachments import Attachment, attachment_of
from features.content.faults import Fault
from features.content.headers import Headers, Mailbox, decoded, mailbox
from features.content.hosts import embedded_url, host_of, is_web
from features.content.limits import DEFAULT_LIMITS, ReadLimits
from features.content.markup import Page, read_page
from features.content.mime import Part, split

_BARE_URL: Final = re.compile(r"[HhWw](?i:(?<=h)ttps?://|(?<=w)ww\.)[^\s<>\"'\]\[{}|]{3,2000}")
_HTML_IN_TEXT: Final = re.compile(r"<(?:html|body|table|!doctype|div|mjml)[\s>]", re.IGNORECASE)
_NO_PAGE: Final = Page("", "", (), 0, 0, "", 0, 0)


@dataclass(frozen=True)
class Link:
    """A link to follow. `host` is where it really leads, `target` the host of a carried address."""

    url: str
    host: str
    target: str
    shown: str


@dataclass(frozen=True)
class Message:
    """A message about to be sent. `text` is what the reader sees, `hidden_text` what not."""

    from_: Mailbox
    reply_to: Mailbox | None
    subject: str
    text: str
    hidden_text: str = ""
    alt_text: str = ""
    links: tuple[Link, ...] = ()
    mail_links: tuple[str, ...] = ()
    list_unsubscribe: bool = False
    one_click: bool = False
    images: int = 0
    pixels: int = 0
    forms: int = 0
    scripts: int = 0
    attachments: tuple[Attachment, ...] = ()
    part_types: tuple[str, ...] = ()
    faults: frozenset[Fault] = frozenset()


@dataclass
class _Body:
    """What has been read of the body so far."""

    html: list[str] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    images: int = 0


def read_message(raw: bytes, limits: ReadLimits = DEFAULT_LIMITS) -> Message:
    """Read any bytes as a message (RFC 5322, MIME); what is broken is in `faults`, nothing raises."""
    faults: set[Fault] = set()
    if len(raw) > limits.message_bytes:
        faults.add(Fault.CUT)
    headers, parts = split(raw, limits, faults)
    body = _Body()
    for part in parts:
        _read_part(part, body, limits, faults)
    types = tuple(part.type for part in parts)
    return _message(headers, body, types, limits, faults)


def message_from_parts(
    from_: str = "",
    reply_to: str | None = None,
    subject: str = "",
    html: str | None = None,
    text: str | None = None,
    headers: Mapping[str, str] | None = None,
    limits: ReadLimits = DEFAULT_LIMITS,
) -> Message:
    """Read a message given in pieces, the JSON form of a campaign."""
    given = {"from": from_, "subject": subject}
    if reply_to:
        given["reply-to"] = reply_to
    named = {name.lower(): value for name, value in (headers or {}).items()}
    body = _Body(html=[html] if html else [], plain=[text] if text else [])
    types = (*(["text/plain"] if text else []), *(["text/html"] if html else []))
    return _message({**named, **given}, body, types, limits, set())


def written(raw: bytes, limits: ReadLimits = DEFAULT_LIMITS) -> tuple[str, str]:
    """Return the HTML and the plain text of a message as they were written."""
    faults: set[Fault] = set()
    body = _Body()
    for part in split(raw, limits, faults)[1]:
        if part.type.startswith("text/"):
            _read_part(part, body, limits, faults)
    return "\n".join(body.html), "\n".join(body.plain)


def _read_part(part: Part, body: _Body, limits: ReadLimits, faults: set[Fault]) -> None:
    kind = part.type
    attached = part.disposition == "attachment" or (
        bool(part.file_name) and not kind.startswith("image/")
    )
    if kind.startswith("text/") and not attached:
        text = part.text(limits.text_part_bytes, faults)
        is_page = kind == "text/html" or _HTML_IN_TEXT.search(text, 0, 1_000) is not None
        (body.html if is_page else body.plain).append(text)
    elif kind.startswith("image/") and not attached:
        body.images += 1
    else:
        body.attachments.append(attachment_of(part))


def _message(
    headers: Headers,
    body: _Body,
    types: tuple[str, ...],
    limits: ReadLimits,
    faults: set[Fault],
) -> Message:
    sender = mailbox(headers.get("from", ""), faults)
    if not sender.domain:
        faults.add(Fault.NO_FROM)
    reply_to = mailbox(headers["reply-to"], faults) if headers.get("reply-to") else None
    page = _page(body.html, limits, faults)
    plain = "\n".join(body.plain)[: limits.text_chars]
    text = page.text if page.text.strip() else plain
    urls = _addresses(page, text, limits)
    return Message(
        from_=sender,
        reply_to=reply_to,
        subject=decoded(headers.get("subject", ""), faults)[:1_000],
        text=text[: limits.text_chars],
        hidden_text=page.hidden[: limits.text_chars],
        alt_text=page.alt_text,
        links=tuple(_link(url, shown) for url, shown in urls if is_web(url)),
        mail_links=tuple(url for url, _ in urls if url[:7].lower() == "mailto:"),
        list_unsubscribe=bool(headers.get("list-unsubscribe")),
        one_click="one-click" in headers.get("list-unsubscribe-post", "").lower(),
        images=page.images or body.images,
        pixels=page.pixels,
        forms=page.forms,
        scripts=page.scripts,
        attachments=tuple(body.attachments),
        part_types=types,
        faults=frozenset(faults),
    )


def _page(pages: list[str], limits: ReadLimits, faults: set[Fault]) -> Page:
    return read_page("\n".join(pages), limits, faults) if pages else _NO_PAGE


def _addresses(page: Page, text: str, limits: ReadLimits) -> list[tuple[str, str]]:
    """Return address and shown text of each link, those written out in the text included."""
    anchored = [(anchor.href, anchor.shown) for anchor in page.anchors]
    shown = {text for _, text in anchored}
    bare = [(url, "") for url in _bare_urls(text, limits) if url not in shown]
    return (anchored + bare)[: limits.links]


def _bare_urls(text: str, limits: ReadLimits) -> list[str]:
    found = []
    for match in _BARE_URL.finditer(text):
        url = match[0].rstrip(".,;:!?)>")
        found.append(url if "://" in url[:9] else f"http://{url}")
        if len(found) >= limits.links:
            break
    return found


def _link(url: str, shown: str) -> Link:
    carried = embedded_url(url)
    return Link(url[:2_000], host_of(url), host_of(carried) if carried else "", shown)
