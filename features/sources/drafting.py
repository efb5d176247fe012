"""Makes drafts out of what sources say: cut to size, cleaned, with the provider filled in."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from typing import Final

from features.bounces import BounceKind, Verdict, event_type_of
from features.mailbox_providers import provider_of
from features.records import EventType
from features.sources.draft import MAX_CLUE, Draft

_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_STATUS: Final = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_MAX_CLUES: Final = 64
_MS: Final = 10**11
_FIRST: Final = datetime(1980, 1, 1, tzinfo=UTC).timestamp()
_LAST: Final = datetime(2200, 1, 1, tzinfo=UTC).timestamp()


def draft(
    event_id: str,
    kind: EventType,
    *,
    at: datetime | None = None,
    recipient: str | None = None,
    sending_ip: str | None = None,
    smtp_code: int | None = None,
    status: str | None = None,
    diagnostic: str | None = None,
    feedback_type: str | None = None,
    verdict: Verdict | None = None,
    clues: Iterable[tuple[str, str]] = (),
) -> Draft:
    """Return a draft whose fields fit an event whatever they came from."""
    address = cleaned(recipient, 512)
    return Draft(
        event_id=event_id
        if 0 < len(event_id) <= 256 and event_id.isprintable()
        else digest(event_id),
        type=kind,
        occurred_at=at,
        recipient=address,
        mailbox_provider=provider_of(address),
        sending_ip=_address_of_host(sending_ip),
        smtp_code=smtp_code if smtp_code is not None and 200 <= smtp_code <= 599 else None,
        enhanced_status=status if status is not None and _STATUS.fullmatch(status) else None,
        diagnostic=cleaned(diagnostic, 4_096),
        feedback_type=cleaned(feedback_type, 64),
        bounce_class=verdict.bounce_class if verdict else None,
        signal=verdict.signal if verdict else None,
        clues=_gathered(clues),
    )


def bounce_type(verdict: Verdict, stated: EventType | None = None) -> EventType:
    """Return the event type of a failure: what the source states, else the verdict's kind."""
    return stated or event_type_of(verdict.kind)


def is_deferral(verdict: Verdict) -> bool:
    """Tell whether the mail is still being tried."""
    return verdict.kind is BounceKind.DEFERRAL


def digest(*parts: object) -> str:
    """Return a short stable id made of what identifies an event."""
    text = "\x1f".join(str(part) for part in parts).encode("utf-8", "replace")
    return hashlib.blake2b(text, digest_size=16).hexdigest()


def cleaned(text: str | None, limit: int) -> str | None:
    """Return a text without control characters, blanks trimmed, cut to `limit`; None when empty."""
    if not text:
        return None
    return _CONTROLS.sub(" ", text[: 2 * limit]).strip()[:limit].rstrip() or None


def when(value: object) -> datetime | None:
    """Return the time that a number (Unix seconds or milliseconds) or a text states, else None.

    Texts: RFC 3339, RFC 5322, or a date and time of day without an offset, which counts as UTC.
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return _of_number(float(value))
    text = str(value).strip()[:64]
    if text.replace(".", "", 1).isdecimal() and len(text) < 20:
        return _of_number(float(text))
    return _of_text(text)


def _of_number(seconds: float) -> datetime | None:
    seconds = seconds / 1_000 if seconds > _MS else seconds
    return datetime.fromtimestamp(seconds, UTC) if _FIRST <= seconds <= _LAST else None


def _of_text(text: str) -> datetime | None:
    found: datetime | None = None
    for read in (_iso, parsedate_to_datetime):
        try:
            found = read(text)
            break
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    if found is None:
        return None
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    try:
        return found.astimezone(UTC) if _FIRST <= found.timestamp() <= _LAST else None
    except (OverflowError, ValueError):
        return None


def _iso(text: str) -> datetime:
    """Read RFC 3339 with any number of digits after the point."""
    return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text))


def _address_of_host(text: str | None) -> str | None:
    if not text:
        return None
    try:
        return str(ip_address(text.strip("[] ").removeprefix("IPv6:")))
    except ValueError:
        return None


def _gathered(clues: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, value in clues:
        text = cleaned(value, MAX_CLUE)
        if text is None or (len(found) >= _MAX_CLUES and name not in found):
            continue
        known = found.get(name, ())
        if len(known) < 10 and text not in known:
            found[name] = (*known, text)
    return found
