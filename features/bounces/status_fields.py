"""Delivery status fields (RFC 3464), also where the part is mislabelled or lies in plain text."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from features.bounces.addresses import clean
from features.bounces.failure import ACTIONS, Failure
from features.bounces.replies import read_command, read_reply, read_status

MAX_RECIPIENTS: Final = 1_000
_FIELD: Final = re.compile(
    r"^[ \t]*([A-Za-z][A-Za-z0-9\-]{1,60})[ \t]*:[ \t]*(.*(?:\n[ \t]+\S.*)*)", re.MULTILINE
)
_BLANK: Final = re.compile(r"\n[ \t]*\n")
_OF_RECIPIENT: Final = frozenset(
    {"final-recipient", "original-recipient", "action", "status", "x-actual-recipient"}
)
_TYPED: Final = re.compile(
    r"^\s*(?:smtp|x-[\w\-]+|dns|lmtp|unknown|unix|mapi|[a-z][\w\-]{0,30})\s*;\s*", re.IGNORECASE
)


def read_fields(text: str) -> tuple[Mapping[str, str], list[Failure]]:
    """Return the fields about the mail and a failure for each recipient."""
    of_mail: dict[str, str] = {}
    failures: list[Failure] = []
    for fields in _groups(text):
        if _OF_RECIPIENT.isdisjoint(fields):
            of_mail.update(fields)
        elif len(failures) < MAX_RECIPIENTS:
            failures.append(_failure(fields))
            of_mail.update(
                {k: v for k, v in fields.items() if k in ("reporting-mta", "arrival-date")}
            )
    return of_mail, [failure for failure in failures if _says_something(failure)]


def _groups(text: str) -> Iterator[dict[str, str]]:
    """Yield the fields of each block; a block of two recipients without a blank line is two."""
    for block in _BLANK.split(text):
        fields: dict[str, str] = {}
        for match in _FIELD.finditer(block):
            name, value = match[1].lower(), " ".join(match[2].split())
            if name == "final-recipient" and name in fields:
                yield fields
                fields = {}
            fields.setdefault(name, value)
        if fields:
            yield fields


def _failure(fields: Mapping[str, str]) -> Failure:
    diagnostic = _TYPED.sub("", fields.get("diagnostic-code", ""), count=1)
    reply = read_reply(diagnostic)
    action = fields.get("action", "").split()
    return Failure(
        recipient=_recipient(fields),
        action=ACTIONS.get(action[0].lower().strip(".,;()")) if action else None,
        code=reply.code,
        status=_status(fields.get("status", ""), reply.status),
        diagnostic=diagnostic,
        command=read_command(diagnostic),
        remote_mta=fields.get("remote-mta", "").rpartition(";")[2].strip(),
        attempted=fields.get("last-attempt-date") or fields.get("arrival-date", ""),
        feedback=fields.get("feedback-id", ""),
    )


def _recipient(fields: Mapping[str, str]) -> str | None:
    """Return the address that was mailed: the original one where it is known and one."""
    for name in ("original-recipient", "final-recipient", "x-actual-recipient"):
        found = clean(fields.get(name, ""))
        if found is not None:
            return found
    return None


def _status(stated: str, replied: str | None) -> str | None:
    """Return the more telling status: `5.0.0` and `4.0.0` say nothing."""
    status = read_status(stated)
    if replied is not None and (
        status is None or status.endswith(".0.0") or replied[0] != status[0]
    ):
        return replied
    if replied is not None and not replied.endswith(".0.0"):
        return replied
    return status


def _says_something(failure: Failure) -> bool:
    return failure.recipient is not None or bool(failure.diagnostic) or failure.status is not None
