"""Reads a bounce: standard reports first, then prose; any bytes give failures or none."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from features.bounces.addresses import ADDRESS, trimmed
from features.bounces.failure import Action, Failure
from features.bounces.known_forms import known_forms
from features.bounces.mail import WHOLE, Fields, Mail, read_mail, split_fields
from features.bounces.prose import notice_of, read_prose, server_words
from features.bounces.replies import Reply, read_command, read_reply
from features.bounces.status_fields import read_fields
from features.content.limits import DEFAULT_LIMITS
from features.content.markup import read_page

_STATUS_TYPES: Final = (
    "message/delivery-status",
    "message/global-delivery-status",
    "message/delivery-status-x",
)
_MAX_FORWARDED: Final = 4
_MAX_NOTICE: Final = 16_384


@dataclass(frozen=True)
class Bounce:
    """A read bounce. `original`: header fields of the returned mail, empty where none came back."""

    mail: Mail
    failures: tuple[Failure, ...]
    original: Fields
    notice: str
    reporting_mta: str = ""
    arrived: str = ""


def read_bounce(raw: bytes) -> Bounce:
    """Read any bytes as a bounce."""
    mail = read_mail(raw)
    for _ in range(_MAX_FORWARDED):
        if (inner := _forwarded(mail)) is None:
            break
        raw, mail = inner, read_mail(inner)
    original = _original(mail)
    text = _notice_text(mail)
    of_mail, failures = _standard(mail)
    notice = notice_of(text)
    if not any(failure.recipient for failure in failures):
        mailed = _mailed(mail.fields, original)
        prose = _prose(raw, mail, text, mailed)
        failures = [_joined(prose[0], failures)] if failures and prose else failures or prose
    whole = " ".join(notice.split())[:_MAX_NOTICE]
    return Bounce(
        mail=mail,
        failures=tuple(_completed(failure, notice, len(failures)) for failure in failures),
        original=original,
        notice=whole,
        reporting_mta=of_mail.get("reporting-mta", "").rpartition(";")[2].strip(),
        arrived=of_mail.get("arrival-date", ""),
    )


def _prose(raw: bytes, mail: Mail, text: str, mailed: Sequence[str]) -> list[Failure]:
    """Read a notice that follows no standard.

    Where it names one address alone, which is the one that the mail went to, there is no doubt; else
    the known forms are asked, which takes longer.
    """
    ours, subject = _ours(mail), mail.fields.text("subject")
    if "x-failed-recipients" in mail.fields.names():
        return read_prose(text, ours, mailed, subject, mailed)
    found = read_prose(text, ours, mailed, subject)
    if len(found) == 1 and _alone(notice_of(text), ours) in mailed:
        return found
    named = known_forms(raw)
    return read_prose(text, ours, named, subject, named) if named else found


def _alone(notice: str, ours: Collection[str]) -> str | None:
    """Return the only address of a notice, lower case, but for its own sender and receiver."""
    found = {trimmed(match[0]).lower() for match in ADDRESS.finditer(notice[:_MAX_NOTICE])}
    found -= set(ours)
    return found.pop() if len(found) == 1 else None


def _forwarded(mail: Mail) -> bytes | None:
    """Return the report that a gateway packed into a notice of its own, if it did."""
    if mail.first(*_STATUS_TYPES) is not None:
        return None
    part = mail.first("message/rfc822")
    if part is None:
        return None
    kind = split_fields(part.data.lstrip(b"\r\n"))[0].get("content-type").lower()
    return part.data if "multipart/report" in kind and "delivery-status" in kind else None


def _standard(mail: Mail) -> tuple[dict[str, str], list[Failure]]:
    part = mail.first(*_STATUS_TYPES)
    if part is None:
        part = next(
            (
                p
                for p in mail.parts
                if b"inal-Recipient:" in p.body[:65_536] and p.type not in WHOLE
            ),
            None,
        )
    if part is None:
        return {}, []
    of_mail, failures = read_fields(part.text[:262_144])
    return dict(of_mail), failures


def _original(mail: Mail) -> Fields:
    """Return the header fields of the returned mail: attached, or quoted in the text."""
    for part in mail.parts:
        if part.type in WHOLE:
            data = part.data.lstrip(b"\r\n")
            fields = split_fields(data)[0]
            if len(fields) == 0 and len(part.fields) > 3:
                return part.fields
            return fields
    for part in mail.parts:
        if part.type == "text/plain":
            cut = len(notice_of(part.text))
            rest = part.text[cut:].lstrip("\n").partition("\n")
            for text in (part.text[cut:].lstrip("\n"), rest[2].lstrip("\n")):
                fields = split_fields(text.encode("utf-8", "replace"))[0]
                if len(fields) >= 2:
                    return fields
    return Fields(b"")


def _notice_text(mail: Mail) -> str:
    """Return the text written for people: plain where there is some, else of the page."""
    plain = [p.text for p in mail.parts if p.type == "text/plain" and p.body.strip()]
    if plain:
        return "\n".join(plain[:4])
    page = mail.first("text/html")
    return read_page(page.text[:200_000], DEFAULT_LIMITS, set()).text if page else ""


def _ours(mail: Mail) -> set[str]:
    """Return the addresses of the notice's own sender and receiver."""
    names = (
        "to",
        "from",
        "reply-to",
        "sender",
        "return-path",
        "delivered-to",
        "x-original-to",
        "errors-to",
        "envelope-to",
        "list-post",
        "list-help",
    )
    values = (value for name in names for value in mail.fields.all(name))
    return {trimmed(m[0]).lower() for value in values for m in ADDRESS.finditer(value[:4_096])}


