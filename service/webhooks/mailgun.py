"""Mailgun: HMAC-SHA256 of timestamp and token, in the body itself; the secret is the signing key.

https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from features.sources.source import UnreadablePayload
from features.sources.vendor import form_fields, text_of
from service.webhooks.signature import BadSignature, Fetch, Signature, Signed, at_epoch, same_hmac

_PARTS: Final = ("timestamp", "token", "signature")


def _parts(signed: Signed) -> Mapping[str, str]:
    found: Any
    try:
        if "form-urlencoded" in signed.content_type:
            found = form_fields(signed.body)
        else:
            found = msgspec.json.decode(signed.body)
            found = found.get("signature") if isinstance(found, dict) else None
    except (UnreadablePayload, msgspec.DecodeError, ValueError, RecursionError):
        return {}
    parts = {name: text_of(found, name) for name in _PARTS}
    return parts if all(parts.values()) else {}


def _verify(signed: Signed, secret: str, _: Fetch) -> datetime:
    parts = _parts(signed)
    if not parts:
        raise BadSignature("no timestamp, token and signature")
    try:
        given = bytes.fromhex(parts["signature"])
    except ValueError as error:
        raise BadSignature("the signature is not hexadecimal") from error
    message = (parts["timestamp"] + parts["token"]).encode()
    if not same_hmac(secret.encode(), message, "sha256", given):
        raise BadSignature("the signature does not fit")
    return at_epoch(parts["timestamp"])


MAILGUN: Final = Signature(
    "mailgun",
    carried=lambda signed: bool(_parts(signed)),
    verify=_verify,
    max_age=timedelta(hours=24),
)
