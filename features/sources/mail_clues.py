"""Clues to the account and campaign in the header fields of a returned or reported mail."""

from collections.abc import Iterator
from typing import Final

from features.bounces.addresses import ADDRESS, domain_of
from features.bounces.mail import Fields

_DKIM_DOMAIN: Final = "d"
_SKIPPED: Final = frozenset({"x-mailer", "x-priority", "x-spam-status", "x-virus-scanned"})


def clues_of(fields: Fields) -> Iterator[tuple[str, str]]:
    """Yield `(name, text)`: custom headers, return path, Feedback-ID, DKIM and From domain."""
    for name in fields.names():
        if name.startswith("x-") and name not in _SKIPPED:
            yield f"header.{name}", fields.get(name)
    for name, clue in (
        ("feedback-id", "feedback_id"),
        ("message-id", "message_id"),
        ("list-id", "list_id"),
        ("list-unsubscribe", "list_unsubscribe"),
    ):
        if value := fields.get(name):
            yield clue, value.strip("<> ")
    if (path := ADDRESS.search(fields.get("return-path")[:512])) is not None:
        yield "return_path", path[0]
    for value in fields.all("dkim-signature")[:5]:
        if domain := _tag(value, _DKIM_DOMAIN):
            yield "dkim_domain", domain.lower()
    if (sender := ADDRESS.search(fields.get("from")[:1_024])) is not None:
        yield "from_domain", domain_of(sender[0])


def _tag(value: str, name: str) -> str:
    for part in value.split(";"):
        key, _, text = part.partition("=")
        if key.strip() == name:
            return text.strip()[:255]
    return ""
