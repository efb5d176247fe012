"""Mail to abuse@ that is no feedback report: what it complains about, how grave that is, what it quotes. Pure."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from features.bounces.mail import WHOLE, read_mail, split_fields
from features.content import read_message
from features.records import EventType
from features.sources.draft import Draft
from features.sources.mail_clues import clues_of

_MAX_TEXT: Final = 50_000
_MAX_HOSTS: Final = 20


class Category(StrEnum):
    """What is reported."""

    PHISHING = "phishing"
    MALWARE = "malware"
    TRAP = "trap"
    LEGAL = "legal"
    COMPLAINT = "complaint"


SEVERITY: Final = {
    Category.PHISHING: 1, Category.MALWARE: 1, Category.TRAP: 2, Category.LEGAL: 2,
    Category.COMPLAINT: 3,
}  # fmt: skip
# What ARF (RFC 5965) calls them.
_OF_FEEDBACK: Final = {"fraud": Category.PHISHING, "virus": Category.MALWARE}
_WORDS: Final = {
    Category.PHISHING: r"phish\w*|credential (?:theft|harvest)\w*|fake (?:login|bank)\w*|spoof(?:ed|ing) (?:bank|brand|login)"
    r"|hame[cç]onnage|釣魚|钓鱼",
    Category.MALWARE: r"malware|ransomware|trojan\w*|virus(?:es)?|infected (?:file|attachment)|schadsoftware|惡意軟體|恶意软件",
    Category.TRAP: r"spam[ -]?traps?|honey[ -]?pots?|trap (?:address|hit)\w*",
    Category.LEGAL: r"lawyer|attorney|solicitor|cease and desist|legal action|court order|subpoena|law enforcement"
    r"|police|gdpr|dsgvo|abmahnung|rechtsanwalt|data protection (?:authority|officer)|律師|律师|檢舉信函",
}  # fmt: skip
_PATTERNS: Final = {
    category: re.compile(words, re.IGNORECASE) for category, words in _WORDS.items()
}
_QUOTED_HEADER: Final = re.compile(
    r"^[>|\s]{0,8}(?:return-path|received|message-id|feedback-id|dkim-signature|list-unsubscribe|x-[a-z0-9\-]{1,60}):",
    re.IGNORECASE | re.MULTILINE,
)
_QUOTE: Final = re.compile(r"^[>|]{1,8} ?", re.MULTILINE)


@dataclass(frozen=True)
class AbuseMail:
    """`draft` holds the clues of the reported mail; `hosts` are those that the report links to."""

    category: Category
    subject: str
    text: str
    hosts: tuple[str, ...]
    draft: Draft


def category_of(feedback_type: str | None, text: str = "") -> Category:
    """Return the gravest thing that a report speaks of."""
    stated = _OF_FEEDBACK.get(feedback_type or "")
    if stated is not None:
        return stated
    found = (name for name, pattern in _PATTERNS.items() if pattern.search(text[:_MAX_TEXT]))
    return next(found, Category.COMPLAINT)


def read_abuse_mail(raw: bytes, report_id: str) -> AbuseMail:
    """Read a mail to abuse@ in free words; never raises for any bytes."""
    message = read_message(raw)
    text = message.text[:_MAX_TEXT]
    clues: dict[str, tuple[str, ...]] = {}
    for name, value in _clues(raw, text):
        clues[name] = (*clues.get(name, ()), value[:512])
    hosts = tuple(dict.fromkeys(link.host for link in message.links if link.host))[:_MAX_HOSTS]
    return AbuseMail(
        category=category_of(None, f"{message.subject}\n{text}"),
        subject=message.subject,
        text=text,
        hosts=hosts,
        draft=Draft(event_id=report_id, type=EventType.COMPLAINT, clues=clues),
    )


def _clues(raw: bytes, text: str) -> list[tuple[str, str]]:
    """Return the clues of the reported mail: attached whole, or its header pasted into the text."""
    for part in read_mail(raw).parts:
        if part.type in WHOLE:
            fields = split_fields(part.data.lstrip(b"\r\n"))[0]
            return list(clues_of(fields if len(fields) else part.fields))
    pasted = _QUOTED_HEADER.search(text)
    if pasted is None:
        return []
    lines = _QUOTE.sub("", text[pasted.start() :]).strip().encode("utf-8", "replace")
    return list(clues_of(split_fields(lines + b"\n\n")[0]))
