"""Bounce mails: delivery status notifications (RFC 3464) and the many that follow no standard."""

import re
from collections.abc import Iterator
from typing import Final

from features.bounces import BounceClass, BounceKind, Verdict, classify, event_type_of
from features.bounces.addresses import ADDRESS
from features.bounces.failure import Action, Failure
from features.bounces.read import Bounce, read_bounce
from features.records import EventType
from features.sources import arf, ses
from features.sources.draft import Draft
from features.sources.drafting import digest, draft, when
from features.sources.mail_clues import clues_of
from features.sources.source import ParsedEvents, Rejected, Source, UnreadablePayload, Way

_NO_BOUNCE: Final = "not a bounce: nothing says that a mail was not delivered"
_AUTO_REPLY: Final = "an automatic reply of a person, not a bounce"


def parse(body: bytes, content_type: str) -> ParsedEvents:
    """Return one draft for each failed recipient of a bounce mail.

    A complaint (ARF) or an Amazon SES notification that came as mail is read as what it is.
    Raises `UnreadablePayload` for bytes that are no mail.
    """
    if not body.strip():
        raise UnreadablePayload("expected a mail (RFC 5322), found nothing")
    if arf.is_report(body):
        return arf.parse(body, content_type)
    if (notification := ses.notification_in(body)) is not None:
        return ses.parse(notification, "application/json")
    bounce = read_bounce(body)
    drafts, rejected = [], []
    for index, failure in enumerate(bounce.failures):
        if _is_auto_reply(bounce, failure):
            rejected.append(Rejected(index, _AUTO_REPLY))
        elif not _is_bounce(bounce, failure):
            rejected.append(Rejected(index, _NO_BOUNCE))
        else:
            drafts.append((index, _draft(bounce, failure, body)))
    if not bounce.failures:
        rejected.append(Rejected(0, "no failed recipient is named"))
    return ParsedEvents(
        (),
        (),
        tuple(rejected),
        tuple(made for _, made in drafts),
        tuple(index for index, _ in drafts),
    )


def judge(failure: Failure) -> Verdict:
    """Return the class and kind of a failure."""
    return classify(
        failure.code,
        failure.status,
        failure.diagnostic,
        failure.command,
        context=failure.context,
        final=failure.action is not Action.DELAYED,
    )


def _draft(bounce: Bounce, failure: Failure, body: bytes) -> Draft:
    delivered = failure.action is Action.DELIVERED
    verdict = None if delivered else judge(failure)
    return draft(
        _event_id(bounce, failure, body),
        EventType.DELIVERED if verdict is None else event_type_of(verdict.kind),
        at=when(failure.attempted) or when(bounce.mail.fields.get("date")),
        recipient=failure.recipient,
        smtp_code=failure.code,
        status=failure.status,
        diagnostic=failure.diagnostic or failure.context[:1_000],
        verdict=verdict,
        clues=_clues(bounce),
    )


def _event_id(bounce: Bounce, failure: Failure, body: bytes) -> str:
    """Return an id that is the same when the bounce comes in twice by different ways."""
    message_id = bounce.mail.fields.get("message-id") or bounce.original.get("message-id")
    return digest(message_id or body, failure.recipient, failure.action, failure.status)


def _clues(bounce: Bounce) -> Iterator[tuple[str, str]]:
    """Yield what the returned mail's header says, and the address that the bounce came to."""
    yield from clues_of(bounce.original)
    for name in ("x-original-to", "delivered-to", "envelope-to", "to"):
        for value in bounce.mail.fields.all(name)[:3]:
            for address in ADDRESS.finditer(value[:1_024]):
                yield "return_path", address[0]


def _is_bounce(bounce: Bounce, failure: Failure) -> bool:
    """Tell a bounce from any other mail that came to its address: something must say so."""
    if failure.code is not None or failure.status is not None:
        return True
    fields = bounce.mail.fields
    sender = fields.get("from") + fields.get("return-path")
    return (
        (failure.recipient is not None and _DAEMON.search(sender) is not None)
        or "x-failed-recipients" in fields.names()
        or _BOUNCED.search(fields.text("subject")) is not None
        or judge(failure).bounce_class is not BounceClass.TRANSIENT
        or _BOUNCED.search(bounce.notice[:2_000]) is not None
    )


_DAEMON: Final = re.compile(
    r"mailer.?daemon|postmaster|mail delivery|<>|administrator|mdaemon", re.IGNORECASE
)
_BOUNCED: Final = re.compile(
    r"undeliver|not (?:be )?deliver|returned mail|returned to sender|deliver\w* (?:status|fail|problem|error"
    r"|notification|delay)|failure notice|failed (?:to )?deliver|mail(?: delivery)? fail|fail(?:ed|ure) "
    r"deliver|delayed mail|could not be (?:sent|delivered)|was not delivered|unable to deliver|bounce|"
    r"unzustellbar|non remis|no entregado|n'a pas|エラー|配信",
    re.IGNORECASE,
)


def _is_auto_reply(bounce: Bounce, failure: Failure) -> bool:
    """Tell an out-of-office note (RFC 3834) from a bounce: it fails nobody."""
    if failure.code is not None or failure.status is not None:
        return False
    fields = bounce.mail.fields
    states = fields.get("auto-submitted").lower()
    replied = "auto-replied" in states or fields.get("x-auto-response-suppress") != ""
    subject = fields.text("subject").lower()
    away = any(word in subject for word in _AWAY)
    judged = judge(failure)
    vague = judged.bounce_class is BounceClass.TRANSIENT and judged.kind is not BounceKind.DEFERRAL
    return vague and (away or (replied and len(bounce.original) == 0))


_AWAY: Final = (
    "out of office", "out-of-office", "auto-reply", "autoreply", "auto reply", "automatic reply",
    "automatische antwort", "abwesenheit", "vacation", "absence", "ausencia", "away from",
    "réponse automatique", "respuesta automática", "autoresponder", "auto:", "re: auto", "ooo",
    "automatic response", "i am away", "on leave", "holiday",
)  # fmt: skip

DSN: Final = Source(
    "dsn", "Bounce mails, by RFC 3464 or not; one mail a body", parse, whole=True, way=Way.MAIL
)