def _mailed(notice: Fields, original: Fields) -> list[str]:
    """Return the addresses that failed by Exim's header, else those that the mail went to."""
    for fields, names in ((notice, ("x-failed-recipients",)), (original, ("to", "cc"))):
        values = [value for name in names for value in fields.all(name)]
        found = [trimmed(m[0]).lower() for v in values for m in ADDRESS.finditer(v[:4_096])]
        if found:
            return list(dict.fromkeys(found))
    return []


def _joined(prose: Failure, standard: Sequence[Failure]) -> Failure:
    """Return standard fields with the recipient that only the prose names."""
    first = standard[0]
    return replace(
        first,
        recipient=prose.recipient,
        diagnostic=first.diagnostic or prose.diagnostic,
        code=first.code or prose.code,
        status=first.status or prose.status,
    )


def _completed(failure: Failure, notice: str, count: int) -> Failure:
    """Fill what the fields leave open from the notice, where that speaks of one recipient."""
    about = notice if count == 1 else _about(notice, failure.recipient or "")
    if failure.context or not about:
        return failure
    filled = replace(
        failure,
        context=" ".join(about.split())[:_MAX_NOTICE],
        command=failure.command or read_command(about),
    )
    return filled if failure.diagnostic and failure.code is not None else _answered(filled, about)


def _answered(failure: Failure, about: str) -> Failure:
    """Take the server's answer from the notice where it does not contradict the status field."""
    reply = read_reply(about)
    agrees = failure.status is None or reply.code is None or str(reply.code)[0] == failure.status[0]
    if not agrees:
        reply = Reply()
    told = failure.status is not None and not failure.status.endswith(".0.0")
    return replace(
        failure,
        code=failure.code or reply.code,
        status=failure.status if told else reply.status or failure.status,
        diagnostic=failure.diagnostic or " ".join(server_words(about).split())[:_MAX_NOTICE],
    )


def _about(notice: str, recipient: str) -> str:
    """Return the lines of a notice that name a recipient."""
    wanted = recipient.lower()
    lines = notice.split("\n")
    found = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if wanted and wanted in line.lower():
            found.append(line if "@" in following else f"{line} {following}")
    return "\n".join(found)


def is_delayed(failure: Failure) -> bool:
    """Tell whether the mail is still being tried."""
    return failure.action is Action.DELAYED
